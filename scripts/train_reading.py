"""Learns to read trades from labelled notices, and writes `cordee/notices/trades/model.toml`.

    .venv/bin/python scripts/train_reading.py ../shared/data [--output FILE]

What was learned is shipped as text (decision 9); it is told in docs/algorithms/reading-trades.md.
"""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
CODED = "ted/ted_export_fr.zip"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from benchmarks.labels import codes_by_id, read_learned, with_codes
    from benchmarks.training import Example, calibrate, to_toml, train
    from cordee.notices.trades.reading import PATH

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder that holds labels/sectors.jsonl")
    parser.add_argument("--output", type=Path, default=PATH)
    asked = parser.parse_args()
    labels = read_learned(asked.data)
    coded = list(with_codes(labels, codes_by_id(asked.data / CODED)))
    examples = [Example(label.document, label.sectors, label.id) for label in (*labels, *coded)]
    model = calibrate(train(examples), examples)
    source = f"Learned from {len(labels)} labelled notices, {len(coded)} of them also with codes."
    asked.output.write_text(to_toml(model, source=source), "utf-8")
    print(f"{source} {len(model.weights)} weights in {asked.output}.")


if __name__ == "__main__":
    main()
