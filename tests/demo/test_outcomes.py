"""What comes out of the twelve notices when they are composed in the whole invented country."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from cordee.composing import terminal
from cordee.members.sharing import Viewer
from cordee.notices.notice import Notice
from cordee.notices.reading import read
from demo.expected import EXPECTED
from demo.loading import national_network
from demo.notices import render_notices

DAY = date(2026, 11, 25)
DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


@pytest.mark.django_db
def test_each_notice_has_its_outcome(settings: Any, tmp_path: Path) -> None:
    settings.STATE_DIR = tmp_path
    call_command("load_demo", "--on", DAY.isoformat(), stdout=StringIO(), stderr=StringIO())
    viewer = Viewer.of_network(national_network(), DAY)
    outcomes, texts = {}, {}
    for path in render_notices(DAY, tmp_path / "avis"):
        (notice,) = read(path)
        assert isinstance(notice, Notice)
        report = terminal.answer(
            notice,
            viewer_of=lambda: viewer,
            on=DAY,
            now=None,
            time_limit_s=10,
            progress=lambda line: None,
        )
        outcomes[path.name] = str(report.outcome)
        texts[path.name] = report.as_text()
    example = (DOCS / "example-compose.md").read_text(encoding="utf-8")
    assert texts["02-espaces-verts-berges-murets.xml"].rstrip() in example
    expected = {each.file: each.outcome for each in EXPECTED if each.outcome}
    assert {name: outcomes[name] for name in expected} == expected
