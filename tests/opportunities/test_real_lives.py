"""Which real notices are taken for one need. The two abridged shapes are read here only.

Judged by eye once (docs/lives.md): the nine pairs of July 2026 are right and complete.
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cordee.notices.notice import Buyer, Cpv, Format, Kind, Notice, Place, Source
from cordee.opportunities.notice_matching import Traits, same_need, title_likeness, traits_of

PAIRS_OF_2026 = {
    ("26-69116", "481563-2026"),
    ("26-70097", "493477-2026"),
    ("26-70208", "493841-2026"),
    ("26-70252", "492236-2026"),
    ("26-71023", "499757-2026"),
    ("26-71525", "500652-2026"),
    ("26-71568", "500868-2026"),
    ("26-73252", "509550-2026"),
    ("26-73416", "512618-2026"),
}


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def _of_2026(folder: Path) -> Iterator[Traits]:
    for line in (folder / "boamp/notices_2026_07.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        published = _moment(row["publishedAt"])
        notice = Notice(
            source=Source.BOAMP if row["source"] == "boamp" else Source.TED,
            format=Format.BOAMP_ENVELOPE,
            id=row["sourceRef"],
            kind=Kind.CALL,
            title=row["title"],
            buyer=Buyer(row["buyer"]) if row["buyer"] else None,
            published_on=published.date() if published else None,
            deadline=_moment(row["deadlineAt"]),
            cpv=Cpv(None, tuple(json.loads(row["cpvCodesJson"]))),
            places=tuple(
                Place(department=code.zfill(2)) for code in json.loads(row["departementsJson"])
            ),
        )
        yield traits_of(notice, notice.id)


def _kind_of_2021(row: dict[str, Any]) -> Kind:
    said = " ".join(row["type"]).lower()
    words = {
        "attribution": Kind.AWARD,
        "rectif": Kind.CHANGE,
        "annul": Kind.CANCELLATION,
        "preinfo": Kind.PRIOR,
    }
    return next((kind for word, kind in words.items() if word in said), Kind.CALL)


def _of_2021(folder: Path) -> Iterator[Traits]:
    with gzip.open(folder / "boamp/notices_2021.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            limit = row.get("deadline")
            notice = Notice(
                source=Source.BOAMP,
                format=Format.BOAMP_LEGACY,
                id=row["idweb"],
                kind=_kind_of_2021(row),
                title=row["objet"],
                buyer=Buyer(row["buyer"]) if row["buyer"] else None,
                published_on=date.fromisoformat(row["pub"][:10]),
                deadline=datetime.fromisoformat(limit).replace(tzinfo=UTC) if limit else None,
                places=tuple(Place(department=code) for code in row["dep"]),
            )
            yield traits_of(notice, notice.id)


def test_every_pair_of_july_2026_is_found_and_no_other(shared_data: Path) -> None:
    """1,225 pairs of a BOAMP and a TED notice."""
    known = list(_of_2026(shared_data))
    found = {
        (one.source_id, other.source_id)
        for one in known
        for other in known
        if (one.source, other.source) == ("boamp", "ted") and same_need(one, other)
    }
    assert found == PAIRS_OF_2026


def test_two_needs_of_one_buyer_stay_apart(shared_data: Path) -> None:
    """As if each notice of 2021 had been published in both sources.

    Thousands of pairs of one buyer, one sort and near days; those taken for one need must say the
    same title word for word: a notice published twice, or a correction of the same notice.
    """
    by_buyer: dict[str, list[Traits]] = defaultdict(list)
    for traits in _of_2021(shared_data):
        by_buyer[traits.buyer_key].append(traits)
    near, taken = 0, []
    for known in by_buyer.values():
        for n, one in enumerate(known):
            for other in known[n + 1 :]:
                if one.source_id == other.source_id or one.kind != other.kind:
                    continue
                near += 1
                if same_need(one, other):
                    taken.append((one, other))
    assert near > 5_000
    calls = [pair for pair in taken if pair[0].kind == Kind.CALL]
    assert len(calls) <= 8
    assert len(taken) <= 30
    assert all(title_likeness(a.title_key, b.title_key) == 1 for a, b in taken)
