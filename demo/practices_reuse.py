"""What others did with three practices of the valley, and with one that did not take. Invented."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from cordee.members.models import RoleSeat, Structure
from cordee.practices.models import Reuse, Sheet
from cordee.practices.models.reuse import Outcome
from cordee.practices.models.sheets import FROM_FILE
from cordee.practices.reuse.actions import write_reuse
from cordee.practices.sheets.actions import set_status
from cordee.rules.clock import PARIS
from cordee.rules.practices import PracticeStatus

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
