"""Loan of staff between structures (RULE-40): who, with which papers, and without profit."""

from datetime import date
from enum import StrEnum

from cordee.rules import parameters
from cordee.rules.labelled import Labelled


class Post(StrEnum):
    """What a person is in the structure that employs them."""

    PERMANENT = "PERMANENT"
    INSERTION = "INSERTION"


class Paper(Labelled):
    """What is signed before a loan begins."""

    CONVENTION = "CONVENTION", "une convention entre les deux structures, pour une durée dite"
    AVENANT = "AVENANT", "un avenant au contrat de travail : travail, horaires, lieu"
    ACCORD = "ACCORD", "l’accord écrit de la personne, qui peut refuser sans sanction"


class Refusal(StrEnum):
    """Why a loan cannot be."""

    INSERTION = "INSERTION"
    PROFIT = "PROFIT"


def refusals(
    *, post: Post, billed_cents: int | None, cost_cents: int | None, on: date
) -> tuple[Refusal, ...]:
    """Say why a loan of this person cannot be here; nothing where it can.

    That nobody in insertion is lent is our own choice: L8241-2 gives conditions, and prohibits
    nothing by itself.

    `billed_cents` and `cost_cents` (wages, charges and reimbursed expenses of the loan): None where
    not known yet, and then the profit is not judged.

    Source: Code du travail L8241-1, L8241-2; RULE-40.
    Not covered: supply of staff by AI and ETTI, which is their trade; loans of large groups to
    young companies (L8241-3).
    """
    found = []
    if post not in parameters.codes("staff_loan.lendable", on=on):
        found.append(Refusal.INSERTION)
    if billed_cents is not None and cost_cents is not None:
        share = parameters.rate("staff_loan.most_billed_share", on=on)
        if billed_cents > cost_cents * share:
            found.append(Refusal.PROFIT)
    return tuple(found)


def papers(*, on: date) -> tuple[Paper, ...]:
    """Give the papers to sign, in the order they are made.

    Source: Code du travail L8241-2; RULE-40.
    Not covered: informing the works council, where there is one.
    """
    wanted = parameters.codes("staff_loan.papers", on=on)
    return tuple(paper for paper in Paper if paper in wanted)
