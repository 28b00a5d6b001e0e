"""The digest of the week: what it tells, to whom, and that nothing is told twice."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from cordee.accounts import mailing
from cordee.accounts.models import JournalEntry, User
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Activity, Structure
from cordee.mobilisation.actions import digests as actions
from cordee.mobilisation.digests import selection, sending
from cordee.mobilisation.digests.selection import owners_of
from cordee.mobilisation.digests.wording import line_of
from cordee.mobilisation.models import Ask, Digest, DigestChoice, DigestItem
from cordee.opportunities.models import Audience, Opportunity, WorkPackage
from tests.members.makers import join, make_network, make_person, make_valley
from tests.mobilisation.open_work import MONDAY, make_open, make_worker

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
VALUES: dict[str, Any] = {
    "weekday": 0,
    "band": 7,
    "trades": [],
    "radius_km": None,
    "threshold": "enough",
}


@pytest.fixture(autouse=True)
def valley() -> None:
    make_valley()


def directed(structure: Structure, email: str = "direction@exemple.fr") -> User:
    return make_person(email, role="director", structure=structure)


def chosen(structure: Structure, by: User, **values: Any) -> DigestChoice:
    return actions.choose_digest(
        structure=structure, values=VALUES | values, by=by, now=MONDAY - WEEK
    )


def found(choice: DigestChoice, now: datetime = MONDAY) -> selection.Selection:
    owners = owners_of([choice], on=now.date())
    work = selection.open_work(on=now.date(), now=now)
    return selection.select_for(owners, work, on=now.date())[0]


def titles(its: selection.Selection) -> list[str]:
    return [item.opportunity.title for item in its.items]


def why(its: selection.Selection, number: int = 0) -> str:
    item = its.items[number]
    return line_of(item.opportunity, item.facts, on=MONDAY.date()).why


def mails() -> Sequence[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind="digest").order_by("recipient", "pk"))


def test_each_item_says_why_it_is_there() -> None:
    structure = make_worker()
    make_open(lot_reserved="INSERTION")
    its = found(chosen(structure, directed(structure)))
    assert why(its) == (
        "À 11\u202fkm, votre métier espaces verts, réservé aux structures "
        "d’insertion, réponse avant le 20\u202fdécembre."
    )


def test_its_own_crews_are_told_to_the_structure() -> None:
    structure = make_worker(places=8)
    make_open()
    its = found(chosen(structure, directed(structure)))
    assert "une équipe libre tout du long" in why(its)


def test_at_most_ten_the_most_pressing_first() -> None:
    structure = make_worker()
    made = make_open(13)
    its = found(chosen(structure, directed(structure)))
    assert titles(its) == [each.title for each in made[:10]]
    assert its.left_over == 3


def test_a_deadline_that_nobody_knows_comes_last() -> None:
    structure = make_worker()
    unknown = make_open(deadline=None)[0]
    known = make_open(in_days=40)[0]
    its = found(chosen(structure, directed(structure)))
    assert titles(its) == [known.title, unknown.title]
    assert why(its, 1).endswith("date limite inconnue.")


def test_trades_and_radius_are_those_chosen() -> None:
    structure = make_worker(reach_km=10)
    by = directed(structure)
    make_open()
    cleaning = make_open(trade="proprete", latitude=45.0)[0]
    assert titles(found(chosen(structure, by))) == [], "11 km is out of a reach of 10"
    assert len(found(chosen(structure, by, radius_km=20)).items) == 1
    its = found(chosen(structure, by, trades=["proprete"], threshold="little"))
    assert titles(its) == [cleaning.title]
    assert "métier supposé, à confirmer : propreté" in why(its)


def test_the_middle_of_a_department_is_no_distance() -> None:
    structure = make_worker()
    make_open()
    owner = chosen(structure, directed(structure))
    assert "km" in why(found(owner))
    QuerySet.update(WorkPackage.objects.all(), is_place_supposed=True, place_label="Isère (38)")
    told = why(found(owner))
    assert told.startswith("Lieu exact inconnu, Isère (38)")
    assert "km" not in told


def test_what_suits_little_waits_for_who_asks_for_it() -> None:
    structure = make_worker()
    Activity.objects.update(certainty="guessed")
    make_open(latitude=45.3)
    by = directed(structure)
    assert not found(chosen(structure, by, threshold="much")).items
    assert not found(chosen(structure, by, threshold="enough")).items
    assert found(chosen(structure, by, threshold="little")).items


def test_closed_calls_and_closed_structures_give_nothing() -> None:
    structure = make_worker()
    choice = chosen(structure, directed(structure))
    make_open(in_days=-1)
    make_open(stage="cancelled")
    assert not found(choice).items
    make_open()
    assert found(choice).items
    Structure.objects.update(is_closed=True)
    assert not found(choice).items
    assert sending.run(MONDAY) == 0


def test_a_private_need_is_told_to_its_network_alone() -> None:
    network, other = make_network("Réseau du Val"), make_network("Réseau du Large")
    structure, stranger = make_worker(), make_worker("Ailleurs")
    join(structure, network)
    join(stranger, other)
    need = make_open(network=network)[0]
    choice = chosen(structure, directed(structure))
    assert titles(found(choice)) == [need.title]
    Audience.objects.update(state="pending")
    assert not found(choice).items, "nobody hears of a need that its network still reads over"
    Audience.objects.update(state="published")
    assert not found(chosen(stranger, directed(stranger, "autre@exemple.fr"))).items


def test_a_delegation_hears_what_is_meant_for_its_parent() -> None:
    parent = make_network("Réseau")
    structure = make_worker()
    join(structure, make_network("Délégation", parent))
    make_open(network=parent)
    assert found(chosen(structure, directed(structure))).items


def test_what_a_network_asked_is_left_out() -> None:
    structure = make_worker()
    first, second = make_open(2)
    Ask.objects.create(
        structure=structure, opportunity=first, asked_at=MONDAY, answer_by=MONDAY.date()
    )
    assert titles(found(chosen(structure, directed(structure)))) == [second.title]


def test_nothing_is_told_twice_even_under_another_notice() -> None:
    structure = make_worker()
    chosen(structure, directed(structure))
    told = make_open()[0]
    assert sending.run(MONDAY) == 1
    again = make_open()[0]
    Opportunity.objects.filter(pk=told.pk).update(joined_to=again)
    assert sending.run(MONDAY + WEEK) == 0, "joined to another notice, it is the same need"
    fresh = make_open(in_days=30)[0]
    assert sending.run(MONDAY + 2 * WEEK) == 1
    assert set(DigestItem.objects.values_list("opportunity", flat=True)) == {told.pk, fresh.pk}


def test_the_base_refuses_to_tell_twice() -> None:
    structure = make_worker()
    choice = chosen(structure, directed(structure))
    opportunity = make_open()[0]
    sending.run(MONDAY)
    issue = Digest.objects.create(choice=choice, due_at=MONDAY + WEEK)
    with pytest.raises(IntegrityError), transaction.atomic():
        DigestItem.objects.create(
            digest=issue, structure=structure, opportunity=opportunity, position=1, facts={}
        )


def test_run_again_it_sends_nothing_more() -> None:
    structure = make_worker()
    chosen(structure, directed(structure))
    make_open(3)
    assert [sending.run(MONDAY), sending.run(MONDAY + timedelta(minutes=15))] == [1, 0]
    assert len(mails()) == 1


def test_killed_half_way_it_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    structure = make_worker()
    chosen(structure, directed(structure))
    make_open()

    def die(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(mailing, "write_to_many", die)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            sending.run(MONDAY)
    assert (Digest.objects.count(), DigestItem.objects.count(), len(mails())) == (0, 0, 0)
    assert sending.run(MONDAY) == 1
    assert len(mails()) == 1


def test_two_at_once_each_leaves_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other run writes between what this one reads and what it writes."""
    structure = make_worker()
    chosen(structure, directed(structure))
    make_open()
    write, nested = sending.write_issues, []

    def slow(**values: Any) -> int:
        monkeypatch.setattr(sending, "write_issues", write)
        nested.append(sending.run(MONDAY))
        return write(**values)

    monkeypatch.setattr(sending, "write_issues", slow)
    assert sending.run(MONDAY) == 0
    assert nested == [1]
    assert (Digest.objects.count(), DigestItem.objects.count(), len(mails())) == (1, 1, 1)


