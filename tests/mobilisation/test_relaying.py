"""What leaves, when: once a structure and opportunity, by day, within the cap, until an answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base import future_moments
from cordee.base.mail.models import OutgoingMail
from cordee.members.actions.memberships import end_membership
from cordee.members.models import Network, Structure
from cordee.mobilisation.actions import answers, campaigns, relaying
from cordee.mobilisation.campaigns import mail_times
from cordee.mobilisation.campaigns.mail_times import rooms
from cordee.mobilisation.models import Answer, Ask, Campaign, Recipient
from cordee.mobilisation.models.answers import INTERESTED
from cordee.opportunities.models import Opportunity
from tests.mobilisation.campaign_makers import (
    MONDAY,
    PARIS,
    ask_of,
    director_of,
    make_call,
    make_delegate,
    make_member,
    relayed,
    state_of,
)

pytestmark = pytest.mark.django_db
State = Recipient.State
DAY = timedelta(days=1)


def mails(kind: str = "asks") -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind=kind).order_by("pk"))


def say(structure: Structure, now: datetime, choice: Any = Answer.Choice.TEAM) -> Answer:
    return answers.record_answer(
        ask=ask_of(structure),
        choice=choice,
        channel=Answer.Channel.LINK,
        by=director_of(structure),
        now=now,
    )


# --- Once ---


def test_a_member_gets_one_mail_with_her_reason(
    delegate: User, call: Opportunity, member: Structure
) -> None:
    campaign = relayed(delegate, call)
    (mail,) = mails()
    assert mail.recipient == director_of(member).email
    assert mail.reply_to == delegate.email
    assert call.title in mail.text
    assert "Espaces verts, à 11\u202fkm." in mail.text
    assert mail.html.count("/repondre/") == 3
    assert state_of(campaign, member) == State.SENT


def test_a_structure_in_two_networks_is_asked_once(
    delegate: User, other_delegate: User, call: Opportunity, shared_member: Structure
) -> None:
    first, second = relayed(delegate, call), relayed(other_delegate, call)
    assert len(mails()) == 1
    assert Ask.objects.count() == 1
    assert state_of(first, shared_member) == State.SENT
    assert state_of(second, shared_member) == State.ALREADY


def test_the_later_day_of_two_networks_counts(
    delegate: User, other_delegate: User, call: Opportunity, shared_member: Structure
) -> None:
    first = relayed(delegate, call)
    second = relayed(other_delegate, call, now=MONDAY + DAY)
    assert second.answer_by == first.answer_by + DAY
    assert ask_of(shared_member).answer_by == second.answer_by


def test_what_was_joined_to_an_opportunity_is_not_asked_again(
    delegate: User, other_delegate: User, call: Opportunity, shared_member: Structure
) -> None:
    relayed(delegate, call)
    other = make_call("Le même besoin, publié ailleurs")
    Opportunity.objects.filter(pk=call.pk).update(joined_to=other)
    second = relayed(other_delegate, other)
    assert len(mails()) == 1
    assert state_of(second, shared_member) == State.ALREADY


def test_running_the_schedule_again_changes_nothing(
    delegate: User, call: Opportunity, member: Structure
) -> None:
    relayed(delegate, call)
    before = list(Recipient.objects.values())
    for _ in range(3):
        relaying.run(MONDAY + timedelta(minutes=10))
    assert len(mails()) == 1
    assert list(Recipient.objects.values()) == before


def test_a_double_click_sends_once(delegate: User, call: Opportunity, member: Structure) -> None:
    campaign = relayed(delegate, call)
    again = campaigns.send_campaign(
        campaign=Campaign.objects.get(pk=campaign.pk),
        post=campaigns.RelayPost(campaign.network),
        by=delegate,
        now=MONDAY,
        on=MONDAY.date(),
    )
    assert not again
    assert len(mails()) == 1


def test_two_opportunities_are_one_mail_and_two_questions(
    delegate: User, call: Opportunity, member: Structure
) -> None:
    other = make_call("Fauchage des talus")
    relayed(delegate, call, other)
    (mail,) = mails()
    assert call.title in mail.text
    assert other.title in mail.text
    assert Ask.objects.filter(structure=member).count() == 2


# --- To whom ---


def test_an_unclaimed_structure_is_to_be_called(
    delegate: User, call: Opportunity, network: Network
) -> None:
    silent = make_member("Chantier Sans Compte", network, director=False)
    campaign = relayed(delegate, call)
    assert mails() == []
    assert state_of(campaign, silent) == State.BY_PHONE
    assert ask_of(silent).asked_at == MONDAY


def test_two_directors_each_get_their_own_link(
    delegate: User, call: Opportunity, member: Structure
) -> None:
    from tests.mobilisation.campaign_makers import direct

    direct(member, "seconde@exemple.fr")
    relayed(delegate, call)
    one, other = mails()
    assert {one.recipient, other.recipient} == {
        director_of_first(member),
        "seconde@exemple.fr",
    }
    links = [{w for w in mail.text.split() if "/repondre/" in w} for mail in (one, other)]
    assert not links[0] & links[1]


def director_of_first(structure: Structure) -> str:
    return f"direction{structure.pk}@exemple.fr"


def test_who_left_the_network_before_the_mail_gets_none(
    delegate: User, call: Opportunity, member: Structure
) -> None:
    sunday = MONDAY - DAY
    campaign = relayed(delegate, call, now=sunday)
    end_membership(
        membership=member.memberships.get(), by=None, on=timezone.localdate(sunday) - DAY
    )
    relaying.run(MONDAY)
    assert mails() == []
    assert state_of(campaign, member) == State.WITHDRAWN


# --- Office hours ---


@pytest.mark.parametrize(
    ("asked", "leaves"),
    [
        ("2026-11-23T10:00", "2026-11-23T10:00"),
        ("2026-11-23T07:59", "2026-11-23T08:00"),
        ("2026-11-23T18:00", "2026-11-24T08:00"),
        ("2026-11-27T19:00", "2026-11-30T08:00"),  # Friday evening
        ("2026-12-24T18:30", "2026-12-28T08:00"),  # Christmas is a Friday
        ("2027-03-27T12:00", "2027-03-30T08:00"),  # over the change to summer time, and Easter
        ("2027-10-30T12:00", "2027-11-02T08:00"),  # over the change to winter time, and All Saints
        ("2027-05-06T09:00", "2027-05-07T08:00"),  # Ascension
    ],
)
def test_the_next_opening_is_a_working_morning_of_the_clock(asked: str, leaves: str) -> None:
    moment = datetime.fromisoformat(asked).replace(tzinfo=PARIS)
    found = mail_times.next_opening(moment)
    assert timezone.localtime(found).isoformat()[:16] == leaves
    assert mail_times.is_open(found)


@pytest.mark.parametrize("closed", ["2026-11-21T10:00", "2026-11-23T06:30", "2026-12-25T11:00"])
def test_nothing_leaves_outside_office_hours(
    delegate: User, call: Opportunity, member: Structure, closed: str
) -> None:
    moment = datetime.fromisoformat(closed).replace(tzinfo=PARIS)
    campaign = relayed(delegate, call, now=moment)
    recipient = campaign.recipients.get()
    assert mails() == []
    assert (recipient.state, recipient.held) == (State.HELD, Recipient.Held.QUIET)
    assert Ask.objects.count() == 0, "nobody is asked before the mail leaves"


def test_whoever_is_on_the_telephone_gets_no_mail_any_more(
    delegate: User, call: Opportunity, member: Structure
) -> None:
    saturday = datetime(2026, 11, 21, 10, tzinfo=PARIS)
    campaign = relayed(delegate, call, now=saturday)
    recipient = campaign.recipients.get()
    for _ in range(2):
        relaying.ask_by_phone(recipient=recipient, by=delegate, now=saturday)
    assert state_of(campaign, member) == State.BY_PHONE
    assert Ask.objects.count() == 1
    relaying.run(datetime(2026, 11, 23, 10, tzinfo=PARIS))
    assert mails() == []


def test_what_waits_leaves_in_the_morning_of_the_clock_that_changed(
    delegate: User, network: Network
) -> None:
    """Saturday 27 March 2027; clocks change on Sunday; Monday is Easter's."""
    saturday = datetime(2027, 3, 27, 10, tzinfo=PARIS)
    member = make_member("Les Jardins du Val", network)
    campaign = relayed(delegate, make_call(now=saturday), now=saturday)
    relaying.run(datetime(2027, 3, 30, 5, 59, tzinfo=timezone.get_fixed_timezone(0)))
    assert state_of(campaign, member) == State.HELD
    relaying.run(datetime(2027, 3, 30, 6, 0, tzinfo=timezone.get_fixed_timezone(0)))
    assert state_of(campaign, member) == State.SENT
    assert campaign.recipients.get().held == ""


