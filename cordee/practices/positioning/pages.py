"""What pages say of a positioning: where it stands, in words; two of them, side by side."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse

from cordee.base.ui import french
from cordee.members import evidence
from cordee.members.evidence import Counter, Proof, first_counted, since
from cordee.members.models import Structure
from cordee.members.own_page import Entry
from cordee.members.sharing import Viewer
from cordee.practices.models import CommissionSeat, Positioning, Visit
from cordee.practices.positioning.grid import Criterion, Function

NOT_ASKED = "pas demandé par cette grille"


class CriterionLine(NamedTuple):
    """`level`: its name, and `sentence` what it looks like, empty where nothing is said."""

    name: str
    level: str
    sentence: str
    word: str
    proofs: Sequence[str]


def functions_of(positioning: Positioning) -> list[tuple[Function, int, list[CriterionLine]]]:
    """Each with how many of its criteria lack a level, and all of them."""
    return [
        (each, positioning.lacks(each), [_line(positioning, one) for one in each.criteria])
        for each in positioning.value.functions
    ]


def _line(positioning: Positioning, criterion: Criterion) -> CriterionLine:
    said, level = positioning.answers.get(criterion.key, {}), positioning.level_of(criterion)
    return CriterionLine(
        criterion.name,
        positioning.value.levels[level - 1] if level else "pas encore dit",
        criterion.levels[level - 1] if level else "",
        said.get("word", ""),
        said.get("proofs", []),
    )


def next_function(positioning: Positioning, after: str = "") -> Function | None:
    """The first after the one just kept that is not wholly said; None at the end."""
    every = list(positioning.value.functions)
    place = next((n for n, each in enumerate(every, 1) if each.key == after), 0)
    return next(filter(positioning.lacks, every[place:]), None)


def told(positioning: Positioning) -> str:
    """How many functions are told, never how good they are."""
    every = positioning.value.functions
    whole = sum(not positioning.lacks(each) for each in every)
    if not whole:
        return "aucune fonction dite en entier"
    words = f"{french.in_letters(whole)} fonction{'s' if whole > 1 else ''} sur {len(every)}"
    return "une fonction sur 5" if whole == 1 else words


def entry(viewer: Viewer, structure: Structure) -> Iterator[Entry]:
    """On « Mon chantier »: what is said so far; one query."""
    url = reverse("practices:positionings", args=[structure.pk])
    rows = Positioning.objects.filter(structure=structure).select_related("grid")
    found = rows.order_by("-pk").first()
    if found is None:
        yield Entry("Auto-positionnement", "quinze minutes, si vous voulez", url)
    else:
        yield Entry("Auto-positionnement", told(found), url)


def proofs_of(
    function: Function, structure: Structure, on: date
) -> dict[str, list[tuple[str, Proof | None]]]:
    """By criterion, (what is counted, what was found)."""
    names = [name for each in function.criteria for name in each.counts]
    found, known = evidence.pick_up(names, structure, on), evidence.counters
    return {
        each.key: [(known[n].label, found[n]) for n in each.counts if n in known]
        for each in function.criteria
    }


def compared(then: Positioning, now: Positioning) -> dict[str, dict[str, list[str]]]:
    """By function, by criterion, what was said then and now, as each grid names its levels."""
    rows: dict[str, dict[str, list[str]]] = {}
    for place, each in enumerate((then, now)):
        for function, _, lines in functions_of(each):
            of_function = rows.setdefault(function.name, {})
            for line in lines:
                of_function.setdefault(line.name, [NOT_ASKED, NOT_ASKED])[place] = line.level
    return rows


def _visits(structure: Structure, on: date) -> Proof | None:
    """Made or received, agreed on, of a day that is past."""
    rows = Visit.objects.of(structure).in_force().filter(is_agreed=True)
    found = rows.filter(on__range=(first_counted(on), on)).count()
    told = french.count(found, "visite croisée", "visites croisées")
    url = reverse("practices:visits", args=[structure.pk])
    return Proof(told, since(on), url) if found else None


def _commissions(structure: Structure, on: date) -> Proof | None:
    """Of today, where it has a seat."""
    seats = CommissionSeat.objects.in_force().filter(structure=structure)
    running = Q(commission__ends_on__isnull=True) | Q(commission__ends_on__gte=on)
    rows = seats.filter(running, commission__taken_back_at__isnull=True)
    found, url = rows.values("commission").distinct().count(), reverse("practices:own_commissions")
    return Proof(french.count(found, "commission"), "où vous siégez", url) if found else None


COUNTERS = {
    "practices.visits": Counter("visites croisées faites ou reçues", _visits),
    "practices.commissions": Counter("commissions où la structure siège", _commissions),
}
