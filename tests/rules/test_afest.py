"""An AFEST course: the order of its events says nothing, and each ingredient is needed."""

import tomllib
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.rules import afest
from cordee.rules.afest import Course, Enactment, Ingredient, ReflexiveSequence
from cordee.rules.clock import PARIS
from tests.rules.runner import CASES_FOLDER

ON = date(2027, 12, 31)
PROTOCOL = date(2027, 3, 1)
SITUATIONS = ("tonte", "taille")
AT_WORK = datetime(2027, 3, 1, 8, tzinfo=PARIS)
# Days around the protocol, so that some come before it.
DAYS = st.dates(date(2027, 2, 25), date(2027, 3, 12))
STARTS = st.integers(-3 * 48, 10 * 48).map(lambda halves: AT_WORK + timedelta(minutes=30 * halves))
MINUTES = st.integers(1, 240)


@st.composite
def any_course(draw: st.DrawFn) -> Course:
    """A course of which anything may lack, overlap, or come too early."""
    keys = [f"e{number}" for number in range(draw(st.integers(0, 5)))]
    enactments = [
        Enactment(
            key=key,
            situation=draw(st.sampled_from((*SITUATIONS, "desherbage"))),
            starts=draw(STARTS),
            minutes=draw(MINUTES),
        )
        for key in keys
    ]
    sequences = [
        ReflexiveSequence(
            key=f"s{number}",
            starts=draw(STARTS),
            minutes=draw(MINUTES),
            about={key: draw(st.booleans()) for key in keys if draw(st.booleans())},
            is_described=draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    maybe = st.none() | DAYS
    return Course(
        need_on=draw(maybe),
        analysis_on=draw(maybe),
        trainer_named_on=draw(maybe),
        protocol_on=draw(maybe),
        situations=frozenset(draw(st.sets(st.sampled_from(SITUATIONS)))),
        enactments=tuple(enactments),
        sequences=tuple(sequences),
        evaluations=tuple(draw(st.lists(DAYS, max_size=3))),
    )


@st.composite
def complete_course(draw: st.DrawFn) -> Course:
    """One to four enactments, each followed at once, or later, by a sequence of its own."""
    enactments, sequences, free = [], [], AT_WORK
    for number in range(draw(st.integers(1, 4))):
        work = Enactment(
            key=f"e{number}",
            situation=draw(st.sampled_from(SITUATIONS)),
            starts=free,
            minutes=draw(MINUTES),
        )
        apart = ReflexiveSequence(
            key=f"s{number}",
            starts=free + timedelta(minutes=work.minutes + draw(st.integers(0, 90))),
            minutes=draw(MINUTES),
            about={work.key: True},
            is_described=True,
        )
        enactments.append(work)
        sequences.append(apart)
        free = apart.starts + timedelta(minutes=apart.minutes + draw(st.integers(0, 2000)))
    return Course(
        need_on=PROTOCOL,
        analysis_on=PROTOCOL - timedelta(days=draw(st.integers(0, 60))),
        trainer_named_on=PROTOCOL - timedelta(days=draw(st.integers(0, 60))),
        protocol_on=PROTOCOL,
        situations=frozenset(SITUATIONS),
        enactments=tuple(enactments),
        sequences=tuple(sequences),
        evaluations=(PROTOCOL + timedelta(days=draw(st.integers(0, 60))),),
    )


@given(any_course(), st.randoms(use_true_random=False))
def test_the_order_of_events_changes_nothing(course: Course, random: Random) -> None:
    def shuffled(events: tuple) -> tuple:
        return tuple(random.sample(events, len(events)))

    other = replace(
        course,
        enactments=shuffled(course.enactments),
        sequences=shuffled(course.sequences),
        evaluations=shuffled(course.evaluations),
    )
    assert afest.standing(other, on=ON) == afest.standing(course, on=ON)


@given(complete_course(), st.data())
def test_without_any_one_ingredient_a_course_is_not_complete(
    course: Course, data: st.DataObject
) -> None:
    assert afest.standing(course, on=ON).is_complete
    gone = data.draw(st.sampled_from(range(len(course.sequences))))
    without = {
        Ingredient.ANALYSIS: replace(course, analysis_on=None),
        Ingredient.TRAINER: replace(course, trainer_named_on=None),
        Ingredient.PROTOCOL: replace(course, protocol_on=None),
        Ingredient.ENACTMENT: replace(course, enactments=()),
        Ingredient.REFLEXIVE: replace(
            course, sequences=course.sequences[:gone] + course.sequences[gone + 1 :]
        ),
        Ingredient.EVALUATION: replace(course, evaluations=()),
    }
    for ingredient, cut in without.items():
        found = afest.standing(cut, on=ON)
        assert ingredient in found.lacking
        assert not found.is_complete


@given(any_course())
def test_what_counts_never_passes_what_was_done(course: Course) -> None:
    found = afest.standing(course, on=ON)
    assert found.work_minutes <= sum(each.minutes for each in course.enactments)
    assert found.reflexive_minutes <= sum(each.minutes for each in course.sequences)
    assert bool(found.work_minutes) == bool(found.enactments)
    assert bool(found.reflexive_minutes) == bool(found.sequences)
    assert found.is_complete == (not found.lacking)
    for sequence in course.sequences:
        if sequence.key in found.sequences:
            assert not any(afest.overlaps(sequence, work) for work in course.enactments)


@pytest.mark.parametrize("minutes", [0, -5])
def test_a_time_without_a_minute_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Enactment(key="e", situation="tonte", starts=AT_WORK, minutes=minutes)


def test_every_finding_says_what_is_so_and_what_to_do() -> None:
    texts = tomllib.loads(afest.FILE.read_text())
    cases = (CASES_FOLDER / "afest.toml").read_text()
    for code, text in texts.items():
        assert f'"{code}"' in cases, code
        assert set(text) == {"of", "weight", "sentence", "cure"}, code
        assert text["of"] in {"", *Ingredient}, code
        assert text["sentence"].endswith("."), code
        assert text["cure"].endswith("."), code
