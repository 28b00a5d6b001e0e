"""Every page, file and feed of practices that is open to all: no price, no private figure, nobody's
name, no structure without its consent, nor after it took that back.

The routes are found in the list of addresses, not named: a new one is walked from its first day.
"""

import io
import zipfile
from collections.abc import Iterator
from ipaddress import ip_network
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from cordee.members.models import Structure
from cordee.practices.models import Sheet, SheetVersion
from cordee.practices.models.sheets import SheetKind
from cordee.practices.reuse import actions as reuses
from cordee.practices.reuse.records import begin
from cordee.practices.reuse.sources import record_for
from cordee.practices.sheets import actions
from tests.access.test_open_routes import OPEN
from tests.alliances.conftest import rope
from tests.base.documents.reading import docx_text, pdf_text
from tests.members.makers import make_network, make_person, make_structure
from tests.practices.reuse_makers import take_up
from tests.practices.sheet_makers import NOW, agree, director_of, publish, sections_of
from tests.practices.test_records import Make, closed_alliance

__all__ = ["rope"]
pytestmark = pytest.mark.django_db

# Also what a network owns as files, for its own people, and any feed.
ROUTES = sorted(name for name in OPEN if name.startswith("practices:"))
VISITORS, counter = ip_network("10.0.0.0/16"), count()
EXTENSIONS = ("pdf", "docx", "md", "zip", "json", "csv", "atom")


def answers(client: Client, sheets: list[Sheet], network: Any) -> Iterator[tuple[str, str]]:
    """(address, all its text) of each route, for each sheet and each of its versions."""
    seen = set()
    for name in ROUTES:
        for values in arguments(sheets, network):
            try:
                address = reverse(name, kwargs=values)
            except NoReverseMatch:
                continue
            if address in seen:
                continue
            seen.add(address)
            for headers in ({}, {"HX-Request": "true"}):
                # Each from elsewhere: one visitor does not ask for all of it within the hour.
                visitor = str(VISITORS[next(counter)])
                answer = client.get(address, headers=headers, REMOTE_ADDR=visitor)
                assert answer.status_code in {200, 302, 404}, (address, answer.status_code)
                if answer.status_code == 200:
                    yield name, text_of(address, answer)


def arguments(sheets: list[Sheet], network: Any) -> Iterator[dict[str, Any]]:
    yield {}
    yield {"slug": network.slug}
    for sheet in sheets:
        yield {"pk": sheet.pk}
        for number in range(1, sheet.latest_number + 1):
            yield {"pk": sheet.pk, "number": number}
            for extension in EXTENSIONS:
                yield {"pk": sheet.pk, "number": number, "extension": extension}
    for extension in EXTENSIONS:
        yield {"extension": extension}
        yield {"slug": network.slug, "extension": extension}


def text_of(address: str, answer: Any) -> str:
    written = answer.getvalue()
    if written.startswith(b"%PDF"):
        return pdf_text(written).replace("\n", " ")
    if "docx" in address:
        return docx_text(written)
    if written.startswith(b"PK"):
        inner = zipfile.ZipFile(io.BytesIO(written))
        return " ".join(inner.read(each).decode() for each in inner.namelist())
    found: str = written.decode()
    return found


def whole(structure: Structure) -> set[str]:
    """What would name a structure."""
    return {structure.name, structure.siret, structure.organisation.siren}


def test_nothing_open_to_all_tells_what_is_private(client: Client, rope: Make) -> None:
    team = closed_alliance(rope)
    by = team.directors[team.members[0]]
    key = str(team.alliance.pk)
    record = record_for(by, "alliance", key, timezone.localdate())
    sheet = begin(record=record, kind="alliance", key=key, with_guarded=False, by=by, now=NOW)
    said = sections_of() | sheet.draft.sections
    for limits in ("Un seul hiver.", "Un seul hiver, un seul lac."):
        said["limits"] = limits
        actions.save_draft(sheet=sheet, title=sheet.title, sections=said, by=by, now=NOW)
        actions.publish(sheet=sheet, by=by, now=NOW)

    network = make_network("Réseau des lecteurs")
    author, reader = make_structure("Terrasses du Haut"), make_structure("Atelier des Rives")
    long = publish(author, kind=SheetKind.MONOGRAPH, title="Une saison", network=network)
    review = actions.ask_review(version=long, structure=reader, by=by, now=NOW)
    actions.deliver_review(
        review=review,
        report="Solide.",
        reservations="Un hiver.",
        is_published=True,
        by=director_of(reader),
        now=NOW,
    )
    director = make_person(
        "zelie@pratiques.example", role="director", structure=make_structure("Moulins du Bas")
    )
    director.display_name = "Zélie Genévrier"
    director.save()
    reuser = Structure.objects.get(name="Moulins du Bas")
    row = take_up(sheet, reuser, by=director, places=13, outcome="failed", territory="city")

    sheets = list(Sheet.objects.all())
    for each in sheets:
        each.refresh_from_db()
    # A draft is nobody's but of who writes it.
    draft = actions.start_sheet(
        kind=SheetKind.CARD, title="Secret", sections={}, by=by, now=NOW, structures=[author]
    )
    sheets.append(draft)
    structures = [*team.structures.values(), author, reader, reuser]
    people = [by, director, team.leader]
    never = {"13\u202fplaces", "Secret"}
    never |= {text for each in people for text in (each.email, each.display_name) if text}
    prices = {str(line.price_cents) for line in team.terms.lines}
    never |= prices | {str(team.alliance.filing.price_cents)}

    def walked() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, text in answers(client, sheets, network):
            found.setdefault(name, []).append(text)
            assert not [each for each in never if each in text], name
        return found

    def named_in(pages: dict[str, list[str]], structure: Structure) -> set[str]:
        names = whole(structure)
        return {
            name for name, texts in pages.items() for text in texts if any(n in text for n in names)
        }

    pages = walked()
    wanted = {"sheets", "sheet", "version", "version_file", "reuses"}
    assert {f"practices:{each}" for each in wanted} <= pages.keys()
    assert all(not named_in(pages, each) for each in structures)

    # Each says yes, and is named; takes it back, and is named nowhere any more.
    agree(sheet, team.structures[team.members[0]], by=by)
    agree(long.sheet, author, by=director)
    actions.answer_naming(row=review, is_yes=True, by=director, now=NOW)
    reuses.write_reuse(row=row, is_named=True, by=director, now=NOW)
    pages = walked()
    for structure in (team.structures[team.members[0]], author, reader):
        assert {"practices:sheet", "practices:version_file"} <= named_in(pages, structure)
    assert "practices:reuses" in named_in(pages, reuser)
    assert not named_in(pages, team.structures[team.members[1]])
    agree(sheet, team.structures[team.members[0]], is_yes=False, by=by)
    agree(long.sheet, author, is_yes=False, by=director)
    actions.answer_naming(row=review, is_yes=False, by=director, now=NOW)
    reuses.write_reuse(row=row, is_named=False, by=director, now=NOW)
    pages = walked()
    assert all(not named_in(pages, each) for each in structures)
    assert all(version.is_whole for version in SheetVersion.objects.all())
