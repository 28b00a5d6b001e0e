"""A result sold, or people lent: what labour law says of a subcontract (RULE-40)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from cordee.rules import parameters
from cordee.rules.findings import Finding, Weight
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


_SENTENCES: Mapping[Sign, str] = {
    Sign.HOURLY_PRICE: "Le prix est à l’heure : c’est le signe d’un prêt de personnel.",
    Sign.CLIENT_SUPERVISION: "Le client dirige l’équipe : les personnes travaillent pour lui.",
    Sign.CLIENT_TOOLS: "Les outils sont ceux du client : le sous-traitant n’apporte que des bras.",
}
_CURES: Mapping[Sign, str] = {
    Sign.HOURLY_PRICE: "Écrivez un prix pour un résultat : au m², à l’unité, ou au forfait.",
    Sign.CLIENT_SUPERVISION: "Écrivez que l’encadrant du sous-traitant dirige seul son équipe.",
    Sign.CLIENT_TOOLS: "Écrivez que le sous-traitant vient avec ses outils, ou loue ceux-là.",
}
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
        found.append(
            Finding(
                code=sign,
                weight=Weight.QUESTION if answer is None else Weight.WARNING,
                sentence=sign.label if answer is None else _SENTENCES[sign],
                cure=_CURES[sign],
                articles=_articles(sign, on),
            )
        )
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
        refused = Finding(
            code="NOT_A_SUPPLIER",
            weight=Weight.BLOCK,
            sentence=f"{kind.label} : ce n’est pas son métier de fournir du personnel.",
            cure="Confiez-lui un travail fini, avec son encadrant et ses outils.",
            articles=(LENDING,),
        )
        if kind not in _WITH_PASSERELLE:
            return (refused,)
        lent = replace(
            refused,
            code="INSERTION_LENT",
            sentence="Cordée ne prête pas de personnes en insertion : un prêt qui rapporte est "
            "interdit, et leur parcours tient à leur encadrant.",
        )
        return (lent, _passerelle(on))
    if kind is Kind.GEIQ:
        return (
            Finding(
                code="GEIQ_MEMBERS",
                weight=Weight.QUESTION,
                sentence="Un GEIQ ne met du personnel à disposition que de ses membres.",
                cure="Vérifiez que la structure qui l’emploie en est membre.",
                articles=(_SUPPLY_ARTICLES[Kind.GEIQ],),
            ),
        )
    if kind is not Kind.AI:
        return ()
    hours = parameters.amount("labour.ai_hours_per_person", on=on)
    months = parameters.amount("labour.ai_window_months", on=on)
    return (
        Finding(
            code="AI_HOURS",
            weight=Weight.NOTE,
            sentence=f"Une personne travaille {hours} h au plus en entreprise, sur {months} mois.",
            cure="Comptez les heures par personne. Le préfet peut déroger.",
            articles=("Code du travail, art. L5132-9 et R5132-18",),
        ),
    )


def _passerelle(on: date) -> Finding:
    try:
        parameters.codes("labour.passerelle_kinds", on=on)
        until = "Le contrat passerelle permet à un ACI ou une EI d’en prêter une sans profit."
    except parameters.UnknownParameter:
        until = (
            "Le contrat passerelle le permettait, sans profit, jusqu’au 31 décembre 2025. La suite "
            "est inconnue."
        )
    return Finding(
        code="PASSERELLE",
        weight=Weight.NOTE,
        sentence=until,
        cure="Voyez-le avec la DDETS : Cordée ne le prépare pas.",
        articles=("loi 2020-1577, art. 5",),
    )


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
