"""Standing teams: keep one ready, come in, say who signs; an alliance starts from it at once."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.models import User
from cordee.accounts.requests import SignedInRequest, by_now
from cordee.alliances.approvals.views import SignatoryForm
from cordee.alliances.endorsements.pages import MOST_SHOWN, MutualEndorsement, links_of
from cordee.alliances.frame.forms import KeptFileField
from cordee.alliances.frame.listing import sides_of
from cordee.alliances.models import StandingMember
from cordee.alliances.ready_teams import access as ready_teams_access
from cordee.alliances.ready_teams import actions
from cordee.alliances.ready_teams.access import readiness_of
from cordee.alliances.structure_search import one_structure
from cordee.base import files
from cordee.base.limits import takes_files
from cordee.base.ui.fields import RadioField, TicksField
from cordee.base.ui.forms import offer_choices, posted, refusals_as_messages, refusals_in
from cordee.members.acting import viewer_of
from cordee.members.models import Department, Network, Structure
from cordee.members.models.capacity import TRADE_CHOICES


class TeamForm(forms.Form):
    """Which basin, which trades, and who keeps it."""

    name = forms.CharField(label="Nom de la cordée", max_length=150)
    department = forms.ModelChoiceField(
        Department.objects.order_by("code"), label="Bassin", help_text="le département de travail"
    )
    trades = TicksField(label="Métiers", choices=TRADE_CHOICES)
    keeper = RadioField(label="Qui la tient")

    def __init__(self, keepers: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "keeper", keepers)
        self.initial.setdefault("keeper", keepers[0][0])


class ReadyTeamInviteForm(forms.Form):
    """Whom to ask."""

    typed = forms.CharField(
        label="SIRET ou nom de la structure", max_length=200, help_text="14 chiffres, ou un nom"
    )


class FrameworkForm(forms.Form):
    """The framework convention."""

    file = KeptFileField("La convention-cadre", "PDF ou document")


class ReadyForm(SignatoryForm):
    """Who signs for a member, and whether it accepts the framework convention."""

    # A vote that is still to come keeps nothing ready; the rest is said in each alliance.
    carrier = next_council_on = may_compete = None  # type: ignore[assignment]
    accepts = forms.BooleanField(
        label="Nous acceptons la convention-cadre telle qu’elle est", required=False
    )
    read = forms.CharField(widget=forms.HiddenInput(), required=False)


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """The standing teams that the user keeps, is in, or is asked into."""
    rows = ready_teams_access.teams_for(request.user).select_related(
        "network", "structure", "department"
    )
    context = {"rows": list(rows), "may_create": bool(sides_of(viewer_of(request)))}
    return render(request, "alliances/ready_teams/list.html", context)


@require_http_methods(["GET", "POST"])
def create(request: SignedInRequest) -> HttpResponse:
    """Keep a team ready, for one's network or one's structure."""
    keepers = sides_of(viewer_of(request))
    if not keepers:
        raise Http404("Il vous faut une structure ou un réseau.")
    form = TeamForm([(key, str(kept)) for key, kept in keepers.items()], posted(request))
    if form.is_valid():
        kept = keepers[form.cleaned_data["keeper"]]
        with refusals_in(form, on="name"):
            team = actions.create_team(
                name=form.cleaned_data["name"],
                department=form.cleaned_data["department"],
                trades=form.cleaned_data["trades"],
                network=kept if isinstance(kept, Network) else None,
                structure=kept if isinstance(kept, Structure) else None,
                **by_now(request),
            )
            messages.success(request, "La cordée est créée. Invitez ses premières structures.")
            return redirect("ready_teams:detail", pk=team.pk)
    return render(request, "alliances/ready_teams/create.html", {"form": form})


@require_http_methods(["GET", "POST"])
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is ready and what is missing; for who was asked, their invitation alone."""
    access = ready_teams_access.ready_team_access_for(request.user, pk)
    if not access.is_inside:
        context = {"team": access.team, "own": access.own}
        return render(request, "alliances/ready_teams/invitation.html", context)
    if request.method == "POST":
        access = ready_teams_access.keeper_for(request.user, pk)
    form = ReadyTeamInviteForm(posted(request))
    if form.is_valid():
        with refusals_in(form, on="typed"):
            structure = one_structure(form.cleaned_data["typed"])
            actions.invite_member(team=access.team, structure=structure, **by_now(request))
            messages.success(request, f"{structure.shown_name} est invitée.")
            return redirect("ready_teams:detail", pk=pk)
    waiting = access.team.members.filter(state=StandingMember.State.INVITED)
    context = {
        "access": access,
        "team": access.team,
        "readiness": readiness_of(access.team, on=timezone.localdate()),
        "waiting": list(waiting.select_related("structure")) if access.keeps else [],
        "trades": [label for slug, label in TRADE_CHOICES if slug in access.team.trades],
        "links": _links(request.user, access),
        "form": form,
        "framework_form": FrameworkForm(),
        "own_pks": {row.pk for row in access.own},
    }
    return render(request, "alliances/ready_teams/detail.html", context)


