"""What we know of an opportunity, fact by fact: how it came, from which words, what is missing."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french
from cordee.notices.notice import (
    Duration,
    Evidence,
    GroupingTerms,
    Lot,
    Notice,
    Provenance,
    Reserved,
    SocialClause,
)
from cordee.opportunities.facts import CORRECTED, FACTS, FactDefinition, Holder, holder_of
from cordee.opportunities.inference import Inference, InferenceByFact
from cordee.opportunities.models import Opportunity
from cordee.opportunities.understanding import Overlay, Understanding
from cordee.opportunities.wording import cpv_label, fact_in_words
from cordee.rules.figures import lot_name

type Telling = Callable[[str, Any], str]

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
STATES: Mapping[Provenance, tuple[str, str, str]] = {
    Provenance.STATED: ("sur", "Lu", "sur"),
    Provenance.COMPUTED: ("sur", "Calculé", "sur"),
    Provenance.COMPARED: ("inconnu", "Comparé", "inconnu"),
    Provenance.SUPPOSED: ("inconnu", "Supposé", "inconnu"),
}
READ_BY_US = ("trades", "fit")
"""Facts that no field says: we read them in words and codes."""

STATE_SILENT = ("inconnu", "Non dit", "inconnu")
STATE_CORRECTED = ("duo", "Corrigé", "crayon")
CORRECTED_CAME = "corrected"


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """A correction that waits to be confirmed, beside what counts; `url` leads to the question."""

    sentence: str
    signed: str
    quote: str
    objection: str
    url: str


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact of the whole (`lot` "") or of a lot: what it is, how it came, how to change it.

    `value` is JSON, as `facts` writes it; `came` its provenance, "corrected" where a person said
    it; the API tells both. `state` is (kind, label, icon) of the `state` component. `conflict` is
    said where box and text disagree. `anchor` names its place in a page. `is_worked_out`: the
    notice does not say it.
    """

    fact: FactDefinition
    lot: str
    sentence: str
    state: tuple[str, str, str]
    evidence: tuple[Evidence, ...]
    correct_url: str
    anchor: str
    correction: Overlay | None = None
    rules: tuple[str, ...] = ()
    signed: str = ""
    was_read: str = ""
    conflict: str = ""
    is_worked_out: bool = False
    value: Any = None
    came: str = ""
    proposed: tuple[ProposedLine, ...] = ()

    @property
    def name(self) -> str:
        """ "Durée", "Durée, lot 2"."""
        return f"{self.fact.label}, {lot_name(self.lot).lower()}" if self.lot else self.fact.label

    @property
    def is_sure(self) -> bool:
        return self.state[0] != "inconnu"


@dataclass(frozen=True, slots=True)
class MissingLine:
    label: str
    sentence: str
    correct_url: str


def correct_url(opportunity: Opportunity, fact: str, lot: str = "") -> str:
    url = reverse("opportunities:correct", args=[opportunity.pk, fact])
    return f"{url}?{urlencode({'lot': lot})}" if lot else url


def anchor_of(notice: Notice, fact: str, lot: str = "") -> str:
    """ "fait-amount", "fait-amount-2" for the second lot: any number a buyer gives makes an id."""
    numbers = {known.id: number for number, known in enumerate(notice.lots, 1)}
    return f"fait-{fact}-{numbers[lot]}" if lot in numbers else f"fait-{fact}"


def lines_of(
    opportunity: Opportunity,
    understanding: Understanding,
    found: InferenceByFact,
    on: date,
    lot: str = "",
    communes: Mapping[str, str] | None = None,
) -> list[FactLine]:
    """What is known (or was said to be unknown) of the whole or of a lot."""
    read = holder_of(understanding.as_read, lot)
    if read is None or holder_of(understanding.notice, lot) is None:
        return []
    told = partial(fact_in_words, on=on, communes=communes)
    lines = []
    for fact in FACTS.values():
        if lot and not fact.per_lot:
            continue
        correction = understanding.correction_of(fact.name, lot)
        by_us = found.get((lot, fact.name))
        value = fact.read(read)
        was_read = value
        # Figures that we worked out follow the corrections; trades and fit of the whole do not.
        if value is None and by_us and not lot and fact.name in READ_BY_US:
            was_read = by_us.value
        uses_found = correction is None and value is None and by_us is not None
        if correction is not None:
            value = correction.value
        elif by_us is not None and uses_found:
            value = by_us.value
        proposed = understanding.proposed_of(fact.name, lot)
        if value is None and correction is None and not proposed:
            continue
        provenance = _provenance(fact, read, by_us, uses_found)
        # How we came to it, where the notice does not simply write it.
        is_ours = by_us is not None and (uses_found or fact.name == "trades")
        how = by_us.rules[:SHOWN_EVIDENCE] if by_us and is_ours else ()
        state = STATE_CORRECTED if correction else STATES[provenance]
        if value is None and correction is None:
            state = STATE_SILENT
        lines.append(
            FactLine(
                fact=fact,
                lot=lot,
                sentence=_sentence(opportunity, fact, lot, value, state, told),
                state=state,
                evidence=evidence_of(fact, read, by_us),
                correct_url=correct_url(opportunity, fact.name, lot),
                anchor=anchor_of(understanding.notice, fact.name, lot),
                correction=correction,
                rules=() if correction else (*how, *details_of(fact.name, read)),
                signed=signed(correction, on) if correction else "",
                was_read=told(fact.name, was_read) if correction and was_read is not None else "",
                conflict=_conflict(fact, read),
                is_worked_out=uses_found,
                value=value,
                came=CORRECTED_CAME if correction else provenance.value,
                proposed=tuple(
                    ProposedLine(
                        told(one.fact, one.value),
                        signed(one, on),
                        one.quote,
                        " ".join(f"{name} n’est pas d’accord." for name in one.objectors),
                        reverse("opportunities:settle_correction", args=[opportunity.pk, one.pk]),
                    )
                    for one in proposed
                ),
            )
        )
    return lines


