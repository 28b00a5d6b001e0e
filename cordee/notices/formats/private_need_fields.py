"""Checked access to our own JSON: an error names the field, the value and the cure."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from cordee.notices.formats.values import day
from cordee.notices.notice import NoticeError

MAX_LINES = 1000
MAX_TEXT = 100_000


class Fields:
    """Checked access to one object of the file; `path` names it in errors."""

    def __init__(self, content: Mapping[str, Any], place: str, path: str) -> None:
        self.content = content
        self.place = place
        self.path = path

    def fail(self, name: str, cure: str) -> NoticeError:
        value = repr(self.content.get(name))[:80]
        return NoticeError(
            f"{self.place}, champ {self.path}{name}", f"La valeur {value} ne convient pas.", cure
        )

    def refuse_unknown(self, known: frozenset[str]) -> None:
        for name in self.content:
            if name not in known:
                raise self.fail(name, f"Ce champ n’existe pas. Champs admis : {listed(known)}.")

    def text(self, name: str) -> str | None:
        value = self.content.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > MAX_TEXT:
            raise self.fail(name, "Écrivez un texte entre guillemets.")
        return value.strip() or None

    def required_text(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise self.fail(name, "Ce champ est obligatoire : écrivez un texte.")
        return value

    def day(self, name: str) -> date | None:
        text = self.text(name)
        if text is None:
            return None
        found = day(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
        if found is None:
            raise self.fail(name, "Écrivez une date comme 2027-03-31.")
        return found

    def number(self, name: str, most: int) -> Decimal | None:
        value = self.content.get(name)
        if value is None:
            return None
        try:
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError
            exact = Decimal(str(value))
            if not 0 < exact <= most or exact != round(exact, 2):
                raise ValueError
        except (ValueError, InvalidOperation):
            cure = f"Écrivez un nombre entre 0 et {most}, avec deux décimales au plus."
            raise self.fail(name, cure) from None
        return exact

    def whole(self, name: str, most: int, of: str) -> Decimal | None:
        """`of`: what is counted, as in "de mois"."""
        value = self.number(name, most)
        if value is not None and value != int(value):
            raise self.fail(name, f"Écrivez un nombre entier {of}.")
        return value

    def choice[Choice: StrEnum](self, name: str, kinds: type[Choice]) -> Choice | None:
        return None if self.text(name) is None else self.required_choice(name, kinds)

    def required_choice[Choice: StrEnum](self, name: str, kinds: type[Choice]) -> Choice:
        text = self.text(name)
        for kind in kinds:
            if text is not None and text.lower() == kind.value.lower():
                return kind
        raise self.fail(name, f"Choisissez parmi : {listed(k.value.lower() for k in kinds)}.")

    def list(self, name: str) -> list[Any]:
        value = self.content.get(name, [])
        if not isinstance(value, list) or len(value) > MAX_LINES:
            raise self.fail(
                name, f"Écrivez une liste entre crochets, de {MAX_LINES} lignes au plus."
            )
        return value

    def object(self, name: str, known: frozenset[str]) -> "Fields | None":
        value = self.content.get(name)
        return None if value is None else self.nested(name, value, known)

    def nested(self, name: str, value: Any, known: frozenset[str]) -> "Fields":
        if not isinstance(value, Mapping):
            raise self.fail(name, f"Écrivez un objet entre accolades avec {listed(known)}.")
        inner = Fields(value, self.place, f"{self.path}{name}.")
        inner.refuse_unknown(known)
        return inner

    def codes(self, name: str, check: Callable[[str], str | None], cure: str) -> tuple[str, ...]:
        found: list[str] = []
        for item in self.list(name):
            code = check(item) if isinstance(item, str) else None
            if code is None:
                raise self.fail(name, cure)
            found.append(code)
        return tuple(dict.fromkeys(found))


def listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