# --- The cap ---


def test_three_mails_a_week_all_networks_together(
    delegate: User, other_delegate: User, shared_member: Structure
) -> None:
    for number in range(3):
        by = (delegate, other_delegate)[number % 2]
        relayed(by, make_call(f"Marché {number}"), now=MONDAY + timedelta(hours=number))
    fourth = relayed(other_delegate, make_call("Le quatrième"), now=MONDAY + DAY)
    assert len(mails()) == 3
    recipient = fourth.recipients.get()
    assert (recipient.state, recipient.held) == (State.HELD, Recipient.Held.CAP)
    relaying.run(MONDAY + 7 * DAY - timedelta(minutes=1))
    assert state_of(fourth, shared_member) == State.HELD
    relaying.run(MONDAY + 7 * DAY)
    assert state_of(fourth, shared_member) == State.SENT


def test_a_mail_of_several_opportunities_counts_once(delegate: User, member: Structure) -> None:
    relayed(delegate, *(make_call(f"Marché {number}") for number in range(5)))
    assert len(mails()) == 1
    relayed(delegate, make_call("Un de plus"))
    assert len(mails()) == 2


def test_what_would_arrive_too_late_is_to_be_called(delegate: User, member: Structure) -> None:
    for number in range(3):
        relayed(delegate, make_call(f"Marché {number}"))
    urgent = make_call("Avant vendredi", days=5)
    campaign = relayed(delegate, urgent)
    assert state_of(campaign, member) == State.BY_PHONE
    assert len(mails()) == 3