def _sentence(
    opportunity: Opportunity,
    fact: FactDefinition,
    lot: str,
    value: Any,
    state: tuple[str, str, str],
    told: Telling,
) -> str:
    if fact.name == "amount" and state[0] == "inconnu" and value:
        # What nobody wrote is not known to the cent.
        return f"Environ {french.euros(round(value, -4), rounded=True)}, hors taxes"
    words = told(fact.name, value)
    is_for_some = fact.name == "reserved" and not lot and opportunity.is_partly_reserved
    return f"{words}, pour certains lots" if is_for_some else words


def missing_of(
    opportunity: Opportunity, understanding: Understanding, found: InferenceByFact
) -> list[MissingLine]:
    """Facts that neither the notice, nor one of its lots, nor a person says."""
    notice = understanding.notice
    return [
        MissingLine(label, sentence, correct_url(opportunity, name))
        for name, (label, sentence) in MISSING.items()
        if not _is_stated(FACTS[name], notice, found)
        and not ((correction := understanding.correction_of(name)) and correction.value is not None)
        and not (opportunity.is_private and name == "reserved")
    ]


def _is_stated(fact: FactDefinition, notice: Notice, found: InferenceByFact) -> bool:
    if fact.name == "trades":
        by_us = found.get(("", "trades"))
        return bool(fact.read(notice)) or bool(by_us and by_us.value)
    holders: list[Holder] = [notice, *(notice.lots if fact.per_lot else ())]
    return any(fact.read(holder) is not None for holder in holders)


def evidence_of(
    fact: FactDefinition, read: Holder, by_us: Inference | None = None
) -> tuple[Evidence, ...]:
    """Of what was read, the words or codes that speak of this fact; three, or three a trade."""
    evidence = fact.evidence(read)
    if fact.name in ("months", "start") and read.duration:
        evidence = _of_duration(fact.name, read.duration)
    elif fact.name == "trades":
        evidence = _of_trades(read, by_us)
    elif fact.name in ("clause_hours", "clause_rate"):
        evidence = _with_figure(fact, read, evidence)
    evidence = evidence or (by_us.evidence if by_us else ())
    kept = (e for e in dict.fromkeys(evidence) if e.where != CORRECTED)
    return tuple(kept)[: SHOWN_EVIDENCE if fact.name != "trades" else None]


