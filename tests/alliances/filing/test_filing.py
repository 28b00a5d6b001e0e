"""Filed with a receipt, won or lost, signed, handed over: each step once, and in its time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from cordee.agreement.phases import Phase
from cordee.agreement.terms import terms_from_json
from cordee.alliances.filing import actions as filing_actions
from cordee.alliances.filing.actions import CriterionMark, terms_sha256
from cordee.alliances.filing.lessons import lesson_of, lessons_for
from cordee.alliances.filing.views import read_notes, write_notes
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.models import Alliance, AllianceBaseline, Filing
from cordee.base import files
from cordee.base.written_once import ImmutableRow
from tests.alliances.makers import PDF, Rope
from tests.members.makers import make_person

Make = Callable[..., Rope]


def test_an_offer_is_filed_with_what_was_agreed(rope: Make) -> None:
    team = rope().to_filed(company=True)
    filing = Filing.objects.get()
    assert team.fresh.step is Phase.FILED
    assert filing.price_cents == team.terms.price_cents
    assert filing.terms_sha256 == terms_sha256(team.terms)
    assert filing.revision.number == team.alliance.version
    assert files.content_of(filing.receipt) == PDF


def test_nothing_is_filed_before_all_is_there_and_all_is_said(rope: Make) -> None:
    team = rope().to_documents()
    team.approve("jardins")
    with pytest.raises(ValidationError) as refused:
        team.file()
    assert refused.value.messages == [
        "Les Toits du Val n’ont pas encore approuvé la convention.",
        "Les Peintres du Val n’ont pas encore approuvé la convention.",
    ]
    assert Filing.objects.count() == 0
    assert team.fresh.step is Phase.DOCUMENTS


def test_the_step_alone_files_nothing(rope: Make) -> None:
    team = rope().to_documents()
    for key in team.members:
        team.approve(key)
    with pytest.raises(ValidationError, match="Ajoutez le récépissé"):
        team.step(Phase.FILED)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"receipt": b"<html>"}, "pas lisible"),
        ({"number": " "}, "numéro du récépissé"),
        ({"filed_at": timedelta(hours=2)}, "à venir"),
    ],
)
def test_a_receipt_that_is_none_files_nothing(
    rope: Make, values: dict[str, object], said: str
) -> None:
    team = rope().to_documents()
    for key in team.members:
        team.approve(key)
    if isinstance(delta := values.get("filed_at"), timedelta):
        values = {"filed_at": team.now + delta}
    with pytest.raises(ValidationError, match=said):
        team.file(**values)
    assert team.fresh.step is Phase.DOCUMENTS


def test_the_same_receipt_twice_is_once(rope: Make) -> None:
    team = rope().to_filed()
    assert team.file().pk == Filing.objects.get().pk


def test_what_was_filed_no_longer_moves(rope: Make) -> None:
    team = rope().to_filed()
    with pytest.raises(ValidationError, match="gelée"):
        team.write(replace(team.terms, lead=team.party("toits").key))
    with pytest.raises(ValidationError, match="gelée"):
        invitations_actions.remove_party(party=team.party("toits"), by=team.leader, now=team.now)
    filing = Filing.objects.get()
    filing.number = "autre"
    with pytest.raises(ImmutableRow):
        filing.save()


# --- The result ---------------------------------------------------------------------------------


def test_a_result_is_told_after_filing_and_within_its_days(rope: Make) -> None:
    team = rope().to_documents()
    with pytest.raises(ValidationError, match="le dépôt"):
        team.result(is_won=True)
    for key in team.members:
        team.approve(key)
    team.file(filed_at=team.now - timedelta(hours=1))
    with pytest.raises(ValidationError, match="avant le dépôt"):
        team.result(is_won=True, values={"announced_on": team.on - timedelta(days=3)})
    with pytest.raises(ValidationError, match="à venir"):
        team.result(is_won=True, values={"announced_on": team.on + timedelta(days=1)})
    with pytest.raises(ValidationError, match="la première"):
        team.result(is_won=True, values={"rank": 2})
    team.result(is_won=True)
    assert team.fresh.step is Phase.WON


def test_a_result_is_completed_when_the_letter_comes(rope: Make) -> None:
    team = rope().to_filed()
    team.result(is_won=False, values={"reason": "unknown"})
    lesson = lesson_of(team.fresh, team.alliance.result)
    assert list(lesson.unknown) == [
        "le prix de l’offre retenue",
        "les notes par critère",
        "votre rang",
    ]
    team.result(
        is_won=False,
        values={"reason": "price", "winner_price_cents": 1_000_00, "rank": 2, "bids": 4},
        notes=[
            CriterionMark("Prix", 4000, 3150, 4000),
            CriterionMark("Valeur technique", 6000, 5800, 5500),
        ],
    )
    assert team.fresh.step is Phase.LOST
    lesson = lesson_of(team.alliance, team.alliance.result)
    assert lesson.price_gap_cents == team.terms.price_cents - 1_000_00
    assert [each.words for each in lesson.lost] == [
        "Prix : 8,5 points de moins, sur 40",
        "Valeur technique : 3 points de plus, sur 60",
    ]
    assert list(lesson.unknown) == []
    assert "Le plus de points s’est perdu sur « Prix »" in lesson.advice[0]


def test_whoever_won_is_held_against_no_better_offer(rope: Make) -> None:
    team = rope().to_filed()
    team.result(
        is_won=True,
        values={"reason": "unknown"},
        notes=[CriterionMark("Prix", 40_00, 31_50, 40_00)],
    )
    lesson = lesson_of(team.fresh, team.alliance.result)
    assert (list(lesson.lost), list(lesson.advice)) == ([], [])
    assert lesson.is_reason_unknown_to_winner


def test_an_award_may_still_be_lost_before_it_is_notified_and_not_after(rope: Make) -> None:
    team = rope().to_filed().win()
    team.result(is_won=False, values={"reason": "no_follow_up"})
    assert team.fresh.step is Phase.LOST
    with pytest.raises(ValidationError, match="close"):
        team.result(is_won=True)


def test_a_signed_contract_is_no_longer_lost(rope: Make) -> None:
    team = rope().to_filed().win().sign()
    with pytest.raises(ValidationError, match="ne change plus"):
        team.result(is_won=False)


# --- Signed, handed over ------------------------------------------------------------------------


def test_the_signed_table_is_frozen_for_delivery(rope: Make) -> None:
    team = rope().to_filed().win().sign()
    made = filing_actions.hand_over(alliance=team.fresh, by=team.leader, now=team.now)
    again = filing_actions.hand_over(alliance=team.fresh, by=team.leader, now=team.now)
    assert (made.pk, team.fresh.step) == (again.pk, Phase.DELIVERY)
    assert terms_from_json(made.terms) == team.terms
    assert made.revision.number == team.alliance.version
    with pytest.raises(ImmutableRow):
        AllianceBaseline.objects.update(price_cents=0)


def test_nothing_is_handed_over_before_the_contract_is_notified(rope: Make) -> None:
    team = rope().to_filed().win()
    with pytest.raises(ValidationError, match="pas encore notifié"):
        filing_actions.hand_over(alliance=team.fresh, by=team.leader, now=team.now)
    with pytest.raises(ValidationError, match="après son attribution"):
        filing_actions.record_signature(
            alliance=team.fresh,
            signed_on=team.on - timedelta(days=1),
            by=team.leader,
            now=team.now,
            on=team.on,
        )


# --- What is learnt -----------------------------------------------------------------------------


def test_a_lesson_comes_back_to_those_who_were_there_and_to_nobody_else(rope: Make) -> None:
    team = rope().to_filed()
    team.result(is_won=False, values={"to_change": "Chiffrer plus tôt."})
    lost = team.fresh
    other = Alliance.objects.create(
        title="Suite",
        opportunity=lost.opportunity,
        breakdown=lost.breakdown,
        origin="scratch",
        network=team.network,
    )
    other.revisions.create(
        number=1, terms=lost.revision().terms, made_at=team.now, made_by=team.leader
    )
    for person in (team.leader, team.directors["toits"]):
        (lesson,) = lessons_for(person, other)
        assert lesson.advice[-1] == "Vous aviez noté : Chiffrer plus tôt."
    for stranger in (team.directors["mirel"], make_person("ailleurs@exemple.fr")):
        assert lessons_for(stranger, other) == []


def test_notes_are_read_as_people_write_them() -> None:
    notes = read_notes("Prix ; 40 ; 31,5 ; 40\n\nInsertion\t20\t18.25\t?\nDélais;10;10")
    assert notes == [
        CriterionMark("Prix", 4000, 3150, 4000),
        CriterionMark("Insertion", 2000, 1825, None),
        CriterionMark("Délais", 1000, 1000, None),
    ]
    assert read_notes(write_notes(notes)) == notes


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Prix", "Ligne 1"),
        ("Prix;40;50", "dépasse la plus haute"),
        ("Prix;40;x", "n’est pas une note"),
        ("ok;10;5\nPrix;40;-1", "Ligne 2"),
        ("Prix;40;;", "il manque une note"),
        ("\n".join(["a;1;1"] * 13), "12 critères"),
    ],
)
def test_notes_that_make_no_sense_are_said_with_their_line(typed: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        read_notes(typed)
