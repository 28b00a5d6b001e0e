"""Two people type in the same table at once, in two processes: no write is lost, none unseen.

Each typed value is of one person and one time. So in the chain of versions every value that was
said to be kept stands once, over the very value that its writer had read; what was refused stands
nowhere. `CORDEE_TABLE_SECONDS=30` makes it last as long.
"""

import json
import logging
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from cordee.accounts.models import User
from cordee.alliances.models import Alliance
from tests.alliances.test_workspace import NAMES, directing, opened, party_of, says_yes
from tests.composing.conftest import DAY, load_valley
from tests.members.makers import make_person
from tests.mobilisation.test_at_once import Elsewhere

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = os.environ.get("CORDEE_TABLE_SECONDS", "3")


class Typing(Elsewhere):
    """The table in a database that other processes open."""

    module = "tests.alliances.table.at_once"


@pytest.fixture
def alliance(transactional_db: None, settings: Any, tmp_path: Path) -> Alliance:
    settings.STATE_DIR = tmp_path
    valley = load_valley(DAY)
    leader = make_person("anime@exemple.fr", role="network_staff", network=valley.network)
    found = opened(valley, leader, NAMES)
    for name in NAMES:
        says_yes(found, name)
    return found


def test_two_people_type_for_a_while_and_no_update_is_lost(
    alliance: Alliance, tmp_path: Path
) -> None:
    elsewhere = Typing(tmp_path)
    own = party_of(alliance, NAMES[0])
    director: User = directing(own.structure)
    said = elsewhere.run(
        ["type", "anime@exemple.fr", str(alliance.pk), SECONDS, "1"],
        ["type", director.email, str(alliance.pk), SECONDS, "2", own.key],
    )
    writes = [json.loads(line) for line in said]
    versions = [json.loads(line) for line in elsewhere.run(["tell", str(alliance.pk)])]
    first = versions[0]["number"]
    assert [each["number"] for each in versions] == list(range(first, first + len(versions)))
    steps: dict[str, tuple[str, str]] = {}
    for before, after in pairwise(versions):
        for key, value in after["cells"].items():
            if before["cells"].get(key) != value:
                assert value not in steps, "a value came back"
                steps[value] = key, before["cells"].get(key, "")
    kept = [write for write in writes if write["result"] == "kept"]
    refused = [write for write in writes if write["result"] == "clash"]
    assert len(kept) + len(refused) == len(writes), writes
    for write in kept:
        # It was written once, in its cell, over what its writer had read and nothing else.
        assert steps.pop(str(write["value"])) == (write["key"], write["was"])
    assert steps == {}
    assert len(kept) > 4
    logging.getLogger(__name__).info(
        "%s s: %d writes kept, %d refused and told, none lost", SECONDS, len(kept), len(refused)
    )
