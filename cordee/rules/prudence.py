"""Go or no-go: what a structure should weigh before it says yes to a team (own advice)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from cordee.rules import parameters
from cordee.rules.figures import euros, percent
from cordee.rules.findings import Finding, finding


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
        return (finding("TWO_NOVELTIES"),)
    if known + len(unknown) <= most:
        return ()
    return tuple(finding(code) for code in unknown)


def weight_findings(
    *, yearly_share_cents: int | None, yearly_charges_cents: int | None, on: date
) -> tuple[Finding, ...]:
    """Warn where a share is more than a quarter of the yearly charges.

    Source: own advice, after the founding text: « un modèle doit d’abord être stabilisé ».
    Not covered: what the structure would do with these people otherwise.
    """
    most = parameters.rate("prudence.most_of_yearly_charges", on=on)
    if yearly_share_cents is None:
        return (finding("SHARE_UNKNOWN"),)
    if yearly_charges_cents is None or yearly_charges_cents <= 0:
        return (finding("CHARGES_UNKNOWN"),)
    if yearly_share_cents <= Fraction(most) * yearly_charges_cents:
        return ()
    share = Decimal(yearly_share_cents) / Decimal(yearly_charges_cents)
    return (finding("HEAVY_SHARE", share=percent(round(share, 3)), most=percent(most)),)


def headroom_findings(
    *, is_capped: bool, share_cents: int | None, headroom_cents: int | None
) -> tuple[Finding, ...]:
    """Compare a share with what may still be sold under the ceiling; ask where unknown.

    Source: Code du travail D5132-34; RULE-10.
    """
    if not is_capped or share_cents is None:
        return ()
    if headroom_cents is None:
        return (finding("HEADROOM_UNKNOWN"),)
    if share_cents <= headroom_cents:
        return ()
    return (finding("OVER_HEADROOM", beyond=euros(share_cents - headroom_cents)),)


def several_teams_findings(*, other_teams: int, forbidden: bool | None) -> tuple[Finding, ...]:
    """Block a structure that stands in two teams where the notice forbids it.

    `forbidden`: what the notice says of several candidatures; None: it says nothing.

    Source: Code de la commande publique R2142-21; C. com. L420-1; RULE-38.
    Not covered: a subcontractor, who may work for several candidates.
    """
    if other_teams < 1:
        return ()
    if forbidden:
        return (finding("TWO_TEAMS_FORBIDDEN"),)
    return (finding("TWO_TEAMS_UNSAID" if forbidden is None else "TWO_TEAMS"),)
