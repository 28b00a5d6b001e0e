"""Contracts of the demo that end soon, one just awarded with a clause, and some of the past to
compare with, as the essential data tell them; everybody is fictional."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from demo.numbers import FIRST_BUYER_RANK, fictional_siret

FIRST_COMPANY_RANK = 80_001
JUST_AWARDED = "M05"


@dataclass(frozen=True, slots=True)
class _Ending:
    """One contract; `buyer` is its rank among the buyers of the notices."""

    number: str
    buyer: int
    buyer_name: str
    title: str
    cpv: str
    postcode: str
    months: int
    ends_in_days: int
    euros: int
    holders: tuple[str, ...]
    clause: str = "Pas de considération sociale"


_ENDINGS = (
    _Ending(
        "M01",
        2,
        "Communauté de communes du Val Verdoire (fictive)",
        "Entretien des sentiers de randonnée et des abords de cols",
        "77320000",
        "48000",
        36,
        150,
        138_000,
        ("Sentiers & Cie (fictive)",),
    ),
    _Ending(
        "M02",
        3,
        "Syndicat de la Verdoire (fictif)",
        "Nettoyage des locaux techniques et des points d’apport volontaire",
        "90910000",
        "48000",
        48,
        320,
        212_000,
        ("Propre Vallée (fictive)", "Brosse et Balai (fictive)"),
    ),
    _Ending(
        "M03",
        4,
        "Commune de Vaubrune (fictive)",
        "Blanchisserie du linge de la cantine et du gymnase",
        "98310000",
        "48000",
        24,
        -20,
        31_000,
        ("Buanderie des Tilleuls (fictive)",),
    ),
    _Ending(
        "M04",
        5,
        "Commune de Sainte-Vergne (fictive)",
        "Entretien des espaces verts des trois quartiers hauts",
        "77310000",
        "38000",
        48,
        560,
        96_000,
        ("Jardins du Plateau (fictive)",),
    ),
    # Published four days ago: who won it gets a letter.
    _Ending(
        JUST_AWARDED,
        2,
        "Communauté de communes du Val Verdoire (fictive)",
        "Entretien des parcs et des haies des six bourgs",
        "77310000",
        "48000",
        36,
        36 * 365 // 12 - 24,
        264_000,
        ("Parcs et Haies (fictive)",),
        "Clause sociale",
    ),
)
# Long ended, and as many as a comparison asks: what the company wants painted, without a price, is
# compared with them.
_PAINTED = (
    ("Peinture des bancs et des barrières", 2, 12, 24_000),
    ("Peinture du mobilier des aires de repos", 2, 10, 18_500),
    ("Peinture des abris de la déchèterie", 3, 12, 31_000),
    ("Peinture des bennes et des conteneurs", 3, 8, 19_200),
    ("Peinture des volets de l’école", 4, 6, 12_600),
    ("Peinture des jeux et des clôtures", 4, 12, 27_500),
    ("Peinture des coffres de chantier", 5, 9, 21_000),
    ("Peinture des rayonnages des ateliers", 5, 12, 36_000),
)
_BUYERS = {ending.buyer: ending.buyer_name for ending in _ENDINGS}
_PAST = tuple(
    _Ending(
        f"P{rank:02d}",
        buyer,
        _BUYERS[buyer],
        title,
        "45442100",
        "48000",
        months,
        -90 * (rank + 1),
        euros,
        ("Couleurs du Plateau (fictive)",),
    )
    for rank, (title, buyer, months, euros) in enumerate(_PAINTED, 1)
)


def render_contracts(today: date, folder: Path) -> Path:
    """Write the contracts of a day into one file of essential data."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "contrats.json"
    records = [_record(ending, rank, today) for rank, ending in enumerate((*_ENDINGS, *_PAST))]
    text = json.dumps({"marches": {"marche": records}}, ensure_ascii=False, indent=1)
    target.write_text(f"{text}\n", encoding="utf-8")
    return target


def _record(ending: _Ending, rank: int, today: date) -> Mapping[str, Any]:
    notified = (
        today + timedelta(days=ending.ends_in_days) - timedelta(days=ending.months * 365 // 12)
    )
    return {
        "_type": "Marché",
        "id": f"{notified.year}{ending.number}00",
        "acheteur": {
            "id": fictional_siret(FIRST_BUYER_RANK + ending.buyer - 1),
            "nom": ending.buyer_name,
        },
        "objet": ending.title,
        "codeCPV": ending.cpv,
        "lieuExecution": {"code": ending.postcode, "typeCode": "Code postal"},
        "dureeMois": ending.months,
        "dateNotification": notified.isoformat(),
        "datePublicationDonnees": (notified + timedelta(days=20)).isoformat(),
        "considerationsSociales": {"considerationSociale": [ending.clause]},
        "montant": ending.euros,
        "titulaires": [
            {
                "id": fictional_siret(FIRST_COMPANY_RANK + rank * 10 + number),
                "typeIdentifiant": "SIRET",
                "denominationSociale": name,
            }
            for number, name in enumerate(ending.holders)
        ],
    }
