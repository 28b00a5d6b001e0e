"""A result sold, or people lent: what labour law says of a subcontract (RULE-40)."""

from collections.abc import Mapping
from datetime import date

from cordee.rules import parameters
from cordee.rules.findings import Finding, finding
from cordee.rules.kinds import Kind, supplies_staff
from cordee.rules.labelled import Labelled

LENDING = "Code du travail, art. L8241-1"
MARCHANDAGE = "Code du travail, art. L8231-1"


class Sign(Labelled):
    """What makes a subcontract look like people lent for money, and what to ask of it."""

    HOURLY_PRICE = "HOURLY_PRICE", "Le prix est-il celui d’un travail fini, ou celui d’une heure ?"
    CLIENT_SUPERVISION = (
        "CLIENT_SUPERVISION",
        "Qui dirige l’équipe sur place : son encadrant, ou celui du client ?",
    )
    CLIENT_TOOLS = "CLIENT_TOOLS", "À qui sont les outils : au sous-traitant, ou au client ?"


_WITH_PASSERELLE = (Kind.ACI, Kind.EI)
_SUPPLY_ARTICLES: Mapping[Kind, str] = {
    Kind.ETTI: "Code du travail, art. L5132-6",
    Kind.AI: "Code du travail, art. L5132-7",
    Kind.EATT: "Code du travail, art. L5213-13-3",
    Kind.GEIQ: "Code du travail, art. L1253-1",
}


def subcontract_findings(
    *,
    by_the_hour: bool | None,
    client_supervises: bool | None,
    client_tools: bool | None,
    on: date,
) -> tuple[Finding, ...]:
    """Say what of a subcontract looks like lent people, and what is still to be asked.

    None: nobody has answered. It gives a question, never a pass.

    Source: Code du travail L8241-1, L8231-1; RULE-40.
    Not covered: what really happens on the site, which a court looks at before any paper.
    """
    answers = {
        Sign.HOURLY_PRICE: by_the_hour,
        Sign.CLIENT_SUPERVISION: client_supervises,
        Sign.CLIENT_TOOLS: client_tools,
    }
    found = []
    for sign, answer in answers.items():
        if answer is False:
            continue
        key = f"{sign}_UNSAID" if answer is None else sign
        found.append(finding(key, articles=_articles(sign, on), asked=sign.label))
    return tuple(found)


def staffing_findings(kind: Kind | str, *, on: date) -> tuple[Finding, ...]:
    """Say whether a structure of this kind may supply people, and within what limits.

    Nobody in insertion is lent, by our own choice: L8241-1 prohibits lending for profit, and the
    contrat passerelle let an ACI or an EI lend without any until the end of 2025.

    Source: Code du travail L5132-6, L5132-7, L5132-9, L5213-13-3, L1253-1, L8241-1; loi 2020-1577,
    art. 5; RULE-40.
    Not covered: the loan of permanent staff without profit (`staff_loan`), the reasons for which
    temporary work is allowed, a derogation that the préfet gave to an AI.
    """
    kind = Kind(kind)
    if not supplies_staff(kind):
        if kind not in _WITH_PASSERELLE:
            return (finding("NOT_A_SUPPLIER", kind=kind.label),)
        return (finding("INSERTION_LENT"), _passerelle(on))
    if kind is Kind.GEIQ:
        return (finding("GEIQ_MEMBERS"),)
    if kind is not Kind.AI:
        return ()
    hours = parameters.amount("labour.ai_hours_per_person", on=on)
    months = parameters.amount("labour.ai_window_months", on=on)
    return (finding("AI_HOURS", hours=hours, months=months),)


def _passerelle(on: date) -> Finding:
    try:
        parameters.codes("labour.passerelle_kinds", on=on)
    except parameters.UnknownParameter:
        return finding("PASSERELLE_ENDED")
    return finding("PASSERELLE")


def supply_article(kind: Kind | str) -> str | None:
    """Give the article that lets a kind supply people; None where none does.

    Source: Code du travail L5132-6, L5132-7, L5213-13-3, L1253-1.
    """
    return _SUPPLY_ARTICLES.get(Kind(kind))


def _articles(sign: Sign, on: date) -> tuple[str, ...]:
    found = []
    if sign in parameters.codes("labour.lending_signs", on=on):
        found.append(LENDING)
    if sign in parameters.codes("labour.marchandage_signs", on=on):
        found.append(MARCHANDAGE)
    return tuple(found)
