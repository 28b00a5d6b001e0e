"""What the buyer's words say of reservation, insertion and groups, and which sentence says it.

Structured fields are read by the readers of each format; this only reads sentences.
`docs/algorithms/reading-clauses.md` tells the rules and their reasons.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from cordee.notices.clauses.articles import merge_reserved, reserved_by_boxes
from cordee.notices.clauses.grouping import grouping_from
from cordee.notices.clauses.insertion import clause_from
from cordee.notices.clauses.numbers import lots_named
from cordee.notices.clauses.reservation import is_denied_for_all, reservation_claims, reserved_from
from cordee.notices.clauses.sentences import relevant
from cordee.notices.notice import ClauseKind, Evidence, GroupingForm
from cordee.rules.reservation import Reservation

_BOX = re.compile(r"\[([A-Z]{4,}(?:_[A-Z]+)+)\]")


@dataclass(frozen=True, slots=True)
class Clauses:
    """What a text says of reservation, insertion and groups; silence is NONE, NONE and FREE.

    `hours` in all and `rate_percent` (share of hours or labour) are None when no figure is
    written; `negated` is true when the text says that there is no clause or no reservation. Each
    `…_evidence` holds the sentences that decided, empty where the text is silent.
    """

    reserved: Reservation = Reservation.NONE
    clause: ClauseKind = ClauseKind.NONE
    hours: int | None = None
    rate_percent: Decimal | None = None
    grouping: GroupingForm = GroupingForm.FREE
    negated: bool = False
    reserved_evidence: tuple[Evidence, ...] = ()
    clause_evidence: tuple[Evidence, ...] = ()
    grouping_evidence: tuple[Evidence, ...] = ()


def read_clauses(text: str, grouping_text: str = "") -> Clauses:
    """What the buyer wrote of insertion (`text`) and of groups (`grouping_text`)."""
    box = reserved_by_boxes("case", _BOX.findall(text))
    found = relevant((Evidence("texte", _BOX.sub("\n", text)),))
    claims = reservation_claims(found)
    reserved = merge_reserved(box, reserved_from(claims))
    social = clause_from(found)
    grouping = grouping_from(relevant((Evidence("groupement", grouping_text),)))
    return Clauses(
        reserved=reserved.reservation if reserved else Reservation.NONE,
        clause=social.kind if social else ClauseKind.NONE,
        hours=social.hours if social else None,
        rate_percent=social.rate_percent if social else None,
        grouping=grouping.form if grouping else GroupingForm.FREE,
        negated=bool(social and social.negated) or is_denied_for_all(claims),
        reserved_evidence=reserved.evidence if reserved else (),
        clause_evidence=social.evidence if social else (),
        grouping_evidence=grouping.evidence if grouping else (),
    )
