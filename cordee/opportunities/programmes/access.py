"""Who may see and keep a programme. Each docstring is the rule."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from cordee.accounts.models import User
from cordee.base.found import first_or_404
from cordee.members.access import is_staff_of_national_network
from cordee.members.models import Programme, ProgrammeCommitment, ProgrammeFact, RoleSeat
from cordee.members.models.programmes import ProgrammeQuerySet
from cordee.members.roles import May
from cordee.opportunities.models import Opportunity, ProgrammeAttachment, ProgrammeRule

type Person = User | AnonymousUser


def programmes_for(person: Person) -> ProgrammeQuerySet:
    """Every programme: what it promised and holds is public. Nothing without an account."""
    if isinstance(person, AnonymousUser):
        return Programme.objects.none()
    return Programme.objects.all()


def programme_for(person: Person, slug: str) -> Programme:
    """One of `programmes_for`, or 404."""
    return first_or_404(
        programmes_for(person).filter(slug=slug), "Ce programme n’existe pas, ou plus."
    )


def is_on_team(person: Person, programme: Programme) -> bool:
    """Whether the user is of the team of a programme."""
    seats = RoleSeat.objects.held_by(person).that_may(May.RUN_PROGRAMME)
    return seats.filter(programme=programme).exists()


def team_programme_for(person: Person, slug: str) -> Programme:
    """A programme whose team the user is of: 404 otherwise, as for a page that is not theirs."""
    programme = programme_for(person, slug)
    if not is_on_team(person, programme):
        raise Http404("L’équipe du programme tient cette page.")
    return programme


def team_programmes_for(person: Person) -> ProgrammeQuerySet:
    """The programmes whose team the user is of."""
    seats = RoleSeat.objects.held_by(person).that_may(May.RUN_PROGRAMME)
    return programmes_for(person).filter(pk__in=seats.values("programme"))


def refuse_opening(person: Person) -> None:
    """403 but for the staff of a national network (one without a parent)."""
    if not is_staff_of_national_network(person):
        raise PermissionDenied("L’équipe d’un réseau national ouvre un programme.")


def line_for[Line: (ProgrammeCommitment, ProgrammeFact)](
    person: Person, slug: str, kind: type[Line], pk: int
) -> Line:
    """A promise or a published fact of a programme whose team the user is of, or 404."""
    rows = kind._default_manager.filter(programme=team_programme_for(person, slug), pk=pk)
    return first_or_404(rows, "Cette ligne n’existe pas, ou plus.")


def rule_for(person: Person, slug: str, pk: int) -> ProgrammeRule:
    """A rule of a programme whose team the user is of, or 404."""
    programme = team_programme_for(person, slug)
    return first_or_404(
        ProgrammeRule.objects.filter(programme=programme, pk=pk),
        "Cette règle n’existe pas, ou plus.",
    )


def attachment_for(person: Person, slug: str, opportunity_pk: int) -> ProgrammeAttachment:
    """An opportunity of a programme whose team the user is of, detached ones too, or 404."""
    programme = team_programme_for(person, slug)
    return first_or_404(
        ProgrammeAttachment.objects.filter(
            programme=programme, opportunity=opportunity_pk
        ).select_related("opportunity", "programme"),
        "Cette opportunité n’est pas de ce programme.",
    )


def attachments_of(opportunity: Opportunity) -> list[ProgrammeAttachment]:
    """The programmes of an opportunity that the reader may open, with why."""
    rows = ProgrammeAttachment.objects.filter(opportunity=opportunity, is_detached=False)
    return list(rows.select_related("programme", "rule").order_by("programme__name"))
