"""What the page of a contract says to who has an alliance on it already, or is invited to one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from cordee.accounts.models import User
from cordee.alliances.invitations import actions as invitations_actions
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import waiting_for
from cordee.mobilisation.actions.answers import record_answer
from cordee.mobilisation.models import Answer, Ask
from cordee.opportunities.models import Verdict, VerdictKind
from tests.alliances.makers import Rope

pytestmark = pytest.mark.django_db
Make = Callable[..., Rope]


@pytest.fixture
def read(signed_in_client: Any) -> Callable[[Rope, User], tuple[str, str, str]]:
    """The title of the answer, the filled button, and all of the page."""

    def page(team: Rope, person: User) -> tuple[str, str, str]:
        address = reverse("opportunities:detail", args=[team.opportunity.pk])
        html = signed_in_client(person).get(address).text
        main = html.partition("<main")[2].partition("</main>")[0]
        title = main.partition('<h2 class="verdict')[2].partition("</h2>")[0]
        assert main.count("btn-primary") == 1
        return title, main.partition("btn-primary")[2][:400].partition("</a>")[0], main

    return page


def computed(team: Rope, key: str) -> None:
    Verdict.objects.create(
        structure=team.structures[key], opportunity=team.opportunity, kind=VerdictKind.ALONE,
        reason=".", computed_at=team.now,
    )  # fmt: skip


def asked(team: Rope, key: str) -> Ask:
    return Ask.objects.create(
        structure=team.structures[key], opportunity=team.opportunity, asked_at=team.now,
        answer_by=team.on, announced_deadline=team.opportunity.deadline,
    )  # fmt: skip


def refused(team: Rope, key: str) -> None:
    record_answer(
        ask=asked(team, key), choice=Answer.Choice.NOT_NOW, now=team.now,
        channel=Answer.Channel.APPLICATION, by=team.directors[key],
    )  # fmt: skip


@pytest.mark.parametrize("key", ["jardins", "mirel"])
def test_who_takes_part_is_led_to_the_alliance_and_composes_no_other(
    rope: Make, read: Any, key: str
) -> None:
    team = rope().gather().bring_company()
    computed(team, key)
    title, button, main = read(team, team.directors[key])
    assert "Déjà dans votre alliance" in title
    assert "Aller à mon alliance" in button
    assert reverse("alliances:detail", args=[team.alliance.pk]) in button
    for words in ("Oui, seule", "Composer", "Ouvrir une alliance", "Les berges ensemble", "Toits"):
        assert words not in main
    assert Verdict.objects.get().kind == VerdictKind.ALONE


def test_who_is_invited_answers_first_and_a_no_ends_it(rope: Make, read: Any) -> None:
    team = rope().invite()
    asked(team, "jardins")
    title, button, main = read(team, team.directors["jardins"])
    assert "On vous y invite" in title
    assert "Répondre à l’invitation" in button
    assert "Composer" not in main
    for words in ("ensemble", "Oui, en équipe", "Votre oui ou non"):
        assert words not in main
    invitations_actions.answer_invitation(
        party=team.party("jardins"), is_yes=False, by=team.directors["jardins"], now=team.now
    )
    title, button, main = read(team, team.directors["jardins"])
    assert "On vous y invite" not in title
    assert "Oui, en équipe…" in button
    assert "Aller à mon alliance" not in main


def test_who_is_thought_of_reads_nothing_of_it(rope: Make, read: Any) -> None:
    team = rope()
    title, button, _ = read(team, team.directors["jardins"])
    assert "invite" not in title
    assert "Composer une alliance" in button


def test_the_alliance_takes_the_place_of_an_earlier_no(rope: Make, read: Any) -> None:
    team = rope().invite()
    refused(team, "jardins")
    team.say_yes("jardins")
    title, button, main = read(team, team.directors["jardins"])
    assert "Déjà dans votre alliance" in title
    assert "Aller à mon alliance" in button
    assert "Pas maintenant" not in main
    assert "Changer de réponse" not in main


def test_a_day_asks_once_for_a_contract_that_one_is_invited_to(rope: Make) -> None:
    team = rope().invite()
    for key in ("jardins", "mirel"):
        asked(team, key)

    def lines(key: str) -> list[str]:
        found, _ = waiting_for(Viewer.of(team.directors[key], team.on), team.now)
        return [line.what for line in found if line.about is not None]

    assert lines("jardins") == ["On vous invite dans une équipe"]
    assert lines("mirel") == ["Ce marché vous intéresse\u202f?"]