def test_every_director_gets_it_and_no_closed_account() -> None:
    structure = make_worker()
    by = directed(structure)
    directed(structure, "adjointe@exemple.fr")
    gone = directed(structure, "partie@exemple.fr")
    gone.is_active = False
    gone.save()
    chosen(structure, by)
    make_open()
    sending.run(MONDAY)
    assert [mail.recipient for mail in mails()] == ["adjointe@exemple.fr", "direction@exemple.fr"]


def test_nothing_is_marked_as_told_where_nobody_reads() -> None:
    structure = make_worker()
    by = directed(structure)
    chosen(structure, by)
    make_open()
    by.is_active = False
    by.save()
    assert sending.run(MONDAY) == 0
    assert not DigestItem.objects.exists()


def test_an_empty_week_sends_nothing() -> None:
    quiet = make_worker()
    chosen(quiet, directed(quiet))
    assert [sending.run(MONDAY + week * WEEK) for week in range(7)] == [0] * 7
    assert mails() == []


def test_the_mail_says_how_many_and_how_pressing() -> None:
    structure = make_worker()
    chosen(structure, directed(structure))
    opportunity = make_open(2, in_days=6)[0]
    sending.run(MONDAY)
    mail = mails()[0]
    assert mail.subject.replace("\u202f", " ") == (
        "2 opportunités pour Les Jardins du Val, la première à rendre dans 6 jours"
    )
    assert opportunity.title in mail.text
    assert "votre métier espaces verts" in mail.text
    assert f"/opportunites/{opportunity.pk}/" in mail.text
    assert f"/annuaire/{structure.pk}/selection/" in mail.html


