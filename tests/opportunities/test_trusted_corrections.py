"""Which corrections count at once, which wait, who settles them, and what nobody can do alone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Network
from cordee.opportunities.actions import correction_mails
from cordee.opportunities.actions.correcting import (
    correct_fact,
    current_value,
    settle_correction,
    settle_unopposed,
    withdraw_correction,
)
from cordee.opportunities.facts import FACTS
from cordee.opportunities.margin import passages
from cordee.opportunities.models import Breakdown, Correction, Misreading, Objection, Opportunity
from tests.members.makers import make_person, make_structure
from tests.opportunities.makers import (
    ON,
    import_records,
    in_days,
    make_opportunity,
    record,
)
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], StrictClient]
LIST = "/opportunites/"


@pytest.fixture
def opportunity(valley: Any, tmp_path: Path) -> Opportunity:
    return make_opportunity(tmp_path)


@pytest.fixture
def rose(valley: Any) -> User:
    """Directs a structure, as a rival may."""
    return make_person("rose@a.example", role="director", structure=make_structure("Alpha"))


@pytest.fixture
def ali(rose: User) -> User:
    """A colleague of Rose's."""
    return make_person("ali@a.example", role="counsellor", structure=rose.seats.get().structure)


@pytest.fixture
def zoe(valley: Any) -> User:
    return make_person("zoe@b.example", role="director", structure=make_structure("Beta"))


@pytest.fixture
def say(opportunity: Opportunity, rose: User) -> Callable[..., Correction]:
    def one(fact: str, value: Any, by: User = rose, **more: Any) -> Correction:
        return correct_fact(opportunity=opportunity, fact=fact, value=value, by=by, on=ON, **more)

    return one


def now_of(opportunity: Opportunity) -> Opportunity:
    opportunity.refresh_from_db()
    return opportunity


def old(correction: Correction, **ago: float) -> None:
    Correction.objects.filter(pk=correction.pk).update(at=timezone.now() - timedelta(**ago))


# --- What counts at once ------------------------------------------------------------------------


def test_what_fills_an_unknown_counts_at_once_signed_and_is_undone_in_one_click(
    opportunity: Opportunity, say: Callable[..., Correction], signed_in_client: SignIn, zoe: User
) -> None:
    said = say("reserved", "INSERTION")
    assert said.ground == "fills"
    assert now_of(opportunity).reserved == "INSERTION"
    assert JournalEntry.objects.get(verb="opportunities.correct_fact").by == said.by
    client = signed_in_client(zoe)
    undo = f"{LIST}{opportunity.pk}/corrections/{said.pk}/retirer/"
    assert undo in client.get(f"{LIST}{opportunity.pk}/avis/").content.decode()
    client.post(undo)
    assert now_of(opportunity).reserved == ""


def test_a_quote_counts_at_once_where_it_really_stands_and_says_the_value(
    valley: Any, tmp_path: Path, rose: User
) -> None:
    content = record()
    content["donnees"]["MAPA"]["initial"]["description"]["objet"] = (
        "Tonte de neuf communes. Le marché dure\n dix-huit mois, soit 18 mois fermes à Roche-Mirel."
    )
    one = make_opportunity(tmp_path, donnees=content["donnees"])
    said = correct_fact(
        opportunity=one,
        fact="months",
        value=18,
        by=rose,
        on=ON,
        quote="SOIT 18 mois  fermés a roche",
    )
    assert (said.ground, said.quote) == ("quotes", "SOIT 18 mois fermés a roche")
    assert now_of(one).months == 18


@pytest.mark.parametrize(
    ("quote", "cure"),
    [
        ("soit 24 mois fermes", "Recopiez une phrase de l’avis"),
        ("cahier des charges", "Citez la phrase qui la donne"),
        ("des", "Recopiez une phrase de l’avis"),
    ],
)
def test_words_that_are_not_there_or_say_something_else_are_refused(
    opportunity: Opportunity, signed_in_client: SignIn, rose: User, quote: str, cure: str
) -> None:
    client = signed_in_client(rose)
    url = f"{LIST}{opportunity.pk}/corriger/months/"
    page = client.post(url, {"value": "24", "quote": quote})
    assert page.status_code == 422
    assert cure in page.content.decode()
    assert Correction.objects.count() == 0


