"""What both TED_EXPORT schemas write alike: fields, changes, and who won."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cordee.notices.clauses.articles import BOXES, reserved_by_boxes
from cordee.notices.formats.assembly import amount_at, evidence_list
from cordee.notices.formats.awards import Decision, tender_count, winner, winners_of
from cordee.notices.formats.tree import NOTHING, Node
from cordee.notices.formats.values import cpv_code, day, end_of_day, moment
from cordee.notices.notice import Amount, Award, Reserved, Winner


def boxes(form: Node) -> Reserved | None:
    """What the ticked boxes reserve; boxes of different kinds together are MIXTE."""
    return reserved_by_boxes("LEFTI", (node.name for node in form.every(*BOXES)))


def codes_under(*nodes: Node | None) -> list[str]:
    """CPV codes of all CPV_CODE elements under these elements, in order."""
    return [
        code
        for node in nodes
        if node is not None
        for item in node.every("CPV_CODE")
        if (code := cpv_code(item.attributes.get("CODE")))
    ]


def nuts_under(node: Node) -> list[str]:
    """NUTS codes under an element, in order."""
    return [code for item in node.every("NUTS") if (code := item.attributes.get("CODE"))]


def split_date(node: Node | None) -> str | None:
    """A date written as DAY, MONTH and YEAR, as "2021-06-08"; None if it is not a date."""
    parts = [node.value(name) or "" for name in ("YEAR", "MONTH", "DAY")] if node else [""] * 3
    written = f"{parts[0]}-{parts[1].zfill(2)}-{parts[2].zfill(2)}"
    return written if day(written) else None


def deadline_at(written: str | None, time: str | None) -> tuple[datetime | None, str | None]:
    """A moment in UTC and its words; a day alone lasts to its end."""
    if written and time and (when := moment(written, time)):
        return when, f"{written} {time}"
    return end_of_day(written), written


def is_in_france(address: Node) -> bool:
    """Whether an address names no other country."""
    country = address.find("COUNTRY")
    return country is None or country.attributes.get("VALUE") == "FR"


CHANGES = frozenset({"CHANGE", "REPLACE", "ADD", "DELETE"})
"""Elements that each tell one change."""

_DEADLINE = re.compile(
    r"IV\.2\.2\b|IV\.3\.[48]\b|limite (?:de|pour la) r[ée]ception"
    r"|r[ée]ception des (?:offres|demandes)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: where in the notice, what was written, what is to be read."""

    where: str
    old: str | None
    new: str | None
    new_moment: datetime | None = None

    @property
    def sentence(self) -> str:
        """The change in a French line."""
        if self.old and self.new:
            return f"{self.where} : au lieu de « {self.old} », lire « {self.new} »."
        if self.new:
            return f"{self.where} : ajouter « {self.new} »."
        return f"{self.where} : supprimer « {self.old or ''} »."

    @property
    def is_deadline(self) -> bool:
        """Whether it moves the last moment for tenders or for applications."""
        return self.new_moment is not None and _DEADLINE.search(self.where) is not None


def new_deadline(changes: Iterable[Change]) -> tuple[datetime, str, str] | None:
    """The last moment as it is now, its words and where they stand; None if it does not move."""
    moved = (
        (change.new_moment, change.new or "", f"CHANGES/{change.where}")
        for change in changes
        if change.new_moment is not None and change.is_deadline
    )
    return max(moved, default=None)


def changes_of(form: Node) -> tuple[Change, ...]:
    """Every change that a form 14 tells."""
    return tuple(_changes(form))


def _changes(form: Node) -> Iterator[Change]:
    for node in form.every(*CHANGES):
        where = node.find("WHERE")
        old, _ = _value(node.find("OLD_VALUE"))
        new, moved = _value(node.find("NEW_VALUE"))
        if where is None or not (old or new):
            continue
        lot = where.words("LOT_NO")
        parts = [where.words("SECTION"), f"lot {lot}" if lot else None, where.words("LABEL")]
        place = " ".join(part for part in parts if part) or where.words() or ""
        yield Change(place, old, new, moved)


def _value(node: Node | None) -> tuple[str | None, datetime | None]:
    """The words of a value and, where it is a date, its moment; a day alone lasts to its end."""
    if node is None or node.find("NOTHING") is not None:
        return None, None
    written, time = node.value("DATE"), node.value("TIME")
    older = node.find("DATE_TIME")
    if older is not None:
        written, time = split_date(older), older.value("TIME")
    if written is not None and day(written):
        when = moment(written, time) if time else None
        return " ".join(filter(None, (written, time))), when or end_of_day(written)
    words = node.words()
    codes = [code.attributes.get("CODE", "") for code in node.every("CPV_CODE", "NUTS")]
    return words or " ".join(filter(None, codes)) or None, None


_OPERATORS = (
    "ECONOMIC_OPERATOR_NAME_ADDRESS",
    "CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME_CHP",
    "WINNER_NAME_ADDRESS",
)
_OLDER_AWARDS = ("AWARD_OF_CONTRACT", "AWARD_OF_CONTRACT_DEFENCE", "AWARD_AND_CONTRACT_VALUE")
_OLDER_DATES = ("CONTRACT_AWARD_DATE", "DATE_OF_CONTRACT_AWARD")
_OLDER_TENDERS = ("OFFERS_RECEIVED_NUMBER", "OFFERS_RECEIVED_NUMBER_MEANING")
_OLDER_VALUES = ("CONTRACT_VALUE_INFORMATION", "INFO_ON_PRICE_AWARD", "VALUE_CONTRACT")


