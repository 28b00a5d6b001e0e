"""The programme of the demo, what it proposes, and what its structures lend each other."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from cordee.members.models import Programme
from cordee.mobilisation.models import MutualOffer, ProgrammeProposal, UrgentCall
from cordee.opportunities.models import ProgrammeAttachment
from demo.people import PROGRAMME

pytestmark = pytest.mark.django_db
COUNTED = (Programme, ProgrammeAttachment, ProgrammeProposal, MutualOffer, UrgentCall)


def load() -> None:
    out = StringIO()
    call_command(
        "load_demo", "--on", "2026-11-25", "--size", "valley", stdout=out, stderr=StringIO()
    )


def test_the_demo_shows_programmes_proposals_and_mutual_aid(settings: Any, tmp_path: Path) -> None:
    settings.STATE_DIR = tmp_path
    load()
    programme = Programme.objects.get(slug=PROGRAMME)
    assert {each.slug for each in Programme.objects.all()} == {
        PROGRAMME,
        "paris-2024",
        "alpes-2030",
    }
    attached = ProgrammeAttachment.objects.filter(programme=programme).standing()
    assert attached.count() >= 3
    assert programme.proposals.count() == 6, "three opportunities to two networks"
    assert set(MutualOffer.objects.values_list("kind", flat=True)) == {
        "vehicle",
        "equipment",
        "premises",
        "staff",
    }
    call = UrgentCall.objects.get()
    assert call.reached.count() >= 2
    assert call.answers.count() == 1
    before = [model.objects.count() for model in COUNTED]  # type: ignore[attr-defined]
    load()
    assert [model.objects.count() for model in COUNTED] == before, "loaded again, nothing is added"  # type: ignore[attr-defined]
