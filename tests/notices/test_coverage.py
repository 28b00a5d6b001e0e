"""The report that counts what notices carried."""

from cordee.notices.coverage import coverage
from cordee.notices.notice import NoticeError
from cordee.notices.reading import read
from tests.notices.conftest import SAMPLE_NAMES, SAMPLES


def test_counts_by_format() -> None:
    """Two samples of one format are counted together; an error is kept and shown."""
    items = [item for name in SAMPLE_NAMES for item in read(SAMPLES / name)]
    error = NoticeError("x.xml", "Abîmé.", "Recommencez.")
    report = coverage([*items, error])
    assert dict(report.read)["boamp_legacy"] == 2
    assert report.carried["boamp_legacy"]["cpv"] == 2
    assert report.carried["boamp_legacy"]["lots"] == 1
    assert report.carried["boamp_mapa"]["reservation"] == 1
    lines = report.to_text().splitlines()
    assert lines[0].split()[:3] == ["format", "avis", "titre"]
    total = str(len(SAMPLE_NAMES))
    assert lines[-3].split()[:3] == ["total", total, total]
    assert lines[-1].strip() == "x.xml : Abîmé. Recommencez."