def test_the_cap_is_a_setting(delegate: User, member: Structure, settings: Any) -> None:
    settings.MOBILISATION_ASKS_PER_WEEK = 1
    relayed(delegate, make_call("Un"))
    campaign = relayed(delegate, make_call("Deux"))
    assert state_of(campaign, member) == State.HELD


# --- Reminders ---


def test_reminders_at_three_and_seven_days(
    delegate: User, call: Opportunity, member: Structure
) -> None:
    campaign = relayed(delegate, call)
    seen = []
    for day in range(1, 14):
        for hour in (0, 3, 7):
            relaying.run(MONDAY + timedelta(days=day, hours=hour))
        seen.append(len(mails()))
    # Thursday is the third day; Monday the seventh.
    assert seen == [1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3]
    assert campaign.recipients.get().reminders == 2
    assert "n’a pas encore de réponse" in mails()[1].text


def test_a_reminder_that_falls_on_a_week_end_waits_for_monday(
    delegate: User, call: Opportunity, member: Structure
) -> None:
    wednesday = MONDAY + 2 * DAY
    relayed(delegate, call, now=wednesday)
    relaying.run(wednesday + 3 * DAY)  # a Saturday
    assert len(mails()) == 1
    relaying.run(wednesday + 5 * DAY)
    assert len(mails()) == 2


@pytest.mark.parametrize("choice", list(Answer.Choice))
def test_an_answer_stops_reminders(
    delegate: User, call: Opportunity, member: Structure, choice: Answer.Choice
) -> None:
    relayed(delegate, call)
    say(member, MONDAY + DAY, choice)
    for day in range(2, 10):
        relaying.run(MONDAY + timedelta(days=day))
    assert len(mails()) == 1


def test_an_answer_heard_on_the_telephone_stops_reminders(
    delegate: User, call: Opportunity, member: Structure, network: Network
) -> None:
    relayed(delegate, call)
    answers.record_spoken_answer(
        ask=ask_of(member),
        network=network,
        choice=Answer.Choice.TEAM,
        heard_on=MONDAY.date(),
        heard_from="directrice",
        by=delegate,
        now=MONDAY + DAY,
    )
    for day in range(2, 10):
        relaying.run(MONDAY + timedelta(days=day))
    assert len(mails()) == 1


def test_only_what_is_unanswered_is_reminded(
    delegate: User, call: Opportunity, member: Structure
) -> None:
    other = make_call("Fauchage des talus")
    relayed(delegate, call, other)
    answers.record_answer(
        ask=Ask.objects.get(opportunity=call),
        choice=Answer.Choice.ALONE,
        channel=Answer.Channel.LINK,
        by=director_of(member),
        now=MONDAY + DAY,
    )
    relaying.run(MONDAY + 3 * DAY)
    assert other.title in mails()[1].text
    assert call.title not in mails()[1].text


def test_a_schedule_that_slept_reminds_once(
    delegate: User, call: Opportunity, member: Structure
) -> None:
    relayed(delegate, call)
    relaying.run(MONDAY + 8 * DAY)
    relaying.run(MONDAY + 9 * DAY)
    assert len(mails()) == 2


def test_who_was_asked_by_another_network_is_reminded_by_that_one_only(
    delegate: User, other_delegate: User, call: Opportunity, shared_member: Structure
) -> None:
    relayed(delegate, call)
    relayed(other_delegate, call)
    relaying.run(MONDAY + 3 * DAY)
    assert len(mails()) == 2
    assert "Réseau du Val" in mails()[1].text


