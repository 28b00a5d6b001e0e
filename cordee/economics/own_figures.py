"""What a structure may still sell, on « Aujourd’hui » and « Mon chantier » of who directs it."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse

from cordee.base.ui import french
from cordee.economics import headroom
from cordee.economics.models import AccountingYear
from cordee.economics.radar.lines import CeilingLine, lines, when_of
from cordee.members.models import Structure
from cordee.members.own_page import TO_SAY, Entry
from cordee.members.sharing import FigureClass, Viewer
from cordee.members.sheet_gaps import Gap
from cordee.members.today.figures import Figure
from cordee.rules.ceiling import is_capped


def may_sell(viewer: Viewer, structure: Structure) -> Iterator[Figure]:
    """What is left under the ceiling this year: of one chantier, since each has its own (RULE-10).

    Nothing where accounts are unknown, or where several chantiers would need one figure each.
    """
    if structure.pk not in viewer.seen[FigureClass.PRIVATE]:
        return
    found = _lines(structure, viewer)
    if len({line.year.chantier_id for line in found}) != 1:
        return
    (line, *_) = found
    if line.headroom_cents is not None and not line.is_above:
        yield Figure(
            french.euros_number(line.headroom_cents, rounded=True),
            "€",
            f"que vous pouvez encore vendre {when_of(line)}",
        )


def accounts(viewer: Viewer, structure: Structure) -> Iterator[Entry]:
    """The accounts among the entries of « Mon chantier », with the state that needs most care."""
    url = reverse("economics:ceiling", args=[structure.pk])
    if not is_capped(structure.kind):
        yield Entry("Comptes et plafond", f"sans plafond pour une {structure.kind}", url)
        return
    found = _lines(structure, viewer)
    order = ("bloque", "vigilance", "inconnu", "sur")
    worst = min(found, key=lambda line: order.index(line.state[0]), default=None)
    if worst is None:
        yield Entry("Comptes et plafond", "aucun exercice saisi", url, TO_SAY)
    else:
        yield Entry("Comptes et plafond", worst.when, url, worst.state)


def gaps(structure: Structure, on: date) -> Iterator[Gap]:
    """What the accounts would open, for each chantier without a year in course."""
    if not is_capped(structure.kind):
        return
    running = AccountingYear.objects.filter(chantier=OuterRef("pk")).not_ended(on)
    every = list(structure.chantiers.annotate(is_said=Exists(running)))
    for chantier in every:
        if not chantier.is_said:
            yield Gap(
                f"Vos comptes, {chantier}" if len(every) > 1 else "Vos comptes",
                "Sans charges ni recettes, une équipe avec vous reste «\u00a0sous réserve\u00a0» "
                "de votre plafond.",
                "Dire trois chiffres",
                f"{reverse('economics:state', args=[structure.pk])}?chantier={chantier.pk}",
            )


def _lines(structure: Structure, viewer: Viewer) -> list[CeilingLine]:
    years = AccountingYear.objects.filter(chantier__structure=structure)
    by_chantier = headroom.positions_by_chantier(years.order_by("first_month", "pk"))
    found = [line for each in by_chantier.values() for line in lines(each, viewer.on)]
    return sorted(found, key=lambda line: line.year.first_month)