@pytest.mark.parametrize(
    ("fact", "value", "words", "is_said"),
    [
        ("deadline", "2026-12-20T11:00:00+00:00", "avant le 20 décembre 2026 à 12 h", True),
        ("deadline", "2026-12-20T11:00:00+00:00", "avant le 20/12/2026", True),
        ("deadline", "2026-12-20T11:00:00+00:00", "avant le 2 décembre 2026", False),
        ("start", "2027-03-01", "à compter du 1er mars", True),
        ("amount", 41_260_000, "estimé à 412 600 euros", True),
        ("amount", 41_260_000, "estimé à 412 601 euros", False),
        ("months", 24, "pour deux ans", True),
        ("months", 3, "pendant trois mois", True),
        ("clause_rate", 750, "7,5 % des heures", True),
        ("grouping", "free", "quelle que soit sa forme", True),
        ("months", None, "pour deux ans", False),
    ],
)
def test_a_quote_holds_the_figure_it_is_quoted_for(
    fact: str, value: Any, words: str, is_said: bool
) -> None:
    assert passages.says(FACTS[fact], value, words) is is_said


# --- What waits ---------------------------------------------------------------------------------


def test_what_contradicts_stands_beside_and_changes_nothing_computed(
    opportunity: Opportunity, say: Callable[..., Correction], signed_in_client: SignIn, zoe: User
) -> None:
    before = Opportunity.objects.values().get(pk=opportunity.pk)
    for fact, value in (
        ("title", "Autre titre"),
        ("months", 36),
        ("trades", ["proprete"]),
        ("start", "2028-01-01"),
        ("fit", 0),
    ):
        assert say(fact, value).ground == "", fact
    # Not for the whole by the way of its lot, either.
    assert say("months", 48, lot="1").ground == ""
    assert Opportunity.objects.values().get(pk=opportunity.pk) == before
    assert Breakdown.objects.filter(opportunity=opportunity).count() == 1
    assert opportunity.current().notice == opportunity.current().as_read
    assert Misreading.objects.count() == 0
    html = signed_in_client(zoe).get(f"{LIST}{opportunity.pk}/avis/").content.decode()
    assert "À confirmer" in html
    assert "36\u202fmois" in html
    assert "12\u202fmois" in html


@pytest.mark.parametrize(("fact", "lot"), [("fit", ""), ("months", "1"), ("deadline", "")])
def test_that_nobody_knows_is_shown_while_it_waits(
    opportunity: Opportunity, say: Callable[..., Correction], fact: str, lot: str
) -> None:
    said = say(fact, None, lot=lot)
    assert said.ground == ""
    assert [one.pk for one in opportunity.current().proposed] == [said.pk]


def test_what_another_said_is_contradicted_too(
    say: Callable[..., Correction], zoe: User, opportunity: Opportunity
) -> None:
    say("reserved", "INSERTION")
    assert say("reserved", "NONE", by=zoe).ground == ""
    # One says it better oneself.
    assert say("reserved", "MIXTE").ground == "fills"
    assert now_of(opportunity).reserved == "MIXTE"


def test_a_deadline_in_the_past_never_closes_alone(
    opportunity: Opportunity, say: Callable[..., Correction], zoe: User
) -> None:
    deadline = opportunity.deadline
    past = (timezone.now() - timedelta(days=1)).isoformat()
    said = say("deadline", past)
    assert said.ground == ""
    assert now_of(opportunity).deadline == deadline
    old(said, days=30)
    assert settle_unopposed(timezone.now()) == 0
    assert now_of(opportunity).is_open(timezone.now())
    settle_correction(correction=said, by=zoe, on=ON)
    assert not now_of(opportunity).is_open(timezone.now())


def test_nor_where_nobody_knew_the_deadline(valley: Any, tmp_path: Path, rose: User) -> None:
    content = record()
    content["donnees"]["MAPA"]["initial"]["delais"] = {}
    content["datelimitereponse"] = None
    one = make_opportunity(tmp_path, donnees=content["donnees"], datelimitereponse=None)
    assert one.deadline is None
    past = (timezone.now() - timedelta(days=1)).isoformat()
    correct_fact(opportunity=one, fact="deadline", value=past, by=rose, on=ON)
    assert now_of(one).is_open(timezone.now())


