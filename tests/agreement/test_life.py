"""The steps of an alliance: what is missing is said, and nothing jumps ahead."""

from dataclasses import replace

import pytest

from cordee.agreement import Reason
from cordee.agreement.life import State, obstacles
from cordee.agreement.phases import STEPS, Phase
from tests.agreement.makers import whole

NAMES = {"1": "Les Jardins", "2": "Les Toits", "3": "Mirel Travaux"}
ALL = frozenset(NAMES)
READY = State(
    phase=Phase.DOCUMENTS,
    terms=whole(reasons=frozenset({Reason.CAPACITY})),
    interested=ALL,
    accepted=ALL,
    mandated=frozenset({"1", "2"}),
    approved=frozenset({"1", "2"}),
    has_receipt=True,
)


def test_all_that_is_due_opens_the_way_to_filing() -> None:
    assert obstacles(READY, Phase.FILED, NAMES) == ()


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (replace(READY, accepted=ALL - {"3"}), "Mirel Travaux n’a pas encore accepté sa part."),
        (
            replace(READY, mandated=frozenset({"1"})),
            "Les Toits n’ont pas encore dit qui signe et de quel droit.",
        ),
        (
            replace(READY, approved=frozenset({"2"})),
            "Les Jardins n’ont pas encore approuvé la convention.",
        ),
        (replace(READY, has_receipt=False), "Ajoutez le récépissé de la plateforme."),
        (replace(READY, breaks=("Il manque un euro.",)), "Il manque un euro."),
        (replace(READY, terms=whole()), "Dites pourquoi vous répondez ensemble."),
        (
            replace(READY, terms=replace(READY.terms, form=None)),
            "Choisissez la forme du groupement.",
        ),
        (replace(READY, terms=replace(READY.terms, lead=None)), "Choisissez le mandataire."),
    ],
)
def test_what_is_missing_before_filing_is_said(state: State, said: str) -> None:
    assert [each.text for each in obstacles(state, Phase.FILED, NAMES)] == [said]


def test_two_structures_say_yes_before_anything_is_shared_out() -> None:
    talking = replace(READY, phase=Phase.TALKING, interested={"1"})
    assert obstacles(talking, Phase.SPLIT, NAMES) != ()
    assert obstacles(replace(talking, interested={"1", "2"}), Phase.SPLIT, NAMES) == ()


def test_no_step_leads_elsewhere_than_it_says() -> None:
    for phase, steps in STEPS.items():
        for to in Phase:
            if to not in steps:
                assert obstacles(replace(READY, phase=phase), to, NAMES) != ()


def test_nothing_filed_comes_back() -> None:
    filed = {Phase.FILED, Phase.WON, Phase.SIGNED, Phase.DELIVERY, Phase.LOST, Phase.ABANDONED}
    for phase in filed:
        assert not phase.is_editable
        assert not any(to.is_editable for to in STEPS[phase])


@pytest.mark.parametrize(
    ("state", "to", "said"),
    [
        (replace(READY, phase=Phase.FILED), Phase.WON, "Écrivez d’abord ce que l’acheteur"),
        (replace(READY, phase=Phase.FILED, is_told_won=True), Phase.LOST, "Écrivez d’abord"),
        (replace(READY, phase=Phase.WON), Phase.SIGNED, "le jour où le marché est notifié"),
        (
            replace(READY, phase=Phase.WON, is_notified=True, changing=True),
            Phase.SIGNED,
            "Un retrait est en cours",
        ),
        (
            replace(READY, phase=Phase.WON, is_notified=True, approved=frozenset({"1"})),
            Phase.SIGNED,
            "Les Toits n’ont pas encore approuvé",
        ),
        (replace(READY, phase=Phase.SIGNED), Phase.DELIVERY, "Transmettez d’abord"),
    ],
)
def test_what_is_missing_after_filing_is_said(state: State, to: Phase, said: str) -> None:
    (found,) = obstacles(state, to, NAMES)
    assert said in found.text


def test_the_road_to_delivery_is_open_once_all_is_written_down() -> None:
    won = replace(READY, phase=Phase.FILED, is_told_won=True)
    assert obstacles(won, Phase.WON, NAMES) == ()
    assert obstacles(replace(won, is_told_won=False), Phase.LOST, NAMES) == ()
    signed = replace(READY, phase=Phase.WON, is_notified=True)
    assert obstacles(signed, Phase.SIGNED, NAMES) == ()
    over = replace(READY, phase=Phase.SIGNED, has_baseline=True)
    assert obstacles(over, Phase.DELIVERY, NAMES) == ()
