"""What the home of a network says of the weeks to come: contracts near members, and silences."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.utils import timezone

from cordee.members.network_access import Desk
from cordee.mobilisation.models import Answer, Recipient
from cordee.mobilisation.watch import reach
from cordee.rules.trades import TRADES

DEADLINES_WITHIN = timedelta(days=30)
SILENCE_OVER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class NearDeadline:
    """An open contract that members could reach. How many, and never which (RULE-38)."""

    opportunity: int
    title: str
    deadline: datetime
    trades: tuple[str, ...]
    members: int


class Deadlines:
    """Contracts near the members that a desk follows, which close in the next thirty days."""

    def __init__(self, desk: Desk, *, on: date, now: datetime) -> None:
        self.desk, self.on, self.now = desk, on, now

    @cached_property
    def lines(self) -> list[NearDeadline]:
        until = self.on + DEADLINES_WITHIN
        packages = [
            package
            for package in reach.visible_packages(self.desk, on=self.on, now=self.now)
            if package.deadline is not None and timezone.localdate(package.deadline) <= until
        ]
        going = reach.members_going(self.desk, on=self.on)
        reached = reach.members_in_reach(packages, going, on=self.on)
        followed = self.desk.departments
        members: dict[int, set[int]] = {}
        trades: dict[int, dict[str, None]] = {}
        for package in packages:
            trades.setdefault(package.opportunity, {})[TRADES[package.trade].short_label] = None
            near = members.setdefault(package.opportunity, set())
            near.update(
                each.structure
                for each in reached.get(package.pk, ())
                if followed is None or each.department in followed
            )
        lines = {
            package.opportunity: NearDeadline(
                package.opportunity,
                package.title,
                package.deadline,
                tuple(trades[package.opportunity]),
                len(members[package.opportunity]),
            )
            for package in packages
            if package.deadline is not None and members[package.opportunity]
        }
        return sorted(lines.values(), key=lambda line: (line.deadline, line.opportunity))


@dataclass(frozen=True, slots=True)
class Silence:
    """A member that the network asked and that has not answered yet."""

    structure: int
    name: str
    kind: str
    phone: str
    asked: int
    since: datetime


class Silences:
    """Members that answered nothing of what was asked in ninety days, the longest wait first.

    Only what this network relayed; an answer given to another network is an answer. For its own
    people: who looks at a delegation from the network above reads nothing, as of its campaigns.
    """

    def __init__(self, desk: Desk, *, on: date, now: datetime) -> None:
        self.desk, self.on, self.now = desk, on, now

    @property
    def is_own(self) -> bool:
        """Whether the answers were given to the network for which the user acts (RULE-38)."""
        return self.desk.acting_for == self.desk.network

    @cached_property
    def asked(self) -> int:
        """Members asked in that time."""
        return len({structure for structure, *_ in self._rows})

    @cached_property
    def lines(self) -> list[Silence]:
        silent: dict[int, list[tuple[str, str, str, datetime]]] = {}
        answered = set()
        for structure, name, kind, phone, asked_at, has_answer in self._rows:
            if has_answer:
                answered.add(structure)
            silent.setdefault(structure, []).append((name, kind, phone, asked_at))
        lines = [
            Silence(pk, rows[0][0], rows[0][1], rows[0][2], len(rows), min(row[3] for row in rows))
            for pk, rows in silent.items()
            if pk not in answered
        ]
        return sorted(lines, key=lambda line: (line.since, line.name, line.structure))

    @cached_property
    def _rows(self) -> list[tuple[int, str, str, str, datetime, bool]]:
        """(structure, name, kind, telephone, relayed, has answered) of each ask: one query."""
        if not self.is_own:
            return []
        relayed = Recipient.objects.relayed().filter(
            campaign__network=self.desk.network,
            relayed_at__gte=self.now - SILENCE_OVER,
            structure__in=self.desk.structures(self.on).order_by().values("pk"),
        )
        answers = Answer.objects.standing().filter(ask=OuterRef("ask"), readers=self.desk.network)
        rows = relayed.annotate(is_answered=Exists(answers)).order_by("relayed_at", "pk")
        return [
            (pk, brand or name, kind, phone, relayed_at, is_answered)
            for pk, brand, name, kind, phone, relayed_at, is_answered in rows.values_list(
                *("structure", "structure__brand", "structure__name", "structure__kind"),
                *("structure__phone", "relayed_at", "is_answered"),
            )
        ]