def test_as_many_queries_for_thirty_as_for_three() -> None:
    make_open(12)
    counts = []
    for size in (3, 30):
        for number in range(size):
            structure = make_worker(f"Structure {size}-{number}", places=6)
            chosen(structure, directed(structure, f"d{size}-{number}@exemple.fr"))
        with CaptureQueriesContext(connection) as queries:
            assert sending.run(MONDAY) == size
        counts.append(len(queries))
        assert len(mails()) == size
        DigestChoice.objects.all().delete()
        OutgoingMail.objects.all().delete()
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (MONDAY, True),
        (MONDAY - timedelta(hours=1), False),
        (MONDAY + timedelta(hours=30), True),
        (MONDAY + timedelta(days=3), False),
        (datetime(2026, 12, 1, 22, tzinfo=UTC), False),
    ],
    ids=["in the band", "before it", "the day after", "too late", "at night"],
)
def test_it_leaves_in_its_band_and_catches_up_two_days(now: datetime, expected: bool) -> None:
    structure = make_worker()
    chosen(structure, directed(structure))
    make_open()
    assert sending.run(now) == expected


def test_seven_is_seven_in_summer_and_in_winter() -> None:
    summer = sending.last_due(0, 7, datetime(2026, 7, 6, 6, tzinfo=UTC))
    winter = sending.last_due(0, 7, datetime(2026, 12, 7, 7, tzinfo=UTC))
    assert (summer.astimezone(UTC).hour, winter.astimezone(UTC).hour) == (5, 6)


def test_another_day_begins_with_the_next_moment_to_come() -> None:
    structure = make_worker()
    by = directed(structure)
    chosen(structure, by)
    make_open()
    tuesday = MONDAY + timedelta(days=1)
    actions.choose_digest(
        structure=structure, values=VALUES | {"weekday": 0, "band": 12}, by=by,
        now=tuesday,
    )  # fmt: skip
    assert sending.run(tuesday + timedelta(hours=1)) == 0
    assert sending.run(MONDAY + WEEK + timedelta(hours=5)) == 1


def test_stopped_it_sends_nothing_and_the_journal_says_so() -> None:
    structure = make_worker()
    by = directed(structure)
    chosen(structure, by)
    make_open()
    actions.stop_digest(structure=structure, by=by)
    actions.stop_digest(structure=structure, by=by)
    assert sending.run(MONDAY) == 0
    verbs = JournalEntry.objects.about(structure).values_list("verb", flat=True)
    assert list(verbs) == ["mobilisation.stop_digest", "mobilisation.choose_digest"]
