"""Euros and people of a lot: written, computed from what is written, compared, or supposed."""

from decimal import Decimal

from cordee.notices.notice import Amount, ClauseKind, Lot, Notice, Provenance
from cordee.notices.sizes.comparables import Comparison
from cordee.notices.sizes.estimated import Assumptions, Estimated, SizeRules
from cordee.notices.sizes.hours import insertion_hours
from cordee.rules.figures import euros, nearest, percent
from cordee.rules.reservation import Reservation
from cordee.rules.trades import TRADES


def amount_of(
    notice: Notice, lot: Lot | None, months: int, comparison: Comparison | None, rules: SizeRules
) -> Estimated[int] | None:
    """The amount of a lot, or of the whole where `lot` is None; None where nothing tells it."""
    if lot is not None and lot.amount is not None:
        return _written(lot.amount, "Le montant du lot est écrit.", months)
    told = _price_decided(notice, lot, months) or _share_of_total(notice, lot, months, rules)
    return told or (comparison.amount(months) if comparison else None)


def _written(amount: Amount, rule: str, months: int) -> Estimated[int]:
    if amount.provenance is not Provenance.STATED:
        rule = "Le montant est calculé d’après la phrase citée."
    has_range = amount.low_cents is not None or amount.high_cents is not None
    found = Estimated(
        amount.cents,
        amount.provenance,
        rule,
        low=(amount.low_cents or amount.cents) if has_range else None,
        high=(amount.high_cents or amount.cents) if has_range else None,
        evidence=(amount.evidence,),
    )
    return _over(found, amount, months)


def _over(found: Estimated[int], amount: Amount, months: int) -> Estimated[int]:
    """The part of an amount that pays for the months of the work, renewals apart."""
    covers = amount.covers_months
    if not covers or covers == months:
        return found

    def part(cents: int) -> int:
        return max(1, nearest(Decimal(cents) * months / covers))

    return Estimated(
        part(found.value),
        Provenance.COMPUTED,
        f"{found.rule} Il couvre {covers} mois\u00a0: nous comptons {months} mois.",
        low=None if found.low is None else part(found.low),
        high=None if found.high is None else part(found.high),
        evidence=found.evidence,
    )


def _price_decided(notice: Notice, lot: Lot | None, months: int) -> Estimated[int] | None:
    """What a result notice says the winner is paid, where there is one winner's price."""
    if lot is None and notice.amount is not None:
        return None
    lot_id = lot.id if lot else None
    prices = [award.amount for award in notice.awards if award.lot_id == lot_id and award.amount]
    # Several holders of a framework have a price each: none of them is that of the lot.
    if len(prices) != 1:
        return None
    return _written(prices[0], f"Le prix retenu {'pour ce lot ' if lot else ''}est écrit.", months)


def _share_of_total(
    notice: Notice, lot: Lot | None, months: int, rules: SizeRules
) -> Estimated[int] | None:
    total = notice.amount
    if total is None:
        return None
    if lot is None:
        return _written(total, "Le montant est écrit.", months)
    share = _share_of_lot(notice, total, rules)
    return share and _over(share, total, months)


