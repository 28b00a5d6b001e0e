"""The lines of "Ce que nous avons compris" and of "Ce qui manque"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french
from cordee.notices.notice import Duration, Evidence, Notice, Provenance
from cordee.opportunities import cpv
from cordee.opportunities.facts import CORRECTED, FACTS, Fact, Holder, holder_of
from cordee.opportunities.models import Breakdown, Opportunity
from cordee.opportunities.understanding import Overlay, Understanding
from cordee.opportunities.wording import say

# What not knowing changes, and who can tell.
MISSING: Mapping[str, tuple[str, str]] = {
    "deadline": ("Date limite", "L’avis ne donne pas la date limite. Le profil d’acheteur la dit."),
    "trades": ("Métiers", "Nous ne reconnaissons aucun métier. Sans métier, pas de candidat."),
    "places": ("Lieu", "L’avis ne dit pas où l’on travaille. Les distances restent inconnues."),
    "amount": ("Montant", "L’acheteur ne donne pas de montant. Le plafond reste à vérifier."),
    "months": ("Durée", "La durée n’est pas écrite. La place dans les équipes reste à vérifier."),
    "start": ("Début", "Le premier jour n’est pas écrit. Le dossier du marché le dit souvent."),
    "reserved": (
        "Réservé\u202f?",
        "Nous ne savons pas si ce marché est réservé. L’acheteur le sait.",
    ),
    "social_clause": ("Insertion", "L’avis ne parle pas d’insertion. Le dossier peut en parler."),
    "grouping": ("Groupement", "L’avis ne dit rien du groupement. Posez la question à l’acheteur."),
}
SHOWN_EVIDENCE = 3


@dataclass(frozen=True, slots=True)
class FoundTrades:
    """The trades of a lot as the breakdown has them, and the sentences that say why."""

    slugs: tuple[str, ...]
    rules: tuple[str, ...]
    provenance: Provenance = Provenance.STATED


# By lot; "" for the whole.
type TradesByLot = Mapping[str, FoundTrades]


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact: its sentence, how it came, the words of the notice, and what to do about it."""

    fact: Fact
    sentence: str
    state: tuple[str, str, str]  # kind, label, icon of the `state` component
    evidence: tuple[Evidence, ...]
    correct_url: str
    correction: Overlay | None = None
    rules: tuple[str, ...] = ()
    signed: str = ""
    was_read: str = ""


@dataclass(frozen=True, slots=True)
class MissingLine:
    label: str
    sentence: str
    correct_url: str


def correct_url(opportunity: Opportunity, fact: str, lot: str = "") -> str:
    url = reverse("opportunities:correct", args=[opportunity.pk, fact])
    return f"{url}?{urlencode({'lot': lot})}" if lot else url


def lines_of(
    opportunity: Opportunity,
    understanding: Understanding,
    trades: TradesByLot,
    on: date,
    lot: str = "",
) -> list[FactLine]:
    """What is known (or was said to be unknown) of the whole or of a lot."""
    holder = holder_of(understanding.notice, lot)
    read = holder_of(understanding.as_read, lot)
    if holder is None or read is None:
        return []
    lines = []
    for fact in FACTS.values():
        if lot and not fact.per_lot:
            continue
        correction = understanding.correction_of(fact.name, lot)
        value = correction.value if correction else fact.read(holder)
        found = trades.get(lot) if fact.name == "trades" else None
        if value is None and correction is None and found is not None:
            value = found.slugs
        if value is None and correction is None:
            continue
        lines.append(_line(opportunity, fact, value, read, correction, on, lot, found))
    return lines


def missing_of(
    opportunity: Opportunity,
    understanding: Understanding,
    trades: TradesByLot,
) -> list[MissingLine]:
    """Facts that neither the notice, nor one of its lots, nor a person says."""
    notice = understanding.notice
    return [
        MissingLine(label, sentence, correct_url(opportunity, name))
        for name, (label, sentence) in MISSING.items()
        if not _is_said(FACTS[name], notice, trades)
        and not ((said := understanding.correction_of(name)) and said.value is not None)
        and not (opportunity.is_private and name == "reserved")
    ]


