"""The journal of actions: written by every `actions.py`, inside the same transaction.

What a room says of the things it writes of, their names and who reads of them:

    journal.register(
        "structure", Structure, "Structure", names=journal_pages.structures,
        subject=journal_pages.structure,
    )

in its `journal_words.toml`, collected here from every room, what follows the name of who acted:

    [everyday]
    set_place = "a dit son lieu"
    [kept]                          # proves something: never forgotten
    grant_seat = "a donné un rôle"

and in its `journal_words.py`, where there is more to tell:

    SENTENCES = {"members.grant_seat": role_given}        # (before, after) → a few words, or ""

A line shows of its `before` and `after` only what a sentence of its room makes of them: they hold
figures that not every reader may see.
"""

import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.rules.months import add_months
from cordee.rules.plain import to_plain

type Sentence = Callable[[Mapping[str, Any], Mapping[str, Any]], str]
_more: dict[str, list[Callable[[str], Q]]] = {}


def record(
    verb: str,
    target: models.Model,
    *,
    by: User | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> JournalEntry:
    """Write one line. `verb` is a dotted sentence ("members.import_structures").

    `before` and `after` hold JSON values or days of the target, never personal fields.
    """
    # The target is written by kind and key, not as a relation: the line outlives what it is about.
    return JournalEntry.objects.create(
        by=by,
        verb=verb,
        target_kind=target._meta.label_lower,
        target_id=str(target.pk),
        before=to_plain(before or {}),
        after=to_plain(after or {}),
    )


def values(row: models.Model, *names: str) -> dict[str, Any]:
    """Some fields of a row, for `before` and `after`."""
    return {name: getattr(row, name) for name in names}


def forget_old(now: datetime) -> int:
    """What the schedule does each day: everyday lines go after some months, proofs stay (RULE-34).

    A room tells the verbs that prove something under `kept` in its `journal_words.toml`.
    """
    # Whole days of Paris: what goes does not depend on the hour at which the schedule runs.
    day = add_months(timezone.localdate(now), -settings.KEEP_JOURNAL_MONTHS)
    old = JournalEntry.objects.filter(at__lt=timezone.make_aware(datetime.combine(day, time.min)))
    return old.exclude(verb__in=vocabulary().kept).delete()[0]


@dataclass(frozen=True, slots=True)
class Named:
    """A thing as this reader may see it; `url` is empty where there is no page of it."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing whose journal somebody may read, and the lines that are about it."""

    name: str
    url: str
    lines: Q


def named(rows: Iterable[Any], name: str, route: str, key: str = "pk") -> dict[str, Named]:
    """Rows as their readers see them: `name` and the `key` of the route are paths to a field."""
    name_of, key_of = attrgetter(name), attrgetter(key)
    return {
        str(row.pk): Named(str(name_of(row)), reverse(route, args=[key_of(row)])) for row in rows
    }


# Names of those that this person may open, by identifier; others are left out.
type Names = Callable[[User, Collection[str], date], Mapping[str, Named]]
# Raises Http404 where this person may not read its journal.
type FindSubject = Callable[[User, str, date], Subject]


@dataclass(frozen=True, slots=True)
class JournalKind:
    slug: str
    model_label: str
    label: str
    names: Names
    subject: FindSubject | None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    verbs: dict[str, str] = field(default_factory=dict)
    sentences: dict[str, Sentence] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)


# By the word of their addresses.
kinds: dict[str, JournalKind] = {}


def register(
    slug: str,
    model: type[models.Model],
    label: str,
    *,
    names: Names,
    subject: FindSubject | None = None,
) -> None:
    kinds[slug] = JournalKind(slug, model._meta.label_lower, label, names, subject)


def add_lines(slug: str, lines: Callable[[str], Q]) -> None:
    """Lines that an upper room writes about a thing of a lower one, by its identifier."""
    known = _more.setdefault(slug, [])
    if lines not in known:
        known.append(lines)


def more_lines(slug: str, pk: str) -> Q:
    found = Q()
    for lines in _more.get(slug, []):
        found |= lines(pk)
    return found


def kinds_by_model() -> dict[str, JournalKind]:
    return {kind.model_label: kind for kind in kinds.values()}


def about(model: type[models.Model], ids: Collection[Any] | models.QuerySet[Any]) -> Q:
    """Lines whose target is one of these."""
    return Q(target_kind=model._meta.label_lower, target_id__in=[str(each) for each in ids])


@cache
def vocabulary() -> Vocabulary:
    """The words of every room."""
    found = Vocabulary()
    for config in apps.get_app_configs():
        if not config.name.startswith("cordee."):
            continue
        if (words := Path(config.path) / "journal_words.toml").exists():
            for sort, verbs in tomllib.loads(words.read_text("utf-8")).items():
                said = {f"{config.label}.{verb}": told for verb, told in verbs.items()}
                found.verbs.update(said)
                found.kept.update(said if sort == "kept" else ())
        if find_spec(name := f"{config.name}.journal_words") is not None:
            found.sentences.update(import_module(name).SENTENCES)
    return found


def words_of(verb: str) -> str:
    """A verb that nobody writes any more is still told, if poorly."""
    return vocabulary().verbs.get(verb, f"a fait une action ancienne ({verb})")
