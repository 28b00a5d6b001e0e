"""Reading notices and storing them, against the bare parser on the same bytes; and the memory.

./go bench reading_speed             each format, then the whole of the real files in one import
./go bench reading_speed --profile   where reading spends its time, by function

The baseline of each row is `lxml.etree.fromstring`, or `json.loads` (twice where a record holds its
notice as a text), measured in the same process in turn with the rest. Seconds are those of the
processor, so that a machine with other work measures the same.
"""

import argparse
import contextlib
import cProfile
import gc
import json
import os
import pstats
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.import_kills import PROJECT, Bench, environment, paths

READING_AT_MOST = 5.0
MEMORY_AT_MOST_MB = 300
ROUNDS, SECONDS = 5, 0.5
DAY = date(2026, 11, 25)
HEADS = ("format", "notices", "kB", "parse/s", "read/s", "store/s", "read", "store", "queries")


def run(arguments: Sequence[str] = ()) -> int:
    """Print a line for each format, then the memory; 1 where the memory is above its bound."""
    parser = argparse.ArgumentParser(prog="./go bench reading_speed")
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args(list(arguments))
    if asked.profile:
        _profile(paths())
        return 0
    with tempfile.TemporaryDirectory(prefix="cordee-bench-") as folder:
        base = Bench(Path(folder), paths())
        rows = _child(base.copy(), "formats", *map(str, base.paths))
        print("ratios (read, store) are to the bare parser\n")
        print(f"{HEADS[0]:<15}" + " ".join(f"{head:>8}" for head in HEADS[1:]))
        for row in rows:
            print(_line(row))
        return _memory(base)


def _line(row: dict[str, Any]) -> str:
    count = row["notices"]
    parse, read, store = (row[name] / count for name in ("parse_s", "read_s", "store_s"))
    figures = (
        f"{count:>8} {row['bytes'] / count / 1e3:>8.1f} {1 / parse:>8.0f} {1 / read:>8.0f} "
        f"{1 / store:>8.0f} {read / parse:>7.1f}x {store / parse:>7.0f}x "
        f"{row['statements'] / count:>8.1f}"
    )
    over = "" if read <= READING_AT_MOST * parse else f"  above {READING_AT_MOST:g}"
    return f"{row['format']:<15}{figures}{over}"


def _memory(base: Bench) -> int:
    """One import of everything beside the project (or of our samples), in a process of its own."""
    from benchmarks.instances.layout import shared_data

    what = [str(shared_data() or base.paths[0])]
    parsed = _child(base.copy(), "parse", *what)
    stored = _child(base.copy(), "store", *what)
    print(
        f"\nmemory at its peak, everything at {Path(what[0]).name}: {stored['mb']:.0f} MB to read "
        f"and store, {parsed['mb']:.0f} MB to parse ({stored['mb'] / parsed['mb']:.1f}x); "
        f"{stored['bytes'] / 1e6:.1f} MB of documents in {stored['store_s']:.1f} s"
    )
    print(stored["summary"])
    if stored["mb"] > MEMORY_AT_MOST_MB:
        print(f"ABOVE {MEMORY_AT_MOST_MB} MB")
    return int(stored["mb"] > MEMORY_AT_MOST_MB)


def _child(state: Path, *arguments: str) -> Any:
    """What a process of its own measured, in a base of its own."""
    command = [sys.executable, "-m", "benchmarks.reading_speed", *arguments]
    env = environment(state)
    done = subprocess.run(command, cwd=PROJECT, env=env, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout.splitlines()[-1])


@dataclass
class Corpus:
    """Documents of one format."""

    places: list[str] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)


def _corpora(what: Iterable[str | Path]) -> dict[str, Corpus]:
    """Every document that holds one notice, by format."""
    from cordee.notices.notice import Notice
    from cordee.notices.reading import NoticeFile, documents, read_bytes

    found: dict[str, Corpus] = {}
    for path in what:
        for document in documents(path):
            if isinstance(document, NoticeFile):
                read = list(read_bytes(document.content, document.place))
                if len(read) == 1 and isinstance(read[0], Notice):
                    corpus = found.setdefault(read[0].format.value, Corpus())
                    corpus.places.append(document.place)
                    corpus.contents.append(document.content)
    return found


