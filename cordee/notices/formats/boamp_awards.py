"""BOAMP: who won, in the schema before 2024 (XML and JSON alike) and in the columns of a record."""

from __future__ import annotations

from collections.abc import Iterator

from cordee.notices.formats.assembly import evidence_list
from cordee.notices.formats.awards import Decision, tender_count, winner, winners_of
from cordee.notices.formats.boamp_fields import amount_in, day_of
from cordee.notices.formats.tree import Node
from cordee.notices.notice import Award, Winner

_WITHOUT_WINNER = ("infructueux", "sanssuite", "nonattribue")
# The API of 2020 wrote firms and figures into one list.
_FIRMS = ("titulaire", "titulaireandrenseignement")
_FIGURES = ("renseignement", "titulaireandrenseignement")


def awards_of(tree: Node) -> tuple[Decision, ...]:
    """Read ATTRIBUTION: one award a decision."""
    attribution = tree.find("attribution")
    if attribution is None:
        return ()
    decided = attribution.value("datedecision")
    return tuple(_decision(node, decided) for node in attribution.all("decision"))


def _decision(node: Node, decided: str | None) -> Decision:
    without = node.first(*_WITHOUT_WINNER)
    when = _figure(node, "dateattribution") or decided
    title = node.words("intitule")
    text = node.words("description")
    return Decision(
        Award(
            lot_id=node.value("numlot"),
            winners=winners_of(_firms(node)),
            amount=next(
                (
                    amount
                    for figures in _either(node, _FIGURES)
                    if (amount := amount_in(figures, "montant", "montantmaxi"))
                ),
                None,
            ),
            decided_on=day_of(when),
            tenders=tender_count(_figure(node, "nboffrerecu")),
            is_unsuccessful=without is not None,
            evidence=evidence_list(
                ("ATTRIBUTION/DATE_ATTRIBUTION", when),
                ("ATTRIBUTION/DECISION", without.name.upper() if without else None),
                ("ATTRIBUTION/INTITULE", title),
            ),
        ),
        title=title or text,
        text=text if title else None,
    )


def _figure(node: Node, name: str) -> str | None:
    """The first figure of this name: some buyers repeat it for each firm of a group."""
    return next((value for one in _either(node, _FIGURES) if (value := one.value(name))), None)


def _firms(node: Node) -> Iterator[Winner | None]:
    for firm in _either(node, _FIRMS):
        yield winner(firm.words("denomination"), firm.value("codeidentnational"))


def _either(node: Node, names: tuple[str, ...]) -> list[Node]:
    return [child for child in node.children if child.name in names]


def award_of_record(record: Node) -> tuple[Decision, ...]:
    """The column `titulaire` of a record, where the notice itself has only free text."""
    names = winners_of(winner(node.text, None) for node in record.all("titulaire"))
    evidence = evidence_list(*(("titulaire", one.name) for one in names))
    return (Decision(Award(winners=names, evidence=evidence)),) if names else ()
