"""Practices: questions of people and what they find, and the page of the search at 5,000 sheets.

./go bench practices

recall@3: of the texts that a question expects, three at most, the share among the first three.
Beside it, of the same texts in the same run: as many words as `LIKE` finds, and our weights without
stems and synonyms. Then the page against the bare question to the index plus the template from rows
in memory. The exit code is 1 where what is promised is not held.
"""

import argparse
import tomllib
from collections.abc import Callable, Sequence
from math import log
from pathlib import Path
from random import Random
from statistics import mean
from typing import NamedTuple
from urllib.parse import urlencode

from benchmarks.economics import _median, _scratch
from benchmarks.pages import _measured

HERE = Path(__file__).parent
OUTSIDE, OURS = "questions_outside", "questions"
SHOWN, RECALL, OUTSIDE_RECALL = 3, 0.9, 0.8
SHEETS, PAGE_TIMES = 5_000, 3
ASKED = "Comment partager un minibus entre structures voisines ?"
READER = "direction@cordee.example"


class Question(NamedTuple):
    """What is asked, the file stems of the texts that answer, and in which file it is written."""

    asks: str
    expects: frozenset[str]
    file: str


def run(arguments: Sequence[str] = ()) -> int:
    """Print each measure beside what is promised; 1 where one is not held."""
    argparse.ArgumentParser(prog="./go bench practices").parse_args(list(arguments))
    with _scratch("--size", "valley"):
        is_found = searching()
        return int(not (is_found and paging()))


def searching() -> bool:
    """Whether enough is found; prints the recall of each way, overall and by file."""
    asked = questions()
    ways = {"ranked": _ranked, "LIKE": _like(), "unstemmed": _unstemmed()}
    held = True
    for name, way in ways.items():
        recalls = {each: recall(each, way(each.asks)[:SHOWN]) for each in asked}
        overall = mean(recalls.values())
        outside = mean(found for each, found in recalls.items() if each.file == OUTSIDE)
        promised = f" (at least {RECALL} and {OUTSIDE_RECALL})" if name == "ranked" else ""
        print(
            f"{name}: recall@{SHOWN} {overall:.3f} of {len(asked)} questions, "
            f"{outside:.3f} of those from outside{promised}"
        )
        if name == "ranked":
            held = overall >= RECALL and outside >= OUTSIDE_RECALL
            missed = [each.asks for each, found in recalls.items() if found < 1]
            print(f"  not whole: {'; '.join(missed)}")
    return held


def questions() -> list[Question]:
    """All sixty, as they were written before the search was tuned."""
    return [
        Question(row["asks"], frozenset(row["expects"]), name)
        for name in (OUTSIDE, OURS)
        for row in tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))["question"]
    ]


def recall(question: Question, found: Sequence[str]) -> float:
    """The share of what is expected that is found."""
    return len(question.expects & set(found)) / min(len(question.expects), SHOWN)


def _ranked(question: str) -> list[str]:
    """The product's own."""
    from django.utils import timezone

    from cordee.practices.models import Sheet
    from cordee.practices.sheets.finding.search import answering

    sheets = Sheet.objects.published()
    stems = dict(sheets.values_list("pk", "source_key"))
    return [stems[key] for key in answering(sheets, question, on=timezone.localdate())]


def _texts() -> dict[str, str]:
    """By file stem, the title and the text of what is published."""
    from cordee.practices.models import Sheet

    return {
        sheet.source_key: " ".join([sheet.title, *sheet.latest.sections.values()])
        for sheet in Sheet.objects.published().with_context()
    }


def _like() -> Callable[[str], list[str]]:
    """By how many words of the question, as they are typed, `LIKE '%word%'` finds in the text."""
    from django.db import connection

    from cordee.base.search.words import SENTENCE_WORDS, fold

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE plain (stem TEXT, said TEXT)")
        cursor.executemany("INSERT INTO plain VALUES (%s, %s)", list(_texts().items()))

    def found(question: str) -> list[str]:
        words = [f"%{word}%" for word in question.split() if fold(word) not in SENTENCE_WORDS]
        score = " + ".join(["(said LIKE %s)"] * len(words))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT stem, {score} AS n FROM plain ORDER BY n DESC, stem", words)
            return [stem for stem, score in cursor.fetchall() if score]

    return found


def _unstemmed() -> Callable[[str], list[str]]:
    """Folded words by how rare they are; no stem, no synonym, no weight of titles."""
    from cordee.base.search.words import SENTENCE_WORDS, fold

    words = {stem: set(fold(text).split()) for stem, text in _texts().items()}

    def found(question: str) -> list[str]:
        scores = dict.fromkeys(words, 0.0)
        for word in set(fold(question).split()) - SENTENCE_WORDS:
            holding = [stem for stem, said in words.items() if word in said]
            for stem in holding:
                rare = (len(words) - len(holding) + 0.5) / (len(holding) + 0.5)
                scores[stem] += log(1 + rare)
        return sorted((stem for stem in scores if scores[stem]), key=lambda stem: -scores[stem])

    return found


def _bare() -> object:
    """The question put to the index as it is: any of its stems, in the order of FTS5."""
    from django.db import connection

    from cordee.base.search.words import telling_stems

    with connection.cursor() as cursor:
        any_of = " OR ".join(f'"{stem}"' for stem in telling_stems(ASKED))
        sql = "SELECT rowid FROM base_search_words WHERE base_search_words MATCH %s"
        cursor.execute(f"{sql} ORDER BY bm25(base_search_words) LIMIT 100", [any_of])
        return cursor.fetchall()


def _fill() -> None:
    """As many sheets as are promised, of parts of those that are there, drawn with one seed."""
    from django.utils import timezone

    from cordee.practices.models import Sheet, SheetTrade, SheetVersion
    from cordee.practices.models.sheets import Places, SheetKind, Territory
    from cordee.practices.sheets.finding.search import index_sheets
    from cordee.rules.trades import TRADES

    draw, now = Random(23), timezone.now()
    models = list(Sheet.objects.filter(kind=SheetKind.CARD).with_context())
    sheets = Sheet.objects.bulk_create(
        Sheet(
            kind=SheetKind.CARD,
            title=f"{draw.choice(models).title} ({number})",
            network=models[0].network,
            territory=draw.choice(Territory.values),
            places=draw.choice(Places.values),
            latest_number=1,
            review_due=now.date(),
        )
        for number in range(SHEETS - Sheet.objects.count())
    )
    SheetTrade.objects.bulk_create(
        SheetTrade(sheet=sheet, trade=draw.choice([*TRADES])) for sheet in sheets
    )
    keys = list(models[0].latest.sections)
    SheetVersion.objects.bulk_create(
        SheetVersion(
            sheet=sheet,
            number=1,
            title=sheet.title,
            sections={key: draw.choice(models).latest.sections.get(key, "…") for key in keys},
            text="{}",
            sha256="0" * 64,
            published_at=now,
        )
        for sheet in sheets
    )
    index_sheets([sheet.pk for sheet in sheets])


def paging() -> bool:
    """Whether the page of the search is near its index and its template."""
    _fill()
    page = _measured("search", f"/pratiques/?{urlencode({'q': ASKED})}", READER)
    index_s = _median(_bare)
    times = page.whole_s / (index_s + page.template_s)
    print(
        f"search, {SHEETS} sheets: {page.queries} queries, request {page.whole_s * 1e3:.1f} ms, "
        f"bare index {index_s * 1e3:.1f} ms, template {page.template_s * 1e3:.1f} ms: "
        f"{times:.2f} times (at most {PAGE_TIMES})"
    )
    return times <= PAGE_TIMES