def _share_of_lot(notice: Notice, total: Amount, rules: SizeRules) -> Estimated[int] | None:
    """What the total leaves for each of the lots whose amount nothing tells."""
    silent = sum(1 for other in notice.lots if other.amount is None)
    left = total.cents - sum(other.amount.cents for other in notice.lots if other.amount)
    # Less than a cent a lot: the total is of something else, or wrong.
    if left < silent:
        return None
    if len(notice.lots) == 1:
        rule = "Le montant est écrit pour tout le marché, qui a un seul lot."
        return Estimated(left, Provenance.COMPUTED, rule, evidence=(total.evidence,))
    if silent == 1:
        rule = f"Le montant total, moins celui des autres lots, laisse {euros(left)}."
        return Estimated(left, Provenance.COMPUTED, rule, evidence=(total.evidence,))
    rule = f"Le montant total ({euros(left)} à partager) est divisé entre {silent} lots."
    # Equal parts are the only ones that the notice allows; the range says how far they may stray.
    share = left // silent
    return Estimated(
        share,
        Provenance.COMPUTED,
        rule,
        low=max(1, share * rules.lot_share_low_percent // 100),
        high=min(left, share * rules.lot_share_high_percent // 100),
        evidence=(total.evidence,),
    )


def need_of(
    notice: Notice,
    lot: Lot | None,
    trade: str,
    amount: Estimated[int] | None,
    months: int,
    supposed: Assumptions,
    rules: SizeRules,
) -> Estimated[int]:
    """Hundredths of full-time equivalents in each month."""
    written = written_need(notice, lot)
    if written is not None:
        return written
    # Hours of this very contract tell more than the prices of others.
    if amount is None or amount.provenance is Provenance.COMPARED:
        by_hours = _need_from_hours(notice, lot, months, supposed)
        if by_hours is not None:
            return by_hours
    if amount is not None:
        return _need_from_amount(trade, amount, months, supposed, rules)
    shown = f"{supposed.need_cfte / 100:.2f}".replace(".", ",")
    rule = f"Le montant n’est pas dit : nous supposons {shown} ETP chaque mois."
    return Estimated(
        supposed.need_cfte,
        Provenance.SUPPOSED,
        rule,
        low=rules.need_low_cfte,
        high=rules.need_high_cfte,
    )


def written_need(notice: Notice, lot: Lot | None) -> Estimated[int] | None:
    """The need of a lot as somebody wrote it; that of the whole is shared between silent lots."""
    own = lot.need_cfte if lot else notice.need_cfte
    if own:
        return Estimated(own, Provenance.STATED, "Le besoin en ETP est écrit.")
    if lot is None or not notice.need_cfte:
        return None
    silent = sum(1 for other in notice.lots if not other.need_cfte)
    left = notice.need_cfte - sum(other.need_cfte or 0 for other in notice.lots)
    if left < silent:
        return None
    if len(notice.lots) == 1:
        return Estimated(left, Provenance.STATED, "Le besoin en ETP est écrit.")
    shown = f"{left / 100:.2f}".replace(".", ",")
    if silent == 1:
        rule = f"Le besoin total, moins celui des autres lots, laisse {shown} ETP."
    else:
        rule = f"Le besoin total ({shown} ETP à partager) est divisé entre {silent} lots."
    return Estimated(left // silent, Provenance.COMPUTED, rule)


def _need_from_amount(
    trade: str, amount: Estimated[int], months: int, supposed: Assumptions, rules: SizeRules
) -> Estimated[int]:
    share = TRADES[trade].labour_share

    def people(cents: int, hourly_cost_cents: int) -> int:
        # Hours of one hundredth of a full-time equivalent over the whole duration.
        hours = Decimal(supposed.hours_per_fte_year) * months / 12 / 100
        return _at_least_one(cents * share / (hours * hourly_cost_cents))

    rule = (
        f"Montant × part du travail ({percent(share)}) ÷ coût horaire "
        f"({euros(supposed.hourly_cost_cents)}) ÷ {supposed.hours_per_fte_year} heures par an, "
        f"sur {months} mois."
    )
    is_compared = amount.provenance is Provenance.COMPARED
    return Estimated(
        people(amount.value, supposed.hourly_cost_cents),
        Provenance.COMPARED if is_compared else Provenance.COMPUTED,
        rule,
        low=people(
            # Dear hours buy few people, cheap ones many: bounds are crossed on purpose.
            amount.value if amount.low is None else amount.low,
            rules.hourly_cost_high_cents,
        ),
        high=people(
            amount.value if amount.high is None else amount.high, rules.hourly_cost_low_cents
        ),
        evidence=amount.evidence[:1] if not is_compared else (),
    )


def _need_from_hours(
    notice: Notice, lot: Lot | None, months: int, supposed: Assumptions
) -> Estimated[int] | None:
    """From the hours of the clause, where the notice tells which part of the work they are."""
    asked = insertion_hours(notice, lot)
    if asked is None:
        return None
    hours, rate, evidence = asked.hours, asked.rate_percent, asked.evidence
    if hours is None:
        return None
    year = supposed.hours_per_fte_year
    if _buys_insertion(notice, lot):
        rule = (
            f"Le marché achète de l’insertion : ses {hours} heures sont tout le travail, "
            f"÷ {year} heures par an, sur {months} mois."
        )
        whole = Decimal(hours)
    elif rate:
        # The clause asks a share of the hours: the whole is that many times larger.
        whole = Decimal(hours) * 100 / rate
        rule = (
            f"{hours} heures d’insertion, {percent(rate / 100)} des heures : le travail entier "
            f"en compte {nearest(whole)}, ÷ {year} heures par an, sur {months} mois."
        )
    else:
        return None
    value = _at_least_one(whole * 100 * 12 / year / months)
    return Estimated(value, Provenance.COMPUTED, rule, evidence=evidence)


def _buys_insertion(notice: Notice, lot: Lot | None) -> bool:
    clause = (lot.social_clause if lot else None) or notice.social_clause
    reserved = notice.reserved_for(lot) if lot else notice.reserved
    return (clause is not None and clause.kind is ClauseKind.OBJECT) or (
        reserved is not None and reserved.reservation is Reservation.INSERTION
    )


def amount_from_need(
    trade: str, need: Estimated[int], months: int, supposed: Assumptions
) -> Estimated[int]:
    """What pays for this need, where nothing tells the amount."""
    share = TRADES[trade].labour_share

    def price(cfte: int) -> int:
        hours = Decimal(supposed.hours_per_fte_year) * months / 12 / 100
        return nearest(cfte * hours * supposed.hourly_cost_cents / share)

    rule = (
        f"Besoin en ETP × coût du travail ({euros(supposed.hourly_cost_cents)} l’heure) "
        f"÷ part du travail ({percent(share)})."
    )
    return Estimated(
        price(need.value),
        Provenance.SUPPOSED,
        rule,
        low=None if need.low is None else price(need.low),
        high=None if need.high is None else price(need.high),
    )


def _at_least_one(exact: Decimal) -> int:
    # A hundredth at least: zero would make a package that needs nobody.
    return max(1, nearest(exact))
