"""Two directors say what their bank held, what funders give, and what their annexes are worth."""

from datetime import date

from cordee.economics.cash.actions import state_opening, write_resource
from cordee.economics.models import OpeningBalance, Resource
from cordee.members.actions.sheet import write_annex
from cordee.members.models import Convention, Structure
from cordee.rules.months import month_number
from demo.people_of import director_of

# Invented, as all of it: the legal amount of 2026 is not known.
UNIT_CENTS = 2_400_000
# (funder, category, euros, certainty, months from now, payments)
type Line = tuple[str, str, int, str, int, int]
GARDENS: tuple[Line, ...] = (
    ("Marché du samedi et paniers", "VENTES", 48_000, "ACQUIS", 0, 12),
    ("Département de la Verdoire", "COFINANCEMENT_DEPT", 90_000, "ACQUIS", 2, 1),
    ("Communauté de communes du Val", "SUBVENTIONS", 60_000, "ACQUIS", 4, 1),
    ("Fonds social européen", "SUBVENTIONS", 70_000, "PROMIS", 6, 1),
    ("Fondation des Sources", "MECENAT_DONS", 30_000, "DEMANDE", 7, 1),
)
SHORES: tuple[Line, ...] = (
    ("Département de la Verdoire", "COFINANCEMENT_DEPT", 120_000, "ACQUIS", 1, 12),
    ("Syndicat de la rivière", "SUBVENTIONS", 96_000, "ACQUIS", 0, 12),
    ("Région", "SUBVENTIONS", 80_000, "ACQUIS", 3, 1),
    ("Fondation des Sources", "MECENAT_DONS", 15_000, "PROMIS", 5, 1),
)


def state_cash(day: date, gardens: Structure, shores: Structure) -> None:
    """The cash of the Jardins lacks something in spring; that of Rives et Sentiers lasts."""
    for structure, balance, days, lines in (
        (gardens, 62_000, 30, GARDENS),
        (shores, 96_000, None, SHORES),
    ):
        by, month = director_of(structure), month_number(day)
        opening = OpeningBalance(
            structure=structure, month=month, balance_cents=balance * 100, payment_days=days
        )
        state_opening(opening=opening, by=by)
        for funder, category, euros, certainty, later, payments in lines:
            row = Resource(
                chantier=structure.chantiers.get(),
                funder=funder,
                category=category,
                amount_cents=euros * 100,
                certainty=certainty,
                first_month=month + later,
                months=payments,
            )
            write_resource(resource=row, by=by)
        _annexes(structure, day)


def _annexes(structure: Structure, day: date) -> None:
    """The annex of the year has its amount, and that of the next is already known."""
    annex = structure.conventions.get()
    annex.unit_cents = UNIT_CENTS
    write_annex(annex=annex, by=director_of(structure))
    following = Convention(
        structure=structure,
        number=annex.number.replace(f"{day.year % 100:02d}", f"{(day.year + 1) % 100:02d}", 1),
        state=Convention.State.PROVISOIRE,
        starts_on=date(day.year + 1, 1, 1),
        ends_on=date(day.year + 1, 12, 31),
        posts_cfte=annex.posts_cfte,
        unit_cents=UNIT_CENTS,
    )
    write_annex(annex=following, by=director_of(structure))
