"""The own limits of a party beside its share, in figures: read by its own people alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from cordee.agreement.facts import PartyFacts
from cordee.agreement.remaining_means import (
    MonthRoom,
    YearRoom,
    cells_by_chantier,
    months_of,
    years_of,
)
from cordee.agreement.terms import Terms
from cordee.alliances.models import AllianceParty
from cordee.alliances.problem.means import span_of
from cordee.base.ui import french, months
from cordee.members.models import Chantier

# As the table of the share says of a cell that nobody filled.
TO_FILL = "à dire"


@dataclass(frozen=True, slots=True)
class Margin:
    """One limit: what was free, what the share takes of it, what is left."""

    what: str
    when: str
    free: str
    taken: str
    left: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """A figure that nobody told, and where its people tell it."""

    text: str
    button: str
    url: str


@dataclass(frozen=True, slots=True)
class Margins:
    """Everything that limits a party; `is_capped`: whether its receipts have a ceiling."""

    rows: Sequence[Margin]
    unknown: Sequence[Unknown]
    is_capped: bool


def margins_of(party: AllianceParty, terms: Terms, facts: PartyFacts) -> Margins:
    """Each accounting year of the work under the ceiling, and the fullest month of the crews.

    Of the chantiers that do the work; of the usual one, where no work is shared out yet.
    """
    whole = cells_by_chantier(terms, party.key, facts)
    used = {chantier: cells for chantier, cells in whole.items() if cells}
    cells = used or dict(list(whole.items())[:1])
    names = _names(list(cells)) if len(cells) > 1 else {}
    first, length = span_of(terms)
    years = [
        each
        for each in years_of(terms, cells, facts)
        if first < each.first_month + each.months and each.first_month < first + length
    ]
    busy = months_of(terms, cells, facts)
    has_cents = any(cell.cents is not None for of_it in cells.values() for cell in of_it)
    has_cfte = any(cell.cfte is not None for of_it in cells.values() for cell in of_it)
    rows = [
        _year(each, names, is_filled=has_cents) for each in years if each.headroom_cents is not None
    ]
    fullest = {
        chantier: min(mine, key=lambda each: (each.left_cfte, each.month))
        for chantier in cells
        if (mine := [each for each in busy if each.chantier == chantier])
    }
    rows += [_month(each, names, is_filled=has_cfte) for each in fullest.values()]
    is_capped = any(facts.means[chantier].is_capped for chantier in cells)
    known = {each.chantier for each in years if each.headroom_cents is not None}
    structure = party.structure_id
    unknown = []
    untold = [each for each in years if each.headroom_cents is None]
    if untold or any(facts.means[each].is_capped and each not in known for each in cells):
        when = f" {_span(untold[0])}" if len(untold) == 1 else ""
        text = f"Vos recettes{when} sont inconnues : nous ne savons pas si le plafond tient."
        url = reverse("economics:ceiling", args=[structure])
        unknown.append(Unknown(text, "Dire mes recettes", url))
    if not cells or set(cells) - set(fullest):
        text = "Vos équipes sont inconnues : nous ne savons pas si elles suffisent."
        unknown.append(
            Unknown(text, "Dire mes équipes", reverse("members:sheet", args=[structure]))
        )
    return Margins(rows, unknown, is_capped)


def _year(room: YearRoom, names: dict[int, str], *, is_filled: bool) -> Margin:
    left = room.left_cents
    assert left is not None
    over = f"{french.euros(-left)} de trop" if left < 0 else french.euros(left)
    return Margin(
        _of("Recettes sous le plafond", room.chantier, names),
        _span(room),
        french.euros(room.headroom_cents),
        french.euros(room.taken_cents) if is_filled else TO_FILL,
        over if is_filled else TO_FILL,
        left < 0,
    )


def _month(room: MonthRoom, names: dict[int, str], *, is_filled: bool) -> Margin:
    left = room.left_cfte
    over = f"{french.fte(-left)} de trop" if left < 0 else french.fte(left)
    return Margin(
        _of("Équipes", room.chantier, names),
        f"en {months.month(room.month)}, le mois le plus juste",
        french.fte(room.free_cfte),
        french.fte(room.taken_cfte) if is_filled else TO_FILL,
        over if is_filled else TO_FILL,
        left < 0,
    )


def _span(room: YearRoom) -> str:
    return months.span(room.first_month, room.months)


def _of(what: str, chantier: int, names: dict[int, str]) -> str:
    return f"{what}, {names[chantier]}" if chantier in names else what


def _names(pks: Sequence[int]) -> dict[int, str]:
    rows = Chantier.objects.filter(pk__in=pks)
    return dict(rows.values_list("pk", "name"))
