"""Points on money: criteria (7), advance and payment (8), penalties (11)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from cordee.notices.clauses.sentences import patterns
from cordee.notices.green_flags.flag import SHOWN, Flag, Passages, Point
from cordee.notices.notice import (
    Criterion,
    CriterionKind,
    Evidence,
    Notice,
    Provenance,
    Source,
)
from cordee.notices.packages import PackageEstimate
from cordee.rules import openness
from cordee.rules.advance import advance_is_due, due_above
from cordee.rules.figures import euros, number
from cordee.rules.procedure import retention_shares

_WORDS = patterns(__file__)

_WHOLE = Decimal(100)
_WRITTEN = {Provenance.STATED, Provenance.COMPUTED}
_ALMOST_WHOLE = Decimal(99)


def criteria(notice: Notice, *, on: date) -> Flag:
    """Point 7: how much the price decides, on the lot where it decides most."""
    point = Point.CRITERIA
    weights = {
        lot: weight
        for lot, of_lot in _by_lot(notice).items()
        if (weight := _price_weight(of_lot)) is not None
    }
    if not weights:
        if notice.criteria:
            shown = tuple(c.evidence for c in notice.criteria[:SHOWN])
            return point.unstated("Des critères, sans leur poids. Le règlement le donne.", *shown)
        return point.unstated("L’avis ne donne pas les critères. Le règlement les donne.")
    lot, heaviest = max(weights.items(), key=lambda item: item[1])
    evidence = tuple(c.evidence for c in _by_lot(notice)[lot])[: SHOWN + 1]
    weight_words = f"Le prix compte pour {number(heaviest)} %"
    if len(set(weights.values())) > 1:
        weight_words += " au plus, selon les lots"
    if openness.is_price_weight_moderate(heaviest, on=on):
        is_noted = any("insertion" in e.words.lower() for e in evidence)
        more = " L’insertion est notée." if is_noted else ""
        return point.favourable(f"{weight_words} : la qualité peut l’emporter.{more}", *evidence)
    return point.unfavourable(
        f"{weight_words} : une offre juste au travail part de loin.", *evidence
    )


def _by_lot(notice: Notice) -> Mapping[str | None, list[Criterion]]:
    found: dict[str | None, list[Criterion]] = {}
    for criterion in notice.criteria:
        found.setdefault(criterion.lot_id, []).append(criterion)
    return found


def _price_weight(of_lot: list[Criterion]) -> Decimal | None:
    """The weight of price and cost in per cent; what quality leaves, where only it is weighed."""
    priced = [c for c in of_lot if c.kind is not CriterionKind.QUALITY]
    other = [c for c in of_lot if c.kind is CriterionKind.QUALITY]
    known = [c.weight_percent for c in priced if c.weight_percent is not None]
    if priced and len(known) == len(priced):
        total = sum(known, Decimal(0))
        others = [c.weight_percent for c in other]
        whole = total + sum((w for w in others if w is not None), Decimal(0))
        # Weights that do not make a hundred are points on another scale, or sub-criteria.
        if None in others or not _ALMOST_WHOLE <= whole <= _WHOLE + 1:
            return None
        return total
    if priced and not other and len(priced) == 1:
        return _WHOLE
    if other and all(c.weight_percent is not None for c in other) and not known:
        rest = _WHOLE - sum((c.weight_percent for c in other if c.weight_percent), Decimal(0))
        return rest if 0 < rest < _WHOLE else None
    return None


_DAYS = {"trente": 30, "soixante": 60}


def payment(
    notice: Notice, passages: Passages, packages: Sequence[PackageEstimate], *, on: date
) -> Flag:
    """Point 8: advance, days to be paid, sum held back.

    A notice that is silent on the advance refuses none: above a size it is due of right.
    """
    point = Point.PAYMENT
    good: list[tuple[str, Evidence]] = []
    bad: list[tuple[str, Evidence]] = []
    due = _sized_for_an_advance(notice, packages, on)
    refused, given = passages.find(_WORDS["no_advance"]), passages.find(_WORDS["advance"])
    if refused:
        right = ", que la loi donne ici (R2191-3, à demander)" if due else ""
        bad.append((f"pas d’avance{right}", refused[0]))
    elif given:
        good.append(("une avance", given[0]))
    of_right = due is not None and not (refused or given)
    if free := passages.find(_WORDS["no_retention"]):
        good.append(("pas de retenue de garantie", free[0]))
    else:
        for match, sentence in passages.matches(_WORDS["retention"])[:1]:
            percent = Decimal(match[1].replace(",", "."))
            side = good if openness.is_retention_moderate(percent, on=on) else bad
            side.append((f"une retenue de {number(percent)} %{_capped(percent, on)}", sentence))
    for match, sentence in passages.matches(_WORDS["payment"])[:1]:
        days = _DAYS.get(match[1]) or int(match[1])
        side = good if openness.is_payment_quick(days, on=on) else bad
        side.append((f"un paiement à {days} jours", sentence))
    if monthly := passages.find(_WORDS["monthly"]):
        good.append(("des paiements chaque mois", monthly[0]))
    if due is not None and of_right and not (good or bad):
        meaning = "L’avis ne parle pas d’avance : ici, elle est de droit (R2191-3)."
        return point.favourable(meaning, due)
    if not (good or bad):
        silent = "Ni avance ni délai de paiement dans l’avis."
        if notice.source is Source.PRIVATE:
            return point.unstated(silent)
        cents, months = due_above(on=on)
        size = f"{euros(cents).replace(',00', '')} HT et {months} mois"
        return point.unstated(f"{silent} L’avance est de droit au-dessus de {size} (R2191-3).")
    announced = ", ".join(what for what, _ in (*bad, *good))
    if of_right:
        announced += ". L’avance est de droit ici (R2191-3)"
    evidence = tuple(dict.fromkeys(words for _, words in (*bad, *good)))
    if bad:
        meaning = f"Annoncé : {announced}. Votre trésorerie porte les premiers mois."
        return point.unfavourable(meaning, *evidence)
    return point.favourable(f"Annoncé : {announced}. Votre trésorerie respire.", *evidence)


def _sized_for_an_advance(
    notice: Notice, packages: Sequence[PackageEstimate], on: date
) -> Evidence | None:
    """The amount of a lot whose written size makes an advance due of right, as it is written."""
    if notice.source is Source.PRIVATE:
        return None
    for package in packages:
        amount, months = package.amount_cents, package.months
        is_written = {amount.provenance, months.provenance} <= _WRITTEN
        if is_written and amount.evidence and advance_is_due(amount.value, months.value, on=on):
            return amount.evidence[0]
    return None


def _capped(percent: Decimal, on: date) -> str:
    """What the law allows, where a sum held back passes what it may be with some buyers."""
    low, high = retention_shares(None, running_costs_cents=None, holder_is_sme=True, on=on)
    if percent > high * 100:
        return f", plus que la loi n’en permet ({number(high * 100)} %)"
    if percent > low * 100:
        return f" (pour une PME, {number(low * 100)} % avec l’État et les plus grands acheteurs)"
    return ""


def penalties(passages: Passages) -> Flag:
    """Point 11: penalties by day or fault, or none, or capped; those of a clause are left out."""
    point = Point.PENALTIES
    if light := passages.find(_WORDS["light"]):
        return point.favourable("Les pénalités sont absentes ou plafonnées.", *light)
    if heavy := passages.find(_WORDS["heavy"], without=_WORDS["hours"]):
        return point.unfavourable("Des pénalités chiffrées : comptez-les dans le risque.", *heavy)
    return point.unstated("L’avis ne dit rien des pénalités. Le CCAP les donne.")