def test_reminders_count_days_of_the_calendar_over_the_change_of_hour(
    delegate: User, network: Network
) -> None:
    """Friday 26 March 2027, 17 h 30: three days later is Easter Monday; Tuesday it leaves."""
    friday = datetime(2027, 3, 26, 17, 30, tzinfo=PARIS)
    make_member("Les Jardins du Val", network)
    relayed(delegate, make_call(now=friday), now=friday)
    relaying.run(datetime(2027, 3, 29, 12, tzinfo=PARIS))
    assert len(mails()) == 1
    relaying.run(datetime(2027, 3, 30, 8, tzinfo=PARIS))
    assert len(mails()) == 2


# --- The end ---


def test_a_campaign_ends_with_its_day_of_answers(
    delegate: User, call: Opportunity, member: Structure
) -> None:
    campaign = relayed(delegate, call)
    last = datetime.combine(campaign.answer_by, datetime.min.time(), tzinfo=PARIS)
    relaying.run(last + timedelta(hours=23, minutes=59))
    campaign.refresh_from_db()
    assert campaign.is_running
    relaying.run(last + DAY)
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.CLOSED


@pytest.mark.parametrize("change", ["deadline", "cancelled"])
def test_a_campaign_ends_with_its_opportunity(
    delegate: User, call: Opportunity, member: Structure, change: str
) -> None:
    campaign = relayed(delegate, call)
    if change == "deadline":
        Opportunity.objects.filter(pk=call.pk).update(deadline=MONDAY + DAY)
    else:
        Opportunity.objects.filter(pk=call.pk).update(stage="cancelled")
    relaying.run(MONDAY + 2 * DAY)
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.CLOSED
    relaying.run(MONDAY + 3 * DAY)
    assert len(mails()) == 1, "nobody is reminded of what is over"


def test_what_waits_when_a_campaign_is_stopped_never_leaves(
    delegate: User, call: Opportunity, member: Structure
) -> None:
    campaign = relayed(delegate, call, now=MONDAY - DAY)
    campaigns.close_campaign(campaign=campaign, by=delegate, now=MONDAY - DAY)
    relaying.run(MONDAY)
    assert mails() == []
    assert state_of(campaign, member) == State.WITHDRAWN


def test_stopping_keeps_the_question_open(
    delegate: User, call: Opportunity, member: Structure
) -> None:
    campaign = relayed(delegate, call)
    campaigns.close_campaign(campaign=campaign, by=delegate, now=MONDAY + DAY)
    assert say(member, MONDAY + 2 * DAY).choice in INTERESTED
    relaying.run(MONDAY + 3 * DAY)
    assert len(mails()) == 1


def test_the_queue_relays_when_the_campaign_is_sent(
    delegate: User,
    call: Opportunity,
    member: Structure,
    monday: datetime,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    from tests.mobilisation.campaign_makers import drafted, post_of

    campaign = drafted(delegate, [call])
    with django_capture_on_commit_callbacks(execute=True):
        campaigns.send_campaign(
            campaign=campaign, post=post_of(delegate), by=delegate, now=monday, on=monday.date()
        )
    assert len(mails()) == 1


def test_the_territory_of_a_delegate_bounds_her_list(call: Opportunity, network: Network) -> None:
    near = make_member("Les Jardins du Val", network)
    far = make_member("Les Jardins d’en Face", network, commune_id="73001", department_id="73")
    far.latitude, far.longitude = 45.12, 5.52
    far.save()
    here = make_delegate("iseroise@exemple.fr", network, department_id="38")
    campaign = relayed(here, call)
    assert set(campaign.recipients.values_list("structure", flat=True)) == {near.pk}
    there = make_delegate("region@exemple.fr", network, region_id="84")
    assert relayed(there, make_call("Autre")).recipients.count() == 2


# --- A clock that ran ahead ---


def test_what_a_clock_ahead_sent_holds_nothing_for_as_long(
    delegate: User, network: Network, member: Structure, settings: Any
) -> None:
    """Four weeks ahead for a moment: reminders, the cap of a week and a change of mind go on."""
    settings.MOBILISATION_ASKS_PER_WEEK = 1
    talker = make_member("Les Berges", network)
    ahead = MONDAY + 28 * DAY
    campaign = relayed(delegate, make_call(days=90), now=ahead)
    say(talker, ahead)
    assert future_moments.run(MONDAY) > 0
    assert rooms([member.pk], MONDAY + 8 * DAY) == {member.pk: MONDAY + 8 * DAY}
    relaying.run(MONDAY + 3 * DAY)
    assert campaign.recipients.get(structure=member).reminders == 1
    Recipient.objects.filter(reminders=1).update(reminded_at=ahead)
    future_moments.run(MONDAY + 4 * DAY)
    relaying.run(MONDAY + 7 * DAY)
    assert campaign.recipients.get(structure=member).reminders == 2
    say(talker, MONDAY + DAY, Answer.Choice.NOT_NOW)
    last = answers.last_answer(ask_of(talker))
    assert last is not None
    assert last.choice == Answer.Choice.NOT_NOW
