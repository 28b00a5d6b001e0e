"""The walk of a click in the table, as `docs/architecture.md` tells it."""

import re
import sys
from pathlib import Path
from types import FrameType

import pytest

from cordee.accounts.models import User
from cordee.alliances.models import Alliance
from tests.alliances.table.test_table import address, field, full, terms_of
from tests.alliances.test_workspace import (
    NAMES,
    SignIn,
    alliance,
    day_of_the_valley,
    leader,
    party_of,
)

__all__ = ["alliance", "day_of_the_valley", "full", "leader"]

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[3]
FILE = re.compile(r"`(cordee/[a-z_/]+\.py)`")
MOST_TO_READ = 10
# Read for the page that answers where htmx asks; the address is resolved before anything runs.
NOT_IN_A_WRITE = {"cordee/alliances/urls.py", "cordee/alliances/table/page.py"}


def listed() -> tuple[list[str], set[str]]:
    """(files to read, all files named) of the walk."""
    text = (ROOT / "docs/architecture.md").read_text()
    walk = text.split("**A click in the table of an alliance.**")[1].split("\n**")[0]
    rows = [line for line in walk.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in FILE.findall(row)], set(FILE.findall(walk))


def test_the_walk_of_a_click_is_what_runs(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client, ran = signed_in_client(leader), set()
    key = f"{party_of(full, NAMES[0]).key}-{full.terms.lines[0].key}"
    typed = {field(full, NAMES[0]): "1 236,56", f"b-{key}": full.version}
    client.get(address(full))  # what the first request alone imports is no part of the walk

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            ran.add(frame.f_code.co_filename)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        client.post(address(full), typed | {"version": full.version, "mesure": "euros"})
    finally:
        sys.setprofile(before)
    assert terms_of(full).cell(*key.split("-")).cents == 123_656
    files = {
        str(Path(name).relative_to(ROOT)) for name in ran if name.startswith(f"{ROOT}/cordee/")
    }
    to_read, named = listed()
    assert files == named - NOT_IN_A_WRITE
    assert len(to_read) <= MOST_TO_READ
    assert all((ROOT / name).is_file() for name in named)