@takes_files(files.MOST_BYTES)
@require_POST
def set_framework(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep the framework convention, or another one."""
    access = ready_teams_access.keeper_for(request.user, pk)
    form = FrameworkForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "Choisissez un fichier.")
        return redirect("ready_teams:detail", pk=pk)
    sent = form.cleaned_data["file"]
    with refusals_as_messages(request):
        actions.set_framework(
            team=access.team, name=sent.name, content=sent.read(), **by_now(request)
        )
        messages.success(request, "La convention-cadre est gardée. Chaque membre la relit.")
    return redirect("ready_teams:detail", pk=pk)


@require_safe
def framework(request: SignedInRequest, pk: int) -> HttpResponse:
    """The framework convention, to save."""
    access = ready_teams_access.ready_inside_for(request.user, pk)
    if access.team.framework is None:
        raise Http404("La convention-cadre n’est pas encore déposée.")
    return files.download(access.team.framework)


@require_POST
def answer(request: SignedInRequest, pk: int, member_pk: int) -> HttpResponse:
    """Come in, say no, or leave."""
    _, row = ready_teams_access.own_member_for(request.user, pk, member_pk)
    is_yes = request.POST.get("reponse") == "oui"
    with refusals_as_messages(request):
        actions.answer_team(member=row, is_yes=is_yes, **by_now(request))
        done = "Votre structure est dans la cordée." if is_yes else "Votre réponse est notée."
        messages.success(request, done)
    return redirect("ready_teams:detail", pk=pk) if is_yes else redirect("ready_teams:list")


@require_POST
def remove(request: SignedInRequest, pk: int, member_pk: int) -> HttpResponse:
    """Take a structure out of a team that one keeps; it may be asked again."""
    access, row = ready_teams_access.kept_member_for(request.user, pk, member_pk)
    with refusals_as_messages(request):
        actions.answer_team(member=row, is_yes=False, **by_now(request))
        messages.success(request, f"{row.structure.shown_name} n’est plus dans la cordée.")
    return redirect("ready_teams:detail", pk=access.team.pk)


@require_http_methods(["GET", "POST"])
def get_ready(request: SignedInRequest, pk: int, member_pk: int) -> HttpResponse:
    """Say who signs for one's structure, and accept the framework convention."""
    access, row = ready_teams_access.own_member_for(request.user, pk, member_pk)
    if row.state != StandingMember.State.IN:
        return redirect("ready_teams:detail", pk=pk)
    sha256 = "" if access.team.framework is None else access.team.framework.sha256
    form = ReadyForm(
        row,
        posted(request),
        accepts=bool(sha256) and row.framework_sha256 == sha256,
        read=sha256,
    )
    if not sha256:
        del form.fields["accepts"]
    if form.is_valid():
        read = form.cleaned_data.pop("read")
        accepts = read if form.cleaned_data.pop("accepts", False) else ""
        with refusals_in(form):
            actions.get_ready(
                member=row,
                accepts=accepts,
                by=request.user,
                on=timezone.localdate(),
                **form.cleaned_data,
            )
            messages.success(request, "C’est noté.")
            return redirect("ready_teams:detail", pk=pk)
    context = {"team": access.team, "row": row, "form": form}
    return render(request, "alliances/ready_teams/get_ready.html", context)


@require_http_methods(["GET", "POST"])
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a standing team; a GET asks first."""
    access = ready_teams_access.keeper_for(request.user, pk)
    if request.method == "POST":
        actions.close_team(team=access.team, **by_now(request))
        messages.success(request, "La cordée est close.")
        return redirect("ready_teams:list")
    return render(request, "alliances/ready_teams/close.html", {"team": access.team})


def _links(
    person: User, access: ready_teams_access.ReadyTeamAccess
) -> list[tuple[MutualEndorsement, str]]:
    """Those with which the user's structures would work again, for who may ask them in."""
    if not access.keeps:
        return []
    states = [StandingMember.State.INVITED, StandingMember.State.IN]
    rows = dict(access.team.members.filter(state__in=states).values_list("structure", "state"))
    inside = [pk for pk, state in rows.items() if state == StandingMember.State.IN]
    links = [link for link in links_of(person).values() if link.structure.pk not in rows]
    return [(link, link.words_for(inside)) for link in links[:MOST_SHOWN]]