def _is_said(fact: Fact, notice: Notice, trades: TradesByLot) -> bool:
    if fact.name == "trades":
        return "" in trades
    holders: list[Holder] = [notice, *(notice.lots if fact.per_lot else ())]
    return any(fact.read(holder) is not None for holder in holders)


def _line(
    opportunity: Opportunity,
    fact: Fact,
    value: Any,
    read: Holder,
    correction: Overlay | None,
    on: date,
    lot: str,
    trades: FoundTrades | None,
) -> FactLine:
    evidence = fact.evidence(read)
    if fact.name in ("months", "start") and read.duration:
        evidence = _of_duration(fact.name, read.duration)
    if fact.name == "trades":
        evidence = cpv_evidence(read.cpv.codes)
    was = fact.read(read) if correction else None
    return FactLine(
        fact=fact,
        sentence=say(fact.name, value, on),
        state=_state(fact, read, correction, trades),
        evidence=tuple(e for e in evidence if e.where != CORRECTED)[:SHOWN_EVIDENCE],
        correct_url=correct_url(opportunity, fact.name, lot),
        correction=correction,
        rules=trades.rules[:SHOWN_EVIDENCE] if trades and correction is None else (),
        signed=signed(correction, on) if correction else "",
        was_read=say(fact.name, was, on) if was is not None else "",
    )


def _of_duration(name: str, duration: Duration) -> tuple[Evidence, ...]:
    """Of the words on time, those that speak of this fact."""
    start = duration.start
    of_start = [e for e in duration.evidence if start and str(start.year) in e.words]
    if name == "start":
        return tuple(of_start[:1]) or duration.evidence
    if duration.provenance is Provenance.STATED:
        return tuple(e for e in duration.evidence if e not in of_start) or duration.evidence
    return duration.evidence


def cpv_evidence(codes: Sequence[str]) -> tuple[Evidence, ...]:
    """CPV codes with their label, as the words that name a trade."""
    return tuple(
        Evidence(f"code CPV {code}", cpv.label(code) or "intitulé inconnu") for code in codes
    )


def _state(
    fact: Fact, read: Holder, correction: Overlay | None, trades: FoundTrades | None
) -> tuple[str, str, str]:
    if correction is not None:
        return "duo", "Corrigé", "crayon"
    found = trades.provenance if trades else Provenance.STATED
    if fact.name == "places":
        found = _least_sure([place.provenance for place in read.places])
    elif fact.name in ("months", "start") and read.duration:
        found = read.duration.provenance
    return {
        Provenance.STATED: ("sur", "Lu", "sur"),
        Provenance.COMPUTED: ("sur", "Calculé", "sur"),
        Provenance.SUPPOSED: ("inconnu", "Supposé", "inconnu"),
    }[found]


def _least_sure(found: Sequence[Provenance]) -> Provenance:
    order = list(Provenance)
    return max(found, key=order.index, default=Provenance.STATED)


def signed(correction: Overlay, on: date) -> str:
    """ "par Nadia Ferrand, le 3 décembre"; never her address."""
    who = f"par {correction.by or 'une personne inscrite'}, "
    return f"{who}le {french.day(timezone.localtime(correction.at).date(), on)}"


def silent_of(shown: Sequence[FactLine]) -> list[Fact]:
    """Facts that can be said of a lot and that no line shows."""
    told = {line.fact.name for line in shown}
    return [fact for fact in FACTS.values() if fact.per_lot and fact.name not in told]


def trades_by_lot(breakdown: Breakdown | None) -> TradesByLot:
    """What the breakdown found, lot by lot and for the whole."""
    found: dict[str, FoundTrades] = {}
    for package in breakdown.packages.all() if breakdown else ():
        came = package.provenance["trade"]
        for lot in {"", package.lot_id}:
            known = found.get(lot, FoundTrades((), ()))
            found[lot] = FoundTrades(
                tuple(dict.fromkeys((*known.slugs, package.trade))),
                tuple(dict.fromkeys((*known.rules, came["rule"]))),
                _least_sure([known.provenance, Provenance(came["state"])]),
            )
    return found
