"""How well notices are read, on the labelled lines of `../shared/data/labels`, beside baselines.

./go bench reading              ten folds, 1,000 bootstrap draws
./go bench reading --ids        also the id of every line read otherwise than labelled
./go bench reading --blind NAME     the shipped model on a blind set (first…fifth), naming no line
./go bench reading --prose      amounts, durations, starts and places told by sentences, alone

Trades: the weights are learned on nine folds and measured on the tenth, so that no line is measured
by a model that saw it. The phrases are written by people who read these lines: only lines kept
aside tell how they do elsewhere. Clauses: rules only, nothing is learned.
"""

import argparse
import json
import os
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.blind import CLAUSES, file_of
from benchmarks.blind.texts import conditions, key
from benchmarks.labels import Label, codes_by_id, read_blind, read_labels, with_codes
from benchmarks.prose import print_prose
from benchmarks.report import quantile
from benchmarks.training import FOLDS, SEED, Example, calibrate, folds, train
from cordee.notices.clauses import Clauses, read_clauses
from cordee.notices.notice import ClauseKind, GroupingForm
from cordee.notices.text import fold
from cordee.notices.trades.lexicon import descripteurs
from cordee.notices.trades.reading import MAX_ASSERTED, TradesReading, decide, read_trades
from cordee.notices.trades.signals import FULL, signals_of
from cordee.rules.reservation import Reservation
from cordee.rules.trades import TRADES

BESIDE = Path(__file__).parents[1].parent / "shared" / "data"
DATA = Path(os.environ.get("CORDEE_SHARED_DATA") or BESIDE)
DRAWS = 1_000
INNER_FOLDS = 5
"""Folds on which probabilities are calibrated, inside the nine that a line is not in."""

BINS = (0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 1.0)
"""Upper ends of the bins of stated probabilities."""

RARE = 5
"""A trade with fewer labelled lines than this has no F1 of its own."""

