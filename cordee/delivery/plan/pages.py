"""What the plan of a company says: who could do its hours, and what nobody takes.

The team is the composer's own answer; staff and hires fill what it leaves (`staffing_plan`). A
figure of somebody else counts only where the reader sees it (RULE-38): a supplier of staff whose
free hours are not open to her is to be asked, and counts for nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from cordee.agreement.insertion import Way
from cordee.agreement.staffing_plan import Filling, Supplier, filling
from cordee.base.ui import french, months
from cordee.composing import pages, problem
from cordee.composing.models import Composition
from cordee.composing.problem import sentences
from cordee.composing.problem.proposal_shares import ProposalShare, shares_of
from cordee.delivery.models import HoursPlan
from cordee.delivery.plan.actions import full_month_minutes
from cordee.delivery.standing import HOUR
from cordee.members.sharing import Viewer
from cordee.rules import territory
from cordee.rules.findings import Finding
from cordee.rules.kinds import supplies_staff
from cordee.rules.labour import staffing_findings, subcontract_findings
from cordee.rules.sharing_out import shared_out

MOST_TO_ASK = 5


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One line of work. `minutes` and `cost_cents` are None where they are not known."""

    way: Way
    name: str
    kind: str
    structure: int | None
    distance_km: float | None
    when: str
    minutes: int | None
    cost_cents: int | None
    findings: tuple[Finding, ...] = ()


class PlanPage:
    """Everything the page says once the composition has an answer; the team of the simple method
    where no team can take all."""

    def __init__(self, plan: HoursPlan, composition: Composition, viewer: Viewer) -> None:
        self.plan, self.on, self.minutes = plan, viewer.on, plan.hours * HOUR
        self.page = pages.Page(composition, viewer)
        (self.package,) = self.page.posed.packages
        self.shown = self.page.best or self.page.greedy
        self.rows = self.shown.team.rows if self.shown else ()

    @cached_property
    def by_month(self) -> dict[int, int]:
        """The minutes asked of each month."""
        parts = shared_out(self.minutes, [1] * self.package.months)
        return dict(enumerate(parts, start=self.package.first_month))

    @cached_property
    def left(self) -> dict[int, int]:
        """What the team leaves of each month: the same share of all."""
        need = self.package.need_cfte
        gap = max(0, need - sum(row.cfte for row in self.rows))
        return {month: -(-asked * gap // need) for month, asked in self.by_month.items()}

    @cached_property
    def filling(self) -> Filling:
        suppliers, most = list(self.suppliers.values()), self.plan.most_hires
        return filling(self.left, suppliers, full_month=full_month_minutes(), most_hires=most)

    @cached_property
    def suppliers(self) -> dict[str, Supplier]:
        """Those that supply staff in this trade and go so far, with what they show of it."""
        package, found = self.package, {}
        for each in self.page.posed.candidates:
            skill = each.skill(package.trade)
            if skill is None or skill.certainty == "unknown" or not supplies_staff(each.kind):
                continue
            home = each.latitude_deg or 0.0, each.longitude_deg or 0.0
            far = territory.distance_km(*home, package.latitude_deg, package.longitude_deg)
            if far > skill.reach_km:
                continue
            free = {month: each.capacity_cfte(month) for month in self.by_month}
            is_told = self.page.reader.sees_capacity(each.id) and None not in free.values()
            told = {m: (cfte or 0) * full_month_minutes() // 100 for m, cfte in free.items()}
            found[each.id] = Supplier(each.id, far, told if is_told else None)
        return found

    @property
    def shares(self) -> list[ProposalShare]:
        """What an alliance of the team begins with; who leads it is the company's to say."""
        result = self.page.result
        found = shares_of(result.plan or result.greedy, self.page.composition.people)
        return [replace(each, is_lead=False) for each in found]

    @property
    def guesses(self) -> int:
        """How many answers the team still needs."""
        if self.page.best:
            return len(self.page.best.guesses)
        simple = problem.simple_team(self.page.posed, self.page.result)
        return len(sentences.guesses_of(simple, self.page.reader.people))

    @property
    def served(self) -> int:
        return self.minutes - self.filling.uncovered

    @property
    def title(self) -> str:
        hours, whole = self.served // HOUR, french.number(self.plan.hours)
        have = "a preneur" if hours < 2 else "ont preneur"
        found = f"{french.count(hours, 'heure')} sur {whole} {have}"
        if not self.guesses:
            return found
        are = "réponse arrive" if self.guesses == 1 else "réponses arrivent"
        return f"{found}, si {french.in_letters(self.guesses)} {are}"

    @cached_property
    def lines(self) -> list[WorkLine]:
        """Work to structures, staff, then people hired."""
        staff = (self._staff(key, taken) for key, taken in self.filling.staff.items())
        return [*self._work(), *staff, *self._hires()]

    @cached_property
    def to_ask(self) -> list[WorkLine]:
        """Suppliers of staff in reach whose free hours are not open to the reader."""
        silent = [each for each in self.suppliers.values() if each.minutes is None]
        silent.sort(key=lambda each: each.distance_km)
        return [self._staff(each.key, None) for each in silent[:MOST_TO_ASK]]

    @property
    def cost_cents(self) -> int | None:
        return self._cost(self.served)

    def _work(self) -> Iterator[WorkLine]:
        nobody_said = {"by_the_hour": None, "client_supervises": None, "client_tools": None}
        asked = subcontract_findings(**nobody_said, on=self.on)
        whole = self.minutes - sum(self.left.values())
        parts = shared_out(whole, [row.cfte for row in self.rows])
        for row, part in zip(self.rows, parts, strict=True):
            who = row.name, row.kind, row.structure_id, row.distance_km
            when = months.spans(self.by_month)
            yield WorkLine(Way.SIAE, *who, when, part, self._cost(part), asked)

    def _staff(self, key: str, taken: Mapping[int, int] | None) -> WorkLine:
        who, far = self.page.composition.people[key], self.suppliers[key].distance_km
        found = staffing_findings(who["kind"], on=self.on)
        minutes = sum(taken.values()) if taken else None
        named = who["name"], who["kind"], int(who["structure_id"]), far
        when = months.spans(taken or self.by_month)
        return WorkLine(Way.STAFF, *named, when, minutes, self._cost(minutes), found)

    def _hires(self) -> Iterator[WorkLine]:
        for people, count in self.filling.hires:
            named = french.count(people, "personne"), "", None, None
            when = months.spans(list(self.by_month)[:count])
            minutes = people * count * full_month_minutes()
            yield WorkLine(Way.HIRE, *named, when, minutes, self._cost(minutes))

    def _cost(self, minutes: int | None) -> int | None:
        cents = self.plan.hourly_cost_cents
        return None if cents is None or minutes is None else minutes * cents // HOUR
