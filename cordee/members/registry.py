"""Asking the register of companies whether an establishment still exists, and under which name.

The register is read through a service that answers `?q=<SIRET>` as the « API Recherche
d’entreprises » documents it (`docs/sources.md`). No database here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from cordee.base.search.words import fold
from cordee.base.web.client import Client
from cordee.base.web.transport import SourceDown
from cordee.members.models import Structure

# What the register writes where somebody asked not to be shown.
HIDDEN = "NON-DIFFUSIBLE"


@dataclass(frozen=True, slots=True)
class Establishment:
    """What the register says of one SIRET; texts are empty where it hides or omits them."""

    siret: str
    is_open: bool
    closed_on: date | None = None
    names: tuple[str, ...] = ()
    address: str = ""
    postcode: str = ""


class Register:
    """One service, asked politely: the pauses and the tries are those of `Client`."""

    def __init__(self, url: str, client: Client) -> None:
        self.url, self.client = url, client

    def ask(self, siret: str) -> Establishment | None:
        """One establishment, or None where the register does not know this SIRET.

        Raises `SourceDown` where there is no answer to be had, or none that we can read.
        """
        question = urlencode({"q": siret, "page": 1, "per_page": 1})
        answer = self.client.get_json(f"{self.url}?{question}")[1]
        try:
            return _read(siret, answer)
        except (TypeError, KeyError, AttributeError, ValueError) as wrong:
            raise SourceDown(
                f"La réponse du répertoire ne se lit pas ({type(wrong).__name__}).",
                "L’API a peut-être changé\u00a0: voyez docs/sources.md.",
            ) from wrong


def _read(siret: str, answer: Mapping[str, Any]) -> Establishment | None:
    # The question is a search in full text: it may answer with a neighbour. Only the very same
    # SIRET counts, among the establishments that matched, then the head office.
    for company in answer["results"]:
        for found in (*company.get("matching_etablissements", ()), company.get("siege") or {}):
            if found.get("siret") == siret:
                return _establishment(siret, company, found)
    return None


def _establishment(
    siret: str, company: Mapping[str, Any], found: Mapping[str, Any]
) -> Establishment:
    state = found["etat_administratif"]
    # "A" (active) or "F" (fermé). Any other letter means that the format changed: better no answer
    # than a structure reported as closed by mistake.
    if state not in ("A", "F"):
        raise ValueError(f"etat_administratif is {state!r}: neither A nor F.")
    names = (
        *(company.get("nom_raison_sociale"), company.get("nom_complet"), company.get("sigle")),
        *(found.get("nom_commercial"), *(found.get("liste_enseignes") or ())),
    )
    closed_on = found.get("date_fermeture")
    return Establishment(
        siret=siret,
        is_open=state == "A",
        # Some dates carry an hour: the day alone counts.
        closed_on=date.fromisoformat(closed_on[:10]) if closed_on else None,
        names=tuple(dict.fromkeys(text for name in names if (text := _shown(name)))),
        address=_shown(found.get("adresse")),
        postcode=_shown(found.get("code_postal")),
    )


def _shown(value: Any) -> str:
    text = " ".join(str(value or "").split())
    return "" if HIDDEN in text.upper() else text


def differences(structure: Structure, found: Establishment) -> list[dict[str, str]]:
    """Where the sheet and the register disagree: field, ours, theirs. What is hidden agrees.

    A name that shares its words with one of theirs is the same: the register has ways of its own.
    """
    differing = []
    ours = [name for name in (structure.name, structure.brand) if name]
    if found.names and not any(_alike(a, b) for a in ours for b in found.names):
        differing.append({"field": "nom", "ours": structure.shown_name, "theirs": found.names[0]})
    if found.postcode and structure.postcode and found.postcode != structure.postcode:
        differing.append(
            {
                "field": "adresse",
                "ours": f"{structure.postcode} {structure.place_name}".strip(),
                "theirs": found.address or found.postcode,
            }
        )
    return differing


# Words of the legal form, which say nothing of who it is.
FORM_WORDS = frozenset(
    {"assoc", "association", "asso", "sarl", "sas", "scic", "scop", "eurl", "sa"}
)


def _alike(ours: str, theirs: str) -> bool:
    mine, other = (set(fold(name).split()) - FORM_WORDS for name in (ours, theirs))
    # One set of words within the other: registers add a place or an acronym to a name, or drop one.
    return bool(mine and other) and (mine <= other or other <= mine)
