"""What we found where the notice does not say it outright: trades, fit, figures of packages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from cordee.base.ui import french
from cordee.notices.notice import Evidence, Lot, Provenance
from cordee.notices.trades.document import of_notice
from cordee.notices.trades.lots import SURE, TradeReading, trades_of
from cordee.notices.trades.reading import TradesReading, read_trades
from cordee.opportunities.models import Opportunity, WorkPackage
from cordee.rules import crafts
from cordee.rules.trades import TRADES

FEW_LOTS = 20
"""Up to so many lots, the words of each are looked up again for the page."""

REASONS = 3
"""How many words or codes are shown for each trade."""


@dataclass(frozen=True, slots=True)
class Inference:
    """A value in the JSON of its fact, the sentences and the words that say why, how it came."""

    value: Any
    rules: tuple[str, ...]
    provenance: Provenance = Provenance.STATED
    evidence: tuple[Evidence, ...] = ()


# By (lot, name of the fact); lot "" for the whole.
type InferenceByFact = Mapping[tuple[str, str], Inference]

_FIGURES = {"need": "need_cfte", "amount": "amount_cents", "months": "months"}


def infer(opportunity: Opportunity) -> InferenceByFact:
    """What the breakdown found, lot by lot and for the whole; figures only package by package.

    Trades and fit of the whole are those of the notice as it was read, whatever people corrected.
    """
    as_read, breakdown = opportunity.understood.as_read, opportunity.breakdown
    packages = list(breakdown.packages.all()) if breakdown else []
    by_lot: dict[str, list[WorkPackage]] = {}
    for package in packages:
        for lot in {"", package.lot_id}:
            by_lot.setdefault(lot, []).append(package)
    found = {
        (lot, "trades"): _trades(held)
        for lot, held in by_lot.items()
        # What a person said of the whole is not what we found of a lot.
        if not (lot and any("corrected" in p.provenance["trade"] for p in held))
    }
    for lot, held in by_lot.items():
        # Several packages have no one figure; the lots of a notice each have their own.
        if len(held) == 1 and held[0].lot_id == lot:
            found |= {(lot, fact): _figure(held[0], field) for fact, field in _FIGURES.items()}
    if as_read.trades:  # named by the buyer: nothing to find
        return found
    # Reading each lot again costs some milliseconds: a hundred lots would be felt.
    is_short = len(as_read.lots) <= FEW_LOTS
    for one in as_read.lots if is_short else ():
        if (known := found.get((one.id, "trades"))) is not None:
            own = _own_words(one, trades_of(as_read).lots[one.id].because)
            found[one.id, "trades"] = replace(known, evidence=own)
    whole = trades_of(as_read).whole if is_short else read_trades(of_notice(as_read))
    fit = Inference(whole.fit.value, (whole.fit.why,), Provenance.COMPUTED)
    by_us = _of_whole(whole)
    if len(as_read.lots) < 2:
        by_us = replace(by_us, value=_with_crafts(whole.slugs, trades_of(as_read).lots[None]))
    return found | {("", "trades"): by_us, ("", "fit"): fit}


def _with_crafts(slugs: Iterable[str], reading: TradeReading) -> list[str]:
    """The trades of an undivided contract; of finishing works, the crafts that it names."""
    named = [crafts.asked_as(each.trade or "", each.craft) for each in (reading, *reading.also)]
    return list(
        chain(
            *(
                [asked for asked in named if crafts.trade_of(asked) == slug] or [slug]
                for slug in slugs
            )
        )
    )


def _own_words(lot: Lot, because: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Of the words and codes that decided, those of the lot itself, with their place in it."""
    own = []
    for evidence in because:
        for step, text in (("titre", lot.title), ("description", lot.text)):
            if evidence.words in (text or ""):
                own.append(Evidence(f"lot {lot.id}, {step}", evidence.words))
                break
        else:
            if evidence.words in lot.cpv.codes:
                own.append(evidence)
    return tuple(own)


def _of_whole(read: TradesReading) -> Inference:
    """The asserted trades with their chances; lesser guesses are only named."""
    rules = [
        f"{TRADES[sector.slug].short_label}\u00a0: sûr à {french.percent(sector.probability, 0)}."
        for sector in read.sectors
    ]
    if not read.sectors:
        rules.append(read.why_none or "Rien n’est dit.")
    if read.possible:
        names = ", ".join(TRADES[sector.slug].short_label for sector in read.possible)
        rules.append(f"Peut-être aussi\u00a0: {names}.")
    is_sure = all(sector.probability >= SURE for sector in read.sectors)
    return Inference(
        list(read.slugs),
        tuple(rules),
        Provenance.COMPUTED if is_sure else Provenance.SUPPOSED,
        tuple(dict.fromkeys(chain(*(sector.because[:REASONS] for sector in read.sectors)))),
    )


def _trades(packages: Iterable[WorkPackage]) -> Inference:
    held = list(packages)
    came = [package.provenance["trade"] for package in held]
    order = list(Provenance)
    return Inference(
        list(dict.fromkeys(package.asked for package in held)),
        tuple(dict.fromkeys(one["rule"] for one in came)),
        max((Provenance(one["state"]) for one in came), key=order.index),
        tuple(dict.fromkeys(e for one in came for e in _evidence(one))),
    )


def _figure(package: WorkPackage, field: str) -> Inference:
    came = package.provenance[field]
    return Inference(
        getattr(package, field), (came["rule"],), Provenance(came["state"]), _evidence(came)
    )


def _evidence(came: Mapping[str, Any]) -> tuple[Evidence, ...]:
    return tuple(Evidence(e["where"], e["words"]) for e in came["evidence"])
