"""The two abridged shapes of BOAMP notices beside the project, as notices. For tests alone."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cordee.notices.formats.assembly import evidence_list, with_wording
from cordee.notices.formats.values import day, moment
from cordee.notices.notice import (
    Buyer,
    ClauseKind,
    Cpv,
    Descripteur,
    Evidence,
    Format,
    Kind,
    Notice,
    Place,
    SocialClause,
    Source,
)
from cordee.notices.places import department_of_address, distinct, place_of_department

_KINDS = {
    "Attribution": Kind.AWARD,
    "Preinformation": Kind.PRIOR,
    "Nature/Intentionconclure": Kind.AWARD,
    "Nature/Modification": Kind.AWARD,
    "Nature/Rectificatif": Kind.CHANGE,
    "Statut/Rectificatif": Kind.CHANGE,
    "Statut/Modification": Kind.CHANGE,
    "Statut/Annulation": Kind.CANCELLATION,
}


def notices_2021(shared_data: Path) -> Iterator[Notice]:
    """Every notice of `boamp/notices_2021.jsonl.gz`."""
    with gzip.open(shared_data / "boamp/notices_2021.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield notice_2021(json.loads(line))


def notice_2021(record: dict[str, Any]) -> Notice:
    """One notice of February and March 2021: no text but title and conditions."""
    social = SocialClause(ClauseKind.EXECUTION, (Evidence("soc", "true"),))
    notice = Notice(
        source=Source.BOAMP,
        format=Format.BOAMP_LEGACY,
        id=record["idweb"],
        kind=_kind(record["type"]),
        title=record["objet"],
        buyer=Buyer(
            record["buyer"],
            postcode=record["cp"],
            city=record["ville"],
            department=department_of_address(record["cp"], None),
        ),
        published_on=day(record["pub"]),
        deadline=moment(record.get("deadline")),
        deadline_source=record.get("deadline"),
        descripteurs=tuple(Descripteur(code, label) for code, label in record["desc"].items()),
        places=_places(record["depp"] or record["dep"]),
        conditions=evidence_list(
            ("AUTRES_CONDITIONS_PART_OUI", record.get("cond")),
            ("FORME_JURIDIQUE", record.get("groupement")),
        ),
    )
    return with_wording(notice, social=social if record["soc"] else None)


def notices_2026(shared_data: Path) -> Iterator[Notice]:
    """Every notice of `boamp/notices_2026_07.jsonl`."""
    lines = (shared_data / "boamp/notices_2026_07.jsonl").read_text("utf-8").splitlines()
    return (notice_2026(json.loads(line)) for line in lines)


def notice_2026(record: dict[str, Any]) -> Notice:
    """One notice of July 2026: title and description."""
    codes = [code[:8] for code in json.loads(record["cpvCodesJson"])]
    closes = record["deadlineAt"]
    return with_wording(
        Notice(
            source=Source.BOAMP if record["source"] == "boamp" else Source.TED,
            format=Format.BOAMP_ENVELOPE,
            id=record["sourceRef"],
            kind=Kind.CALL,
            title=record["title"],
            text=record["description"],
            buyer=Buyer(record["buyer"]),
            published_on=datetime.fromtimestamp(record["publishedAt"] / 1000, tz=UTC).date(),
            deadline=datetime.fromtimestamp(closes / 1000, tz=UTC) if closes else None,
            cpv=Cpv(codes[0], tuple(codes[1:])) if codes else Cpv(),
            places=_places(json.loads(record["departementsJson"])),
        )
    )


def _kind(types: list[str]) -> Kind:
    """What the status says comes before what the nature says, as in the record itself."""
    ordered = sorted(types, key=lambda name: not name.startswith("Statut"))
    found = (_KINDS.get(name) or _KINDS.get(name.partition("/")[0]) for name in ordered)
    return next((kind for kind in found if kind), Kind.CALL)


def _places(departments: list[str]) -> tuple[Place, ...]:
    return distinct([place_of_department(code, "code_departement") for code in departments])
