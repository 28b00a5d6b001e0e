"""What others did with three practices of the valley, and with one that did not take; one thing
finished of each sort that may become a sheet. Invented."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from cordee.agreement.insertion import Way
from cordee.delivery.hours.actions import state_hours
from cordee.delivery.models import Delivery, MonthlyHours, Partner
from cordee.delivery.opening.actions import open_by_hand
from cordee.economics.models import AccountingYear, YearStatement
from cordee.members.models import Network, RoleSeat, Structure
from cordee.mobilisation.models import UrgentAnswer, UrgentCall, UrgentCallReach
from cordee.practices.models import Reuse, Sheet
from cordee.practices.models.reuse import Outcome
from cordee.practices.models.sheets import FROM_FILE
from cordee.practices.reuse.actions import write_reuse
from cordee.practices.sheets.actions import set_status
from cordee.rules.accounts import SALES, UNDETAILED
from cordee.rules.clock import PARIS
from cordee.rules.months import first_day, month_number
from cordee.rules.practices import PracticeStatus
from demo.people_of import director_of
from demo.valley import NATIONAL

SAID_BEFORE = timedelta(days=9)
# The file of the sheet, who says it, whether it is named, what is said.
SAID: tuple[tuple[str, str, bool, dict[str, Any]], ...] = (
    (
        "mallette-premier-jour",
        "Cuisine du Plateau",
        False,
        {
            "outcome": Outcome.ADAPTED,
            "trade": "restauration-traiteur",
            "places": 14,
            "territory": "town",
            "changed": "Pas de chaussures dans la caisse\u00a0: un tablier, deux charlottes, le "
            "plan de la cuisine.",
            "why": "Trois personnes sur dix ne revenaient pas le deuxième jour. Depuis février, "
            "une seule.",
        },
    ),
    (
        "outiltheque",
        "Rives et Sentiers",
        True,
        {
            "outcome": Outcome.TAKEN,
            "trade": "espaces-naturels-genie-ecologique",
            "places": 12,
            "territory": "rural",
            "why": "Nous achetions pour la troisième fois une tarière qui sert six jours par an.",
        },
    ),
    (
        "tableau-du-lundi",
        "Les Jardins de la Verdoire",
        True,
        {
            "outcome": Outcome.ADAPTED,
            "trade": "espaces-verts",
            "places": 20,
            "territory": "town",
            "changed": "Le mardi, car la moitié de l’équipe arrive ce jour-là. Des photos à la "
            "place des mots.",
            "why": "Chacun découvrait son chantier dans le camion.",
        },
    ),
    (
        "trajets-sans-permis",
        "Val Mirel Environnement",
        False,
        {
            "outcome": Outcome.FAILED,
            "trade": "espaces-verts",
            "places": 16,
            "territory": "city",
            "why": "En ville, le bus passe avant nos horaires\u00a0: le covoiturage n’a pris avec "
            "personne. Nous avons décalé l’embauche d’une demi-heure, et cela a suffi.",
        },
    ),
)


@transaction.atomic
def load_reuses(day: date) -> None:
    """Once; nothing where a sheet or a structure is not there."""
    now = datetime.combine(day - SAID_BEFORE, time(9), tzinfo=PARIS)
    for stem, name, is_named, said in SAID:
        sheet = Sheet.objects.filter(source_kind=FROM_FILE, source_key=stem).first()
        structure = Structure.objects.filter(name=name).first()
        if sheet is None or structure is None or sheet.reuses.exists():
            continue
        by = RoleSeat.objects.directing(structure).people().first()
        row = Reuse(sheet=sheet, structure=structure, **said)
        write_reuse(row=row, is_named=is_named, by=by, now=now)
        if said["outcome"] != Outcome.FAILED:
            set_status(sheet=sheet, status=PracticeStatus.TRANSFERRED, by=None, now=now)


@transaction.atomic
def load_finished(day: date) -> None:
    """After alliances and what is learnt: a call, a course, a contract, a year under the ceiling.
    Once; nothing where the two structures are not there."""
    found = Structure.objects.filter(name__in=("Les Jardins de la Verdoire", "Rives et Sentiers"))
    if found.count() != 2 or found[0].urgent_calls.exists():
        return
    gardens, rives = found.order_by("name")
    at = datetime.combine(day - timedelta(days=24), time(9), tzinfo=PARIS)
    call = UrgentCall.objects.create(
        network=Network.objects.get(slug=NATIONAL),
        structure=gardens,
        trade="espaces-verts",
        title="Arroser deux cents jeunes plants sans point d’eau",
        question="Comment tenir un mois sec avec une seule citerne\u202f?",
        needed_by=day - timedelta(days=17),
        at=at,
        closed_at=at + timedelta(days=6),
        thanks="Merci. Le paillage a suffi.",
    )
    call.reached.create(structure=rives, why=UrgentCallReach.Why.TRADE, at=at)
    words = "Paillez d’abord, puis arrosez la nuit."
    UrgentAnswer.objects.create(call=call, structure=rives, words=words, at=at + timedelta(days=1))
    gardens.learners.get(pseudonym="Hana").courses.update(ended_on=day - timedelta(days=14))
    _finished_contract(gardens, rives, day)
    # Above the ceiling two years ago, under it last year.
    for ago, receipts in ((2, 15_600_000), (1, 5_400_000)):
        year = {
            "chantier": rives.chantiers.get(),
            "first_month": 12 * (day.year - ago),
            "charges_cents": 48_000_000,
            "receipts_cents": receipts,
            "basis": AccountingYear.Basis.CLOSED,
        }
        AccountingYear.objects.create(**year)
        amounts = {UNDETAILED: year["charges_cents"], SALES: receipts}
        YearStatement.objects.create(**year, amounts=amounts)


def _finished_contract(gardens: Structure, rives: Structure, day: date) -> None:
    """Four months, by two; the last one is over."""
    by = director_of(gardens)
    first = month_number(day) - 4
    made = Delivery(
        structure=gardens,
        title="Les haies du canal",
        buyer_name="Commune de Vaubrune (fictive)",
        notified_on=first_day(first),
        months=4,
    )
    made = open_by_hand(contract=made, minutes=240 * 60, by=by)
    lot, lead = made.lots.get(), made.partners.get()
    lot.trade = "espaces-verts"
    lot.save(update_fields=["trade"])
    member = {"role": Partner.Role.MEMBER, "name": rives.shown_name}
    other = Partner.objects.create(delivery=made, structure=rives, **member)
    rows = [
        MonthlyHours(lot=lot, partner=each, way=Way.SIAE, month=month, minutes=32 * 60)
        for each in (lead, other)
        for month in range(first, first + 4)
    ]
    state_hours(delivery=made, rows=rows, by=by, now=datetime.combine(day, time(9), tzinfo=PARIS))
