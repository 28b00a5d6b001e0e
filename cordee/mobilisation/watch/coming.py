"""What the home of a network says of the weeks to come: contracts near members, and silences."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.utils import timezone

from cordee.mobilisation.models import Answer, Recipient
from cordee.mobilisation.watch import reach
from cordee.mobilisation.watch.reach import FromDesk, OpenPackage
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


class Deadlines(FromDesk):
    """Contracts near the members that a desk follows, which close in the next thirty days."""

    @cached_property
    def lines(self) -> list[NearDeadline]:
        until, followed = self.on + DEADLINES_WITHIN, self.desk.departments
        soon: dict[tuple[datetime, int], list[OpenPackage]] = defaultdict(list)
        for package in self.packages:
            if package.deadline is not None and timezone.localdate(package.deadline) <= until:
                soon[package.deadline, package.opportunity].append(package)
        packages = [package for own in soon.values() for package in own]
        reached = reach.members_in_reach(self.desk, packages, on=self.on)
        lines = []
        for (deadline, opportunity), own in sorted(soon.items()):
            members = {
                each.structure
                for package in own
                for each in reached.get(package.pk, ())
                if followed is None or each.department in followed
            }
            if members:
                trades = tuple(dict.fromkeys(TRADES[each.trade].short_label for each in own))
                title = own[0].title
                lines.append(NearDeadline(opportunity, title, deadline, trades, len(members)))
        return lines


@dataclass(frozen=True, slots=True)
class Silence:
    """A member that the network asked and that has not answered yet."""

    structure: int
    name: str
    kind: str
    phone: str
    asked: int
    since: datetime


class Silences(FromDesk):
    """Members that answered nothing of what was asked in ninety days, the longest wait first.

    Only what this network relayed; an answer given to another network is an answer. For its own
    people: who looks at a delegation from the network above reads nothing, as of its campaigns.
    """

    @property
    def is_own(self) -> bool:
        """Whether the answers were given to the network for which the user acts (RULE-38)."""
        return self.desk.acting_for == self.desk.network

    @property
    def asked(self) -> int:
        """Members asked in that time."""
        return len(self._rows)

    @cached_property
    def lines(self) -> list[Silence]:
        lines = [
            Silence(pk, rows[0][0] or rows[0][1], *rows[0][2:4], len(rows), rows[0][4])
            for pk, rows in self._rows.items()
            if not any(has_answer for *_, has_answer in rows)
        ]
        return sorted(lines, key=lambda line: (line.since, line.name, line.structure))

    @cached_property
    def _rows(self) -> dict[int, list[tuple[str, str, str, str, datetime, bool]]]:
        """(brand, name, kind, telephone, relayed, has answered) of each ask, the first one first,
        by structure: one query.
        """
        found: dict[int, list[tuple[str, str, str, str, datetime, bool]]] = defaultdict(list)
        if not self.is_own:
            return found
        relayed = Recipient.objects.relayed().filter(
            campaign__network=self.desk.network,
            relayed_at__gte=self.now - SILENCE_OVER,
            structure__in=self.desk.structures(self.on).order_by().values("pk"),
        )
        answers = Answer.objects.standing().filter(ask=OuterRef("ask"), readers=self.desk.network)
        rows = relayed.annotate(is_answered=Exists(answers)).order_by("relayed_at", "pk")
        for pk, *row in rows.values_list(
            *("structure", "structure__brand", "structure__name", "structure__kind"),
            *("structure__phone", "relayed_at", "is_answered"),
        ):
            found[pk].append(tuple(row))
        return found
