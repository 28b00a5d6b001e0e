"""What a structure may still sell, on « Aujourd’hui » and « Mon chantier » of who directs it."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse

from cordee.base.ui import french
from cordee.economics import headroom
from cordee.economics.headroom import Position
from cordee.economics.models import AccountingYear, Commitment
from cordee.economics.radar.page import needs_most_care, state_of
from cordee.members.evidence import Proof
from cordee.members.models import Structure
from cordee.members.own_page import TO_SAY, Entry
from cordee.members.sharing import FigureClass, Viewer
from cordee.members.sheet_gaps import Gap
from cordee.members.today.figures import Figure
from cordee.rules.kinds import is_capped


def may_sell(viewer: Viewer, structure: Structure) -> Iterator[Figure]:
    """What is left under the ceiling, or too much, in the year that the radar opens on.

    Of one chantier, since each has its own (RULE-10). Never said to be more than it is. Nothing
    where accounts are unknown, or where several chantiers would need one figure each.
    """
    if structure.pk not in viewer.seen[FigureClass.PRIVATE]:
        return
    found = _positions(structure, viewer)
    if len({each.year.chantier_id for each in found}) != 1:
        return
    shown = needs_most_care(found)
    assert shown is not None
    line = shown.signed
    cents, words = line.headroom_cents, "que vous pouvez encore vendre"
    if line.is_above:
        # Of what is too much, a part of a euro is a euro: rounded the other way.
        cents = -(-(line.excess_cents or 0) // 100) * 100
        words = "de trop, au-dessus du plafond"
    if cents is not None:
        euros = french.euros_number(cents // 100 * 100, rounded=True)
        yield Figure(euros, "€", f"{words} {line.when}")


def accounts(viewer: Viewer, structure: Structure) -> Iterator[Entry]:
    """The accounts among the entries of « Mon chantier », with the state that needs most care."""
    url = reverse("economics:ceiling", args=[structure.pk])
    if not is_capped(structure.kind):
        yield Entry("Comptes et plafond", f"sans plafond pour une {structure.kind}", url)
        return
    states = [(each, state_of(each)) for each in _positions(structure, viewer)]
    order = ("bloque", "vigilance", "inconnu", "sur")
    worst = min(states, key=lambda each: order.index(each[1][0]), default=None)
    if worst is None:
        yield Entry("Comptes et plafond", "aucun exercice saisi", url, TO_SAY)
    else:
        position, state = worst
        yield Entry("Comptes et plafond", position.span, url, state)


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


def ceiling_proof(structure: Structure, on: date) -> Proof | None:
    """The rate of the year that needs most care, for who directs; None without accounts."""
    viewer = Viewer.of_structures([structure.pk], on)
    shown = needs_most_care(_positions(structure, viewer)) if is_capped(structure.kind) else None
    rate = shown and shown.signed.rate
    if shown is None or rate is None:
        return None
    words = f"de recettes sur charges, pour un plafond de {french.percent(shown.cap, 0)}"
    url = reverse("economics:ceiling", args=[structure.pk])
    return Proof(french.percent(rate), f"{words}, {shown.signed.when}", url)


def _positions(structure: Structure, viewer: Viewer) -> list[Position]:
    """The years that have not ended, first ones first, with what is signed or bid. Two queries."""
    years = AccountingYear.objects.filter(chantier__structure=structure).not_ended(viewer.on)
    rows = Commitment.objects.filter(chantier__structure=structure).running()
    found = headroom.positions(
        years.order_by("first_month", "pk").select_related("chantier"),
        rows.filter(is_in_budget=False).promises(),
        viewer.on,
    )
    return sorted(found, key=lambda each: each.year.first_month)
