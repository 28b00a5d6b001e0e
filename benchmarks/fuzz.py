"""The random tests of the suite, at their full size: the engine against brute force, the readers
against mutated files."""

import os
import subprocess
import sys

SUITES = ["tests/engine", "tests/notices/test_fuzz.py"]


def main() -> None:
    """Run them with `CORDEE_FUZZ=full`; a failure ends the benchmark."""
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", *SUITES],
        env={**os.environ, "CORDEE_FUZZ": "full"},
        check=True,
    )
