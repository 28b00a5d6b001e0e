"""One opportunity as a row: in the list, and in its export."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from cordee.base.tables.writing import Column, euros_cell
from cordee.base.ui import french
from cordee.opportunities.models import Opportunity, Stage
from cordee.opportunities.models.opportunities import ASKING_CLAUSES
from cordee.opportunities.wording import RESERVATION_SHORT
from cordee.rules.trades import TRADES

SHOWN_TRADES = 3
SHOWN_PLACES = 2
SOON_DAYS = 7


@dataclass(frozen=True, slots=True)
class Row:
    """What the list says of an opportunity.

    `over` is the word for a call that is no more; `state` is (kind, label, icon) of what presses;
    `possible` says the trades that nothing asserts: "Peut-être : propreté".
    """

    opportunity: Opportunity
    places: str
    trades: str
    tags: list[str]
    over: str
    state: tuple[str, str, str] | None
    left: str
    possible: str = ""


def row_of(opportunity: Opportunity, now: datetime) -> Row:
    """The row of an opportunity whose trades and places are prefetched."""
    return Row(
        opportunity,
        some_of([place.label for place in opportunity.places.all()], SHOWN_PLACES),
        some_of([str(trade) for trade in opportunity.trades.all()], SHOWN_TRADES),
        _tags(opportunity),
        _over(opportunity, now),
        _state(opportunity, now),
        _left(opportunity, now),
        f"Peut-être\u00a0: {possible}" if (possible := possible_words(opportunity)) else "",
    )


def count_words(asserted: int, possible: int, *, is_open: bool, filters: int) -> str:
    """ "3 avis ouverts, et 2 à confirmer : leur métier n’est que possible".

    `is_open`: whether only calls that still run are asked for; `filters`: how many are at work.
    """
    if asserted:
        words = french.count(asserted, "avis", "avis")
        words += f" ouvert{'s' if asserted > 1 else ''}" if is_open else ""
    elif possible:
        words = "Aucun avis ne nomme ce métier"
    elif filters:
        these = "ce filtre" if filters == 1 else f"ces {filters} filtres"
        words = f"Rien ne correspond à {these}"
    else:
        words = "Aucun avis ouvert"
    if not possible:
        return words
    whose = "son métier" if possible == 1 else "leur métier"
    return f"{words}, et {possible} à confirmer\u00a0: {whose} n’est que possible"


def possible_words(opportunity: Opportunity) -> str:
    """ "propreté, espaces verts": the trades that are only possible, "" where none is."""
    return some_of([TRADES[slug].in_sentence for slug in opportunity.possible], SHOWN_TRADES)


def some_of(names: Sequence[str], shown: int) -> str:
    """The first of these names, each once, and how many more there are."""
    names = list(dict.fromkeys(names))
    more = len(names) - shown
    return ", ".join(names[:shown]) + (f" et {french.count(more, 'autre')}" if more > 0 else "")


def _tags(opportunity: Opportunity) -> list[str]:
    found = []
    if opportunity.is_private:
        found.append("Besoin privé")
    if opportunity.is_reserved:
        found.append(RESERVATION_SHORT[opportunity.reserved])
    if opportunity.is_partly_reserved:
        found.append("Pour certains lots")
    if opportunity.social_clause in ASKING_CLAUSES:
        found.append(opportunity.get_social_clause_display())
    return found


def _left(opportunity: Opportunity, now: datetime) -> str:
    deadline = opportunity.deadline
    if deadline is None:
        return ""
    return french.days_left(timezone.localdate(deadline), timezone.localdate(now))


def _over(opportunity: Opportunity, now: datetime) -> str:
    if opportunity.stage == Stage.AWARDED:
        return "Attribué"
    return "Clos" if opportunity.stage == Stage.CALL and not opportunity.is_open(now) else ""


def _state(opportunity: Opportunity, now: datetime) -> tuple[str, str, str] | None:
    """An ordinary open call needs no sign."""
    if opportunity.stage == Stage.CANCELLED:
        return "bloque", "Annulé", "bloque"
    if opportunity.stage == Stage.PRIOR:
        return "inconnu", "Annoncé", "attente"
    deadline = opportunity.deadline
    if deadline is not None and now < deadline <= now + timedelta(days=SOON_DAYS):
        return "vigilance", _left(opportunity, now), "attente"
    return None


COLUMNS = [
    Column("titre", lambda o: o.title),
    Column("acheteur", lambda o: o.buyer_name),
    Column("source", lambda o: o.get_source_display()),
    Column("publié le", lambda o: o.published_on),
    Column("réponse avant", lambda o: o.deadline),
    Column("étape", lambda o: o.get_stage_display()),
    Column("métiers", lambda o: [str(trade) for trade in o.trades.all()]),
    Column("métiers possibles", possible_words),
    Column("lieux", lambda o: [place.label for place in o.places.all()]),
    Column("départements", lambda o: sorted({place.department_id for place in o.places.all()})),
    Column("réservation", lambda o: RESERVATION_SHORT.get(o.reserved)),
    Column("insertion", lambda o: o.get_social_clause_display() if o.social_clause else None),
    Column("montant HT (euros)", lambda o: euros_cell(o.amount_cents)),
    Column("mois", lambda o: o.months),
]
