"""Reading mutated records of every format: nothing but a notice or an error, none above a second.

./go bench fuzz_reading                  20,000 records
./go bench fuzz_reading --count 500 --seed 7
"""

import argparse
import gzip
import json
import signal
import sys
import traceback
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from random import Random
from time import process_time
from types import FrameType

from benchmarks.instances.layout import shared_data
from cordee.notices.notice import Notice, NoticeError
from cordee.notices.notice_json import notice_from_json, notice_to_json
from cordee.notices.packages import estimate_packages, scope
from cordee.notices.reading import read_bytes
from tests.notices.conftest import SAMPLE_NAMES, SAMPLES
from tests.notices.mutations import is_storable, spoilt

COUNT = 20_000
LIMIT_S = 1.0
HUNG_S = 30
ON = date(2027, 1, 1)
# Real records of each kind beside our own; the files have many more.
OF_EACH = 60


class Hung(Exception):
    """A record is still being read after `HUNG_S`."""


def run(arguments: Sequence[str] = ()) -> int:
    """Print what came of each way and the slowest records; 1 where one crashed or took too long."""
    parser = argparse.ArgumentParser(prog="./go bench fuzz_reading")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(list(arguments))
    good = list(_good_records())
    signal.signal(signal.SIGALRM, _hung)
    outcomes: dict[str, Counter[str]] = {}
    slowest: list[tuple[float, str]] = []
    wrong: list[str] = []
    for number in range(asked.count):
        random = Random(f"{asked.seed} {number}")
        name, content = random.choice(good)
        way, content = spoilt(random, content)
        began = process_time()
        outcome, fault = _outcome(content)
        seconds = process_time() - began
        outcomes.setdefault(way.partition("+")[0], Counter())[outcome] += 1
        label = f"record {number}, {name}, {way}, {len(content)} bytes"
        slowest = sorted([*slowest, (seconds, label)], reverse=True)[:5]
        if fault or seconds > LIMIT_S:
            wrong.append(f"{label}: {fault or f'{seconds:.2f} s'}")
        if number % 2_000 == 1_999:
            print(f"  {number + 1} of {asked.count}", file=sys.stderr, flush=True)
    _print(outcomes, slowest, wrong, len(good))
    return 1 if wrong else 0


def _good_records() -> Iterator[tuple[str, bytes]]:
    for name in SAMPLE_NAMES:
        yield name, (SAMPLES / name).read_bytes()
    folder = shared_data()
    if folder is None:
        print("  real records are absent: only our samples are mutated")
        return
    for part in ("ted/eforms", "boamp/records", "boamp/xml_v230"):
        for file in sorted((folder / part).iterdir()):
            yield file.name, file.read_bytes()
    with zipfile.ZipFile(folder / "ted/ted_export_fr.zip") as archive:
        for name in sorted(archive.namelist())[:: 400 // OF_EACH]:
            yield name, archive.read(name)
    with gzip.open(folder / "decp/contracts_2017_2019.jsonl.gz") as lines:
        for number, line in enumerate(islice(lines, OF_EACH), 1):
            yield f"decp line {number}", line


def _hung(_: int, __: FrameType | None) -> None:
    raise Hung


def _outcome(content: bytes) -> tuple[str, str]:
    """What came of one record, and what is wrong with that."""
    signal.alarm(HUNG_S)
    try:
        items = list(read_bytes(content, "fichier"))
        for item in items:
            if fault := _fault(item):
                return "wrong", fault
    except Hung:
        return "hung", f"still reading after {HUNG_S} s"
    # Whatever is raised is what this looks for.
    except Exception:  # noqa: BLE001
        return "crashed", traceback.format_exc(limit=-2).strip().replace("\n", " | ")
    finally:
        signal.alarm(0)
    kinds = {isinstance(item, Notice) for item in items}
    if not kinds:
        return "silent", "neither a notice nor an error"
    return ("both" if len(kinds) == 2 else "read" if True in kinds else "refused"), ""


def _fault(item: Notice | NoticeError) -> str:
    if isinstance(item, NoticeError):
        return "" if item.place and item.reason and item.cure else "an error that does not say why"
    if not isinstance(item, Notice):
        return f"{type(item).__name__} came out"
    stored = json.dumps(notice_to_json(item), ensure_ascii=False)
    if not is_storable(stored):
        return "a letter that no database stores"
    if notice_from_json(json.loads(stored)) != item:
        return "another notice came back from JSON"
    scope(item, on=ON)
    estimate_packages(item, on=ON)
    return ""


def _print(
    outcomes: dict[str, Counter[str]], slowest: list[tuple[float, str]], wrong: list[str], good: int
) -> None:
    kinds = ("read", "refused", "both", "silent", "wrong", "crashed", "hung")
    print(f"{good} good records")
    print("".join([f"{'way':<16}", *(f"{kind:>9}" for kind in kinds)]))
    for way in sorted(outcomes):
        print("".join([f"{way:<16}", *(f"{outcomes[way][kind]:>9}" for kind in kinds)]))
    totals = sum(outcomes.values(), Counter[str]())
    print("".join([f"{'all':<16}", *(f"{totals[kind]:>9}" for kind in kinds)]))
    for seconds, label in slowest:
        print(f"slowest: {seconds:.3f} s of work, {label}")
    for line in wrong:
        print(f"WRONG {line}")
