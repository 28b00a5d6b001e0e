"""The life of an alliance: its phases, and what has to hold before each step.

Filing freezes the composition (R2142-26, RULE-39): from then on the terms change only with the
buyer's agreement, and after the signature only by an amendment or a DC4.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cordee.agreement.model import Terms
from cordee.agreement.words import reasons_of, words_of


class Phase(StrEnum):
    """Where an alliance is."""

    TALKING = "talking"
    SPLIT = "split"
    MANDATE = "mandate"
    DOCUMENTS = "documents"
    FILED = "filed"
    WON = "won"
    SIGNED = "signed"
    DELIVERY = "delivery"
    LOST = "lost"
    ABANDONED = "abandoned"

    @property
    def label(self) -> str:
        """In plain French, for screens."""
        return PHASE_LABELS[self]

    @property
    def is_editable(self) -> bool:
        """Whether the terms may change freely, those concerned agreeing again."""
        return self in EDITABLE

    @property
    def is_frozen(self) -> bool:
        """Whether the composition is frozen: between filing and signature."""
        return self in {Phase.FILED, Phase.WON}

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens here."""
        return self in {Phase.DELIVERY, Phase.LOST, Phase.ABANDONED}


PHASE_LABELS = {
    Phase.TALKING: "on se parle",
    Phase.SPLIT: "on se répartit le travail",
    Phase.MANDATE: "on donne mandat",
    Phase.DOCUMENTS: "on prépare le dossier",
    Phase.FILED: "offre déposée",
    Phase.WON: "marché attribué",
    Phase.SIGNED: "marché signé",
    Phase.DELIVERY: "travaux en cours",
    Phase.LOST: "offre non retenue",
    Phase.ABANDONED: "abandonnée",
}

# Who answers alone gives and takes no mandate.
_LABELS_ALONE: Mapping[Phase, str] = {Phase.MANDATE: "on dit qui signe"}


def phase_called(terms: Terms, phase: Phase) -> str:
    """A phase in French, for an alliance under these terms."""
    alone = _LABELS_ALONE.get(phase) if terms.holder is not None else None
    return alone or phase.label


EDITABLE = frozenset({Phase.TALKING, Phase.SPLIT, Phase.MANDATE, Phase.DOCUMENTS})

