"""A positioning as a plain annex to the yearly dialogue. It cites no article: the law speaks of
labels that others give, and this is none."""

from collections.abc import Iterator

from django.utils import timezone

from cordee.base.documents import Block, Document, Heading, Notice, Paragraph, Table
from cordee.dossier.phrases import day
from cordee.practices.models import Positioning
from cordee.practices.positioning.grid import NOT_A_LABEL
from cordee.practices.positioning.pages import functions_of


def annex(positioning: Positioning) -> Document:
    return Document(
        # The title stands at the foot of every page.
        title=NOT_A_LABEL.removesuffix("."),
        subtitle=f"Entreprise Sociale Apprenante, {positioning.structure.shown_name}",
        blocks=tuple(_blocks(positioning)),
    )


def _blocks(positioning: Positioning) -> Iterator[Block]:
    yield Notice(NOT_A_LABEL)
    begun = f"Commencé le {day(positioning.begun_on)}, avec «\u00a0{positioning.value}\u00a0»."
    last = day(timezone.localdate(positioning.said_at))
    how = (
        "La direction a choisi chaque niveau. Les relevés viennent de ce qui est déjà noté, au jour"
    )
    yield Paragraph(f"{begun} {how} où chaque page a été gardée, la dernière le {last}.")
    for function, _, lines in functions_of(positioning):
        yield Heading(function.name)
        rows = tuple(
            (
                line.name,
                f"{line.level}\u00a0: {line.sentence}" if line.sentence else line.level,
                ". ".join(filter(None, [*line.proofs, line.word])) or "à dire",
            )
            for line in lines
        )
        head = ("Critère", "Niveau choisi", "Relevé ou dit")
        yield Table(function.question, head, rows, widths=(3, 5, 4))
    actions = tuple(
        (each.words, day(each.due_on), day(each.done_on) if each.done_on else "en cours")
        for each in positioning.actions.in_force()
    )
    if actions:
        yield Heading("Actions décidées")
        yield Table("Trois actions au plus", ("Action", "Pour le", "Faite le"), actions)
