"""Who may open a standing team, and what they may read of it: each docstring is the rule. How ready
it is: what each member still lacks for a bid in nine days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import Http404

from cordee.accounts.models import User
from cordee.alliances.dossier_builder import ALWAYS_ASKED
from cordee.alliances.models import StandingMember, StandingTeam
from cordee.alliances.models.ready_teams import StandingTeamQuerySet
from cordee.base.found import first_or_404
from cordee.members.models import Structure

State = StandingMember.State


@dataclass(frozen=True, slots=True)
class ReadyTeamAccess:
    """`keeps`: the user keeps it. `own`: the members the user speaks for, those asked included."""

    team: StandingTeam
    keeps: bool
    own: tuple[StandingMember, ...]

    @property
    def is_inside(self) -> bool:
        """Whether the user reads who is in it and what is missing: a keeper, and who said yes."""
        return self.keeps or any(row.state == State.IN for row in self.own)


def teams_for(person: User) -> StandingTeamQuerySet:
    """Open ones that the user keeps, and those where the user's structure is in or is asked."""
    kept = StandingTeam.objects.kept_by(person).order_by().values("pk")
    asked = StandingTeam.objects.with_member(person, [State.IN, State.INVITED])
    return StandingTeam.objects.open().filter(
        Q(pk__in=kept) | Q(pk__in=asked.order_by().values("pk"))
    )


def ready_team_access_for(person: User, pk: int) -> ReadyTeamAccess:
    """What the user may read and do in one of `teams_for`, or 404."""
    rows = teams_for(person).select_related("network", "structure", "department", "framework")
    team = rows.filter(pk=pk).first()
    if team is None:
        raise Http404("Cette cordée n’existe pas, ou ne vous est pas ouverte.")
    own = team.members.filter(
        structure__in=Structure.objects.directed_by(person), state__in=[State.IN, State.INVITED]
    )
    return ReadyTeamAccess(
        team,
        StandingTeam.objects.kept_by(person).filter(pk=pk).exists(),
        tuple(own.select_related("structure").order_by("pk")),
    )


def ready_inside_for(person: User, pk: int) -> ReadyTeamAccess:
    """An access that reads the members: 404 for who was only asked."""
    access = ready_team_access_for(person, pk)
    if not access.is_inside:
        raise Http404("Cette cordée ne vous est pas encore ouverte.")
    return access


def keeper_for(person: User, pk: int) -> ReadyTeamAccess:
    """The access of who keeps it, or 404."""
    access = ready_team_access_for(person, pk)
    if not access.keeps:
        raise Http404("Cette page est celle de qui tient la cordée.")
    return access


def own_member_for(person: User, pk: int, member_pk: int) -> tuple[ReadyTeamAccess, StandingMember]:
    """A member for which the user speaks, or 404."""
    access = ready_team_access_for(person, pk)
    for row in access.own:
        if row.pk == member_pk:
            return access, row
    raise Http404("Vous ne parlez pas au nom de cette structure.")


def kept_member_for(
    person: User, pk: int, member_pk: int
) -> tuple[ReadyTeamAccess, StandingMember]:
    """A member of a team that the user keeps, or 404."""
    access = keeper_for(person, pk)
    row = first_or_404(
        access.team.members.select_related("structure").filter(pk=member_pk),
        "Cette structure n’est pas dans la cordée.",
    )
    return access, row


@dataclass(frozen=True, slots=True)
class MemberReadiness:
    """One member, and what it lacks, each in a sentence; `asked`: how many things in all."""

    member: StandingMember
    missing: Sequence[str]
    asked: int

    @property
    def done(self) -> int:
        return self.asked - len(self.missing)


@dataclass(frozen=True, slots=True)
class Readiness:
    """`done` of `asked` things are ready; `missing` are those of the team itself."""

    members: Sequence[MemberReadiness]
    missing: Sequence[str]

    @property
    def asked(self) -> int:
        # The framework convention, and two members at least.
        return 2 + sum(each.asked for each in self.members)

    @property
    def done(self) -> int:
        return 2 - len(self.missing) + sum(each.done for each in self.members)

    @property
    def is_ready(self) -> bool:
        return self.done == self.asked


def readiness_of(team: StandingTeam, *, on: date) -> Readiness:
    """What is ready and what is not, on a day: a fixed number of queries."""
    rows = list(
        team.members.filter(state=State.IN)
        .select_related("structure__organisation")
        .prefetch_related("structure__certifications")
        .order_by("pk")
    )
    missing = []
    if team.framework is None:
        missing.append("La convention-cadre n’est pas déposée.")
    if len({row.structure.organisation.siren for row in rows}) < 2:
        missing.append("Il faut au moins deux structures différentes.")
    return Readiness([_member(team, row, on) for row in rows], missing)


def _member(team: StandingTeam, row: StandingMember, on: date) -> MemberReadiness:
    missing = []
    if not row.is_named:
        missing.append("Dire qui signe, et de quel droit.")
    if team.framework is None or row.framework_sha256 != team.framework.sha256:
        missing.append(
            "Accepter la convention-cadre, qui a changé."
            if row.framework_sha256
            else "Accepter la convention-cadre."
        )
    papers = {paper.name: paper for paper in row.structure.certifications.all()}
    for name in ALWAYS_ASKED:
        paper = papers.get(name)
        if paper is None:
            missing.append(f"{name}\u00a0: à ajouter.")
        elif paper.valid_until is None:
            missing.append(f"{name}\u00a0: date de fin inconnue.")
        elif paper.valid_until < on:
            missing.append(f"{name}\u00a0: finie le {paper.valid_until:%d/%m/%Y}.")
    return MemberReadiness(row, missing, 2 + len(ALWAYS_ASKED))
