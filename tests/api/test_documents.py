"""The examples of docs/api.md are run as they are written, and get the status that they say."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from cordee.alliances.models import AllianceParty
from tests.access.world import World
from tests.api.conftest import Program, key_of

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "api.md"
SITE = "https://cordee.example"


def examples() -> list[tuple[str, int]]:
    blocks = re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    told = [re.fullmatch(r"(curl .*?)  # (\d{3})", line) for line in lines]
    assert all(told), "each line is a curl with the status that it gets"
    return [(line[1], int(line[2])) for line in told if line]


def run(command: str, names: dict[str, str]) -> Any:
    """What a curl would get; a shell joins 'a'$B'c' into one word, and so do we."""
    for name, value in sorted(names.items(), key=lambda item: -len(item[0])):
        command = command.replace(f"${name}", value)
    words = shlex.split(command)
    assert words.pop(0) == "curl"
    method, body, headers, address = "", None, {}, ""
    while words:
        match words.pop(0):
            case "-X":
                method = words.pop(0).lower()
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-d":
                body = words.pop(0)
            case word:
                address = word
    assert address.startswith(SITE)
    kind = headers.pop("Content-Type", "application/json")
    method = method or ("get" if body is None else "post")
    sent = {} if method == "get" else {"data": body or "", "content_type": kind}
    return getattr(Program().client, method)(address.removeprefix(SITE), **sent, headers=headers)


def test_every_example_gets_what_it_says(world: World) -> None:
    alliance = world.own_alliance
    director = world.person("director")
    party = AllianceParty.objects.get(alliance=alliance, structure=world.own_structure)
    names = {
        "SITE": SITE,
        "KEY": key_of(world.person("network_staff"), "act")[1],
        "DIRECTOR": key_of(director, "act")[1],
        "OPPORTUNITY": str(world.own_need.pk),
        "COMPOSITION": str(world.own_composition.pk),
        "ALLIANCE": str(alliance.pk),
        "PARTY": str(party.pk),
    }
    told = examples()
    assert len(told) > 12
    wrong = []
    for command, status in told:
        answer = run(command, names)
        # A composition may still be sought on a slow machine.
        allowed = {201, 202} if status == 201 and "/compositions/" in command else {status}
        if answer.status_code not in allowed:
            wrong.append(f"{command}: {answer.status_code} {answer.content[:300]!r}")
    assert wrong == []


def test_every_route_stands_in_the_document() -> None:
    from tests.api.conftest import openapi

    text = DOCUMENT.read_text(encoding="utf-8")
    for path in openapi()["paths"]:
        fixed = path.split("{")[0]
        assert fixed in text, f"{path} is told nowhere in docs/api.md"


def test_the_document_says_the_limits_of_the_settings(settings: Any) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    (ask, a_minute), (compute, an_hour) = (settings.API_LIMITS[name] for name in ("ask", "compute"))
    assert (a_minute, an_hour) == (60, 3_600)
    assert f"{ask} demands a minute and {compute} calculations an hour" in text