type Asserted = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled line and what a method read in it."""

    label: Label
    read: Asserted
    fit: int
    stated: tuple[tuple[str, float], ...] = ()
    """Trades asserted or possible, with the probability stated of each."""

    @property
    def shown(self) -> Asserted:
        """What is asserted or possible."""
        return tuple(slug for slug, _ in self.stated)


def _line(label: Label, reading: TradesReading) -> Line:
    stated = tuple((item.slug, item.probability) for item in (*reading.sectors, *reading.possible))
    return Line(label, reading.slugs, reading.fit.value, stated)


def run(arguments: Sequence[str]) -> int:
    """Print the tables; 0, or 1 where the labels are absent."""
    parser = argparse.ArgumentParser(prog="./go bench reading", description=__doc__)
    parser.add_argument("--ids", action="store_true", help="list every line read otherwise")
    parser.add_argument("--blind", metavar="NAME", help="measure the shipped model on a blind set")
    parser.add_argument("--prose", action="store_true", help="only what sentences tell of size")
    options = parser.parse_args(arguments)
    if not (DATA / "labels/sectors.jsonl").exists():
        print("reading: ../shared/data/labels is absent; nothing is measured.")
        return 1
    if options.prose:
        print_prose(DATA, ids=options.ids)
        return 0
    if options.blind:
        _print_blind(options.blind)
        return 0
    labels = read_labels(DATA / "labels/sectors.jsonl")
    coded = list(with_codes(labels, codes_by_id(DATA / "ted/ted_export_fr.zip")))
    _print_trades(labels, coded, ids=options.ids)
    _print_clauses(ids=options.ids)
    print_prose(DATA, ids=options.ids)
    _print_readers()
    return 0


# --- trades ------------------------------------------------------------------------------------


def cross_validated(labels: Sequence[Label], coded: Sequence[Label]) -> list[Line]:
    """Each line read by weights learned without it, nor without its twin with codes."""
    fold_of = folds([label.id for label in labels])
    examples = [Example(each.document, each.sectors, each.id) for each in (*labels, *coded)]
    found: dict[str, Line] = {}
    for number in range(FOLDS):
        seen = [each for each in examples if fold_of[each.id] != number]
        model = calibrate(train(seen), seen, INNER_FOLDS)
        for label in labels:
            if fold_of[label.id] == number:
                reading = decide(label.document, signals_of(label.document), model)
                found[label.id] = _line(label, reading)
    return [found[label.id] for label in labels]


def by_keywords(labels: Sequence[Label], coded: Sequence[Label]) -> list[Line]:
    """Baseline: BOAMP keywords, and CPV codes where the notice is at hand; no other word."""
    table, codes = descripteurs(), {label.id: label for label in coded}
    found = []
    for label in labels:
        named = Counter(
            trade
            for keyword in label.document.descripteurs
            for trade in table.named.get(fold(keyword), ())
        )
        if (twin := codes.get(label.id)) is not None:
            signals = signals_of(twin.document)
            named.update(slug for slug in TRADES if signals.trades[slug].code >= FULL)
        read = tuple(slug for slug, _ in named.most_common(MAX_ASSERTED))
        found.append(Line(label, read, 1 if read else 0))
    return found


def by_plain_rules(labels: Sequence[Label]) -> list[Line]:
    """Baseline: the same phrases without weights; a trade named by title, lot or keyword counts."""
    found = []
    for label in labels:
        signals = signals_of(label.document)
        strength = {
            slug: max(
                signals.trades[slug].title, signals.trades[slug].lot, signals.trades[slug].keyword
            )
            for slug in TRADES
        }
        ranked = sorted(TRADES, key=lambda slug: -strength[slug])[:MAX_ASSERTED]
        read = tuple(slug for slug in ranked if strength[slug] >= FULL and not signals.is_study)
        found.append(Line(label, read, 1 if read else 0))
    return found


def micro_f1(lines: Iterable[Line]) -> float:
    """F1 over all (line, trade) pairs; the order of trades does not count."""
    return _f1(*_pairs(lines))


def precision_recall(lines: Iterable[Line]) -> tuple[float, float]:
    """Precision and recall over all (line, trade) pairs."""
    right, wrong, missed = _pairs(lines)
    return right / max(right + wrong, 1), right / max(right + missed, 1)


def _pairs(lines: Iterable[Line]) -> tuple[int, int, int]:
    """How many pairs were read rightly, read wrongly and missed."""
    right = wrong = missed = 0
    for line in lines:
        asked, read = set(line.label.sectors), set(line.read)
        right += len(asked & read)
        wrong += len(read - asked)
        missed += len(asked - read)
    return right, wrong, missed


def macro_f1(lines: Sequence[Line]) -> float:
    """Mean F1 of the trades with at least RARE labelled lines."""
    asked = Counter(slug for line in lines for slug in line.label.sectors)
    scores = [
        _f1(
            sum(slug in line.read and slug in line.label.sectors for line in lines),
            sum(slug in line.read and slug not in line.label.sectors for line in lines),
            sum(slug not in line.read and slug in line.label.sectors for line in lines),
        )
        for slug, count in asked.items()
        if count >= RARE
    ]
    return sum(scores) / len(scores) if scores else 0.0


def _f1(right: int, wrong: int, missed: int) -> float:
    return 2 * right / (2 * right + wrong + missed) if right + wrong + missed else 1.0


def _exact(lines: Sequence[Line]) -> float:
    return sum(set(line.read) == set(line.label.sectors) for line in lines) / len(lines)


def _fit_accuracy(lines: Sequence[Line]) -> float:
    return sum(line.fit == line.label.fit for line in lines) / len(lines)


def interval(lines: Sequence[Line], score: Callable[[list[Line]], float]) -> tuple[float, float]:
    """The 95 % bootstrap interval of a score, lines drawn with replacement, seeded."""
    draw = random.Random(SEED)
    scores = sorted(score(draw.choices(lines, k=len(lines))) for _ in range(DRAWS))
    return quantile(scores, 0.025), quantile(scores, 0.975)


def _print_trades(labels: Sequence[Label], coded: Sequence[Label], *, ids: bool) -> None:
    methods = {
        "Cordée, cross-validated": cross_validated(labels, coded),
        "same phrases, no weights": by_plain_rules(labels),
        "codes and keywords only": by_keywords(labels, coded),
    }
    print(f"Trades: {len(labels)} lines, {FOLDS} folds, 95 % bootstrap intervals of {DRAWS} draws")
    for stratum in ("targeted", "random"):
        print(f"  {stratum}")
        for name, lines in methods.items():
            own = [line for line in lines if line.label.stratum == stratum]
            micro, macro, fit = (
                _with_interval(own, score) for score in (micro_f1, macro_f1, _fit_accuracy)
            )
            print(f"    {name:26} micro-F1 {micro}  macro-F1 {macro}", end="")
            print(f"  exact set {_exact(own):.3f}  fit {fit}")
    everything = methods["Cordée, cross-validated"]
    print(f"  all lines: micro-F1 {micro_f1(everything):.3f}, fit {_fit_accuracy(everything):.3f}")
    _print_possible(everything)
    _print_confusions(everything, ids=ids)


def _print_possible(lines: Sequence[Line]) -> None:
    """What is found when possible trades count too, and how far stated probabilities hold."""
    for name in ("asserted", "asserted or possible"):
        own = lines if name == "asserted" else [replace(line, read=line.shown) for line in lines]
        precision, recall = precision_recall(own)
        count = sum(len(line.read) for line in own) / len(own)
        print(f"  {name:21} precision {precision:.3f}  recall {recall:.3f}", end="")
        print(f"  {count:.2f} trades a notice")
    stated = [
        (probability, slug in line.label.sectors)
        for line in lines
        for slug, probability in line.stated
    ]
    print("  stated probability: trades, mean stated, share that is right")
    low = 0.0
    for high in BINS:
        own_bin = [(told, right) for told, right in stated if low < told <= high]
        if own_bin:
            told, right = (sum(values) / len(own_bin) for values in zip(*own_bin, strict=True))
            print(f"    {low:.2f}-{high:.2f}  {len(own_bin):4}  {told:.3f}  {right:.3f}")
        low = high


def _with_interval(lines: Sequence[Line], score: Callable[[Sequence[Line]], float]) -> str:
    low, high = interval(lines, score)
    return f"{score(lines):.3f} [{low:.3f}-{high:.3f}]"


def _print_confusions(lines: Sequence[Line], *, ids: bool) -> None:
    pairs: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for line in lines:
        missed = [slug for slug in line.label.sectors if slug not in line.read] or ["nothing"]
        extra = [slug for slug in line.read if slug not in line.label.sectors] or ["nothing"]
        for asked in missed:
            for read in extra:
                if asked != read:
                    pairs[asked, read].append(line.label.id)
    print("  Confusions, labelled → read (times, ids)")
    ordered = sorted(pairs.items(), key=lambda item: (-len(item[1]), item[0]))
    for (asked, read), found in ordered if ids else ordered[:12]:
        shown = ", ".join(found if ids else found[:6])
        print(f"    {asked} → {read}: {len(found)} ({shown})")


# --- clauses -----------------------------------------------------------------------------------

type Field = Hashable


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """The answers of one line of `clauses.jsonl`, and what a method read."""

    id: str
    asked: dict[str, Field]
    read: dict[str, Field]


def _clauses(
    records: Iterable[dict[str, Any]], read: Callable[[str, str], dict[str, Field]]
) -> list[ClauseLine]:
    found = []
    for record in records:
        answers = read(record["text"] or "", record["grouping_text"] or "")
        asked = {name: record[name] for name in answers}
        found.append(ClauseLine(record["id"], asked, answers))
    return found


def _by_cordee(text: str, grouping: str) -> dict[str, Field]:
    clauses: Clauses = read_clauses(text, grouping)
    rate = clauses.rate_percent
    return {
        "reserved": clauses.reserved.value.lower(),
        "clause": clauses.clause.value,
        "hours": clauses.hours,
        "rate_pct": None if rate is None else float(rate),
        "grouping": clauses.grouping.value,
        "negated": clauses.negated,
    }


def _by_grep(text: str, grouping: str) -> dict[str, Field]:
    """Baseline: what `insertion|réservé` finds, and the first number before "heures"."""
    folded, group = fold(text), fold(grouping)
    hours = re.search(r"(\d[\d .]*) ?heures", folded)
    clause = ClauseKind.EXECUTION if "insertion" in folded else ClauseKind.NONE
    reserved = Reservation.INSERTION if "reserve" in folded else Reservation.NONE
    form = GroupingForm.FREE
    for name in (GroupingForm.SOLIDAIRE, GroupingForm.CONJOINT):
        form = name if name.value in group else form
    return {
        "reserved": reserved.value.lower(),
        "clause": clause.value,
        "hours": int(re.sub(r"\D", "", hours.group(1))) if hours else None,
        "rate_pct": None,
        "grouping": form.value,
        "negated": False,
    }


def rarer_f1(lines: Sequence[ClauseLine], name: str) -> float:
    """Micro-F1 over the values of a field that are not the most frequent one."""
    usual = Counter(line.asked[name] for line in lines).most_common(1)[0][0]
    right = sum(line.read[name] == line.asked[name] != usual for line in lines)
    wrong = sum(line.read[name] not in (usual, line.asked[name]) for line in lines)
    missed = sum(line.asked[name] not in (usual, line.read[name]) for line in lines)
    return _f1(right, wrong, missed)


def exact_figures(lines: Sequence[ClauseLine], name: str) -> tuple[float, float]:
    """Precision and recall of a figure: right only when it is exactly the labelled one."""
    read = [line for line in lines if line.read[name] is not None]
    asked = [line for line in lines if line.asked[name] is not None]
    right = sum(line.read[name] == line.asked[name] for line in read)
    return right / len(read) if read else 1.0, right / len(asked) if asked else 1.0


def _print_clauses(*, ids: bool) -> None:
    records = (DATA / "labels/clauses.jsonl").read_text("utf-8").splitlines()
    print("Clauses: F1 over the values that are not the most frequent; figures exact")
    for name, read in (("Cordée", _by_cordee), ("grep insertion|réservé", _by_grep)):
        lines = _clauses(map(json.loads, records), read)
        scores = "  ".join(
            f"{field} {rarer_f1(lines, field):.3f}" for field in ("reserved", "clause", "grouping")
        )
        hours, rate = exact_figures(lines, "hours"), exact_figures(lines, "rate_pct")
        negated = sum(line.read["negated"] == line.asked["negated"] for line in lines) / len(lines)
        print(f"  {name:24} {scores}")
        print(
            f"  {'':24} hours precision {hours[0]:.3f} recall {hours[1]:.3f}"
            f"  rate {rate[0]:.3f} {rate[1]:.3f}  negated right {negated:.3f}"
        )
        if read is _by_cordee:
            _print_misread(lines, ids=ids)


def _print_misread(lines: Sequence[ClauseLine], *, ids: bool) -> None:
    for field in lines[0].asked if lines else ():
        found = [line for line in lines if line.read[field] != line.asked[field]]
        for line in found if ids else found[:3]:
            print(f"    {line.id} {field}: {line.asked[field]} → {line.read[field]}")


# --- blind sets --------------------------------------------------------------------------------


def accuracy(lines: Sequence[ClauseLine], name: str) -> float:
    """The share of lines whose field is read as labelled."""
    return sum(line.read[name] == line.asked[name] for line in lines) / len(lines)


def _print_blind(name: str) -> None:
    """What the shipped model reads in a blind set; no line is named, so that none is learned."""
    lines = []
    for label in read_blind(name, DATA):
        lines.append(_line(label, read_trades(label.document)))
    print(f"Blind set {name}, trades: shipped model, 95 % bootstrap intervals of {DRAWS} draws")
    parts = {
        "all": lines,
        "not hard": [line for line in lines if not line.label.is_hard],
        "targeted": [line for line in lines if line.label.stratum == "targeted"],
        "random": [line for line in lines if line.label.stratum == "random"],
    }
    for part, own in parts.items():
        if not own:
            continue
        precision, recall = precision_recall(own)
        print(f"  {part:9} {len(own):4} lines  micro-F1 {_with_interval(own, micro_f1)}", end="")
        print(f"  precision {precision:.3f}  recall {recall:.3f}", end="")
        print(f"  exact set {_exact(own):.3f}  fit {_with_interval(own, _fit_accuracy)}")
    _print_possible(lines)
    texts = conditions(DATA)
    labels = map(json.loads, file_of(name, CLAUSES).read_text("utf-8").splitlines())
    read = _clauses(({**texts[key(label)], **label} for label in labels), _by_cordee)
    hours = exact_figures(read, "hours")
    asked = sum(line.asked["hours"] is not None for line in read)
    print(f"Blind set {name}, clauses: {len(read)} lines, {asked} with hours")
    print(f"  hours precision {hours[0]:.3f} recall {hours[1]:.3f}", end="")
    for field in ("clause", "reserved", "grouping", "negated"):
        print(f"  {field} {accuracy(read, field):.3f}", end="")
    print()


def _print_readers() -> None:
    """What two careful readers come to, as the guide of the labels says."""
    guide = (DATA / "labels/GUIDELINES.md").read_text("utf-8")
    if (found := re.search(r"How well two readers agree[^\n]*(?:\n[^\n]+)*", guide)) is not None:
        print(re.sub(r"\s+", " ", found.group()))
