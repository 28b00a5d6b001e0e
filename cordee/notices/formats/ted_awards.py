"""TED_EXPORT: who won, in the award forms of both schemas and in modifications of contracts."""

from collections.abc import Iterator

from cordee.notices.formats.assembly import amount_at, evidence_list
from cordee.notices.formats.awards import Decision, tender_count, winner, winners_of
from cordee.notices.formats.ted_fields import split_date
from cordee.notices.formats.tree import NOTHING, Node
from cordee.notices.formats.values import day
from cordee.notices.notice import Amount, Award, Winner

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
