"""« Qui peut donner un coup de main ? » Offers and requests with an answer, and RULE-40."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Network, Structure
from cordee.mobilisation.actions import mutual_aid as actions
from cordee.mobilisation.actions.mutual_aid import has_hourly_price, mentions_a_bid
from cordee.mobilisation.models import MutualOffer, MutualReply
from cordee.rules.staff_loan import Post
from tests.members.makers import join, make_network, make_person, make_structure, make_valley
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], StrictClient]


@pytest.fixture(autouse=True)
def valley() -> None:
    make_valley()


@pytest.fixture
def network() -> Network:
    return make_network("Réseau du Val")


@pytest.fixture
def jardins(network: Network) -> Structure:
    return member("Les Jardins", network)


@pytest.fixture
def ateliers(network: Network) -> Structure:
    return member("Les Ateliers", network)


def member(name: str, network: Network) -> Structure:
    made = make_structure(name, department_id="38")
    join(made, network)
    make_person(f"{made.pk}@exemple.fr", role="director", structure=made)
    return made


def director(structure: Structure, sign_in: SignIn) -> StrictClient:
    return sign_in(User.objects.get(email=f"{structure.pk}@exemple.fr"))


def draft(structure: Structure, network: Network, **values: Any) -> MutualOffer:
    return MutualOffer(
        **{
            "network": network,
            "structure": structure,
            "way": "offer",
            "kind": "equipment",
            "title": "Une tondeuse",
            "terms": "free",
            "shown_until": timezone.localdate() + timedelta(days=30),
        }
        | values
    )


def write(structure: Structure, network: Network, **values: Any) -> MutualOffer:
    offer = draft(structure, network, **values)
    post = Post.PERMANENT if offer.kind == "staff" else None
    return actions.write_offer(offer=offer, post=post, by=None, now=timezone.now())


def typed(structure: Structure, **values: Any) -> dict[str, Any]:
    return {
        "structure": structure.pk,
        "kind": "vehicle",
        "title": "Un camion benne",
        "words": "Le mardi",
        "department": "38",
        "terms": "free",
        "shown_until": (timezone.localdate() + timedelta(days=20)).isoformat(),
    } | values


def test_from_an_offer_to_an_accepted_answer_no_address_is_shown(
    network: Network, jardins: Structure, ateliers: Structure, signed_in_client: SignIn
) -> None:
    lender, asker = director(jardins, signed_in_client), director(ateliers, signed_in_client)
    board = f"/reseaux/{network.slug}/coup-de-main/"
    assert lender.post(f"{board}proposer/", typed(jardins)).status_code == 302
    offer = MutualOffer.objects.get()
    assert "Un camion benne" in asker.get(board).content.decode()
    page = f"{board}{offer.pk}/"
    for _ in range(2):
        asker.post(
            f"{page}repondre/", {"structure": ateliers.pk, "words": "Mardi 8, toute la journée"}
        )
    reply = MutualReply.objects.get()
    told = OutgoingMail.objects.get(recipient=f"{jardins.pk}@exemple.fr")
    assert "Les Ateliers répondent à votre coup de main" in told.subject
    assert f"{ateliers.pk}@exemple.fr" not in told.text + told.html + told.reply_to
    assert "Mardi 8, toute la journée" in lender.get(page).content.decode()
    lender.post(f"{page}reponses/{reply.pk}/", {"suite": "oui"})
    lender.post(f"{page}reponses/{reply.pk}/", {"suite": "non"})
    reply.refresh_from_db()
    offer.refresh_from_db()
    assert (reply.state, offer.state) == ("accepted", "answered")
    decided = OutgoingMail.objects.get(recipient=f"{ateliers.pk}@exemple.fr")
    assert "acceptent votre réponse" in decided.subject
    assert "Acceptée" in asker.get(page).content.decode(), "they keep seeing what they answered"
    verbs = [entry.verb for entry in JournalEntry.objects.about(offer)]
    assert sorted(verbs) == [
        "mobilisation.accept_mutual_reply",
        "mobilisation.reply_to_mutual_offer",
        "mobilisation.write_mutual_offer",
    ]


def test_answers_are_read_by_who_wrote_the_offer_only(
    network: Network, jardins: Structure, ateliers: Structure, signed_in_client: SignIn
) -> None:
    third = member("La Ferme", network)
    offer = write(jardins, network)
    actions.reply_to_offer(
        offer=offer, structure=ateliers, words="Notre remorque va", by=None, now=timezone.now()
    )
    page = f"/reseaux/{network.slug}/coup-de-main/{offer.pk}/"
    assert "Notre remorque va" not in director(third, signed_in_client).get(page).content.decode()
    staff = make_person("n@exemple.fr", role="network_staff", network=network)
    assert "Notre remorque va" not in signed_in_client(staff).get(page).content.decode()


def test_another_network_sees_nothing(
    network: Network, jardins: Structure, signed_in_client: SignIn
) -> None:
    offer = write(jardins, network)
    elsewhere = director(member("Au large", make_network("Réseau du Large")), signed_in_client)
    assert elsewhere.get(f"/reseaux/{network.slug}/coup-de-main/").status_code == 404
    assert elsewhere.get(f"/reseaux/reseau-du-large/coup-de-main/{offer.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("post", "terms", "words"),
    [
        ("INSERTION", "free", "Cordée ne prête pas de personnes en insertion"),
        ("PERMANENT", "to_agree", "n’est pas dans la liste"),
    ],
)
def test_people_in_insertion_and_profit_are_refused_with_the_article(
    network: Network,
    jardins: Structure,
    signed_in_client: SignIn,
    post: str,
    terms: str,
    words: str,
) -> None:
    client = director(jardins, signed_in_client)
    address = f"/reseaux/{network.slug}/coup-de-main/proposer/?prete=personne"
    shown = client.get(address).content.decode()
    assert "une convention entre les deux structures" in shown
    assert "un avenant au contrat" in shown
    assert "l’accord écrit de la personne" in shown
    assert "L8241-2" in shown
    asked = typed(jardins, kind="staff", terms=terms, post=post, is_confirmed="on")
    answer = client.post(address, asked)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not MutualOffer.objects.exists()


def test_a_permanent_is_lent_once_confirmed(
    network: Network, jardins: Structure, signed_in_client: SignIn
) -> None:
    client = director(jardins, signed_in_client)
    address = f"/reseaux/{network.slug}/coup-de-main/proposer/?prete=personne"
    asked = typed(jardins, kind="vehicle", terms="at_cost", post="PERMANENT")
    assert client.post(address, asked).status_code == 422, "not confirmed"
    assert client.post(address, asked | {"is_confirmed": "on"}).status_code == 302
    kept = MutualOffer.objects.get()
    assert (kept.kind, kept.is_permanent) == ("staff", True)


def test_the_database_refuses_what_the_law_refuses(network: Network, jardins: Structure) -> None:
    for wrong in ({"is_permanent": False}, {"is_permanent": True, "terms": "to_agree"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            draft(jardins, network, kind="staff", at=timezone.now(), **wrong).save()


@pytest.mark.parametrize(
    "text",
    [
        "25 €/h",
        "18,50 euros de l’heure",
        "150 € par jour",
        "au taux horaire habituel",
        "30€ l'heure",
        "25 € HT/h",
        "25 EUR de l heure",
        "200 € la journée",
        "90 euros la demi-journée",
    ],
)
def test_a_price_by_the_hour_is_refused(network: Network, jardins: Structure, text: str) -> None:
    assert has_hourly_price(text)
    with pytest.raises(ValidationError, match="L8241-1"):
        write(jardins, network, words=text)


@pytest.mark.parametrize(
    "text", ["24 h sur 24", "80 € la semaine de location", "ouvert 8 h par jour"]
)
def test_what_is_no_price_of_people_is_kept(text: str) -> None:
    assert not has_hourly_price(text)


def test_one_s_own_or_a_closed_offer_is_not_answered(
    network: Network, jardins: Structure, ateliers: Structure
) -> None:
    offer = write(jardins, network)
    now = timezone.now()
    with pytest.raises(ValidationError, match="votre propre"):
        actions.reply_to_offer(offer=offer, structure=jardins, words="Moi", by=None, now=now)
    actions.set_open(offer=offer, is_open=False, by=None, now=now)
    with pytest.raises(ValidationError, match="clos"):
        actions.reply_to_offer(offer=offer, structure=ateliers, words="Nous", by=None, now=now)
    actions.set_open(offer=offer, is_open=True, by=None, now=now)
    late = now + timedelta(days=31)
    assert offer.state_words(timezone.localdate(late)) == "expirée"
    with pytest.raises(ValidationError, match="clos"):
        actions.reply_to_offer(offer=offer, structure=ateliers, words="Nous", by=None, now=late)
    with pytest.raises(ValidationError, match="passée"):
        actions.set_open(offer=offer, is_open=True, by=None, now=late)


def test_filters_and_mine(
    network: Network, jardins: Structure, ateliers: Structure, signed_in_client: SignIn
) -> None:
    write(jardins, network, title="Une tondeuse", department_id="38")
    write(ateliers, network, title="Une salle", kind="premises", way="request")
    closed = write(ateliers, network, title="Un fourgon", kind="vehicle")
    actions.set_open(offer=closed, is_open=False, by=None, now=timezone.now())
    client = director(ateliers, signed_in_client)
    board = f"/reseaux/{network.slug}/coup-de-main/"

    def seen(query: str) -> set[str]:
        page = client.get(f"{board}?{query}").content.decode()
        return {title for title in ("Une tondeuse", "Une salle", "Un fourgon") if title in page}

    assert seen("") == {"Une tondeuse", "Une salle"}
    assert seen("sorte=premises") == {"Une salle"}
    assert seen("sens=offer") == {"Une tondeuse"}
    assert seen("departement=38") == {"Une tondeuse"}
    assert seen("q=salle") == {"Une salle"}
    assert seen("miens=on") == {"Une salle", "Un fourgon"}
    assert seen("sorte=rien") == {"Une tondeuse", "Une salle"}, "an unknown choice is left out"


def test_the_board_takes_as_many_queries_for_three_as_for_thirty(
    network: Network, jardins: Structure, ateliers: Structure, count_queries: Callable[..., int]
) -> None:
    user = User.objects.get(email=f"{jardins.pk}@exemple.fr")
    address = f"/reseaux/{network.slug}/coup-de-main/"
    for number in range(3):
        write(ateliers, network, title=f"Outil {number}", department_id="38")
    few = count_queries(address, user)
    for number in range(22):
        write(ateliers, network, title=f"Autre outil {number}", department_id="38")
    assert count_queries(address, user) == few
    assert few <= 20


@pytest.mark.parametrize(
    "text",
    [
        "Nous avons mis 45 000 € pour ce lot",
        "Quel prix mettez-vous\u202f?",
        "Quel est votre prix au mètre\u202f?",
        "Qui répond au lot 3\u202f?",
        "Voulez-vous être notre partenaire\u202f?",
        "notre offre est à 12 k€",
    ],
)
def test_what_tells_of_a_bid_is_seen(text: str) -> None:
    assert mentions_a_bid(text)


@pytest.mark.parametrize(
    "text",
    [
        "Comment taillez-vous des fruitiers en hiver\u202f?",
        "Quel outil pour 3 000 m² de friche\u202f?",
        "Comment répondre à une visite obligatoire\u202f?",
    ],
)
def test_a_question_of_practice_is_not(text: str) -> None:
    assert not mentions_a_bid(text)


def test_a_delegation_reads_the_mutual_aid_of_its_region(
    network: Network, jardins: Structure, signed_in_client: SignIn
) -> None:
    """What structures of its region told the whole network; neither that of others, nor of a
    sister."""
    delegation, sister = make_network("Délégation", network), make_network("Sœur", network)
    delegation.departments.add("38")
    far = make_structure("Loin", department_id="73")
    join(far, network)
    apart = member("Chez la sœur", sister)
    write(jardins, network, title="Un broyeur de la région")
    write(far, network, title="Un camion d’ailleurs")
    write(apart, sister, title="Un local de la sœur")
    eve = make_person("eve@exemple.fr", role="delegate", network=delegation)
    client = signed_in_client(eve)
    board = client.get(f"/reseaux/{delegation.slug}/coup-de-main/").text
    assert "Un broyeur de la région" in board
    assert not any(title in board for title in ("Un camion d’ailleurs", "Un local de la sœur"))
    offer = MutualOffer.objects.get(structure=jardins)
    assert client.get(f"/reseaux/{delegation.slug}/coup-de-main/{offer.pk}/").status_code == 200
    stranger = make_person("s@exemple.fr", role="delegate", network=make_network("Large"))
    page = signed_in_client(stranger).get(f"/reseaux/{delegation.slug}/coup-de-main/")
    assert page.status_code == 404
