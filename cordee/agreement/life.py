"""The life of an alliance: what has to hold before each step (RULE-39)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cordee.agreement.phases import EDITABLE, STEPS, Phase
from cordee.agreement.terms import Terms
from cordee.rules.grammar import agreed


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a step depends on. Parties by their key.

    `interested`: those who agreed to explore. `accepted`: those whose acceptance is of the terms
    as they are. `mandated`: members whose signatory is known, and may sign. `awaited`: those whose
    council still has to vote. `approved`: members
    who approved the convention as it is. `breaks`: sentences about what blocks the split.
    `changing`: whether a withdrawal waits for somebody, or for the buyer. `is_told_won`: what the
    buyer decided, `None` where nobody wrote it down.
    """

    phase: Phase
    terms: Terms
    interested: Collection[str] = frozenset()
    accepted: Collection[str] = frozenset()
    mandated: Collection[str] = frozenset()
    awaited: Collection[str] = frozenset()
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
    """Something that stands before a step, in French; no place where others are waited for.

    `party`: the key of the one it waits for; empty where it is nobody's alone.
    """

    text: str
    place: Place | None = None
    party: str = ""


NO_RECEIPT = Obstacle("Ajoutez le récépissé de la plateforme.", Place.FILING)
NOT_NOTIFIED = Obstacle("Donnez le jour où le marché est notifié.", Place.RESULT)
NO_BASELINE = Obstacle("Transmettez d’abord le tableau signé.", Place.RESULT)
CHANGING = Obstacle("Un retrait est en cours. Menez-le d’abord à bien.", Place.WITHDRAWALS)
UNTOLD = Obstacle("Écrivez d’abord ce que l’acheteur a décidé.", Place.RESULT)

type Names = Mapping[str, str]
# What one rule finds before a step.
type Rule = Callable[[State, Names], tuple[Obstacle, ...]]


def obstacles(state: State, to: Phase, names: Names) -> tuple[Obstacle, ...]:
    """What stands before a step; empty where it may be made.

    `names`: how each party is called.
    """
    here = state.terms.arrangement.phase_label(state.phase)
    if to is Phase.FILED and state.phase in EDITABLE - {Phase.DOCUMENTS}:
        return (
            Obstacle(
                f"L’alliance en est à « {here} ». On dépose après « {Phase.DOCUMENTS.label} »."
            ),
        )
    if to not in STEPS[state.phase]:
        there = state.terms.arrangement.phase_label(to)
        return (Obstacle(f"De « {here} », on ne passe pas à « {there} »."),)
    if to is Phase.SPLIT and state.phase is not Phase.TALKING:
        # One goes back to share out the work again.
        return ()
    return tuple(found for asked in BEFORE.get(to, ()) for found in asked(state, names))


def _votes(state: State, names: Names) -> tuple[Obstacle, ...]:
    """A council may vote after the offer is filed, and not after the contract is signed."""
    return tuple(
        Obstacle(
            f"Le vote du conseil manque pour {names.get(party.key, party.key)}.",
            Place.SIGNATORIES,
            party.key,
        )
        for party in state.terms.signers
        if party.key in state.awaited
    )


def _enough_people(state: State, names: Names) -> tuple[Obstacle, ...]:
    terms = state.terms
    asked = terms.arrangement.asked(terms)
    sirens = {party.siren for party in asked if party.key in state.interested}
    if len(sirens) < 2:
        return (Obstacle("Il faut au moins deux structures différentes qui disent oui."),)
    return ()


def _split_holds(state: State, names: Names) -> tuple[Obstacle, ...]:
    terms = state.terms
    arrangement = terms.arrangement
    found = [Obstacle(sentence, Place.TABLE) for sentence in state.breaks]
    if terms.form is None and arrangement.has_form:
        found.append(Obstacle("Choisissez la forme du groupement.", Place.FORM))
    if terms.speaker is None:
        found.append(Obstacle("Choisissez le mandataire.", Place.FORM))
    if arrangement.must_justify and not arrangement.reasons(terms):
        found.append(Obstacle(f"Dites pourquoi {arrangement.why}.", Place.REASONS))
    return tuple(found)


def _signatories(state: State, names: Names) -> tuple[Obstacle, ...]:
    return _missing(
        state, Place.SIGNATORIES, state.mandated, names, "dit qui signe et de quel droit"
    )


def _approved(state: State, names: Names) -> tuple[Obstacle, ...]:
    if not state.terms.has_paper:
        return ()
    what = f"approuvé {state.terms.arrangement.paper}"
    return _missing(state, Place.APPROVALS, state.approved, names, what)


def _all_accepted(state: State, names: Names) -> tuple[Obstacle, ...]:
    waiting = [party.key for party in state.terms.parties if party.key not in state.accepted]
    return tuple(
        Obstacle(
            agreed(
                names.get(key, key),
                "n’a pas encore accepté sa part.",
                "n’ont pas encore accepté leur part.",
            ),
            party=key,
        )
        for key in waiting
    )


def _missing(
    state: State, place: Place, done: Collection[str], names: Names, what: str
) -> tuple[Obstacle, ...]:
    waiting = [party.key for party in state.terms.signers if party.key not in done]
    return tuple(
        Obstacle(
            agreed(names.get(key, key), f"n’a pas encore {what}.", f"n’ont pas encore {what}."),
            place,
            key,
        )
        for key in waiting
    )


def _unless(holds: Callable[[State], bool], obstacle: Obstacle) -> Rule:
    return lambda state, names: () if holds(state) else (obstacle,)


_NOT_CHANGING = _unless(lambda state: not state.changing, CHANGING)
# What is asked before each step, in the order in which it is told.
BEFORE: Mapping[Phase, tuple[Rule, ...]] = {
    Phase.SPLIT: (_enough_people,),
    Phase.MANDATE: (_enough_people, _split_holds, _all_accepted),
    Phase.DOCUMENTS: (_split_holds, _all_accepted, _signatories),
    Phase.FILED: (
        *(_split_holds, _all_accepted, _signatories, _approved),
        _unless(lambda state: state.has_receipt, NO_RECEIPT),
    ),
    Phase.WON: (_unless(lambda state: state.is_told_won is True, UNTOLD),),
    Phase.LOST: (_unless(lambda state: state.is_told_won is False, UNTOLD),),
    # What the buyer accepted meanwhile is agreed on and approved like the rest.
    Phase.SIGNED: (
        _unless(lambda state: state.is_notified, NOT_NOTIFIED),
        *(_votes, _NOT_CHANGING, _all_accepted, _approved),
    ),
    Phase.DELIVERY: (_unless(lambda state: state.has_baseline, NO_BASELINE), _NOT_CHANGING),
}