# From each phase, where one may go. Backwards only while nothing is filed.
STEPS: Mapping[Phase, tuple[Phase, ...]] = {
    Phase.TALKING: (Phase.SPLIT, Phase.ABANDONED),
    Phase.SPLIT: (Phase.MANDATE, Phase.TALKING, Phase.ABANDONED),
    Phase.MANDATE: (Phase.DOCUMENTS, Phase.SPLIT, Phase.ABANDONED),
    Phase.DOCUMENTS: (Phase.FILED, Phase.SPLIT, Phase.ABANDONED),
    Phase.FILED: (Phase.WON, Phase.LOST, Phase.ABANDONED),
    Phase.WON: (Phase.SIGNED, Phase.LOST, Phase.ABANDONED),
    Phase.SIGNED: (Phase.DELIVERY,),
    Phase.DELIVERY: (),
    Phase.LOST: (),
    Phase.ABANDONED: (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a step depends on. Parties by their key.

    `interested`: those who agreed to explore. `accepted`: those whose acceptance is of the terms
    as they are. `mandated`: members whose signatory is known, and may sign. `approved`: members
    who approved the convention as it is. `breaks`: sentences about what blocks the split.
    `changing`: whether a withdrawal waits for somebody, or for the buyer. `is_told_won`: what the
    buyer decided, `None` where nobody wrote it down.
    """

    phase: Phase
    terms: Terms
    interested: Collection[str] = frozenset()
    accepted: Collection[str] = frozenset()
    mandated: Collection[str] = frozenset()
    approved: Collection[str] = frozenset()
    breaks: tuple[str, ...] = ()
    has_receipt: bool = False
    is_told_won: bool | None = None
    is_notified: bool = False
    has_baseline: bool = False
    changing: bool = False


class Place(StrEnum):
    """The page where an obstacle is settled."""

    TABLE = "table"
    FORM = "form"
    REASONS = "reasons"
    SIGNATORIES = "signatories"
    APPROVALS = "approvals"
    FILING = "filing"
    RESULT = "result"
    WITHDRAWALS = "withdrawals"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that stands before a step, in French; no place where others are waited for."""

    text: str
    place: Place | None = None


SIGNATORY = "dit qui signe et de quel droit"
NO_RECEIPT = Obstacle("Ajoutez le récépissé de la plateforme.", Place.FILING)
NOT_NOTIFIED = Obstacle("Donnez le jour où le marché est notifié.", Place.RESULT)
NO_BASELINE = Obstacle("Transmettez d’abord le tableau signé.", Place.RESULT)
CHANGING = Obstacle("Un retrait est en cours. Menez-le d’abord à bien.", Place.WITHDRAWALS)


def obstacles(state: State, to: Phase, names: Mapping[str, str]) -> tuple[Obstacle, ...]:
    """What stands before a step; empty where it may be made.

    `names`: how each party is called.
    """
    here = phase_called(state.terms, state.phase)
    if to is Phase.FILED and state.phase in EDITABLE - {Phase.DOCUMENTS}:
        return (
            Obstacle(
                f"L’alliance en est à « {here} ». On dépose après « {Phase.DOCUMENTS.label} »."
            ),
        )
    if to not in STEPS[state.phase]:
        there = phase_called(state.terms, to)
        return (Obstacle(f"De « {here} », on ne passe pas à « {there} »."),)
    if to is Phase.SPLIT and state.phase is Phase.TALKING:
        return _enough_people(state)
    if to is Phase.MANDATE:
        return (*_enough_people(state), *_split_holds(state), *_all_accepted(state, names))
    if to is Phase.DOCUMENTS:
        return (
            *_split_holds(state),
            *_all_accepted(state, names),
            *_missing(state, Place.SIGNATORIES, state.mandated, names, SIGNATORY),
        )
    if to is Phase.FILED:
        return (
            *_split_holds(state),
            *_all_accepted(state, names),
            *_missing(state, Place.SIGNATORIES, state.mandated, names, SIGNATORY),
            *_approved(state, names),
            *(() if state.has_receipt else (NO_RECEIPT,)),
        )
    return _after_filing(state, to, names)


def _after_filing(state: State, to: Phase, names: Mapping[str, str]) -> tuple[Obstacle, ...]:
    if to in {Phase.WON, Phase.LOST} and state.is_told_won is not (to is Phase.WON):
        return (Obstacle("Écrivez d’abord ce que l’acheteur a décidé.", Place.RESULT),)
    if to is Phase.SIGNED:
        return (
            *(() if state.is_notified else (NOT_NOTIFIED,)),
            *((CHANGING,) if state.changing else ()),
            # What the buyer accepted meanwhile is agreed on and approved like the rest.
            *_all_accepted(state, names),
            *_approved(state, names),
        )
    if to is Phase.DELIVERY:
        return (
            *(() if state.has_baseline else (NO_BASELINE,)),
            *((CHANGING,) if state.changing else ()),
        )
    return ()


def _enough_people(state: State) -> tuple[Obstacle, ...]:
    terms = state.terms
    others = (party for party in terms.parties if party.role.has_share)
    asked = terms.members if terms.holder is None else others
    sirens = {party.siren for party in asked if party.key in state.interested}
    if len(sirens) < 2:
        return (Obstacle("Il faut au moins deux structures différentes qui disent oui."),)
    return ()


def _split_holds(state: State) -> tuple[Obstacle, ...]:
    terms = state.terms
    is_alone = terms.holder is not None
    found = [Obstacle(sentence, Place.TABLE) for sentence in state.breaks]
    if terms.form is None and not is_alone:
        found.append(Obstacle("Choisissez la forme du groupement.", Place.FORM))
    if terms.speaker is None:
        found.append(Obstacle("Choisissez le mandataire.", Place.FORM))
    # Staff is bought, not shared with a rival: there is nothing to justify (RULE-38).
    if not reasons_of(terms) and not terms.is_staffed:
        why = "le candidat sous-traite" if is_alone else "vous répondez ensemble"
        found.append(Obstacle(f"Dites pourquoi {why}.", Place.REASONS))
    return tuple(found)


def _approved(state: State, names: Mapping[str, str]) -> tuple[Obstacle, ...]:
    if not state.terms.has_paper:
        return ()
    what = f"approuvé {words_of(state.terms).paper}"
    return _missing(state, Place.APPROVALS, state.approved, names, what)


def _all_accepted(state: State, names: Mapping[str, str]) -> tuple[Obstacle, ...]:
    waiting = [party.key for party in state.terms.parties if party.key not in state.accepted]
    return tuple(
        Obstacle(f"{names.get(key, key)} n’a pas encore accepté sa part.") for key in waiting
    )


def _missing(
    state: State, place: Place, done: Collection[str], names: Mapping[str, str], what: str
) -> tuple[Obstacle, ...]:
    waiting = [party.key for party in state.terms.signers if party.key not in done]
    return tuple(
        Obstacle(f"{names.get(key, key)} n’a pas encore {what}.", place) for key in waiting
    )
