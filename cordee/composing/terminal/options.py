"""What is asked of `compose` beside the notice: options read, and names turned into structures."""

from argparse import ArgumentTypeError
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cordee.base.search.words import fold
from cordee.base.ui.french import count
from cordee.composing.problem import Question, wish_options, wish_search
from cordee.composing.problem.choices import LEANING_LABELS

MOST_ALTERNATIVES = 10
SHOWN_NAMES = 5


class RefusedOption(Exception):
    """An option that cannot be granted: names it, its value and the cure, in French."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What somebody asks of a composition; names are as written."""

    alternatives: int = 3
    different: int | None = None
    pin: Sequence[str] = ()
    exclude: Sequence[str] = ()
    max_partners: int | None = None
    radius: int | None = None
    lean: Sequence[tuple[wish_search.Leaning, int]] = ()
    why_not: Sequence[str] = ()

    def wishes(self, question: Question) -> tuple[wish_options.Wish, ...]:
        """The wishes among them, with names resolved; raises `RefusedOption`."""
        pinned = _organisations(question, "--pin", self.pin)
        excluded = _organisations(question, "--exclude", self.exclude)
        for name in pinned.keys() & excluded.keys():
            raise RefusedOption(
                f"--pin et --exclude « {pinned[name]} » : la même structure ne peut pas être "
                "dedans et dehors. Gardez une des deux options."
            )
        made = [wish_options.make("pin", organisation=name) for name in pinned]
        made += [wish_options.make("exclude", organisation=name) for name in excluded]
        if self.max_partners is not None:
            made.append(wish_options.make("size", max_partners=self.max_partners))
        if self.radius is not None:
            made.append(wish_options.make("radius", max_distance_km=self.radius))
        return tuple(made)


def whole_number(least: int, most: int, example: int) -> Callable[[str], int]:
    """An `argparse` type: a whole number between two bounds."""

    def read(text: str) -> int:
        if not text.strip().isdigit() or not least <= int(text) <= most:
            raise ArgumentTypeError(
                f"« {text} » ne convient pas : écrivez un nombre entier de {least} à {most}, "
                f"par exemple {example}."
            )
        return int(text)

    return read


def seconds(text: str) -> float:
    """An `argparse` type: a time limit."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = 0.0
    if not 0 < value <= 86_400:
        raise ArgumentTypeError(
            f"« {text} » ne convient pas : écrivez des secondes, de plus de 0 à 86400, "
            "par exemple 20."
        )
    return value


def leaning(text: str) -> tuple[wish_search.Leaning, int]:
    """An `argparse` type: NAME or NAME=STRENGTH."""
    name, _, strength = text.partition("=")
    if name not in set(wish_search.Leaning):
        known = ", ".join(
            f"{each} ({LEANING_LABELS[each].lower()})" for each in wish_search.Leaning
        )
        raise ArgumentTypeError(f"« {name} » n’est pas une préférence : choisissez {known}.")
    if strength and strength not in {str(n) for n in range(1, wish_search.MOST_STRENGTH + 1)}:
        raise ArgumentTypeError(
            f"« {text} » : la force « {strength} » ne convient pas. Écrivez un nombre entier de 1 "
            f"à {wish_search.MOST_STRENGTH}, par exemple {name}=2."
        )
    return wish_search.Leaning(name), int(strength or 1)


def known_leanings() -> str:
    """Each leaning by its name, with what it is called."""
    return ", ".join(f"{name} ({label.lower()})" for name, label in LEANING_LABELS.items())


def organisation_called(question: Question, option: str, written: str) -> str | None:
    """The one organisation of that name, SIREN or SIRET; `None` where none is among those near.

    The beginnings of its words will do where they are only in one. Raises `RefusedOption` where
    several have them.
    """
    if not fold(written):
        raise RefusedOption(f"{option} « {written} » : écrivez un nom ou un SIRET.")
    for each in question.problem.candidates:
        if fold(written) in {each.organisation, each.id.split("-", 1)[0]}:
            return each.organisation
    around = wish_options.Around(question.problem, None, question.people_json, this_month=0)
    found = wish_options.among(around, written)
    if len(found) > 1:
        names = " ; ".join(around.names[each] for each in found[:SHOWN_NAMES])
        rest = len(found) - SHOWN_NAMES
        names += f" ; {count(rest, 'autre')}" if rest > 0 else ""
        raise RefusedOption(
            f"{option} « {written} » : plusieurs structures portent ce nom ({names}). "
            "Écrivez le nom entier ou le SIRET."
        )
    return around.organisations[found[0]] if found else None


def _organisations(question: Question, option: str, names: Sequence[str]) -> dict[str, str]:
    """Each organisation with the name that was written."""
    found = {}
    for written in names:
        name = organisation_called(question, option, written)
        if name is None:
            raise RefusedOption(
                f"{option} « {written} » : aucune structure de ce nom n’est assez près. "
                "Vérifiez le nom, ou élargissez avec --radius."
            )
        found.setdefault(name, written)
    return found
