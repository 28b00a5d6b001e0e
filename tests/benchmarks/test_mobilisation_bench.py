"""The bench of digests and campaigns runs on a tiny world, and counts what it says."""

import re

import pytest

from benchmarks import mobilisation
from cordee.base.mail.models import OutgoingMail
from cordee.mobilisation.models import Digest, DigestItem


@pytest.mark.django_db
def test_it_compares_two_ways_and_counts_what_is_told_twice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mobilisation, "SAMPLE", 3)
    mobilisation.build(24, 120)
    assert mobilisation.digests(24, 120) == 0
    mobilisation.campaign(24)
    printed = capsys.readouterr().out
    assert "told twice: 0" in printed
    assert re.search(r"in columns +\d+\.\d+ ", printed)
    assert re.search(r"ranked list +\d+\.\d+ ", printed)
    item = DigestItem.objects.first()
    assert item is not None, "a world where nobody is told anything measures nothing"
    OutgoingMail.objects.filter(kind="digest").first().delete()  # type: ignore[union-attr]
    assert mobilisation.sent_twice() == 1
    assert Digest.objects.exists()
