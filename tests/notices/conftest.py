"""Samples of our own, one a format."""

from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent / "samples"
SAMPLE_NAMES = sorted(
    file.name
    for file in SAMPLES.iterdir()
    if file.suffix in (".xml", ".json") and not file.name.endswith(".expected.json")
)


@pytest.fixture
def samples() -> Path:
    """The folder of the samples."""
    return SAMPLES
