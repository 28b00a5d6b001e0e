"""Answering by the link of a mail: a GET records nothing, a POST once; the last word counts."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Network, RoleSeat, Structure
from cordee.mobilisation.actions import answers
from cordee.mobilisation.campaigns import answer_page
from cordee.mobilisation.models import Answer, Ask
from cordee.mobilisation.models.answers import INTERESTED
from cordee.opportunities.models import Opportunity
from tests.members.makers import make_person
from tests.mobilisation.campaign_makers import (
    MONDAY,
    ask_of,
    direct,
    director_of,
    relayed,
)
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
Choice = Answer.Choice


@pytest.fixture
def asked(delegate: User, call: Opportunity, member: Structure, monday: datetime) -> Ask:
    relayed(delegate, call)
    return ask_of(member)


@pytest.fixture
def link(asked: Ask, member: Structure) -> str:
    return answer_page.path_for(asked, director_of(member))


def links_in_the_mail() -> list[str]:
    text = OutgoingMail.objects.latest("pk").text
    return re.findall(r"http://\S+(/repondre/\S+)", text)


# --- A GET records nothing ---


def test_a_scanner_that_follows_every_link_answers_for_nobody(asked: Ask, client: Any) -> None:
    links = links_in_the_mail()
    assert len(links) == 3
    lines = JournalEntry.objects.count()
    with CaptureQueriesContext(connection) as queries:
        for path in links:
            for _ in range(100):
                client.get(path)
            client.head(path)
            client.get(path, headers={"Sec-Purpose": "prefetch", "Purpose": "prefetch"})
            client.get(path.split("?", maxsplit=1)[0])
    written = [q["sql"] for q in queries if re.match(r"(INSERT|UPDATE|DELETE)", q["sql"])]
    assert written == []
    assert Answer.objects.count() == 0
    assert JournalEntry.objects.count() == lines
    assert client.cookies.get("sessionid") is None


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_record_nothing(link: str, client: Any, method: str) -> None:
    answer = getattr(client, method)(f"{link}?reponse=equipe")
    assert answer.status_code == 405
    assert Answer.objects.count() == 0


@pytest.mark.parametrize(("slug", "choice"), answer_page.CHOICES.items())
def test_a_link_opens_a_page_prepared_with_its_answer(
    link: str, client: Any, slug: str, choice: Choice
) -> None:
    page = client.get(f"{link}?reponse={slug}").content.decode()
    assert page.count("btn btn-primary geste") == 1
    assert f'name="reponse" value="{slug}"' in page
    assert 'aria-label="Navigation principale"' not in page
    assert "Réseau du Val" in page
    others = set(re.findall(r'class="choix" href="[^"]*\?reponse=([a-z-]+)"', page))
    assert others == set(answer_page.CHOICES) - {slug}


def test_the_page_keeps_its_address_to_itself(link: str, client: Any) -> None:
    answer = client.get(link)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]


# --- A POST records once ---


def test_one_button_records_the_answer(asked: Ask, link: str, client: Any, member: Any) -> None:
    sent = client.post(link, {"reponse": "equipe"})
    assert sent.status_code == 302
    (answer,) = Answer.objects.all()
    assert (answer.choice, answer.channel) == (Choice.TEAM, Answer.Channel.LINK)
    assert answer.by == director_of(member)
    assert [each.name for each in answer.readers.all()] == ["Réseau du Val"]
    assert "Votre réponse est notée" in client.get(sent["Location"]).content.decode()


def test_posted_twice_it_is_said_once(link: str, client: Any) -> None:
    for _ in range(3):
        client.post(link, {"reponse": "equipe"})
    assert Answer.objects.count() == 1
    assert JournalEntry.objects.filter(verb="mobilisation.answer").count() == 1


def test_no_cookie_is_needed(link: str) -> None:
    """Mail programs open pages where cookies are refused; the link is the only key."""
    visitor = Client(enforce_csrf_checks=True)
    assert visitor.post(link, {"reponse": "seule"}).status_code == 302
    assert Answer.objects.get().choice == Choice.ALONE


def test_the_link_works_for_whoever_is_signed_in_as_somebody_else(
    link: str, member: Structure, signed_in_client: Callable[[Any], StrictClient]
) -> None:
    stranger = make_person("inconnue@exemple.fr")
    signed_in_client(stranger).post(link, {"reponse": "seule"})
    assert Answer.objects.get().by == director_of(member)


def test_changing_ones_mind_keeps_what_was_said(asked: Ask, link: str, client: Any) -> None:
    client.post(link, {"reponse": "equipe"})
    client.post(link, {"reponse": "pas-maintenant", "reason": "team_full"})
    last = answers.last_answer(asked)
    assert last is not None
    assert (last.choice, last.reason) == (Choice.NOT_NOW, "team_full")
    assert Answer.objects.count() == 2
    page = client.get(link).content.decode()
    assert "équipe complète" in page
    assert "Ce que vous avez dit avant" in page
    client.post(link, {"reponse": "equipe"})
    last = answers.last_answer(asked)
    assert last is not None
    assert (last.choice, last.reason) == (Choice.TEAM, "")


def test_a_refusal_without_reason_is_an_answer(link: str, client: Any) -> None:
    client.post(link, {"reponse": "pas-pour-nous"})
    assert Answer.objects.get().choice == Choice.NOT_FOR_US


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"reponse": "oui"},
        {"reponse": "pas-maintenant", "reason": "sans rapport"},
        {"reponse": "pas-maintenant", "words": "x" * 501},
    ],
)
def test_what_is_no_answer_is_refused_and_said(link: str, client: Any, data: Any) -> None:
    assert client.post(link, data).status_code == 422
    assert Answer.objects.count() == 0


def test_an_unknown_answer_is_never_said_to_be_noted(link: str, client: Any) -> None:
    client.post(link, {"reponse": "seule"})
    page = client.post(link, {"reponse": "oui"}).content.decode()
    assert "Quelle est votre réponse" in page
    assert "Votre réponse est notée" not in page


# --- The link opens one question, to one person, for a time ---


def test_a_link_that_was_changed_opens_nothing(asked: Ask, link: str, client: Any) -> None:
    other = link.replace(f"/{asked.pk}-", f"/{asked.pk + 1}-")
    for path in (other, link[:-2] + "/", "/repondre/n-importe-quoi/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"reponse": "seule"}).status_code == 404
    assert Answer.objects.count() == 0


def test_a_signature_made_for_something_else_opens_nothing(
    asked: Ask, member: Structure, client: Any
) -> None:
    token = signing.Signer(salt="another", sep=".").sign(f"{asked.pk}-{director_of(member).pk}")
    answer = client.get(reverse("campaigns:answer", args=[token]))
    assert answer.status_code == 404
    assert "Ce lien est incomplet" in answer.content.decode()


def test_a_link_carries_no_address(link: str, member: Structure) -> None:
    assert "@" not in link
    assert director_of(member).email.split("@", maxsplit=1)[0] not in link


def test_who_directs_no_more_answers_no_more(link: str, member: Structure, client: Any) -> None:
    RoleSeat.objects.filter(structure=member).delete()
    assert client.get(link).status_code == 410
    assert client.post(link, {"reponse": "seule"}).status_code == 410
    assert Answer.objects.count() == 0


def test_after_the_end_the_page_says_so_then_nothing(
    asked: Ask, link: str, client: Any, at: Callable[[datetime], datetime], call: Opportunity
) -> None:
    at(asked.closes_at + timedelta(minutes=1))
    page = client.get(f"{link}?reponse=equipe").content.decode()
    assert "Les réponses sont closes" in page
    assert "geste" not in page
    assert client.post(link, {"reponse": "equipe"}).status_code == 302
    assert Answer.objects.count() == 0
    at(asked.closes_at + 8 * DAY)
    late = client.get(link)
    assert late.status_code == 410
    assert call.title not in late.content.decode()
    assert "Répondez au courrier" in late.content.decode()


def test_the_last_minute_counts(
    asked: Ask, link: str, client: Any, at: Callable[[datetime], datetime]
) -> None:
    at(asked.closes_at - timedelta(seconds=1))
    client.post(link, {"reponse": "equipe"})
    assert Answer.objects.count() == 1


def test_a_deadline_that_moves_is_said(asked: Ask, link: str, client: Any) -> None:
    Opportunity.objects.filter(pk=asked.opportunity_id).update(
        deadline=asked.opportunity.deadline + 10 * DAY
    )
    assert "L’acheteur a changé la date limite" in client.get(link).content.decode()


def test_a_deadline_that_comes_sooner_closes_sooner(
    asked: Ask, link: str, client: Any, at: Callable[[datetime], datetime]
) -> None:
    Opportunity.objects.filter(pk=asked.opportunity_id).update(deadline=MONDAY + DAY)
    at(MONDAY + 2 * DAY)
    page = client.get(link).content.decode()
    assert "L’acheteur a changé la date limite" in page
    assert "geste" not in page


@pytest.mark.parametrize(
    ("stage", "words"),
    [("cancelled", "L’acheteur a annulé ce marché"), ("awarded", "Ce marché est attribué")],
)
def test_what_is_over_asks_nothing(
    asked: Ask, link: str, client: Any, stage: str, words: str
) -> None:
    Opportunity.objects.filter(pk=asked.opportunity_id).update(stage=stage)
    page = client.get(f"{link}?reponse=equipe").content.decode()
    assert words in page
    assert "geste" not in page
    client.post(link, {"reponse": "equipe"})
    assert Answer.objects.count() == 0


# --- Who reads it ---


def test_the_page_names_who_reads_the_answer(
    delegate: User,
    other_delegate: User,
    call: Opportunity,
    shared_member: Structure,
    client: Any,
    monday: datetime,
) -> None:
    relayed(delegate, call)
    path = answer_page.path_for(ask_of(shared_member), director_of(shared_member))
    assert "lue par\u00a0: Réseau du Val." in client.get(path).content.decode()
    relayed(other_delegate, call)
    assert "Réseau du Large et Réseau du Val" in client.get(path).content.decode()


def test_said_again_it_is_read_by_who_relayed_since(
    delegate: User,
    other_delegate: User,
    call: Opportunity,
    shared_member: Structure,
    client: Any,
    monday: datetime,
) -> None:
    relayed(delegate, call)
    path = answer_page.path_for(ask_of(shared_member), director_of(shared_member))
    client.post(path, {"reponse": "equipe"})
    relayed(other_delegate, call)
    assert Answer.objects.get().readers.count() == 1
    client.post(path, {"reponse": "equipe"})
    assert Answer.objects.get().readers.count() == 2


# --- In Cordée ---


def test_a_director_answers_in_cordee(
    asked: Ask, member: Structure, signed_in_client: Callable[[Any], StrictClient]
) -> None:
    visitor = signed_in_client(director_of(member))
    assert "1\u202fréponse attendue de vous" in visitor.get("/mobilisation/").content.decode()
    path = reverse("campaigns:ask", args=[asked.pk])
    visitor.post(path, {"reponse": "les-deux"})
    answer = Answer.objects.get()
    assert (answer.choice, answer.channel) == (Choice.EITHER, Answer.Channel.APPLICATION)
    assert "Vous avez répondu à tout" in visitor.get("/mobilisation/").content.decode()


def test_the_number_of_queries_of_the_list_is_fixed(
    delegate: User, member: Structure, monday: datetime, count_queries: Callable[..., int]
) -> None:
    from tests.mobilisation.campaign_makers import make_call

    def ask_more(how_many: int) -> None:
        Ask.objects.bulk_create(
            Ask(
                structure=member,
                opportunity=make_call(f"Marché {number}"),
                asked_at=MONDAY,
                answer_by=MONDAY.date() + 10 * DAY,
            )
            for number in range(how_many)
        )

    ask_more(3)
    few = count_queries("/mobilisation/", director_of(member))
    ask_more(24)
    assert count_queries("/mobilisation/", director_of(member)) == few


# --- On the telephone ---


def hear(ask: Ask, network: Network, by: User, **values: Any) -> Answer:
    told = {
        "choice": Choice.TEAM,
        "heard_on": MONDAY.date(),
        "heard_from": "directrice",
        "now": MONDAY,
    } | values
    return answers.record_spoken_answer(ask=ask, network=network, by=by, **told)


def test_what_was_heard_says_when_from_whom_and_who_wrote_it(
    asked: Ask, network: Network, delegate: User
) -> None:
    answer = hear(asked, network, delegate, now=MONDAY + 2 * DAY)
    assert answer.channel == Answer.Channel.TELEPHONE
    assert (answer.heard_on, answer.heard_from) == (MONDAY.date(), "directrice")
    assert answer.by == delegate
    assert answer.heard_for == network
    assert timezone.localtime(answer.given_at).hour == 23
    assert list(answer.readers.all()) == [network]


def test_entered_twice_it_is_kept_once(asked: Ask, network: Network, delegate: User) -> None:
    hear(asked, network, delegate)
    hear(asked, network, delegate)
    assert Answer.objects.count() == 1


def test_what_she_writes_afterwards_wins_over_what_was_heard_before(
    asked: Ask, network: Network, delegate: User, link: str, client: Any, at: Callable[..., Any]
) -> None:
    """Heard on Monday, written by themselves on Tuesday, entered on Wednesday."""
    at(MONDAY + DAY)
    client.post(link, {"reponse": "seule"})
    hear(asked, network, delegate, now=MONDAY + 2 * DAY)
    last = answers.last_answer(asked)
    assert last is not None
    assert last.choice == Choice.ALONE


@pytest.mark.parametrize("heard_on", [MONDAY.date() - DAY, MONDAY.date() + 3 * DAY])
def test_a_day_that_cannot_be_is_refused(
    asked: Ask, network: Network, delegate: User, heard_on: Any
) -> None:
    with pytest.raises(ValidationError):
        hear(asked, network, delegate, heard_on=heard_on, now=MONDAY + DAY)


def test_heard_in_time_and_entered_late_counts(
    asked: Ask, network: Network, delegate: User
) -> None:
    closed = asked.closes_at + DAY
    assert hear(asked, network, delegate, now=closed).choice in INTERESTED
    with pytest.raises(ValidationError, match="closes ce jour-là"):
        hear(asked, network, delegate, heard_on=closed.date(), now=closed + DAY)


def test_a_mistaken_entry_is_taken_back_and_stays_as_history(
    asked: Ask, network: Network, delegate: User, link: str, client: Any
) -> None:
    client.post(link, {"reponse": "seule"})
    mistaken = hear(asked, network, delegate, now=MONDAY + DAY, choice=Choice.NOT_FOR_US)
    answers.withdraw_spoken_answer(answer=mistaken, by=delegate, now=MONDAY + DAY)
    last = answers.last_answer(asked)
    assert last is not None
    assert last.choice == Choice.ALONE
    assert Answer.objects.count() == 2
    with pytest.raises(ValidationError):
        answers.withdraw_spoken_answer(answer=last, by=delegate, now=MONDAY + DAY)


def test_a_director_sees_what_was_noted_of_her_call(
    asked: Ask, network: Network, delegate: User, link: str, client: Any
) -> None:
    hear(asked, network, delegate)
    page = client.get(link).content.decode()
    assert "au téléphone le 23\u202fnovembre" in page


def test_a_second_director_may_say_otherwise(asked: Ask, member: Structure, client: Any) -> None:
    second = direct(member, "seconde@exemple.fr")
    first = User.objects.get(email=f"direction{member.pk}@exemple.fr")
    client.post(answer_page.path_for(asked, first), {"reponse": "equipe"})
    client.post(answer_page.path_for(asked, second), {"reponse": "pas-maintenant"})
    last = answers.last_answer(asked)
    assert last is not None
    assert (last.choice, last.by) == (Choice.NOT_NOW, second)


def test_an_erased_director_leaves_her_answer_without_her_name(
    asked: Ask, link: str, member: Structure, client: Any
) -> None:
    from cordee.accounts.actions import erase_account

    client.post(link, {"reponse": "equipe"})
    erase_account(person=director_of(member), by=None)
    assert Answer.objects.get().by is None
    assert client.get(link).status_code == 410
