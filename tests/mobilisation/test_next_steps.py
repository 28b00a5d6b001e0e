"""What the first page of an opportunity offers to who is asked and to who relays."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from cordee.accounts.models import User
from cordee.members.models import Network, Structure
from cordee.mobilisation.models import Answer
from cordee.opportunities.models import Opportunity, Verdict, VerdictKind
from tests.members.makers import make_network, make_person, make_valley
from tests.mobilisation.campaign_makers import (
    MONDAY,
    ask_of,
    director_of,
    make_delegate,
    make_member,
    relayed,
)
from tests.mobilisation.test_today import says
from tests.opportunities.makers import make_opportunity
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], StrictClient]


@pytest.fixture
def call(db: None, tmp_path: Path) -> Opportunity:
    """A notice that was read, so that its own page opens."""
    make_valley()
    return make_opportunity(tmp_path, deadline=MONDAY + timedelta(days=40))


@pytest.fixture
def read(call: Opportunity, signed_in_client: SignIn) -> Callable[[User], str]:
    """`read(person)`: the answer and the buttons of the first page."""

    def first_page(person: User) -> str:
        html = signed_in_client(person).get(reverse("opportunities:detail", args=[call.pk])).text
        return html.partition("<main")[2].partition("</main>")[0].replace("\u202f", " ")

    return first_page


def filled(html: str) -> str:
    """What the filled button holds."""
    assert html.count("btn-primary") == 1
    return html.partition("btn-primary")[2][:400].partition("btn-second")[0]


def test_who_is_asked_says_yes_there(
    read: Callable[[User], str], delegate: User, call: Opportunity, member: Structure,
    monday: datetime,
) -> None:  # fmt: skip
    relayed(delegate, call)
    zoe, ask = director_of(member), ask_of(member)
    html = read(zoe)
    assert f"/mobilisation/demandes/{ask.pk}/?reponse=equipe" in html
    assert "Oui, en équipe…" in filled(html)
    assert f"/mobilisation/demandes/{ask.pk}/?reponse=pas-pour-nous" in html
    assert "Oui, seule" not in html
    # Two deadlines: of the offer, and of her answer.
    assert "pour déposer l’offre" in html
    assert "Votre oui ou non\u00a0: " in html
    assert "compris." in html


def test_yes_alone_is_offered_only_where_it_is_possible(
    read: Callable[[User], str], delegate: User, call: Opportunity, member: Structure,
    monday: datetime,
) -> None:  # fmt: skip
    relayed(delegate, call)
    Verdict.objects.create(
        structure=member, opportunity=call, kind=VerdictKind.ALONE, reason=".", computed_at=MONDAY
    )
    html = read(director_of(member))
    assert "?reponse=seule" in html
    assert "Oui, seule…" in filled(html)


def test_what_was_answered_is_said_and_can_be_changed(
    read: Callable[[User], str], delegate: User, call: Opportunity, member: Structure,
    monday: datetime,
) -> None:  # fmt: skip
    relayed(delegate, call)
    says(ask_of(member))
    html = read(director_of(member))
    assert "Vous avez répondu «\u00a0Oui, en équipe\u00a0» le 23 novembre." in html
    assert "Changer de réponse" in html
    assert "Pas pour nous" not in html


@pytest.mark.parametrize("choice", ["not_now", "not_for_us"])
def test_a_no_comes_first_and_changing_it_is_the_main_act(
    read: Callable[[User], str], delegate: User, call: Opportunity, member: Structure,
    monday: datetime, choice: str,
) -> None:  # fmt: skip
    relayed(delegate, call)
    Verdict.objects.create(
        structure=member, opportunity=call, kind=VerdictKind.TEAM, size=3, reason=".",
        computed_at=MONDAY,
    )  # fmt: skip
    says(ask_of(member), Answer.Choice(choice))
    html = read(director_of(member))
    title = html.partition('<h2 class="verdict')[2].partition("</h2>")[0]
    assert f"Vous avez répondu «\u00a0{Answer.Choice(choice).label}\u00a0»" in title
    assert "C’était le 23 novembre." in html
    assert "en équipe de trois" not in html
    assert "Changer de réponse" in filled(html)


def test_relaying_is_the_filled_button_of_a_network(
    read: Callable[[User], str], delegate: User, call: Opportunity, network: Network,
    signed_in_client: SignIn, monday: datetime,
) -> None:  # fmt: skip
    html = read(delegate)
    assert "Relayer à mes membres…" in filled(html)
    assert f'name="reseau" value="{network.slug}"' in html
    make_member("Les Jardins du Val", network)
    sent = {"opportunite": call.pk, "reseau": network.slug}
    answer = signed_in_client(delegate).post(reverse("campaigns:start"), sent)
    assert answer["Location"].startswith("/mobilisation/brouillons/")


def test_a_network_reads_what_its_list_says(
    read: Callable[[User], str], delegate: User, network: Network, monday: datetime
) -> None:
    """« Personne n’y arrive seul » and the page of the contract answer alike."""
    assert "Aucun membre n’y va" in read(delegate)
    for n in range(2):
        make_member(f"Les Haies {n}", network)
    html = read(delegate)
    assert "On ne sait pas encore" in html
    assert "Deux équipes à connaître." in html


def test_what_the_network_sent_is_said_by_whom_when_and_with_what_answers(
    read: Callable[[User], str], delegate: User, call: Opportunity, network: Network,
    monday: datetime,
) -> None:  # fmt: skip
    members = [make_member(f"Les Jardins {n}", network) for n in range(3)]
    campaign = relayed(delegate, call)
    says(ask_of(members[0]))
    User.objects.filter(pk=delegate.pk).update(display_name="Octavie Bruyère")
    colleague = make_delegate("autre@exemple.fr", network)
    html = read(colleague)
    assert "Octavie Bruyère l’a envoyé lundi 23 novembre à 3 structures\u00a0: 1 oui." in html
    assert reverse("campaigns:campaign", args=[campaign.pk]) in html
    assert "Voir les réponses" in filled(html)
    assert "Relayer à d’autres membres…" in html
    assert "Vous l’avez envoyé" in read(delegate)


def test_what_a_delegation_sent_is_said_and_not_what_it_was_answered(
    read: Callable[[User], str], call: Opportunity, network: Network, monday: datetime
) -> None:
    """RULE-38: an answer is read by the networks that had relayed, and by no parent of theirs."""
    delegation = make_network("Délégation du Mirel", parent=network)
    members = [make_member(f"Les Haies {n}", delegation) for n in range(2)]
    campaign = relayed(make_delegate("locale@exemple.fr", delegation), call)
    staff = make_person("equipe@exemple.fr", role="network_staff", network=network)
    before = read(staff)
    assert (
        "Votre délégation, Délégation du Mirel, l’a envoyé lundi 23 novembre à 2 structures."
        in before
    )
    assert "Relayer à mes membres…" in filled(before)
    assert reverse("campaigns:campaign", args=[campaign.pk]) not in before
    for each in members:
        says(ask_of(each))
    assert _without_tokens(read(staff)) == _without_tokens(before)


def test_another_network_reads_nothing_of_it(
    read: Callable[[User], str], delegate: User, other_delegate: User, call: Opportunity,
    member: Structure, monday: datetime,
) -> None:  # fmt: skip
    before = _without_tokens(read(other_delegate))
    relayed(delegate, call)
    says(ask_of(member))
    assert _without_tokens(read(other_delegate)) == before


def test_queries_do_not_grow_with_what_was_sent(
    delegate: User, call: Opportunity, network: Network, monday: datetime,
    count_queries: Callable[..., int],
) -> None:  # fmt: skip
    url = reverse("opportunities:detail", args=[call.pk])
    counts = []
    for more in (1, 6):
        for n in range(more):
            make_member(f"Les Jardins {more} {n}", network)
        relayed(delegate, call)
        counts.append(count_queries(url, delegate))
    assert counts[0] == counts[1] <= 30


def _without_tokens(html: str) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", html)