def awards_r209(form: Node) -> tuple[Decision, ...]:
    """Read AWARD_CONTRACT (F03, F06, F15, F20 to F25) and the prizes of design contests (F13)."""
    found = [_award(node) for node in form.all("AWARD_CONTRACT")]
    found += [_contest(node) for node in form.all("RESULTS")]
    changed = form.find("MODIFICATIONS_CONTRACT")
    if changed is not None and len(found) < 2:
        # A modification says who holds the contract from now on, and for how much.
        return (_modified(found[0].award if found else Award(), changed),)
    return tuple(found)


def _award(node: Node) -> Decision:
    given = node.find("AWARDED_CONTRACT") or NOTHING
    refused = node.find("NO_AWARDED_CONTRACT")
    decided = given.value("DATE_CONCLUSION_CONTRACT")
    title = node.words("TITLE")
    reasons = [child.name for child in refused.children] if refused else []
    return Decision(
        Award(
            lot_id=node.value("LOT_NO"),
            winners=_contractors(given, "ADDRESS_CONTRACTOR"),
            amount=_amount(given, "AWARDED_CONTRACT", "VAL_TOTAL"),
            decided_on=day(decided),
            tenders=tender_count(_first(given, "NB_TENDERS_RECEIVED")),
            is_unsuccessful=refused is not None,
            evidence=evidence_list(
                ("AWARDED_CONTRACT/DATE_CONCLUSION_CONTRACT", decided),
                ("AWARDED_CONTRACT", "AWARDED_TO_GROUP" if _is_group(given) else None),
                ("NO_AWARDED_CONTRACT", (reasons or ["NO_AWARDED_CONTRACT"])[0] if refused else ""),
                ("AWARD_CONTRACT/TITLE", title),
            ),
        ),
        title=title,
    )


def _contest(node: Node) -> Decision:
    prize = node.find("AWARDED_PRIZE") or NOTHING
    refused = node.find("NO_AWARDED_PRIZE")
    decided = prize.value("DATE_DECISION_JURY")
    return Decision(
        Award(
            winners=_contractors(prize, "ADDRESS_WINNER"),
            decided_on=day(decided),
            tenders=tender_count(_first(prize, "NB_PARTICIPANTS")),
            is_unsuccessful=refused is not None,
            evidence=evidence_list(
                ("AWARDED_PRIZE/DATE_DECISION_JURY", decided),
                ("RESULTS", "NO_AWARDED_PRIZE" if refused else None),
            ),
        )
    )


def _modified(award: Award, changed: Node) -> Decision:
    now = changed.find("DESCRIPTION_PROCUREMENT") or NOTHING
    info = changed.find("INFO_MODIFICATIONS") or NOTHING
    before, after = (_first(info, name) for name in ("VAL_TOTAL_BEFORE", "VAL_TOTAL_AFTER"))
    amount = _amount(info, "INFO_MODIFICATIONS", "VAL_TOTAL_AFTER")
    return Decision(
        Award(
            # One contract is modified: what is said of it holds for the whole notice.
            winners=_contractors(now, "ADDRESS_CONTRACTOR") or award.winners,
            amount=amount or _amount(now, "DESCRIPTION_PROCUREMENT", "VAL_TOTAL") or award.amount,
            decided_on=award.decided_on,
            tenders=award.tenders,
            evidence=(
                *award.evidence,
                *evidence_list(
                    ("INFO_MODIFICATIONS/VAL_TOTAL_BEFORE", before),
                    ("INFO_MODIFICATIONS/VAL_TOTAL_AFTER", after),
                ),
            ),
        )
    )


def _contractors(node: Node, address: str) -> tuple[Winner, ...]:
    return winners_of(
        winner(found.words("OFFICIALNAME"), found.value("NATIONALID"))
        for found in node.every(address)
    )


def _is_group(node: Node) -> bool:
    return node.first("AWARDED_TO_GROUP") is not None


def _amount(node: Node, where: str, name: str) -> Amount | None:
    return amount_at(node.first(name), f"{where}/{name}")


def _first(node: Node, *names: str) -> str | None:
    found = node.first(*names)
    return found.text.strip() or None if found else None


def awards_r208(form: Node) -> tuple[Decision, ...]:
    """Read the awards of the older forms 3, 6 and 18, and the winners of form 13."""
    return tuple(_older(node) for node in form.every(*_OLDER_AWARDS))


def _older(node: Node) -> Decision:
    title = node.first("CONTRACT_TITLE", "TITLE_CONTRACT")
    decided = split_date(node.first(*_OLDER_DATES))
    words = title.words() if title else None
    return Decision(
        Award(
            lot_id=_first(node, "LOT_NUMBER"),
            winners=winners_of(_older_winners(node)),
            amount=_older_amount(node),
            decided_on=day(decided),
            tenders=tender_count(_first(node, *_OLDER_TENDERS)),
            evidence=evidence_list(
                (f"{node.name}/CONTRACT_AWARD_DATE", decided),
                (f"{node.name}/CONTRACT_TITLE", words),
            ),
        ),
        title=words,
    )


def _older_winners(node: Node) -> Iterator[Winner | None]:
    for operator in node.every(*_OPERATORS):
        name = operator.first("OFFICIALNAME")
        yield winner(name.words() if name else None, _first(operator, "NATIONALID"))


def _older_amount(node: Node) -> Amount | None:
    for holder in node.every(*_OLDER_VALUES):
        for costs in holder.every(
            "COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE", "COSTS_RANGE_AND_CURRENCY"
        ):
            currency = costs.attributes.get("CURRENCY")
            cost = costs.find("VALUE_COST")
            if cost is not None and currency in (None, "EUR"):
                return amount_at(cost, f"{holder.name}/VALUE_COST")
    return None
