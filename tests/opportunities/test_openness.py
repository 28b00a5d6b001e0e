"""The points of a need and the questions to its buyer, on its page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from cordee.accounts.models import JournalEntry, User
from cordee.members.models import Network
from cordee.opportunities.actions.correcting import correct_fact
from cordee.opportunities.actions.questioning import mark_questions_sent, unmark_questions_sent
from cordee.opportunities.models import Opportunity, QuestionsSent
from tests.members.makers import make_network, make_person
from tests.opportunities.makers import (
    ON,
    SOFTWARE,
    import_records,
    in_days,
    make_opportunity,
    need,
    record,
)
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], StrictClient]
SENT = "Bonjour, quel est le volume de travail attendu ?"


@pytest.fixture
def opportunity(valley: Any, tmp_path: Path) -> Opportunity:
    return make_opportunity(tmp_path)


def html_of(client: StrictClient, opportunity: Opportunity, tab: str = "questions") -> str:
    response = client.get(reverse(f"opportunities:{tab}", args=[opportunity.pk]))
    return str(response.content.decode())


def marked(client: StrictClient, opportunity: Opportunity, text: str = SENT) -> str:
    url = reverse("opportunities:mark_questions", args=[opportunity.pk])
    response = client.post(url, {"text": text}, follow=True)
    return str(response.content.decode())


def test_the_page_tells_points_and_a_message_to_select(
    signed_in_client: SignIn, nadia: User, opportunity: Opportunity
) -> None:
    html = html_of(signed_in_client(nadia), opportunity, "notice")
    assert "À notre portée" in html
    assert "Ce n’est pas une note" in html
    assert "Non dit dans l’avis" in html
    html = html_of(signed_in_client(nadia), opportunity)
    assert "Quel est le volume de travail attendu" in html
    assert "dix jours avant la date limite" in html
    assert "<textarea" in html
    assert "Je les ai posées" in html


def test_a_correction_takes_its_question_away(
    signed_in_client: SignIn, nadia: User, opportunity: Opportunity
) -> None:
    correct_fact(opportunity=opportunity, fact="need", value=300, by=nadia, on=ON)
    html = html_of(signed_in_client(nadia), opportunity)
    assert "Quel est le volume de travail attendu" not in html


def test_questions_are_marked_once_and_the_mark_can_be_taken_back(
    signed_in_client: SignIn, nadia: User, opportunity: Opportunity
) -> None:
    client = signed_in_client(nadia)
    html = marked(client, opportunity)
    assert "par Nadia Ferrand" in html
    assert SENT in html
    assert "Je les ai posées" not in html
    assert "déjà noté" in marked(client, opportunity)
    sent = QuestionsSent.objects.get()
    assert sent.questions == ["size", "groups", "reservation"]
    url = reverse("opportunities:unmark_questions", args=[opportunity.pk, sent.pk])
    html = str(client.post(url, follow=True).content.decode())
    assert "Je les ai posées" in html
    assert QuestionsSent.objects.standing().count() == 0
    verbs = ["opportunities.mark_questions_sent", "opportunities.unmark_questions_sent"]
    assert (
        list(
            JournalEntry.objects.filter(verb__in=verbs)
            .values_list("verb", flat=True)
            .order_by("pk")
        )
        == verbs
    )


def test_who_asked_is_told_to_their_own_networks_only(
    signed_in_client: SignIn, nadia: User, network: Network, opportunity: Opportunity
) -> None:
    """Interest in a contract is hidden from other structures (RULE-38)."""
    mark_questions_sent(opportunity=opportunity, text=SENT, questions=["size"], by=nadia)
    colleague = make_person("aline@reseau.example", role="delegate", network=network)
    other = make_network("Réseau de la Plaine")
    stranger = make_person("yves@plaine.example", role="network_staff", network=other)
    assert "par Nadia Ferrand" in html_of(signed_in_client(colleague), opportunity)
    html = html_of(signed_in_client(stranger), opportunity)
    assert "par une personne inscrite" in html
    assert "Nadia Ferrand" not in html


def test_the_base_keeps_one_mark(nadia: User, opportunity: Opportunity) -> None:
    first = mark_questions_sent(opportunity=opportunity, text=SENT, questions=[], by=nadia)
    with pytest.raises(ValidationError):
        mark_questions_sent(opportunity=opportunity, text=SENT, questions=[], by=nadia)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionsSent.objects.create(opportunity=opportunity, text=SENT)
    unmark_questions_sent(sent=first, by=nadia)
    unmark_questions_sent(sent=first, by=nadia)
    mark_questions_sent(opportunity=opportunity, text=SENT, questions=[], by=nadia)
    assert QuestionsSent.objects.count() == 2


def test_an_empty_message_is_no_message(
    signed_in_client: SignIn, nadia: User, opportunity: Opportunity
) -> None:
    assert "il est vide ou trop long" in marked(signed_in_client(nadia), opportunity, "  ")
    with pytest.raises(ValueError, match="empty"):
        mark_questions_sent(opportunity=opportunity, text=" ", questions=[], by=nadia)
    assert not QuestionsSent.objects.exists()


def test_without_a_seat_one_reads_and_does_not_mark(
    signed_in_client: SignIn, passer_by: User, opportunity: Opportunity
) -> None:
    client = signed_in_client(passer_by)
    assert "Je les ai posées" not in html_of(client, opportunity)
    url = reverse("opportunities:mark_questions", args=[opportunity.pk])
    assert client.post(url, {"text": SENT}).status_code == 403


def test_past_the_last_day_none_is_offered(
    signed_in_client: SignIn, nadia: User, valley: Any, tmp_path: Path
) -> None:
    opportunity = make_opportunity(tmp_path, deadline=in_days(6))
    client = signed_in_client(nadia)
    html = html_of(client, opportunity)
    assert "Nous n’en proposons plus" in html
    assert "<textarea" not in html
    assert "plus de question" in marked(client, opportunity)


def test_a_private_need_and_a_need_out_of_our_trades_have_no_questions(
    signed_in_client: SignIn, nadia: User, network: Network, valley: Any, tmp_path: Path
) -> None:
    import_records(tmp_path, need(), network=network)
    import_records(tmp_path, record("26-2", "Logiciel de paie", lots=[("Logiciels", SOFTWARE)]))
    client = signed_in_client(nadia)
    for opportunity in Opportunity.objects.all():
        html = html_of(client, opportunity)
        assert "<textarea" not in html
        assert ("Nous n’en préparons aucune" in html) is not opportunity.is_private
        whole = html_of(client, opportunity, "notice")
        assert ('id="portee"' in whole) is opportunity.is_private
