"""Notices of the valley that its alliances answer, past or still open, and one that a company won;
all invented."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from demo.numbers import FIRST_BUYER_RANK, fictional_siret


@dataclass(frozen=True, slots=True, kw_only=True)
class AllianceNotice:
    """One notice; days count from today. `buyer` is its rank among the buyers of the notices."""

    slug: str
    number: int
    title: str
    words: str
    cpv: str
    postcode: str
    city: str
    buyer: int
    buyer_name: str
    euros: int
    months: int
    published: int
    deadline: int
    start: int


NOTICES = (
    AllianceNotice(
        slug="sentiers",
        number=21,
        title="Entretien des sentiers et des aires de pique-nique",
        words="Débroussaillage des sentiers, tonte et entretien des espaces verts des aires.",
        cpv="77310000",
        postcode="48000",
        city="Saint-Aubin-sur-Verdoire",
        buyer=2,
        buyer_name="Communauté de communes du Val Verdoire (fictive)",
        euros=64_000,
        months=12,
        published=-40,
        deadline=-6,
        start=90,
    ),
    AllianceNotice(
        slug="ecoles",
        number=22,
        title="Espaces verts des écoles et du collège",
        words="Tonte, taille des haies et entretien des espaces verts de cinq établissements.",
        cpv="77310000",
        postcode="48000",
        city="Les Granges-Verdoire",
        buyer=2,
        buyer_name="Communauté de communes du Val Verdoire (fictive)",
        euros=78_000,
        months=12,
        published=-150,
        deadline=-112,
        start=-25,
    ),
    AllianceNotice(
        slug="cimetieres",
        number=23,
        title="Entretien des cimetières sans désherbant",
        words="Désherbage à la main, tonte et entretien des espaces verts de trois cimetières.",
        cpv="77310000",
        postcode="48190",
        city="Roche-Mirel",
        buyer=3,
        buyer_name="Syndicat de la Verdoire (fictif)",
        euros=42_000,
        months=12,
        published=-95,
        deadline=-60,
        start=30,
    ),
    AllianceNotice(
        slug="parc",
        number=24,
        title="Entretien du parc de la Confluence",
        words="Tonte, massifs et entretien des espaces verts du parc et de ses abords.",
        cpv="77310000",
        postcode="48000",
        city="Saint-Aubin-sur-Verdoire",
        buyer=3,
        buyer_name="Syndicat de la Verdoire (fictif)",
        euros=70_000,
        months=12,
        published=-65,
        deadline=-28,
        start=60,
    ),
    AllianceNotice(
        slug="maison-de-sante",
        number=25,
        title="Abords de la maison de santé",
        words="Tonte, massifs et entretien des espaces verts des abords et du stationnement.",
        cpv="77310000",
        postcode="48000",
        city="Les Granges-Verdoire",
        buyer=2,
        buyer_name="Communauté de communes du Val Verdoire (fictive)",
        euros=56_000,
        months=12,
        published=-24,
        deadline=9,
        start=110,
    ),
    AllianceNotice(
        slug="etang",
        number=26,
        title="Espaces verts de l’étang et de sa promenade",
        words="Tonte, taille des haies et entretien des espaces verts autour de l’étang.",
        cpv="77310000",
        postcode="48190",
        city="Roche-Mirel",
        buyer=3,
        buyer_name="Syndicat de la Verdoire (fictif)",
        euros=60_000,
        months=12,
        published=-12,
        deadline=19,
        start=120,
    ),
    # Nobody of the valley answered it: `contracts.JUST_AWARDED` says who won it.
    AllianceNotice(
        slug="haies",
        number=27,
        title="Entretien des parcs et des haies des six bourgs",
        words="Tonte, taille des haies et entretien des espaces verts de six bourgs. Clause "
        "d’insertion\u00a0: le titulaire confie au moins 2 400 heures de travail à des personnes "
        "éloignées de l’emploi.",
        cpv="77310000",
        postcode="48000",
        city="Saint-Aubin-sur-Verdoire",
        buyer=2,
        buyer_name="Communauté de communes du Val Verdoire (fictive)",
        euros=264_000,
        months=36,
        published=-120,
        deadline=-80,
        start=-10,
    ),
)


def render_for_alliances(today: date, folder: Path) -> list[Path]:
    """Write the notices of a day into a folder, in the order of their numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for notice in NOTICES:
        target = folder / f"{notice.number}-{notice.slug}.json"
        text = json.dumps(_record(notice, today), ensure_ascii=False, indent=1)
        target.write_text(f"{text}\n", encoding="utf-8")
        written.append(target)
    return written


def _record(notice: AllianceNotice, today: date) -> Mapping[str, Any]:
    """As the API of the BOAMP gives a notice of a small contract."""
    published, deadline, start = (
        (today + timedelta(days=days)).isoformat()
        for days in (notice.published, notice.deadline, notice.start)
    )
    year = (today + timedelta(days=notice.published)).year
    name = f"{year % 100:02d}-99000{notice.number}"
    place = {"CP": notice.postcode, "VILLE": notice.city}
    management = {
        "REFERENCE": {
            "IDWEB": name,
            "TYPE_AVIS": {
                "FAMILLE": {"MAPA": ""},
                "PERIMETRE": {"CMP-2006": ""},
                "NATURE": {"APPEL_OFFRE": ""},
                "STATUT": {"INITIAL": ""},
            },
        },
        "INDEXATION": {
            "DATE_PUBLICATION": published,
            "DATE_LIMITE_REPONSE": f"{deadline}T12:00:00",
            "DEP_PUBLICATION": "48",
            "RESUME_OBJET": notice.title,
        },
    }
    data = {
        "IDENTITE": {
            "DENOMINATION": notice.buyer_name,
            "CODE_IDENT_NATIONAL": fictional_siret(FIRST_BUYER_RANK + notice.buyer - 1),
            "ADRESSE": "Place de la mairie",
            **place,
        },
        "OBJET": {
            "TYPE_MARCHE": {"SERVICES": ""},
            "TITRE_MARCHE": notice.title,
            "OBJET_COMPLET": notice.words,
            "CPV": {"PRINCIPAL": f"{notice.cpv}-6"},
            "LIEU_EXEC_LIVR": place,
            "CARACTERISTIQUES": {"VALEUR": str(notice.euros)},
            "DUREE_DELAI": {"DUREE_MOIS": str(notice.months), "DATE_DEBUT": start},
        },
        "PROCEDURE": {"TYPE_PROCEDURE": {"PROCEDURE_ADAPTE": ""}},
        "CONDITION_DELAI": {"RECEPT_OFFRES": f"{deadline}T12:00:00"},
        "CONDITION_RELATIVE_MARCHE": {
            "FORME_JURIDIQUE": "Groupement conjoint ou solidaire, au choix des candidats."
        },
        "CONDITION_PARTICIPATION": {"MARCHE_RESERVE_NON": ""},
    }
    return {
        "id": name.replace("-", "_"),
        "idweb": name,
        "objet": notice.title,
        "famille": "MAPA",
        "code_departement": ["48"],
        "dateparution": published,
        "datelimitereponse": f"{deadline}T12:00:00+00:00",
        "nomacheteur": notice.buyer_name,
        "nature": "APPEL_OFFRE",
        "nature_libelle": "Avis de marché",
        "etat": "INITIAL",
        "source_schema": "2.3.0",
        # The API gives these two as JSON inside JSON.
        "gestion": json.dumps(management, ensure_ascii=False),
        "donnees": json.dumps(data, ensure_ascii=False),
    }
