"""How ready a standing team is: what each member still lacks for a bid in nine days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cordee.alliances.dossier_builder import ALWAYS_ASKED
from cordee.alliances.models import StandingMember, StandingTeam

State = StandingMember.State


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