def _with_figure(
    fact: FactDefinition, read: Holder, evidence: tuple[Evidence, ...]
) -> tuple[Evidence, ...]:
    """The sentences that write the figure; all, where it is a sum that none writes."""
    value = fact.read(read)
    if value is None:
        return ()
    figure = str(value if fact.name == "clause_hours" else value // 100)
    digits = re.compile(r"(?<=\d)[ .\u00a0\u202f](?=\d{3})")
    return tuple(e for e in evidence if figure in digits.sub("", e.words)) or evidence


def _of_duration(name: str, duration: Duration) -> tuple[Evidence, ...]:
    """Of the words on time, those that speak of this fact."""
    start = duration.start
    of_start = [e for e in duration.evidence if start and str(start.year) in e.words]
    if name == "start":
        return tuple(of_start[:1]) or duration.evidence
    if duration.provenance is Provenance.STATED:
        return tuple(e for e in duration.evidence if e not in of_start) or duration.evidence
    return duration.evidence


def _of_trades(read: Holder, by_us: Inference | None) -> tuple[Evidence, ...]:
    """The words and codes that decided; the codes of the notice, where none is told."""
    proof = by_us.evidence if by_us else ()
    codes = (
        [e.words for e in proof if e.where == "CPV"] if proof else read.cpv.codes[:SHOWN_EVIDENCE]
    )
    return (
        *(e for e in proof if e.where != "CPV"),
        *(Evidence(f"code CPV {code}", cpv_label(code) or "intitulé inconnu") for code in codes),
    )


def _conflict(fact: FactDefinition, read: Holder) -> str:
    holder = {
        "reserved": read.reserved,
        "social_clause": read.social_clause,
        "grouping": None if isinstance(read, Lot) else read.grouping,
    }.get(fact.name)
    return (holder.conflict or "") if holder else ""


def _provenance(
    fact: FactDefinition, read: Holder, by_us: Inference | None, uses_found: bool
) -> Provenance:
    if by_us is not None and (uses_found or fact.name == "trades"):
        return by_us.provenance
    if fact.name == "amount" and read.amount:
        return read.amount.provenance
    if fact.name == "start" and read.duration and read.duration.is_start_about:
        return Provenance.COMPUTED
    if fact.name in ("months", "start") and read.duration:
        return read.duration.provenance
    came = [place.provenance for place in read.places] if fact.name == "places" else []
    return max(came, key=list(Provenance).index, default=Provenance.STATED)


def signed(correction: Overlay, on: date) -> str:
    """ "par Nadia Ferrand, le 3 décembre"; never the user's address."""
    who = f"par {correction.by or 'une personne inscrite'}, "
    return f"{who}le {french.day(timezone.localdate(correction.at), on)}"


def silent_of(
    shown: Sequence[FactLine], *, of_lot: bool, lots: Sequence[Lot] = ()
) -> list[FactDefinition]:
    """Facts that no line shows, of those that can be said of a lot or of the whole.

    What each of `lots` says is not missing from the whole.
    """
    stated = {line.fact.name for line in shown}
    stated |= {
        fact.name
        for fact in FACTS.values()
        if lots and fact.per_lot and all(fact.read(lot) is not None for lot in lots)
    }
    return [f for f in FACTS.values() if (f.per_lot or not of_lot) and f.name not in stated]


SHOWN_LETTERS = 200


def details_of(fact: str, read: Notice | Lot) -> tuple[str, ...]:
    """French sentences for the margin; none where the notice says no more."""
    sentences = _SENTENCES.get(fact)
    return tuple(sentences(read)) if sentences else ()


def _of_reserved(read: Notice | Lot) -> Iterable[str]:
    reserved: Reserved | None = read.reserved
    if reserved is None:
        return
    if reserved.articles:
        word = "Article" if len(reserved.articles) == 1 else "Articles"
        yield f"{word} {_listed(reserved.articles)}."
    if reserved.lots:
        word = "Lot" if len(reserved.lots) == 1 else "Lots"
        yield f"{word} {_listed(reserved.lots)}."


def _of_clause(read: Notice | Lot) -> Iterable[str]:
    clause: SocialClause | None = read.social_clause
    if clause is None:
        return
    if clause.lots:
        word = "Lot" if len(clause.lots) == 1 else "Lots"
        yield f"{word} {_listed(clause.lots)}."
    if clause.facilitator:
        yield f"Pour aider à remplir la clause : {clause.facilitator}."
    yield from _quoted("Sous condition", clause.conditional)


def _of_grouping(read: Notice | Lot) -> Iterable[str]:
    grouping: GroupingTerms | None = read.grouping if isinstance(read, Notice) else None
    if grouping is None:
        return
    yield from _quoted("Une seule offre par entreprise", grouping.one_offer)
    yield from _quoted("Un seul groupement à mener par mandataire", grouping.one_lead)


def _listed(names: Sequence[str]) -> str:
    return " et ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _quoted(lead: str, evidence: tuple[Evidence, ...]) -> Iterable[str]:
    if evidence:
        words = evidence[0].words
        cut = f"{words[:SHOWN_LETTERS].rstrip()}…" if len(words) > SHOWN_LETTERS else words
        yield f"{lead} : « {cut} »"


def _of_amount(read: Notice | Lot) -> Iterable[str]:
    amount = read.amount
    if amount is None:
        return
    if amount.covers_months:
        yield f"Pour {amount.covers_months} mois."
    low, high = amount.low_cents, amount.high_cents or amount.cents
    if low is not None:
        yield f"De {french.euros(low, rounded=True)} à {french.euros(high, rounded=True)}."


def _of_months(read: Notice | Lot) -> Iterable[str]:
    duration = read.duration
    if duration and duration.most_months and duration.most_months > (duration.months or 0):
        yield f"Jusqu’à {duration.most_months} mois avec les reconductions."


def _of_start(read: Notice | Lot) -> Iterable[str]:
    if read.duration and read.duration.is_start_about:
        yield "Seule la période est écrite, le jour est supposé."


_SENTENCES: Mapping[str, Callable[[Notice | Lot], Iterable[str]]] = {
    "amount": _of_amount,
    "months": _of_months,
    "start": _of_start,
    "reserved": _of_reserved,
    "social_clause": _of_clause,
    "grouping": _of_grouping,
}
