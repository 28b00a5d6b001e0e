"""Who is who in the demo, and one button to sign in as any of them. Served only where DEMO is."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cordee.accounts.models import User
from cordee.base.ui import navigation
from demo import components as catalogue
from demo.people import DOMAIN, PASSWORD, build_people

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component of the screens, with invented figures: for who builds pages."""
    return render(request, "demo/components.html", catalogue.examples())


@login_not_required
@require_safe
def who_is_who(request: HttpRequest) -> HttpResponse:
    """The invented people and their password, for everybody who can reach a demo."""
    _only_in_a_demo()
    there = set(User.objects.filter(email__endswith=f"@{DOMAIN}").values_list("email", flat=True))
    people = [person for person in build_people() if person.email in there]
    return render(request, "demo/who_is_who.html", {"people": people, "password": PASSWORD})


@login_not_required
@require_POST
def sign_in_as(request: HttpRequest) -> HttpResponse:
    """Sign in as one of them; nobody else can be entered this way."""
    _only_in_a_demo()
    email = request.POST.get("email", "")
    if email not in {person.email for person in build_people()}:
        raise Http404("email: not a person of the demo world.")
    login(request, get_object_or_404(User, email=email, is_active=True), backend=_BACKEND)
    return redirect(navigation.first_page(request))


def _only_in_a_demo() -> None:
    if not settings.DEMO:
        raise Http404("The demo world is not served here (CORDEE_DEMO).")
