"""Writing a campaign: who is proposed and why, the list, the words, the one button."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cordee.accounts.models import User
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Activity, Network, Programme, Structure
from cordee.members.sharing import Viewer
from cordee.mobilisation.actions import campaigns
from cordee.mobilisation.campaigns import concerned
from cordee.mobilisation.campaigns.access import RelayPost
from cordee.mobilisation.models import Campaign, Recipient
from cordee.opportunities.models import Opportunity, ProgrammeAttachment
from tests.composing.conftest import DAY as VALLEY_DAY
from tests.members.makers import make_network
from tests.mobilisation.campaign_makers import (
    MONDAY,
    drafted,
    make_call,
    make_delegate,
    make_member,
    post_of,
    relayed,
)
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
State = Recipient.State


@pytest.fixture
def visitor(
    delegate: User, signed_in_client: Callable[[Any], StrictClient], monday: datetime
) -> StrictClient:
    return signed_in_client(delegate)


def words(campaign: Campaign, **changes: Any) -> dict[str, Any]:
    chosen = campaign.recipients.filter(state=State.CHOSEN).values_list("pk", flat=True)
    return {
        "subject": campaign.subject,
        "message": "Ce marché est pour nous.",
        "answer_by": campaign.answer_by.isoformat(),
        "retenues": list(chosen),
    } | changes


# --- Whom it concerns ---


def test_members_come_best_placed_first_with_their_reason(own_valley: Any) -> None:
    opportunity = own_valley.opportunity("berges")
    members = RelayPost(own_valley.network).members(on=VALLEY_DAY)
    found = concerned.concerned(opportunity, members, viewer=own_valley.viewer)
    assert [each.points for each in found] == sorted((e.points for e in found), reverse=True)
    reasons = {Structure.objects.get(pk=e.structure_id).name: e.reason for e in found}
    assert re.fullmatch(
        r"Espaces verts, (à [\d,]+\u202fkm|sur place) \(lot \d\)\.", reasons["Rives et Sentiers"]
    ), reasons


def test_a_reason_holds_no_figure_that_was_shared(own_valley: Any) -> None:
    """It is kept and shown later: capacity and accounts have no place in it."""
    members = RelayPost(own_valley.network).members(on=VALLEY_DAY)
    for slug in ("berges", "mobilier"):
        for each in concerned.concerned(
            own_valley.opportunity(slug), members, viewer=own_valley.viewer
        ):
            assert not re.search(r"équipe|ETP|€|plafond|mois", each.reason)


def test_without_a_size_trade_and_distance_decide(
    call: Opportunity, network: Network, delegate: User
) -> None:
    near = make_member("Près", network, commune_id="38002")
    far = make_member("Loin", network, commune_id="38003")
    guessed = make_member("Peut-être", network, commune_id="38002")
    Activity.objects.filter(chantier__structure=guessed).update(certainty="guessed")
    make_member("Autre métier", network, trade="second-oeuvre-batiment")
    beyond = make_member("Hors de portée", network, commune_id="73001", department_id="73")
    found = concerned.concerned(
        call,
        post_of(delegate).members(on=MONDAY.date()),
        viewer=Viewer.of_network(network, MONDAY.date()),
    )
    told = {each.structure_id: each.reason for each in found}
    assert told[near.pk] == "Espaces verts, sur place."
    assert told[far.pk] == "Espaces verts, à 11\u202fkm."
    assert told[guessed.pk] == "Espaces verts (supposé), sur place."
    assert beyond.pk not in told
    assert len(told) == 3


def test_members_of_delegations_are_members(call: Opportunity, network: Network) -> None:
    delegation = make_network("Délégation du Val", parent=network)
    member = make_member("Les Jardins du Val", delegation)
    staff = make_delegate("equipe@exemple.fr", network)
    assert [r.structure for r in drafted(staff, [call]).recipients.all()] == [member]
    local = make_delegate("locale@exemple.fr", delegation)
    assert [r.structure for r in drafted(local, [call]).recipients.all()] == [member]


def test_a_closed_establishment_is_not_written_to(
    call: Opportunity, delegate: User, member: Structure
) -> None:
    Structure.objects.filter(pk=member.pk).update(is_closed=True)
    assert drafted(delegate, [call]).recipients.count() == 0


# --- A draft ---


def test_relaying_from_an_opportunity_opens_one_draft(
    visitor: StrictClient, call: Opportunity, member: Structure
) -> None:
    for _ in range(2):
        answer = visitor.post("/mobilisation/nouvelle/", {"opportunite": call.pk})
        assert answer.status_code == 302
    assert Campaign.objects.count() == 1
    page = visitor.get(answer["Location"]).content.decode()
    assert member.name in page
    assert "Courrier tout de suite" in page
    assert OutgoingMail.objects.count() == 0


def test_the_day_of_answers_leaves_a_week_to_bid(call: Opportunity) -> None:
    on = MONDAY.date()
    assert campaigns.first_answer_by([call], on=on) == on + 14 * DAY
    soon = make_call("Vite", days=10)
    assert campaigns.first_answer_by([call, soon], on=on) == on + 3 * DAY
    tomorrow = make_call("Très vite", days=2)
    assert campaigns.first_answer_by([tomorrow], on=on) == on + DAY


def test_a_deadline_of_the_night_is_on_its_day_in_paris() -> None:
    night = Opportunity(deadline=datetime(2026, 12, 20, 23, 30, tzinfo=UTC))
    on = date(2026, 12, 10)
    assert campaigns.first_answer_by([night], on=on) == date(2026, 12, 14)


def test_words_and_ticks_are_kept(
    visitor: StrictClient, delegate: User, call: Opportunity, network: Network
) -> None:
    kept, left = make_member("Gardée", network), make_member("Laissée", network)
    campaign = drafted(delegate, [call])
    row = campaign.recipients.get(structure=kept)
    address = reverse("campaigns:draft", args=[campaign.pk])
    visitor.post(address, words(campaign, retenues=[row.pk], suite="garder"))
    states = dict(campaign.recipients.values_list("structure", "state"))
    assert states == {kept.pk: State.CHOSEN, left.pk: State.LEFT_OUT}
    campaign.refresh_from_db()
    assert campaign.message == "Ce marché est pour nous."


def test_a_tick_of_another_draft_is_not_taken(
    visitor: StrictClient, delegate: User, other_delegate: User, call: Opportunity, member: Any
) -> None:
    theirs = drafted(other_delegate, [call])
    stranger = make_member("Ailleurs", theirs.network)
    campaigns.add_to_campaign(
        campaign=theirs, structure=stranger, post=post_of(other_delegate), on=MONDAY.date()
    )
    foreign = theirs.recipients.get()
    campaigns.write_campaign(
        campaign=theirs,
        subject="x",
        message="",
        answer_by=theirs.answer_by,
        chosen=set(),
        by=other_delegate,
    )
    mine = drafted(delegate, [call])
    address = reverse("campaigns:draft", args=[mine.pk])
    visitor.post(address, words(mine, retenues=[foreign.pk], suite="garder"))
    foreign.refresh_from_db()
    assert foreign.state == State.LEFT_OUT


def test_a_fault_keeps_what_was_typed(
    visitor: StrictClient, delegate: User, call: Opportunity, member: Structure
) -> None:
    campaign = drafted(delegate, [call])
    address = reverse("campaigns:draft", args=[campaign.pk])
    answer = visitor.post(address, words(campaign, answer_by="2026-11-01", retenues=[]))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ce jour est passé" in page
    assert "Ce marché est pour nous." in page
    assert 'type="checkbox"' in page
    assert " checked" not in page


def test_a_member_is_found_and_added(
    visitor: StrictClient, delegate: User, call: Opportunity, network: Network
) -> None:
    mason = make_member("Pierre et Chaux", network, trade="second-oeuvre-batiment")
    stranger = make_member("Pierre d’Ailleurs", trade="second-oeuvre-batiment")
    campaign = drafted(delegate, [call])
    address = reverse("campaigns:draft", args=[campaign.pk])
    found = visitor.post(address, words(campaign, suite="chercher", q="pierre"), follow=True)
    page = found.content.decode()
    assert 'Ajouter<span class="visually-hidden"> Pierre et Chaux' in page
    assert stranger.name not in page
    visitor.post(address, words(campaign, ajouter=mason.pk))
    row = campaign.recipients.get(structure=mason)
    assert (row.state, row.reason) == (State.CHOSEN, concerned.ADDED)
    assert visitor.post(address, words(campaign, ajouter=stranger.pk)).status_code == 404


def test_an_empty_list_is_explained(
    visitor: StrictClient, delegate: User, call: Opportunity
) -> None:
    campaign = drafted(delegate, [call])
    page = visitor.get(reverse("campaigns:draft", args=[campaign.pk])).content.decode()
    assert "Aucun membre de ce métier à portée" in page
    preview = visitor.get(reverse("campaigns:preview", args=[campaign.pk])).content.decode()
    assert "Aucune structure n’est cochée" in preview


def test_the_list_says_what_will_happen_to_each(
    visitor: StrictClient,
    delegate: User,
    other_delegate: User,
    other_network: Network,
    network: Network,
) -> None:
    call = make_call("Le bon")
    make_member("Sans compte", network, director=False)
    asked = make_member("Déjà demandée", network, other_network)
    relayed(delegate, call, to=[asked])
    full = make_member("Trop écrite", network)
    for number in range(3):
        relayed(delegate, make_call(f"Marché {number}"), to=[full])
    campaign = drafted(delegate, [call])
    page = visitor.get(reverse("campaigns:draft", args=[campaign.pk])).content.decode()
    assert "À appeler\u00a0: personne n’a de compte" in page
    assert "Déjà sollicitée par votre réseau\u00a0: pas de second courrier" in page
    assert f"Par {delegate}, le" in page
    assert "Assez de courriers cette semaine" in page


def test_the_draft_of_a_colleague_is_hers_and_the_staffs(
    delegate: User,
    network: Network,
    call: Opportunity,
    member: Structure,
    signed_in_client: Callable[[Any], StrictClient],
    monday: datetime,
) -> None:
    address = reverse("campaigns:draft", args=[drafted(delegate, [call]).pk])
    colleague = make_delegate("collegue@exemple.fr", network)
    assert signed_in_client(colleague).get(address).status_code == 404
    from tests.members.makers import make_person

    staff = make_person("equipe@exemple.fr", role="network_staff", network=network)
    assert signed_in_client(staff).get(address).status_code == 200


def test_a_draft_is_erased_after_a_question(
    visitor: StrictClient, delegate: User, call: Opportunity, member: Structure
) -> None:
    campaign = drafted(delegate, [call])
    address = reverse("campaigns:drop", args=[campaign.pk])
    assert "Personne n’en a rien reçu" in visitor.get(address).content.decode()
    visitor.post(address)
    assert Campaign.objects.count() == 0


def test_the_number_of_queries_of_a_draft_is_fixed(
    delegate: User,
    network: Network,
    monday: datetime,
    count_queries: Callable[..., int],
) -> None:
    call = make_call()
    for number in range(3):
        make_member(f"Structure {number}", network)
    few = count_queries(reverse("campaigns:draft", args=[drafted(delegate, [call]).pk]), delegate)
    for number in range(3, 30):
        make_member(f"Structure {number}", network)
    other = drafted(delegate, [make_call("Un autre")])
    assert other.recipients.count() == 30
    assert count_queries(reverse("campaigns:draft", args=[other.pk]), delegate) == few


def test_a_preview_without_any_mail_says_whom_to_call(
    visitor: StrictClient, network: Network, call: Opportunity
) -> None:
    make_member("Sans compte", network, director=False)
    answer = visitor.post("/mobilisation/nouvelle/", {"opportunite": call.pk})
    page = visitor.get(f"{answer['Location']}apercu/").text
    assert "<h1>1\u202fstructure à appeler, aucun courrier</h1>" in page
    assert "Envoyer à" not in page
    assert "--</div>" not in page


# --- A rule, a programme ---


def test_a_rule_proposes_what_it_finds(
    visitor: StrictClient, member: Structure, network: Network
) -> None:
    near, later = make_call("Bientôt", days=20), make_call("Plus tard", days=60)
    # Its deadline is later in the day than now: pages say it is in 30 days.
    last = make_call("Le dernier jour", now=MONDAY + timedelta(hours=3), days=30)
    answer = visitor.post(
        "/mobilisation/nouvelle/",
        {"metier": "espaces-verts", "departement": "38", "jours": "30"},
    )
    campaign = Campaign.objects.get()
    assert answer["Location"] == reverse("campaigns:draft", args=[campaign.pk])
    assert set(campaign.opportunities.all()) == {near, last}
    assert later.pk
    page = visitor.get(answer["Location"]).content.decode()
    assert "Espaces verts, Isère (38), 30\u202fprochains jours" in page


@pytest.mark.parametrize("found", [0, 9])
def test_a_rule_that_finds_nothing_or_too_much_says_so(
    visitor: StrictClient, member: Structure, found: int
) -> None:
    for number in range(found):
        make_call(f"Marché {number}", days=20)
    answer = visitor.post(
        "/mobilisation/nouvelle/",
        {"metier": "espaces-verts", "departement": "38", "jours": "30"},
    )
    assert answer.status_code == 422
    assert Campaign.objects.count() == 0


def test_a_programme_proposes_what_is_attached_and_open(
    visitor: StrictClient, call: Opportunity, member: Structure
) -> None:
    programme = Programme.objects.create(
        name="Grand chantier",
        slug="grand-chantier",
        owner="Un établissement public",
        starts_on=MONDAY.date(),
        ends_on=MONDAY.date() + 900 * DAY,
    )
    closed = make_call("Trop tard", days=-1)
    for each in (call, closed):
        ProgrammeAttachment.objects.create(
            programme=programme, opportunity=each, is_by_hand=True, reason="x", at=MONDAY
        )
    assert "Grand chantier" in visitor.get("/mobilisation/nouvelle/").content.decode()
    visitor.post("/mobilisation/nouvelle/", {"programme": programme.slug})
    campaign = Campaign.objects.get()
    assert campaign.programme == programme
    assert list(campaign.opportunities.all()) == [call]


def test_a_private_need_is_relayed_to_its_network_alone(
    delegate: User,
    network: Network,
    other_network: Network,
    signed_in_client: Callable[[Any], StrictClient],
    monday: datetime,
) -> None:
    """Somebody of two networks does not carry the need of one to the members of the other."""
    from cordee.members.models import RoleSeat

    need = make_call("Besoin privé", source="private", network=network)
    RoleSeat.objects.create(person=delegate, role="delegate", network=other_network)
    visitor = signed_in_client(delegate)
    refused = visitor.post(
        "/mobilisation/nouvelle/", {"opportunite": need.pk, "reseau": other_network.slug}
    )
    assert refused.status_code == 404
    other_post = next(post for post in campaigns_posts(delegate) if post.network == other_network)
    with pytest.raises(ValidationError):
        campaigns.start_campaign(
            post=other_post,
            opportunities=[need],
            by=delegate,
            now=MONDAY,
            on=MONDAY.date(),
        )


def campaigns_posts(person: User) -> list[RelayPost]:
    from cordee.mobilisation.campaigns.access import posts_of

    return posts_of(person)


# --- Sending ---


def test_the_preview_is_the_very_mail(
    visitor: StrictClient, delegate: User, call: Opportunity, member: Structure
) -> None:
    campaign = drafted(delegate, [call])
    visitor.post(reverse("campaigns:draft", args=[campaign.pk]), words(campaign, suite="relire"))
    address = reverse("campaigns:preview", args=[campaign.pk])
    page = visitor.get(address).content.decode()
    assert "Rien n’est envoyé avant ce bouton" in page
    assert "Ce marché est pour nous." in page
    assert visitor.get(f"{address}?pour=²").status_code == 200
    assert OutgoingMail.objects.count() == 0
    answer = visitor.post(address)
    assert answer["Location"] == reverse("campaigns:campaign", args=[campaign.pk])
    again = visitor.post(address)
    assert again["Location"] == answer["Location"], "the back button leads to what it became"


def test_whoever_left_meanwhile_is_said_before_sending(
    visitor: StrictClient, delegate: User, call: Opportunity, member: Structure
) -> None:
    campaign = drafted(delegate, [call])
    member.memberships.all().delete()
    answer = visitor.post(reverse("campaigns:preview", args=[campaign.pk]))
    assert answer.status_code == 422
    assert "retirez de la liste" in answer.content.decode()
    campaign.refresh_from_db()
    assert campaign.is_draft


def test_nothing_is_sent_about_what_closed_meanwhile(
    visitor: StrictClient, delegate: User, call: Opportunity, member: Structure
) -> None:
    campaign = drafted(delegate, [call])
    Opportunity.objects.filter(pk=call.pk).update(stage="cancelled")
    answer = visitor.post(reverse("campaigns:preview", args=[campaign.pk]))
    assert answer.status_code == 422
    assert "Plus aucune de ces opportunités" in answer.content.decode()


def test_who_was_not_chosen_leaves_no_trace(
    delegate: User, call: Opportunity, network: Network
) -> None:
    kept, left = make_member("Gardée", network), make_member("Laissée", network)
    campaign = relayed(delegate, call, to=[kept])
    assert [each.structure for each in campaign.recipients.all()] == [kept]
    assert left.pk
