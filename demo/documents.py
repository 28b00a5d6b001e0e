"""What the structures of the demo's alliance tell for their bids: enough to show gaps, and a file.

The first one has told everything and opened it; the second one half; the third one nothing.
"""

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from cordee.accounts.models import User
from cordee.alliances.answer_files import actions as answer_files_actions
from cordee.alliances.documents import actions as documents_actions
from cordee.alliances.models import Alliance, AllianceParty, AnswerFile
from cordee.members.models import RoleSeat

MAIL = "cordee.example"


@transaction.atomic
def load_files(alliance: Alliance, day: date) -> None:
    """Write the files of those who said yes; nothing where one is written."""
    parties = list(
        alliance.parties.filter(state=AllianceParty.State.INTERESTED)
        .select_related("structure")
        .order_by("pk")
    )
    if len(parties) < 2 or AnswerFile.objects.exists():
        return
    now = timezone.make_aware(datetime.combine(day, time(10)))
    first, second = parties[:2]
    by = _director(first)
    answer_files_actions.write_answer_file(
        structure=first.structure,
        values={
            "legal_form": "Association loi de 1901",
            "registered_at": "Registre national des associations, W000000001",
            "address": "3 chemin des Serres",
            "email": f"marches-{first.structure.siret}@{MAIL}",
            "is_small": True,
            "permanent_staff": 6,
            "insertion_staff": 24,
            "means": "Deux tracteurs de tonte, un broyeur, deux fourgons.",
            "method": "Un temps de formation chaque vendredi, sur ce que la semaine a montré.",
        },
        by=by,
    )
    answer_files_actions.write_trade_texts(
        structure=first.structure,
        texts={
            "": "Un encadrant pour huit personnes, présent chaque jour sur le chantier.",
            "espaces-naturels-genie-ecologique": "Berges fauchées à la main, en équipe de quatre.",
        },
        by=by,
    )
    for years, cents in enumerate((21_000_050, 19_500_000, 18_000_000), start=1):
        answer_files_actions.set_turnover(
            structure=first.structure,
            year=day.year - years,
            amount_cents=cents,
            field_cents=cents // 2,
            by=by,
        )
    for title, client, years in (
        ("Entretien des berges du Val", "Syndicat de la rivière (inventé)", 1),
        ("Taille des haies du canal", "Commune d’Exemple-Bas (inventée)", 2),
    ):
        answer_files_actions.add_past_work(
            structure=first.structure,
            title=title,
            client=client,
            year=day.year - years,
            trade="espaces-verts",
            amount_cents=1_850_000 // years,
            by=by,
        )
    documents_actions.open_file(party=first, by=by, now=now)
    answer_files_actions.write_answer_file(
        structure=second.structure,
        values={"legal_form": "Association loi de 1901", "permanent_staff": 4},
        by=_director(second),
    )


def _director(party: AllianceParty) -> User:
    found: User = RoleSeat.objects.directing(party.structure).people().order_by("pk")[0]
    return found
