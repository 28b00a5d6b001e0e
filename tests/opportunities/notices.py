"""Notices of our own, imported as if a reader had read them: lives are made of what they say."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from cordee.notices.notice import (
    Amount,
    Award,
    Buyer,
    Cpv,
    Duration,
    Evidence,
    Format,
    Kind,
    Links,
    Lot,
    Notice,
    Place,
    Source,
    Winner,
)
from cordee.notices.notice_json import notice_from_json, notice_to_json
from cordee.notices.reading import NoticeFile
from cordee.opportunities.actions.importing import import_notices
from cordee.opportunities.import_report import ImportReport

ON = date(2027, 6, 1)
TOWN = Buyer("Commune de Saint-Aubin", "21380001900017")
PLANE, WHEEL = "10000000000016", "20000000000014"
SAYS = Evidence("", "")


def boamp(identifier: str, **changes: Any) -> Notice:
    """A call for green spaces in Isère; a change replaces a field."""
    return Notice(
        **{
            "source": Source.BOAMP,
            "format": Format.BOAMP_MAPA,
            "id": identifier,
            "kind": Kind.CALL,
            "title": "Entretien des espaces verts des écoles",
            "buyer": TOWN,
            "published_on": date(2027, 3, 1),
            "deadline": datetime(2027, 4, 5, 10, tzinfo=UTC),
            "cpv": Cpv("77310000"),
            "places": (Place(department="38"),),
            **changes,
        }
    )


def ted(identifier: str, **changes: Any) -> Notice:
    """The same call as TED publishes it, three days later."""
    own = {
        "source": Source.TED,
        "format": Format.TED_R209,
        "title": "France – Services d’entretien – Entretien des espaces verts des écoles",
        "published_on": date(2027, 3, 4),
    }
    return boamp(identifier, **(own | changes))


def lot(number: str, title: str, **changes: Any) -> Lot:
    return Lot(**{"id": number, "title": title, "duration": Duration(months=24), **changes})


def won(lot_id: str | None, *sirets: str, **changes: Any) -> Award:
    winners = tuple(Winner(f"Entreprise {siret[:2]}", siret) for siret in sirets)
    return Award(
        **{
            "lot_id": lot_id,
            "winners": winners,
            "amount": Amount(4_000_000, SAYS) if winners else None,
            "decided_on": date(2027, 5, 10),
            **changes,
        }
    )


def naming(*ids: str) -> Links:
    return Links(previous=ids)


class Importer:
    """Imports notices through the real import, with a reader that takes our own JSON."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.files = 0
        monkeypatch.setattr(
            NoticeFile, "read", lambda document: notice_from_json(json.loads(document.content))
        )

    def __call__(self, *notices: Notice) -> ImportReport:
        return self.all(notices)

    def all(self, notices: Iterable[Notice]) -> ImportReport:
        self.files += 1
        path = self.folder / f"{self.files}.jsonl"
        lines = [json.dumps(notice_to_json(notice)) for notice in notices]
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        return import_notices([path], by=None, on=ON)
