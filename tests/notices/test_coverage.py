"""The report that counts what notices carried."""

from cordee.notices.notice import NoticeError
from cordee.notices.reading import read
from tests.notices.conftest import SAMPLE_NAMES, SAMPLES
from tests.notices.coverage import coverage


def test_counts_by_format_and_kind() -> None:
    """Samples of one format and kind are counted together; an error is kept and shown."""
    items = [item for name in SAMPLE_NAMES for item in read(SAMPLES / name)]
    error = NoticeError("x.xml", "Abîmé.", "Recommencez.")
    report = coverage([*items, error])
    award = ("boamp_legacy", "award")
    assert report.read[award] == 2
    assert report.by_format["boamp_legacy"] == 4
    assert report.carried[award]["cpv"] == 2
    assert report.carried[award]["siret"] == 2
    assert report.carried["boamp_legacy", "change"]["lots"] == 1
    assert report.carried["boamp_mapa", "award"]["siret"] == 0
    assert report.carried["boamp_mapa", "award"]["winners"] == 1
    assert report.carried["boamp_mapa", "call"]["reservation"] == 1
    lines = report.to_text().splitlines()
    assert lines[0].split()[:4] == ["format", "nature", "avis", "titre"]
    total = str(len(SAMPLE_NAMES))
    assert lines[-3].split()[:3] == ["total", total, total]
    assert lines[-1].strip() == "x.xml : Abîmé. Recommencez."
