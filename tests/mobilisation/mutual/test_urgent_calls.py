"""An urgent call reaches those who did it before, and tells nobody who they are."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cordee.accounts.models import MailRefusal, User
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Activity, Network, Structure
from cordee.mobilisation.actions import mutual_aid as actions
from cordee.mobilisation.actions import relaying
from cordee.mobilisation.campaigns.mail_times import rooms
from cordee.mobilisation.models import Ask, Recipient, UrgentCall, UrgentCallReach
from cordee.mobilisation.mutual.peers import MAILED_A_WEEK, peer_count, peers
from cordee.opportunities.models import AwardedContract, ContractHolder
from tests.members.makers import ON, join, make_network, make_structure, make_valley
from tests.mobilisation.campaign_makers import MONDAY, make_call, make_delegate, relayed
from tests.mobilisation.mutual.test_mutual_aid import director, member
from tests.mobilisation.proposals.makers import relay
from tests.opportunities.programmes.makers import make_need
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], StrictClient]
TRADE = "espaces-verts"


@pytest.fixture(autouse=True)
def valley() -> None:
    make_valley()


@pytest.fixture
def network() -> Network:
    return make_network("Réseau du Val")


@pytest.fixture
def asker(network: Network) -> Structure:
    return member("Les Jardins", network)


def skilled(name: str, network: Network, **values: Any) -> Structure:
    made = member(name, network)
    Activity.objects.create(
        chantier=made.chantiers.get(), **({"trade": TRADE, "proficiency": 2} | values)
    )
    return made


def call(structure: Structure, network: Network, **values: Any) -> UrgentCall:
    return UrgentCall(
        **{
            "network": network,
            "structure": structure,
            "trade": TRADE,
            "title": "Tailler des fruitiers",
            "question": "Comment tailler en hiver\u202f?",
            "needed_by": timezone.localdate() + timedelta(days=4),
        }
        | values
    )


def send(structure: Structure, network: Network, **values: Any) -> UrgentCall:
    return actions.send_call(call=call(structure, network, **values), by=None, now=timezone.now())


def test_it_reaches_trades_well_done_and_contracts_held(network: Network, asker: Structure) -> None:
    knows = skilled("Qui sait", network)
    skilled("Débutante", network, proficiency=1)
    skilled("Supposée", network, certainty="guessed")
    skilled("Autre métier", network, trade="proprete")
    held = member("Qui l’a fait", network)
    elsewhere = make_structure("D’un autre réseau")
    Activity.objects.create(chantier=elsewhere.chantiers.get(), trade=TRADE, proficiency=3)
    contract = AwardedContract.objects.create(
        source="decp", source_id="c1", trade=TRADE, reader_version="1", digest="0" * 64
    )
    # Another establishment of the same legal person.
    ContractHolder.objects.create(contract=contract, siret=held.siret[:9] + "00099")
    found = peers(network=network, structure=asker, trade=TRADE, on=ON)
    assert found == {
        knows.pk: UrgentCallReach.Why.TRADE,
        held.pk: UrgentCallReach.Why.CONTRACT,
    }


def test_the_asker_previews_how_many_and_never_who(
    network: Network, asker: Structure, signed_in_client: SignIn
) -> None:
    names = [f"Savante {letter}" for letter in "ABC"]
    for name in names:
        skilled(name, network)
    client = director(asker, signed_in_client)
    address = f"/reseaux/{network.slug}/coup-de-main/appeler/"
    typed = {
        "structure": asker.pk,
        "trade": TRADE,
        "title": "Tailler des fruitiers",
        "question": "Comment tailler en hiver\u202f?",
        "needed_by": (timezone.localdate() + timedelta(days=4)).isoformat(),
        "is_practice": "on",
    }
    shown = client.post(address, typed).content.decode()
    assert "Votre appel atteint moins de 5 structures" in shown
    assert not [name for name in names if name in shown]
    assert not UrgentCall.objects.exists(), "a preview sends nothing"
    assert not OutgoingMail.objects.exists()
    for _ in range(2):
        sent = client.post(address, typed | {"envoyer": "1"})
        assert sent.status_code == 302
    assert UrgentCall.objects.count() == 1, "a double click is one call"
    assert OutgoingMail.objects.count() == 3
    page = client.get(sent.headers["Location"]).content.decode()
    assert not [name for name in names if name in page]


def test_one_peer_more_is_not_told_to_the_asker() -> None:
    """« Vous saurez qui répond, pas qui se tait »: six reached less five answers is one silence."""
    told = [peer_count(count) for count in range(11)]
    assert told == ["aucune structure"] + ["moins de 5 structures"] * 4 + (
        ["5 à 9 structures"] * 5 + ["10 à 14 structures"]
    )


def test_the_question_carries_no_bid(
    network: Network, asker: Structure, signed_in_client: SignIn
) -> None:
    skilled("Savante", network)
    with pytest.raises(ValidationError, match="L420-1"):
        send(asker, network, question="Nous répondons à 45 000 €, est-ce bien\u202f?")
    client = director(asker, signed_in_client)
    address = f"/reseaux/{network.slug}/coup-de-main/appeler/"
    typed = {
        "structure": asker.pk,
        "trade": TRADE,
        "title": "Un lot",
        "question": "Quel prix mettez-vous\u202f?",
        "needed_by": timezone.localdate().isoformat(),
        "is_practice": "on",
    }
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "L420-1" in refused.content.decode()
    unticked = client.post(address, {**typed, "question": "Comment\u202f?", "is_practice": ""})
    assert unticked.status_code == 422
    assert not UrgentCall.objects.exists()


def test_only_those_it_reaches_open_it_and_only_the_asker_reads_answers(
    network: Network, asker: Structure, signed_in_client: SignIn
) -> None:
    first, second = skilled("Première", network), skilled("Deuxième", network)
    outside = member("Sans ce métier", network)
    made = send(asker, network)
    address = f"/reseaux/{network.slug}/coup-de-main/appels/{made.pk}/"
    assert director(outside, signed_in_client).get(address).status_code == 404
    peer = director(first, signed_in_client)
    words = {"structure": first.pk, "words": "Avant les gelées"}
    assert peer.post(f"{address}repondre/", words).status_code == 302
    peer.post(f"{address}repondre/", words | {"words": "Avant les fortes gelées"})
    other = director(second, signed_in_client).get(address).content.decode()
    assert "gelées" not in other
    assert "Première" not in other
    seen = director(asker, signed_in_client).get(address).content.decode()
    assert "Avant les fortes gelées" in seen
    assert "Première" in seen
    told = OutgoingMail.objects.filter(recipient=f"{asker.pk}@exemple.fr")
    assert [mail.subject for mail in told] == ["Première répond à votre appel"]
    assert "gelées" not in told[0].text, "the answer is read signed in"


def test_closing_thanks_those_who_answered_once(network: Network, asker: Structure) -> None:
    first = skilled("Première", network)
    skilled("Silencieuse", network)
    made = send(asker, network)
    actions.answer_call(
        call=made, structure=first, words="Avant les gelées", by=None, now=timezone.now()
    )
    for _ in range(2):
        actions.close_call(call=made, thanks="Cela nous a servi.", by=None, now=timezone.now())
    thanked = OutgoingMail.objects.filter(subject="Les Jardins vous remercient")
    assert [mail.recipient for mail in thanked] == [f"{first.pk}@exemple.fr"]
    with pytest.raises(ValidationError, match="clos"):
        actions.answer_call(call=made, structure=first, words="Encore", by=None, now=timezone.now())


def test_past_its_day_it_is_closed(network: Network, asker: Structure) -> None:
    first = skilled("Première", network)
    made = send(asker, network)
    late = timezone.now() + timedelta(days=6)
    assert not made.is_standing(timezone.localdate(late))
    with pytest.raises(ValidationError, match="clos"):
        actions.answer_call(call=made, structure=first, words="Tard", by=None, now=late)
    with pytest.raises(ValidationError, match="passé"):
        send(asker, network, needed_by=timezone.localdate() - timedelta(days=1))


def test_a_structure_gets_two_calls_by_mail_a_week_and_reads_the_others(
    network: Network, asker: Structure
) -> None:
    busy = skilled("Première", network)
    askers = [asker, member("Les Ateliers", network), member("La Ferme", network)]
    calls = [send(each, network, title=f"Question {n}") for n, each in enumerate(askers)]
    reached = UrgentCallReach.objects.filter(structure=busy).order_by("pk")
    assert [row.is_mailed for row in reached] == [True, True, False]
    mailed = OutgoingMail.objects.filter(recipient=f"{busy.pk}@exemple.fr")
    assert mailed.count() == MAILED_A_WEEK
    assert actions.answer_call(
        call=calls[2], structure=busy, words="Oui", by=None, now=timezone.now()
    )


def test_mails_of_campaigns_count_in_the_same_week(
    network: Network, asker: Structure, settings: Any
) -> None:
    busy = skilled("Première", network)
    for number in range(settings.MOBILISATION_ASKS_PER_WEEK):
        relay(network, make_need(f"Marché {number}"), [busy])
    now = timezone.now()
    Ask.objects.update(asked_at=now)
    Recipient.objects.update(relayed_at=now)
    send(asker, network)
    assert UrgentCallReach.objects.get(structure=busy).is_mailed is False


def written_to(structure: Structure) -> int:
    mails = OutgoingMail.objects.filter(kind__in=["asks", "urgent_calls"])
    return mails.filter(recipient=f"{structure.pk}@exemple.fr").count()


@pytest.mark.parametrize("order", ["calls first", "campaigns first"])
def test_calls_and_campaigns_together_keep_to_the_setting(
    network: Network, asker: Structure, settings: Any, order: str
) -> None:
    """Three a week, whichever came first, two networks together; what waits leaves after."""
    settings.MOBILISATION_ASKS_PER_WEEK = 3
    busy = skilled("Première", network)
    Structure.objects.filter(pk=busy.pk).update(commune_id="38001")
    large = make_network("Réseau du Large")
    join(busy, large)
    other = member("Les Ateliers", large)
    delegates = [make_delegate(f"d{net.pk}@exemple.fr", net) for net in (network, large)]

    def calls() -> None:
        for who, net in ((asker, network), (other, large)):
            asked = call(who, net, needed_by=MONDAY.date() + timedelta(days=4))
            actions.send_call(call=asked, by=None, now=MONDAY)

    def campaigns() -> None:
        for number, delegate in enumerate(delegates):
            relayed(delegate, make_call(f"Marché {number}"), to=[busy])

    if order == "calls first":
        calls()
        campaigns()
        kept = Recipient.objects.filter(structure=busy).order_by("pk")
        assert [row.state for row in kept] == [Recipient.State.SENT, Recipient.State.HELD]
        assert [row.held for row in kept] == ["", Recipient.Held.CAP]
    else:
        campaigns()
        calls()
        reached = UrgentCallReach.objects.filter(structure=busy).order_by("pk")
        assert [row.is_mailed for row in reached] == [True, False]
    assert written_to(busy) == 3
    week = timedelta(days=7)
    assert rooms([busy.pk, other.pk], MONDAY) == {busy.pk: MONDAY + week, other.pk: MONDAY}
    relaying.relay(now=MONDAY + week - timedelta(minutes=1))
    assert written_to(busy) == 3
    relaying.relay(now=MONDAY + week)
    assert written_to(busy) == (4 if order == "calls first" else 3)


def test_a_call_that_nobody_takes_by_mail_counts_in_no_week(
    network: Network, asker: Structure
) -> None:
    quiet = skilled("Première", network)
    directing = User.objects.get(email=f"{quiet.pk}@exemple.fr")
    MailRefusal.objects.create(person=directing, kind=actions.CALLS, since=timezone.now())
    send(asker, network)
    assert UrgentCallReach.objects.get(structure=quiet).is_mailed is False
    now = timezone.now()
    assert rooms([quiet.pk], now) == {quiet.pk: now}


def test_a_structure_asks_twice_a_week_at_most(network: Network, asker: Structure) -> None:
    skilled("Première", network)
    send(asker, network, title="Un")
    send(asker, network, title="Deux")
    with pytest.raises(ValidationError, match="2 appels"):
        send(asker, network, title="Trois")


def test_where_nobody_did_it_nothing_is_sent(network: Network, asker: Structure) -> None:
    with pytest.raises(ValidationError, match="Personne"):
        send(asker, network)


def test_thanks_carry_no_price_either(
    network: Network, asker: Structure, signed_in_client: SignIn
) -> None:
    """All who answered read them."""
    skilled("Première", network)
    made = send(asker, network)
    address = f"/reseaux/{network.slug}/coup-de-main/appels/{made.pk}/remercier/"
    boss = director(asker, signed_in_client)
    told = boss.post(address, {"thanks": "Notre prix sera de 45 000 €."})
    assert told.status_code == 422
    page = told.content.decode()
    assert "L420-1" in page
    assert "Notre prix sera" in page, "what was typed is kept"
    made.refresh_from_db()
    assert made.closed_at is None


def test_an_answer_carries_no_price_either(network: Network, asker: Structure) -> None:
    first = skilled("Première", network)
    made = send(asker, network)
    with pytest.raises(ValidationError, match="L420-1"):
        actions.answer_call(
            call=made, structure=first, words="Comptez 12 000 €", by=None, now=timezone.now()
        )
