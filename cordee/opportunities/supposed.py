"""What a notice does not say of the size of its work and Cordée supposes: one sentence, said first
on pages, and the fact by which a person corrects it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from cordee.base.ui import french, months
from cordee.opportunities.models import WorkPackage

# What like contracts were paid tells no more of this one than a supposition does.
UNSURE = frozenset({"supposed", "compared"})
# Field of a package: what is not said, and the fact to correct.
SUBJECTS = {
    "trade": ("le métier", "trades"),
    "amount_cents": ("le montant", "amount"),
    "need_cfte": ("l’effectif", "need"),
    "months": ("la durée", "months"),
    "first_month": ("le début", "start"),
    "place": ("le lieu exact", "places"),
}
YEAR = 12

type Unsaid = Mapping[str, Sequence[WorkPackage]]


class Unit(StrEnum):
    """In what a supposed size is told."""

    EUROS = "euros"
    PEOPLE = "people"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Supposition:
    """A sentence, the first fact that would correct it, and which packages have no size of theirs.

    `scaled`: by position of a package, whether its people follow from its amount (or, where only
    the duration is supposed, from its months). `unit` is None where place or start alone lack.
    `is_price_alone`: people, place and time are told.
    """

    sentence: str
    fact: str
    unit: Unit | None = None
    scaled: Mapping[int, bool] = field(default_factory=dict)
    is_yearly: bool = False
    is_price_alone: bool = False


def supposition_of(
    packages: Sequence[WorkPackage], *, with_place: bool, is_private: bool = False
) -> Supposition | None:
    """None where the notice, or the private need, says it all. A place that is unknown may be said
    elsewhere already."""
    unsaid = {name: [row for row in packages if is_unsure(row, name)] for name in SUBJECTS}
    # A trade that is supposed is no matter of size: it is said with the trades.
    del unsaid["trade"]
    amounts = unsaid["amount_cents"]
    if any(_state(row, "amount_cents") == "compared" for row in amounts):
        # People follow from the amount: said once.
        unsaid["need_cfte"] = []
    if not with_place:
        unsaid["place"] = []
    unsaid = {name: rows for name, rows in unsaid.items() if rows}
    if not unsaid:
        return None
    values, places = ", ".join(_values(unsaid)), {_from(row) for row in unsaid.get("place", ())}
    supposed = [f"nous supposons {values}"] if values else []
    if places:
        start = places.pop() if len(places) == 1 else "des points supposés"
        supposed.append(f"nous mesurons les trajets depuis {start}")
    some = any(len(rows) < len(packages) for rows in unsaid.values())
    part = ", pour une partie des travaux," if some else ""
    subjects = [SUBJECTS[name][0] for name in unsaid]
    alone = len(subjects) == 1
    what = f" pas{part} {subjects[0]}" if alone else f"{part} ni {' ni '.join(subjects)}"
    sentence = (
        f"{'Le besoin' if is_private else 'L’avis'} ne dit{what}\u00a0: {' et '.join(supposed)}."
    )
    fact = SUBJECTS[next(iter(unsaid))][1]
    if amounts:
        follows = {row.position: is_unsure(row, "need_cfte") for row in amounts}
        unit = Unit.PEOPLE if "need_cfte" in unsaid else Unit.EUROS
        is_price_alone = len(unsaid) == 1 and not any(follows.values())
        return Supposition(sentence, fact, unit, follows, _is_yearly(amounts), is_price_alone)
    # A need that is written stays the same each month, however long: only a computed one is spread.
    lasts = (row for row in unsaid.get("months", ()) if _state(row, "need_cfte") == "computed")
    spread = {row.position: True for row in lasts}
    return Supposition(sentence, fact, Unit.MONTHS if spread else None, spread)


def is_unsure(row: WorkPackage, name: str) -> bool:
    """Whether a field of a package is only supposed, or compared."""
    return row.is_place_supposed if name == "place" else _state(row, name) in UNSURE


def _state(row: WorkPackage, name: str) -> str:
    return str(row.provenance.get(name, {}).get("state", ""))


def _values(unsaid: Unsaid) -> Iterator[str]:
    """An amount that follows from supposed people says nothing more than they do."""
    is_alone = len(unsaid) == 1
    if rows := unsaid.get("need_cfte", ()):
        yield french.fte(sum(row.need_cfte for row in rows))
    elif rows := unsaid.get("amount_cents", ()):
        cents = sum(row.amount_cents for row in rows)
        counts = {row.provenance["amount_cents"].get("contracts") for row in rows}
        alike = "des" if len(counts) > 1 or None in counts else counts.pop()
        is_compared = any(_state(row, "amount_cents") == "compared" for row in rows)
        source = f"{alike} marchés semblables" if is_compared else "l’équipe demandée"
        yield f"{money(cents, rows[0].months, _is_yearly(rows), _about)}, d’après {source}"
    if rows := unsaid.get("months", ()):
        yield f"{'' if is_alone else 'pendant '}{lasting(max(row.months for row in rows))}"
    if rows := unsaid.get("first_month", ()):
        first = min(row.first_month for row in rows)
        yield f"{'' if is_alone else 'dès '}{months.month(first)}"


def _about(cents: int) -> int:
    """Two figures that count: what is supposed is not known to the euro."""
    return round(cents, 2 - len(str(cents)))


def _from(row: WorkPackage) -> str:
    """Without a commune the point is the middle of a department, or of several."""
    if row.commune_id:
        return row.place_label
    return f"le milieu {'du département,' if row.department_id else 'd’une'} {row.place_label}"


def _is_yearly(rows: Sequence[WorkPackage]) -> bool:
    """Whether an amount is best told by the year: one duration, supposed or over a year."""
    lengths = {row.months for row in rows}
    return len(lengths) == 1 and (max(lengths) > YEAR or all(is_unsure(r, "months") for r in rows))


def money(
    cents: int, lasts: int, is_yearly: bool, rounded: Callable[[int], int] = lambda cents: cents
) -> str:
    """ "120 000 € par an"."""
    amount = rounded(cents * YEAR // lasts if is_yearly else cents)
    return f"{french.euros(amount, rounded=True)}{' par an' if is_yearly else ''}"


def lasting(months: int) -> str:
    """ "deux mois"."""
    return f"{french.in_letters(months) if months > 1 else 'un'} mois"