def _parse(contents: Iterable[bytes]) -> None:
    from lxml import etree

    for content in contents:
        if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
            with contextlib.suppress(etree.XMLSyntaxError):
                etree.fromstring(content)
            continue
        with contextlib.suppress(ValueError):
            value = json.loads(content)
            if isinstance(value, dict) and isinstance(value.get("donnees"), str):
                json.loads(value["donnees"])


def _read(corpus: Corpus) -> None:
    from cordee.notices.reading import read_bytes

    for place, content in zip(corpus.places, corpus.contents, strict=True):
        for _ in read_bytes(content, place):
            pass


def _seconds(call: Callable[[], object]) -> float:
    began = process_time()
    call()
    return process_time() - began


def _forget() -> None:
    """Empty what was remembered of texts, so that a second pass reads as the first one did.

    Tables kept for ever (`cache`) stay: they are made once in the life of a process.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith("cordee."):
            for held in vars(module).values():
                parameters = getattr(held, "cache_parameters", None)
                if parameters and parameters()["maxsize"] is not None:
                    held.cache_clear()


def _formats(what: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for name, corpus in sorted(_corpora(what).items()):
        # The first call loads the parser.
        _parse(corpus.contents)
        parsed, read = [], []
        while len(read) < ROUNDS or sum(read) < SECONDS:
            _forget()
            gc.collect()
            parsed.append(_seconds(lambda corpus=corpus: _parse(corpus.contents)))
            read.append(_seconds(lambda corpus=corpus: _read(corpus)))
        rows.append(
            {
                "format": name,
                "notices": len(corpus.places),
                "bytes": sum(map(len, corpus.contents)),
                "parse_s": min(parsed),
                "read_s": min(read),
                **_stored(corpus),
            }
        )
    return rows


def _stored(corpus: Corpus) -> dict[str, Any]:
    """Documents already cut, through the importer, into the base of this process."""
    from django.db import connection

    from cordee.members.models import Network
    from cordee.notices.reading import NoticeFile
    from cordee.opportunities.actions import importing

    made = map(NoticeFile, corpus.places, corpus.contents)
    statements = 0

    def count(execute: Any, *arguments: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*arguments)

    network, _ = Network.objects.get_or_create(slug="banc", defaults={"name": "Banc d’essai"})
    really_cut, importing.documents = importing.documents, lambda _: made
    _forget()
    try:
        with connection.execute_wrapper(count):
            seconds = _seconds(
                lambda: importing.import_notices(["banc"], by=None, on=DAY, network=network)
            )
    finally:
        importing.documents = really_cut
    return {"store_s": seconds, "statements": statements}


def _whole(how: str, what: Sequence[str]) -> dict[str, Any]:
    """Everything at these paths: parsed alone, or read and stored; with the peak of memory."""
    from cordee.notices.reading import NoticeFile, documents

    length = 0

    def counted(path: str | Path) -> Any:
        nonlocal length
        for document in documents(path):
            length += len(document.content) if isinstance(document, NoticeFile) else 0
            yield document

    began = process_time()
    summary = ""
    if how == "parse":
        for path in what:
            _parse(found.content for found in counted(path) if isinstance(found, NoticeFile))
    else:
        from cordee.opportunities.actions import importing

        importing.documents = counted
        summary = importing.import_notices(what, by=None, on=DAY).summary
    return {
        "store_s": process_time() - began,
        "bytes": length,
        "summary": summary,
        "mb": _peak_mb(),
    }


def _peak_mb() -> float:
    """The most memory that this process ever held, in MB."""
    status = Path("/proc/self/status")
    if status.is_file():
        # What `getrusage` says also counts the parent, at the moment of the fork.
        words = status.read_text().partition("VmHWM:")[2].split()
        return int(words[0]) / 1024
    import resource

    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _profile(what: Sequence[Path]) -> None:
    for name, corpus in sorted(_corpora(what).items()):
        _forget()
        profile = cProfile.Profile()
        profile.runcall(_read, corpus)
        print(f"\n{name}: {len(corpus.places)} notices")
        pstats.Stats(profile).strip_dirs().sort_stats("tottime").print_stats(15)


def main(arguments: Sequence[str]) -> None:
    """What a child measures, as one line of JSON."""
    what, *places = arguments
    if what != "parse":
        import django

        django.setup()
    print(json.dumps(_formats(places) if what == "formats" else _whole(what, places)))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main(sys.argv[1:])
