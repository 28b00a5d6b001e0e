"""The files of the demo's alliance: a full one, a half one, and a document made from them."""

from typing import Any

import pytest

from cordee.accounts.models import User
from cordee.alliances.access import access_for
from cordee.alliances.documents.pages import built
from cordee.alliances.dossier_builder import dossier_and_convention
from cordee.alliances.models import AnswerFile, FileOpening
from cordee.members.sharing import Viewer
from demo.alliances import load_alliance
from demo.documents import load_files
from tests.composing.conftest import DAY, Valley, load_valley


@pytest.fixture
def valley(db: None, settings: Any, tmp_path: Any) -> Valley:
    settings.STATE_DIR = tmp_path
    return load_valley(DAY)


def test_the_first_file_is_full_and_open_and_loading_twice_changes_nothing(valley: Valley) -> None:
    composition = valley.compose("berges")
    composition.read_answer()
    alliance = load_alliance(composition, DAY)
    assert alliance is not None
    load_files(alliance, DAY)
    load_files(alliance, DAY)
    assert (AnswerFile.objects.count(), FileOpening.objects.count()) == (2, 1)
    leader = User.objects.get(email="reseau@cordee.example")
    access = access_for(leader, alliance.pk)
    access = access.seen_by(Viewer.of(leader, DAY))
    text = "".join(
        d.plain_text() for _, d in built(access, dossier_and_convention(access, on=DAY)[0])
    )
    assert "210\u202f000,50\u202f€" in text
    assert "Deux tracteurs de tonte" in text
