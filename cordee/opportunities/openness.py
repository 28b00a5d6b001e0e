"""Is the need within reach, and what to ask the buyer: what the page of an opportunity shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from cordee.accounts.access import Person
from cordee.base.ui import french
from cordee.notices import buyer_questions
from cordee.notices.buyer_questions import LastDay, Question, Window
from cordee.notices.green_flags import Flag, FlagState, green_flags
from cordee.notices.notice import Evidence, Provenance
from cordee.notices.packages import PackageEstimate
from cordee.notices.sizes.estimated import Estimated
from cordee.opportunities.access import are_acquainted
from cordee.opportunities.margin.source_names import name_of, value_in_words
from cordee.opportunities.models import Opportunity, QuestionsSent, Stage, WorkPackage
from cordee.opportunities.wording import shown_name
from cordee.rules.reservation import Reservation

STATES = {
    FlagState.FAVOURABLE: ("sur", "Facile"),
    FlagState.UNFAVOURABLE: ("vigilance", "Difficile"),
}


@dataclass(frozen=True, slots=True)
class ShownFlag:
    """A point that the notice speaks of: `state` is (kind, label) of the `state` component."""

    number: int
    label: str
    state: tuple[str, str]
    meaning: str
    evidence: Sequence[Evidence]


@dataclass(frozen=True, slots=True)
class QuestionWindow:
    """What can still be asked. `sent`: the mark that stands, with `sent_by` a name or nobody's.

    `until` says the last day in words and `is_written` whether the notice does; `words` are its.
    """

    questions: Sequence[Question]
    text: str
    window: Window
    until: str
    is_written: bool
    words: str
    sent: QuestionsSent | None
    sent_by: str


@dataclass(frozen=True, slots=True)
class Reach:
    """What decides whether a need is within reach: its work, its points, what there is to ask."""

    packages: Sequence[PackageEstimate]
    flags: Sequence[Flag]
    last: LastDay
    questions: tuple[Question, ...]


def reach_of(opportunity: Opportunity, on: date) -> Reach:
    """There is nothing to ask once the call is over, or the last day for questions past."""
    notice, breakdown = opportunity.understood.notice, opportunity.breakdown
    packages = [estimate_of(row) for row in breakdown.packages.all()] if breakdown else []
    flags = green_flags(notice, on=on, packages=packages)
    last = buyer_questions.last_day_for_questions(notice, on=on)
    is_late = last.window is Window.PAST or not opportunity.is_open(timezone.now())
    asked = buyer_questions.questions_to_ask(notice, packages=packages, flags=flags, on=on)
    return Reach(packages, flags, last, () if is_late else asked)


def openness_of(opportunity: Opportunity, person: Person, on: date) -> dict[str, Any]:
    """The flags and questions of a need in our trades; empty where it has no work for us."""
    reach = reach_of(opportunity, on)
    if not reach.packages:
        return {}
    by_state = {state: [flag for flag in reach.flags if flag.state is state] for state in FlagState}
    return {
        "flags": [_shown(flag) for flag in reach.flags if flag.state in STATES],
        "unstated": by_state[FlagState.NOT_STATED],
        "easy": len(by_state[FlagState.FAVOURABLE]),
        "hard": len(by_state[FlagState.UNFAVOURABLE]),
        "points": len(reach.flags),
        "asking": _asking(opportunity, reach, person, on),
    }


def estimate_of(row: WorkPackage) -> PackageEstimate:
    """A stored package as it was estimated, corrections included: nothing is read again."""

    def figure(name: str, value: int) -> Estimated[int]:
        return _estimated(row.provenance[name], value)

    trade = row.provenance["trade"]
    return PackageEstimate(
        lot_id=row.lot_id or None,
        label=row.label,
        trade=Estimated(row.trade, Provenance(trade["state"]), trade["rule"]),
        place=Estimated(None, Provenance(row.provenance["place"]["state"]), ""),
        places=(),
        first_month=figure("first_month", row.first_month),
        months=figure("months", row.months),
        need_cfte=figure("need_cfte", row.need_cfte),
        amount_cents=figure("amount_cents", row.amount_cents),
        hours=_estimated(row.sizes["hours"], row.sizes["hours"]["value"])
        if "hours" in row.sizes
        else Estimated(0, Provenance.SUPPOSED, ""),
        insertion_hours=None,
        parts=(),
        reservation=Reservation(row.reserved) if row.reserved else None,
        notes=tuple(row.notes),
        craft=row.craft,
    )


def _estimated(came: dict[str, Any], value: int) -> Estimated[int]:
    return Estimated(
        value,
        Provenance(came["state"]),
        came["rule"],
        low=came.get("low"),
        high=came.get("high"),
        evidence=tuple(Evidence(e["where"], e["words"]) for e in came["evidence"]),
    )


def _shown(flag: Flag) -> ShownFlag:
    return ShownFlag(
        flag.point.number,
        flag.point.label,
        STATES[flag.state],
        flag.meaning,
        [
            Evidence(name_of(evidence.where), value_in_words(evidence.words))
            for evidence in flag.evidence
            if evidence.where != "correction"
        ],
    )


def _asking(
    opportunity: Opportunity, reach: Reach, person: Person, on: date
) -> QuestionWindow | None:
    """None for a private need, or a call that is over and was never asked anything."""
    sent = opportunity.questions_sent.standing().select_related("by").first()
    if opportunity.is_private or (opportunity.stage != Stage.CALL and sent is None):
        return None
    last, questions = reach.last, reach.questions
    if not questions and sent is None and last.window is not Window.PAST:
        return None
    is_known = sent is not None and sent.by is not None and are_acquainted(person, sent.by)
    return QuestionWindow(
        questions=questions,
        text=buyer_questions.message(opportunity.understood.notice, questions) if questions else "",
        window=last.window,
        until=french.day(last.day, on) if last.day else "",
        is_written=last.is_written,
        words=last.evidence[0].words if last.evidence else "",
        sent=sent,
        # Who is interested in a contract is nobody's business outside one's own networks.
        sent_by=shown_name(sent.by) if is_known and sent else "une personne inscrite",
    )
