"""Kept searches: keep one, see what is new in each, change, open and delete."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import page_of
from cordee.base.ui.fields import RadioField
from cordee.base.ui.forms import refusals_in
from cordee.opportunities import filters
from cordee.opportunities.access import search_for, searches_for
from cordee.opportunities.actions import searches as actions
from cordee.opportunities.models import SavedSearch


class SavedSearchForm(forms.Form):
    name = forms.CharField(label="Nom", max_length=80, help_text="celui que vous reconnaîtrez")
    alert = RadioField(label="M’écrire", choices=SavedSearch.Alert)


@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    """Those the user keeps, and how many new ones each holds since the user last looked."""
    page = page_of(request, searches_for(request.user))
    fresh = searches_for(request.user).filter(fresh_count__gt=0).count()
    context = {"page": page, "fresh": fresh, "total": page.paginator.count}
    return render(request, "opportunities/searches.html", context)


@require_http_methods(["GET", "POST"])
def save_search(request: SignedInRequest) -> HttpResponse:
    """Keep the filters of the address; the same ones are kept once."""
    query = filters.canonical(request.GET)
    kept = searches_for(request.user).filter(query=query).first()
    form = _form(request, query, kept)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, on="name"):
            search = actions.save_search(
                query=query, by=request.user, now=timezone.now(), **form.cleaned_data
            )
            messages.success(request, f"La recherche «\u00a0{search.name}\u00a0» est gardée.")
            return redirect("opportunities:searches")
    return _edit(request, form, query, kept)


@require_http_methods(["GET", "POST"])
def edit_search(request: SignedInRequest, pk: int) -> HttpResponse:
    """Its name and its rhythm. Other filters make another search."""
    search = search_for(request.user, pk)
    form = _form(request, search.query, search)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, on="name"):
            actions.change_search(
                search=search, by=request.user, now=timezone.now(), **form.cleaned_data
            )
            messages.success(request, "C’est gardé.")
            return redirect("opportunities:searches")
    return _edit(request, form, search.query, search)


def _form(request: HttpRequest, query: str, kept: SavedSearch | None) -> SavedSearchForm:
    if request.method == "POST":
        return SavedSearchForm(request.POST)
    first = {"name": filters.name_for(query), "alert": SavedSearch.Alert.PROMPT}
    return SavedSearchForm(initial={"name": kept.name, "alert": kept.alert} if kept else first)


def _edit(
    request: HttpRequest, form: SavedSearchForm, query: str, kept: SavedSearch | None
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "filters": filters.words_of(query),
        "query": query,
        "kept": kept,
    }
    return render(request, "opportunities/search_edit.html", context)


@require_POST
def open_search(request: HttpRequest, pk: int) -> HttpResponse:
    """To the list with its filters; what is there is not new any more."""
    search = search_for(request.user, pk)
    actions.open_search(search=search, now=timezone.now())
    return redirect(f"{reverse('opportunities:list')}?{search.query}")


@require_http_methods(["GET", "POST"])
def delete_search(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks first; can be kept again from the list, which it says."""
    search = search_for(request.user, pk)
    if request.method == "POST":
        name, query = search.name, search.query
        actions.delete_search(search=search, by=request.user)
        messages.success(request, f"La recherche «\u00a0{name}\u00a0» est supprimée.")
        return redirect(f"{reverse('opportunities:list')}?{query}")
    context = {"search": search, "filters": filters.words_of(search.query)}
    return render(request, "opportunities/search_delete.html", context)