def test_until_settled_the_earlier_deadline_commands(
    opportunity: Opportunity,
    say: Callable[..., Correction],
    signed_in_client: SignIn,
    zoe: User,
) -> None:
    client, page = signed_in_client(zoe), f"{LIST}{opportunity.pk}/"
    assert "À confirmer" not in client.get(page).content.decode()
    read = opportunity.deadline
    assert read is not None
    later = say("deadline", in_days(40).isoformat())
    assert now_of(opportunity).deadline == read
    withdraw_correction(correction=later, by=later.by, on=ON)
    sooner = in_days(5)
    said = say("deadline", sooner.isoformat())
    assert now_of(opportunity).deadline == sooner
    assert "À confirmer" in client.get(page).content.decode()
    assert opportunity.current().as_read.deadline == read.astimezone(UTC)
    withdraw_correction(correction=said, by=said.by, on=ON)
    assert now_of(opportunity).deadline == read


def test_a_proposed_deadline_that_passed_commands_no_more(
    opportunity: Opportunity, say: Callable[..., Correction]
) -> None:
    read = opportunity.deadline
    said = say("deadline", in_days(1).isoformat())
    gone = timezone.now() - timedelta(hours=1)
    Correction.objects.filter(pk=said.pk).update(value=gone.isoformat())
    Opportunity.objects.filter(pk=opportunity.pk).update(deadline=gone)
    settle_unopposed(timezone.now())
    assert now_of(opportunity).deadline == read


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_fill_the_same_unknown_at_once_the_second_contradicts(
    opportunity: Opportunity, say: Callable[..., Correction], rose: User, zoe: User
) -> None:
    # SQLite lets one write at a time: there, one after the other.
    together = 2 if connection.vendor == "postgresql" else 1
    gate = Barrier(together, timeout=60)

    def one(value: str, by: User) -> str:
        gate.wait()
        try:
            return say("reserved", value, by=by).ground
        finally:
            connections.close_all()

    with ThreadPoolExecutor(together) as both:
        grounds = list(both.map(one, ["INSERTION", "MIXTE"], [rose, zoe]))
    assert sorted(grounds) == ["", "fills"]
    assert now_of(opportunity).reserved == Correction.objects.standing().get().value


# --- Who settles --------------------------------------------------------------------------------


def test_a_second_person_of_another_organisation_settles(
    opportunity: Opportunity, say: Callable[..., Correction], ali: User, zoe: User, passer_by: User
) -> None:
    said = say("months", 36)
    for person in (said.by, ali, passer_by):
        with pytest.raises(ValidationError, match="autre organisation"):
            settle_correction(correction=said, by=person, on=ON)
    settle_correction(correction=said, by=zoe, on=ON)
    said.refresh_from_db()
    assert (said.ground, said.settled_by) == ("confirmed", zoe)
    assert now_of(opportunity).months == 36
    assert JournalEntry.objects.get(verb="opportunities.settle_correction").by == zoe
    assert Misreading.objects.get().was_read == 12


def test_another_house_of_one_organisation_is_no_second_person(
    say: Callable[..., Correction], rose: User
) -> None:
    mine = rose.seats.get().structure
    twin = make_structure("Alpha Bis")
    twin.organisation = mine.organisation
    twin.save()
    person = make_person("twin@a.example", role="director", structure=twin)
    with pytest.raises(ValidationError):
        settle_correction(correction=say("months", 36), by=person, on=ON)


def test_a_network_s_team_settles_even_what_a_colleague_proposed(
    say: Callable[..., Correction], network: Network, nadia: User
) -> None:
    colleague = make_person("deux@reseau.example", role="delegate", network=network)
    said = say("months", 36, by=nadia)
    with pytest.raises(ValidationError):
        settle_correction(correction=said, by=nadia, on=ON)
    settle_correction(correction=said, by=colleague, on=ON)


def test_saying_the_same_confirms(
    opportunity: Opportunity, say: Callable[..., Correction], ali: User, zoe: User
) -> None:
    said = say("months", 36)
    assert say("months", 36).pk == said.pk
    assert say("months", 36, by=ali).ground == ""
    assert say("months", 36, by=zoe).pk == said.pk
    assert now_of(opportunity).months == 36


