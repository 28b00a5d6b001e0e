"""« Pour vous »: the contracts of one structure by verdict, then distance; on the list, the day."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french
from cordee.members.models import Structure
from cordee.members.sharing import Viewer
from cordee.members.today.contracts import MOST_SHOWN, Contract, ContractPanel
from cordee.opportunities.access import AnonymousUser, opportunities_for
from cordee.opportunities.models import Opportunity, Verdict, VerdictTurn
from cordee.opportunities.models.verdicts import FITTING, VerdictQuerySet
from cordee.opportunities.verdicts.words import line_of
from cordee.opportunities.wording import where_words

TITLE_LETTERS = 80
PENDING = "Le calcul est en cours. Revenez dans une minute."
SEARCHING = "Nous cherchons vos marchés"
NOTHING = "Aucun marché ouvert n’est dans vos métiers et assez près."


def verdicts_for(viewer: Viewer, structure: Structure, now: datetime) -> VerdictQuerySet:
    """Those of a structure that the viewer directs, of open contracts that the viewer may see."""
    if not viewer.directs(structure):
        return Verdict.objects.none()
    seen = opportunities_for(viewer.user or AnonymousUser(), on=viewer.on).open(now)
    # Asked of each of its few verdicts: a list of keys would be that of every open opportunity.
    is_seen = Exists(seen.filter(pk=OuterRef("opportunity")).order_by())
    return (
        Verdict.objects.filter(is_seen, structure=structure)
        .select_related("opportunity", "structure__commune")
        .prefetch_related("opportunity__places")
        .best_first()
    )


def is_pending(structure: Structure) -> bool:
    """Whether they are computed for the first time, or again since something changed."""
    turn: VerdictTurn | None = getattr(structure, "verdict_turn", None)
    return turn is None or turn.computed_at is None or turn.asked_at is not None


def contracts_of(rows: Iterable[Verdict], on: date) -> list[Contract]:
    """The lines of these verdicts, whose opportunities and places are at hand."""
    found = []
    for row in rows:
        line, one = line_of(row, on=on), row.opportunity
        found.append(
            Contract(
                french.cut(one.title, TITLE_LETTERS),
                reverse("opportunities:detail", args=[one.pk]),
                facts_of(one, on),
                line.look,
                line.short,
                line.icon,
                line.marks,
            )
        )
    return found


def facts_of(opportunity: Opportunity, on: date) -> str:
    """ "Lac-Brun, 48 000 €, avant le 15 janvier"."""
    amount = "montant inconnu"
    if opportunity.amount_cents is not None:
        amount = french.euros(opportunity.amount_cents, rounded=True)
    when = "date inconnue"
    if opportunity.deadline is not None:
        when = f"avant le {french.day(timezone.localdate(opportunity.deadline), on)}"
    return f"{where_words(opportunity)}, {amount}, {when}"


def panel(viewer: Viewer, now: datetime) -> ContractPanel | None:
    """On the page of the day, for who directs one structure and acts for no network."""
    if viewer.network is not None or len(viewer.structure_ids) != 1:
        return None
    own = Structure.objects.select_related("verdict_turn")
    structure = own.get(pk=next(iter(viewer.structure_ids)))
    # All of them, sixty at most: they are counted too.
    rows = list(verdicts_for(viewer, structure, now))
    pending = is_pending(structure)
    note = PENDING if pending else "" if rows else NOTHING
    fits, left = sum(row.kind in FITTING for row in rows), len(rows) - MOST_SHOWN
    return ContractPanel(
        "Pour vous",
        contracts_of(rows[:MOST_SHOWN], viewer.on),
        reverse("opportunities:for_you") if rows else reverse("opportunities:list"),
        more_words(left) if rows else "Voir toute la France",
        fitting_words(fits) if fits else "",
        note,
    )


def more_words(left: int) -> str:
    """What the counted link says."""
    if left < 1:
        return "Ouvrir la liste"
    return (
        f"Voir {'l’autre marché' if left == 1 else f'les {french.in_letters(left)} autres marchés'}"
    )


def fitting_words(count: int) -> str:
    """ "Trois marchés vous conviennent", "Un marché vous convient", "Aucun marché sûr…"."""
    if count == 0:
        return "Aucun marché sûr aujourd’hui"
    if count == 1:
        return "Un marché vous convient"
    return f"{french.in_letters(count).capitalize()} marchés vous conviennent"


def counted_words(fits: int, total: int) -> str:
    """The title of a list of so many contracts: it counts what stands under it."""
    if fits == total:
        return fitting_words(fits)
    which = "dont un vous convient" if fits else "aucun sûr aujourd’hui"
    if fits > 1:
        which = f"dont {french.in_letters(fits)} vous conviennent"
    if total == 1:
        return "Un marché, pas sûr aujourd’hui"
    return f"{french.in_letters(total).capitalize()} marchés, {which}"
