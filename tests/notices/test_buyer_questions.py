"""What to ask the buyer, and until when, on notices of our own."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from cordee.notices.buyer_questions import (
    MOST,
    Window,
    last_day_for_questions,
    message,
    questions_to_ask,
)
from cordee.notices.green_flags import green_flags
from cordee.notices.notice import (
    Amount,
    ClauseKind,
    Cpv,
    Duration,
    Evidence,
    Format,
    GroupingForm,
    GroupingTerms,
    Kind,
    Notice,
    Reserved,
    SocialClause,
    Source,
)
from cordee.notices.packages import estimate_packages
from cordee.rules.reservation import Reservation

ON = date(2027, 1, 10)
SAID = Evidence("essai", "comme écrit")
CALL = Notice(
    source=Source.BOAMP,
    format=Format.BOAMP_MAPA,
    id="27-1",
    kind=Kind.CALL,
    title="Entretien des espaces verts",
    cpv=Cpv("77310000"),
    published_on=date(2027, 1, 4),
    deadline=datetime(2027, 2, 18, 11, 0, tzinfo=UTC),
)
TOLD = replace(
    CALL,
    amount=Amount(15_000_000, SAID),
    duration=Duration(months=12, start=date(2027, 4, 1)),
    reserved=Reserved(Reservation.INSERTION, (SAID,)),
)


def keys(notice: Notice) -> list[str]:
    packages = estimate_packages(notice, on=ON)
    flags = green_flags(notice, on=ON, packages=packages)
    return [q.key for q in questions_to_ask(notice, packages=packages, flags=flags, on=ON)]


def test_what_is_told_is_not_asked() -> None:
    assert keys(TOLD) == []


def test_three_at_most_the_most_deciding_first() -> None:
    assert keys(CALL) == ["size", "start", "groups"]
    assert len(keys(CALL)) == MOST


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"amount": None}, "size"),
        ({"duration": Duration(months=12)}, "start"),
        ({"reserved": None}, "reservation"),
        ({"reserved": Reserved(Reservation.HANDICAP, (Evidence("LEFTI", "CASE"),))}, "for_whom"),
        ({"grouping": GroupingTerms(GroupingForm.SOLIDAIRE, (SAID,))}, "solidarity"),
        ({"text": "Un chiffre d'affaires minimum de 900 000 euros est exigé."}, "means"),
        ({"social_clause": SocialClause(ClauseKind.EXECUTION, (SAID,))}, "hours"),
        ({"amount": Amount(900_000_000, SAID)}, "groups"),
        ({"social_clause": SocialClause(ClauseKind.EXECUTION, (SAID,), hours=300)}, "training"),
    ],
)
def test_each_thing_left_open_has_its_question(changes: dict[str, object], key: str) -> None:
    assert key in keys(replace(TOLD, **changes))  # type: ignore[arg-type]


def test_a_reservation_written_in_words_is_not_asked_again() -> None:
    """Only a box names both publics."""
    assert "for_whom" not in keys(replace(TOLD, reserved=Reserved(Reservation.HANDICAP, (SAID,))))


@pytest.mark.parametrize(
    "changes",
    [{"kind": Kind.AWARD}, {"kind": Kind.PRIOR}, {"source": Source.PRIVATE},
     {"title": "Logiciel de paie", "cpv": Cpv("48000000")}],
)  # fmt: skip
def test_nothing_is_asked_of_what_is_no_public_call_for_us(changes: dict[str, object]) -> None:
    assert keys(replace(CALL, **changes)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Les questions sont reçues jusqu'au 5.2.2027.", date(2027, 2, 5)),
        ("Posez vos questions au plus tard le 1er février 2027.", date(2027, 2, 1)),
        ("Demandes de renseignements complémentaires avant le 03/02/2027.", date(2027, 2, 3)),
        ("Les questions arrivent 6 jours avant la date limite.", date(2027, 2, 12)),
        ("Les questions arrivent 8 jours ouvrés avant la date limite.", date(2027, 2, 8)),
    ],
)
def test_the_last_day_is_read_where_it_is_written(words: str, day: date) -> None:
    found = last_day_for_questions(replace(CALL, text=words), on=ON)
    assert (found.day, found.is_written, found.window) == (day, True, Window.OPEN)
    assert found.evidence[0].words.rstrip(".") in words


def test_the_field_of_eforms_wins_over_usage() -> None:
    terms = (Evidence("BT-13-Lot LOT-0001", "2027-02-02+01:00"),)
    found = last_day_for_questions(replace(CALL, terms=terms), on=ON)
    assert (found.day, found.is_written) == (date(2027, 2, 2), True)


@pytest.mark.parametrize(
    "words",
    [
        "Les questions sont reçues jusqu'au 5.3.2027.",
        "Les questions sont reçues jusqu'au 32.1.2027.",
        "Une visite a lieu le 5.2.2027.",
    ],
)
def test_else_ten_days_before_the_deadline(words: str) -> None:
    """A day after the deadline, an impossible one, or that of something else, is not it."""
    found = last_day_for_questions(replace(CALL, text=words), on=ON)
    assert (found.day, found.is_written) == (date(2027, 2, 8), False)
    assert found.evidence == ()


def test_the_window_closes_after_the_last_day() -> None:
    assert last_day_for_questions(CALL, on=date(2027, 2, 8)).window is Window.OPEN
    assert last_day_for_questions(CALL, on=date(2027, 2, 9)).window is Window.PAST
    without = last_day_for_questions(replace(CALL, deadline=None), on=ON)
    assert (without.day, without.window) == (None, Window.UNKNOWN)


def test_the_message_is_ready_to_send() -> None:
    """Numbered, with the title and the number of the notice, and without our reasons."""
    packages = estimate_packages(CALL, on=ON)
    flags = green_flags(CALL, on=ON, packages=packages)
    questions = questions_to_ask(CALL, packages=packages, flags=flags, on=ON)
    text = message(CALL, questions)
    assert "« Entretien des espaces verts » (avis 27-1)" in text
    assert all(f"{n}. {q.text}" in text for n, q in enumerate(questions, 1))
    assert not any(q.why in text for q in questions)


def test_a_ban_on_groups_and_silence_on_insertion_are_asked() -> None:
    """R2142-19 lets groups take part; L2112-2-1 wants social conditions above the thresholds."""
    banned = GroupingTerms(form=GroupingForm.FORBIDDEN, evidence=(SAID,))
    large = replace(CALL, grouping=banned, amount=Amount(60_000_000, SAID))
    assert keys(large)[:2] == ["groups_banned", "social_conditions"]
    assert "social_conditions" not in keys(replace(large, amount=Amount(9_000_000, SAID)))
    reserved = Reserved(Reservation.INSERTION, (SAID,))
    assert "social_conditions" not in keys(replace(large, reserved=reserved))