def test_alone_two_days_without_objection_settle_once(
    opportunity: Opportunity, say: Callable[..., Correction]
) -> None:
    said = say("months", 36)
    now = timezone.now()
    assert settle_unopposed(now + timedelta(hours=47)) == 0
    old(said, days=2, minutes=1)
    assert settle_unopposed(now) == 1
    assert settle_unopposed(now) == 0
    said.refresh_from_db()
    assert (said.ground, said.settled_by) == ("unopposed", None)
    assert now_of(opportunity).months == 36
    assert JournalEntry.objects.filter(verb="opportunities.settle_correction").count() == 1


def test_an_objection_keeps_it_open_and_says_by_whom(
    opportunity: Opportunity, say: Callable[..., Correction], signed_in_client: SignIn, zoe: User
) -> None:
    zoe.display_name = "Zoé Mélèze"
    zoe.save()
    said = say("months", 36)
    old(said, days=3)
    client = signed_in_client(zoe)
    page = f"{LIST}{opportunity.pk}/corrections/{said.pk}/"
    for _ in range(2):
        client.post(page, {"reponse": "faux"})
    assert Objection.objects.standing().count() == 1
    assert settle_unopposed(timezone.now()) == 0
    assert "Zoé Mélèze n’est pas d’accord" in client.get(page).content.decode()
    client.post(page, {"reponse": "reprendre"})
    # Two days again: nobody had two quiet days yet.
    assert settle_unopposed(timezone.now()) == 0
    assert settle_unopposed(timezone.now() + timedelta(days=2, minutes=1)) == 1


def test_the_author_takes_it_back_instead_of_objecting(
    opportunity: Opportunity, say: Callable[..., Correction], signed_in_client: SignIn, rose: User
) -> None:
    said = say("months", 36)
    client = signed_in_client(rose)
    page = f"{LIST}{opportunity.pk}/corrections/{said.pk}/"
    html = client.get(page).content.decode()
    assert "C’est juste" not in html
    assert "Ce n’est pas juste" not in html
    client.post(page, {"reponse": "juste"})
    client.post(page, {"reponse": "faux"})
    assert now_of(opportunity).months == 12
    assert Objection.objects.count() == 0
    client.post(f"{page}retirer/")
    assert Correction.objects.proposed().count() == 0
    assert client.get(page).status_code == 302


def test_what_two_people_said_no_third_takes_back_alone(
    opportunity: Opportunity, say: Callable[..., Correction], zoe: User, nadia: User
) -> None:
    said = say("months", 36)
    settle_correction(correction=said, by=zoe, on=ON)
    third = make_person("tiers@c.example", role="director", structure=make_structure("Gamma"))
    with pytest.raises(ValidationError, match="deux personnes"):
        withdraw_correction(correction=said, by=third, on=ON)
    withdraw_correction(correction=said, by=zoe, on=ON)
    assert now_of(opportunity).months == 12


# --- At once, and meanwhile ---------------------------------------------------------------------


def test_two_who_settle_at_once_settle_once(
    say: Callable[..., Correction], zoe: User, nadia: User
) -> None:
    said = say("months", 36)
    stale = Correction.objects.get(pk=said.pk)
    settle_correction(correction=said, by=zoe, on=ON)
    settle_correction(correction=stale, by=nadia, on=ON)
    assert Correction.objects.get().settled_by == zoe
    assert JournalEntry.objects.filter(verb="opportunities.settle_correction").count() == 1


def test_what_was_taken_back_meanwhile_is_not_settled(
    say: Callable[..., Correction], rose: User, zoe: User
) -> None:
    said = say("months", 36)
    stale = Correction.objects.get(pk=said.pk)
    withdraw_correction(correction=said, by=rose, on=ON)
    with pytest.raises(ValidationError, match="retirée"):
        settle_correction(correction=stale, by=zoe, on=ON)


