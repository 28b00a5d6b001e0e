"""Go or no-go: what a structure should weigh before it says yes to a team (own advice)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from cordee.rules import parameters
from cordee.rules.figures import euros, percent
from cordee.rules.findings import Finding, Weight

SEVERAL_TEAMS = "Code de la commande publique, art. R2142-21"
CEILING = "Code du travail, art. D5132-34"
_NOVELTY_QUESTIONS = {
    "NEW_TRADE": "Ce métier est-il nouveau pour vous ?",
    "NEW_PARTNER": "Un de ces partenaires est-il nouveau pour vous ?",
}


def heaviest_year_cents(share_cents: int, months: int) -> int:
    """Give the most that a share can bring in twelve months: all of it where it lasts no longer.

    The work is taken to be even over the months.
    """
    if months < 1:
        raise ValueError(f"months is {months}: give at least 1.")
    return share_cents if months <= 12 else ceil(Fraction(share_cents * 12, months))


def novelty_findings(
    *, new_trade: bool | None, new_partner: bool | None, on: date
) -> tuple[Finding, ...]:
    """Warn where a trade and a partner are both new; ask for what is not known.

    Source: own advice, after the founding text: « un modèle doit d’abord être stabilisé ».
    Not covered: how near the new trade is to the old one.
    """
    most = parameters.amount("prudence.novelties_at_once", on=on)
    answers = {"NEW_TRADE": new_trade, "NEW_PARTNER": new_partner}
    # What is unknown is asked only where the answer could change the advice.
    known = sum(answer is True for answer in answers.values())
    unknown = [code for code, answer in answers.items() if answer is None]
    if known > most:
        return (
            Finding(
                code="TWO_NOVELTIES",
                weight=Weight.WARNING,
                sentence="Un métier nouveau et un partenaire nouveau à la fois.",
                cure="Un modèle doit d’abord être stabilisé : gardez une seule nouveauté.",
            ),
        )
    if known + len(unknown) <= most:
        return ()
    return tuple(
        Finding(
            code=code,
            weight=Weight.QUESTION,
            sentence=_NOVELTY_QUESTIONS[code],
            cure="Répondez par oui ou par non : Cordée ne le sait pas.",
        )
        for code in unknown
    )


def weight_findings(
    *, yearly_share_cents: int | None, yearly_charges_cents: int | None, on: date
) -> tuple[Finding, ...]:
    """Warn where a share is more than a quarter of the yearly charges.

    Source: own advice, after the founding text: « un modèle doit d’abord être stabilisé ».
    Not covered: what the structure would do with these people otherwise.
    """
    most = parameters.rate("prudence.most_of_yearly_charges", on=on)
    if yearly_share_cents is None:
        return (
            Finding(
                code="SHARE_UNKNOWN",
                weight=Weight.QUESTION,
                sentence="Votre part n’est pas encore chiffrée.",
                cure="Chiffrez-la dans le tableau avant de décider.",
            ),
        )
    if yearly_charges_cents is None or yearly_charges_cents <= 0:
        return (
            Finding(
                code="CHARGES_UNKNOWN",
                weight=Weight.QUESTION,
                sentence="Vos charges de l’année sont inconnues.",
                cure="Saisissez votre exercice : Cordée comparera votre part à vos charges.",
            ),
        )
    if yearly_share_cents <= Fraction(most) * yearly_charges_cents:
        return ()
    share = Decimal(yearly_share_cents) / Decimal(yearly_charges_cents)
    return (
        Finding(
            code="HEAVY_SHARE",
            weight=Weight.WARNING,
            sentence=(
                f"Votre part fait {percent(round(share, 3))} de vos charges de l’année, "
                f"plus de {percent(most)}."
            ),
            cure="Un modèle doit d’abord être stabilisé : prenez moins, ou étalez.",
        ),
    )


def headroom_findings(
    *, is_capped: bool, share_cents: int | None, headroom_cents: int | None
) -> tuple[Finding, ...]:
    """Compare a share with what may still be sold under the ceiling; ask where unknown.

    Source: Code du travail D5132-34; RULE-10.
    """
    if not is_capped or share_cents is None:
        return ()
    if headroom_cents is None:
        return (
            Finding(
                code="HEADROOM_UNKNOWN",
                weight=Weight.QUESTION,
                sentence="Votre marge sous le plafond est inconnue.",
                cure="Saisissez votre exercice : Cordée la calcule.",
                articles=(CEILING,),
            ),
        )
    if share_cents <= headroom_cents:
        return ()
    return (
        Finding(
            code="OVER_HEADROOM",
            weight=Weight.WARNING,
            sentence=(
                f"Votre part dépasse de {euros(share_cents - headroom_cents)} "
                f"ce que vous pouvez encore vendre."
            ),
            cure="Prenez moins, ou parlez-en avec la DDETS avant de dire oui.",
            articles=(CEILING,),
        ),
    )


def several_teams_findings(*, other_teams: int, forbidden: bool | None) -> tuple[Finding, ...]:
    """Block a structure that stands in two teams where the notice forbids it.

    `forbidden`: what the notice says of several candidatures; None: it says nothing.

    Source: Code de la commande publique R2142-21; C. com. L420-1; RULE-38.
    Not covered: a subcontractor, who may work for several candidates.
    """
    if other_teams < 1:
        return ()
    if forbidden:
        return (
            Finding(
                code="TWO_TEAMS_FORBIDDEN",
                weight=Weight.BLOCK,
                sentence="L’avis interdit d’être candidat deux fois, et vous l’êtes déjà.",
                cure="Choisissez une équipe, et retirez-vous de l’autre avant le dépôt.",
                articles=(SEVERAL_TEAMS,),
            ),
        )
    return (
        Finding(
            code="TWO_TEAMS",
            weight=Weight.QUESTION if forbidden is None else Weight.WARNING,
            sentence=(
                "Vous êtes dans deux équipes. L’avis ne dit pas si c’est permis."
                if forbidden is None
                else "Vous êtes dans deux équipes sur le même avis."
            ),
            cure=(
                "Lisez le règlement de la consultation, ou demandez à l’acheteur."
                if forbidden is None
                else "Ne dites rien du prix de l’une à l’autre."
            ),
            articles=(SEVERAL_TEAMS, "Code de commerce, art. L420-1"),
        ),
    )
