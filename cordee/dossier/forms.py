"""The frame of a paper that follows an official model: its head, its rubrics, its boxes."""

from collections.abc import Iterable
from dataclasses import dataclass

from cordee.base.documents import Block, Heading, Paragraph, Words, inlines
from cordee.base.ui import french
from cordee.rules.official_forms import OfficialForm, official_forms

TICKED, EMPTY = "\u2612", "\u2610"


@dataclass(frozen=True, slots=True)
class Form:
    """How one model is written. `form["C2"]` is the heading of a rubric; `KeyError` for none."""

    model: OfficialForm

    @property
    def title(self) -> str:
        """ "DC1 : lettre de candidature"."""
        return f"{self.model.name} : {self.model.title}"

    def __getitem__(self, rubric: str) -> Heading:
        return Heading(f"{rubric}. {self.model.rubrics[rubric]}", len(rubric))

    def head(self) -> Block:
        """Which version a paper follows, and that the buyer's own comes first."""
        doubt = "" if self.model.read_again else " (à vérifier)"
        name = self.model.name
        article = "l’" if name.casefold().startswith(french.VOWELS) else "le "
        return Paragraph(
            f"Suit {article}{name}, version du {self.model.version}{doubt}. Si l’acheteur "
            "joint le sien, remplissez-le.",
            quiet=True,
        )


def form(key: str) -> Form:
    """One of them. Raises `KeyError`."""
    return Form(official_forms()[key])


def boxes(options: Iterable[tuple[str, bool]], *more: Words) -> Words:
    """Boxes one under the other, each ticked or not; what is not known is ticked by hand."""
    lines = "\n".join(f"{TICKED if ticked else EMPTY} {label}" for label, ticked in options)
    return (f"{lines}\n", *(part for each in more for part in inlines(each))) if more else lines


def yes_no(answer: bool | None) -> str:
    """Both boxes; none ticked where nobody told."""
    return f"{TICKED if answer else EMPTY} oui   {TICKED if answer is False else EMPTY} non"