def test_a_notice_read_again_meanwhile_is_not_overruled(
    opportunity: Opportunity, say: Callable[..., Correction], zoe: User, tmp_path: Path
) -> None:
    said = say("title", "Tonte de neuf communes")
    seen = current_value(said)
    old(said, days=3)
    import_records(tmp_path, record(title="Entretien des berges"))
    assert settle_unopposed(timezone.now()) == 0
    with pytest.raises(ValidationError, match="changé entre-temps"):
        settle_correction(correction=said, by=zoe, on=ON, against=seen)
    # The buyer now says the same: there is nothing left to confirm.
    import_records(tmp_path, record(title="Tonte de neuf communes"))
    assert opportunity.current().proposed == ()


def test_the_database_refuses_what_nobody_confirmed(
    opportunity: Opportunity, say: Callable[..., Correction], rose: User
) -> None:
    said = say("months", 36)
    rows = Correction.objects.filter(pk=said.pk)
    for changes in (
        {"ground": "confirmed"},
        {"ground": "confirmed", "settled_at": timezone.now(), "settled_by": rose},
        {"ground": "quotes"},
        {"settled_at": timezone.now()},
        {"ground": "because"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**changes)


# --- Who is told --------------------------------------------------------------------------------


def test_leaders_are_told_once_an_hour_who_said_what(
    opportunity: Opportunity,
    say: Callable[..., Correction],
    rose: User,
    nadia: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from cordee.accounts import mailing

    monkeypatch.setattr(
        correction_mails, "leaders", {"a": lambda _: [nadia, rose], "b": lambda _: [nadia]}
    )
    rose.display_name = "Rose Aubépine"
    rose.save()
    say("months", 36)
    say("start", "2028-01-01")
    assert {mail.recipient for mail in OutgoingMail.objects.held()} == {nadia.email}
    text = OutgoingMail.objects.held().order_by("pk")[0].text
    for words in ("Rose Aubépine propose", opportunity.title, "36\u202fmois", "12\u202fmois"):
        assert words in text
    now = timezone.now()
    assert mailing.run(now) == 0
    assert mailing.run(now + timedelta(hours=1, minutes=1)) == 1
    assert mailing.run(now + timedelta(hours=1, minutes=2)) == 0
    (one,) = OutgoingMail.objects.exclude(state="bundled")
    assert one.subject == f"{opportunity.title} : 2 nouvelles"
    assert "Durée" in one.text
    assert "Premier jour" in one.text


def test_those_kept_before_count_as_they_did(opportunity: Opportunity, rose: User) -> None:
    Correction.objects.create(
        opportunity=opportunity, fact="months", value=30, by=rose, ground="earlier"
    )
    assert opportunity.current().notice.duration.months == 30  # type: ignore[union-attr]


def test_who_leads_a_campaign_or_an_alliance_is_told(
    opportunity: Opportunity, rose: User, network: Network, nadia: User
) -> None:
    from cordee.alliances.frame.mails import leaders_of as of_alliances
    from cordee.alliances.models import Alliance
    from cordee.alliances.opening.actions import Start, start_alliance
    from cordee.alliances.requirements import lot_of
    from cordee.mobilisation.campaigns.access import leaders_of as of_campaigns
    from cordee.mobilisation.models import Campaign

    colleague = make_person("deux@reseau.example", role="delegate", network=network)
    gone = make_person("partie@reseau.example")
    assert of_campaigns(opportunity) == of_alliances(opportunity) == []
    sent = {"network": network, "subject": "x", "answer_by": ON, "state": "sent"}
    campaign = Campaign.objects.create(by=nadia, sent_at=timezone.now(), **sent)
    campaign.opportunities.add(opportunity)
    assert of_campaigns(opportunity) == [nadia]
    Campaign.objects.update(by=gone)
    assert {each.pk for each in of_campaigns(opportunity)} == {nadia.pk, colleague.pk}
    Campaign.objects.update(state="closed", closed_at=timezone.now())
    assert of_campaigns(opportunity) == []
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    start_alliance(
        breakdown=breakdown,
        lots={lot_of(package) for package in breakdown.packages.all()},
        title="Les berges",
        start=Start(origin=Alliance.Origin.SCRATCH, structures=[make_structure("Gamma")]),
        network=network,
        by=colleague,
        now=timezone.now(),
    )
    assert of_alliances(opportunity) == [colleague]
    correct_fact(opportunity=opportunity, fact="months", value=36, by=rose, on=ON)
    assert [mail.recipient for mail in OutgoingMail.objects.held()] == [colleague.email]
