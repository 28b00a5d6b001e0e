"""Who leads, which files are shared, who is found again, and with whom an alliance may start."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cordee.accounts.actions import close_account, erase_account
from cordee.agreement import PartyRole
from cordee.alliances.coordination import actions as coordination_actions
from cordee.alliances.endorsements import actions as endorsements_actions
from cordee.alliances.files import actions as files_actions
from cordee.alliances.frame.mails import people_inside
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.models import Alliance, AllianceFile, AllianceMessage
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.opening.views import ALONE, sources_for
from cordee.alliances.requirements import lot_of
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import RoleSeat
from cordee.mobilisation.actions import answers
from cordee.mobilisation.models import Answer
from tests.alliances.makers import PDF, Rope
from tests.members.makers import make_network, make_person
from tests.mobilisation.campaign_makers import (
    ask_of,
    director_of,
    last_office_moment,
    make_member,
    relayed,
)
from tests.opportunities.makers import make_opportunity

Make = Callable[..., Rope]
Role = RoleSeat.Role


def staff(team: Rope, email: str = "autre@exemple.fr") -> Any:
    return make_person(email, role=Role.NETWORK_STAFF, network=team.network)


# --- Who leads ----------------------------------------------------------------------------------


def test_somebody_of_the_same_network_leads_too(rope: Make) -> None:
    team = rope()
    other = staff(team)
    coordination_actions.add_coordinator(alliance=team.alliance, person=other, by=team.leader)
    coordination_actions.add_coordinator(alliance=team.alliance, person=other, by=team.leader)
    assert team.alliance.coordinators.count() == 2
    assert Alliance.objects.coordinated_by(other).get() == team.alliance


def test_who_left_the_network_is_written_to_no_more(rope: Make) -> None:
    """RULE-38: who answers an alliance is no longer theirs to know."""
    team = rope()
    other = staff(team)
    coordination_actions.add_coordinator(alliance=team.alliance, person=other, by=team.leader)
    other.seats.all().delete()
    team.gather()
    assert OutgoingMail.objects.filter(for_person=team.leader.pk).exists()
    assert not OutgoingMail.objects.filter(for_person=other.pk).exists()
    assert other not in people_inside(team.fresh)


def test_somebody_of_elsewhere_does_not(rope: Make) -> None:
    team = rope()
    stranger = make_person(
        "loin@exemple.fr", role=Role.NETWORK_STAFF, network=make_network("Réseau du Large")
    )
    for person in (stranger, team.directors["jardins"]):
        with pytest.raises(ValidationError, match="n’agit pas pour qui coordonne"):
            coordination_actions.add_coordinator(
                alliance=team.alliance, person=person, by=team.leader
            )


def test_whoever_leads_another_team_on_the_lot_is_refused_without_naming_it(rope: Make) -> None:
    team = rope()
    other = staff(team)
    breakdown = team.alliance.breakdown
    start_alliance(
        breakdown=breakdown,
        lots={lot_of(package) for package in breakdown.packages.all()},
        title="Une rivale",
        start=Start(origin=Alliance.Origin.SCRATCH),
        network=team.network,
        by=other,
        now=team.now,
    )
    with pytest.raises(ValidationError) as refused:
        coordination_actions.add_coordinator(alliance=team.alliance, person=other, by=team.leader)
    assert "rivale" not in str(refused.value)


def test_the_last_one_stays_and_may_pass_the_lead_on(rope: Make) -> None:
    team = rope()
    with pytest.raises(ValidationError, match="Passez d’abord la main"):
        coordination_actions.remove_coordinator(
            coordinator=team.alliance.coordinators.get(), by=team.leader
        )
    other = staff(team)
    coordination_actions.hand_on(alliance=team.alliance, to=other, by=team.leader)
    assert team.alliance.coordinators.get().person == other


def test_whoever_lost_the_role_is_nobody_to_stay(rope: Make) -> None:
    team = rope()
    other = staff(team)
    coordination_actions.add_coordinator(alliance=team.alliance, person=other, by=team.leader)
    RoleSeat.objects.filter(person=other).delete()
    mine = team.alliance.coordinators.get(person=team.leader)
    with pytest.raises(ValidationError, match="Passez d’abord la main"):
        coordination_actions.remove_coordinator(coordinator=mine, by=team.leader)
    ghost = team.alliance.coordinators.get(person=other)
    coordination_actions.remove_coordinator(coordinator=ghost, by=team.leader)
    assert team.alliance.coordinators.get() == mine


def test_nobody_closes_her_account_on_an_alliance_that_she_leads_alone(rope: Make) -> None:
    team = rope()
    staff(team, "equipe@exemple.fr")
    with pytest.raises(ValidationError, match="Les berges ensemble"):
        close_account(person=team.leader, by=team.leader, now=team.now)
    coordination_actions.hand_on(alliance=team.alliance, to=staff(team), by=team.leader)
    close_account(person=team.leader, by=team.leader, now=team.now)


def test_the_lead_is_passed_on_from_its_page(rope: Make, signed_in_client: Any) -> None:
    team = rope()
    other = staff(team)
    page = reverse("alliances:coordinators", args=[team.alliance.pk])
    client = signed_in_client(team.leader)
    assert client.get(page).status_code == 200
    assert client.post(page, {"person": "999999"}).status_code == 200
    assert client.post(page, {"person": other.pk, "hands_on": "on"}).status_code == 302
    assert client.get(page).status_code == 404
    assert signed_in_client(other).get(page).status_code == 200


# --- Files --------------------------------------------------------------------------------------


def test_files_are_shared_inside_and_nowhere_else(rope: Make, signed_in_client: Any) -> None:
    team = rope().gather()
    page = reverse("alliances:files", args=[team.alliance.pk])
    mine = signed_in_client(team.directors["toits"])
    wrong = mine.post(page, {"file": SimpleUploadedFile("a.pdf", b"<script>")})
    assert "pas lisible" in wrong.content.decode()
    sent = {"file": SimpleUploadedFile("plan.pdf", PDF), "words": "Le plan"}
    assert mine.post(page, sent).status_code == 302
    again = {"file": SimpleUploadedFile("plan.pdf", PDF), "words": "Le plan"}
    assert mine.post(page, again).status_code == 302
    row = AllianceFile.objects.get()
    assert row.brought_for == "Les Toits du Val"
    saved = reverse("alliances:file", args=[team.alliance.pk, row.pk])
    others = signed_in_client(team.directors["jardins"])
    assert others.get(saved).content == PDF
    assert "Le plan" in others.get(page).content.decode()
    assert signed_in_client(team.directors["mirel"]).get(saved).status_code == 404
    gone = reverse("alliances:remove_file", args=[team.alliance.pk, row.pk])
    assert others.post(gone).status_code == 404, "somebody else brought it"
    assert "Cela ne se défait pas" in mine.get(gone).content.decode()
    assert mine.post(gone).status_code == 302
    assert mine.get(saved).status_code == 404
    row.refresh_from_db()
    assert (row.stored.name, row.words) == ("fichier effacé", "")


def test_a_list_of_files_makes_as_many_queries_for_many(rope: Make, count_queries: Any) -> None:
    team = rope().gather()
    page = reverse("alliances:files", args=[team.alliance.pk])

    def bring(number: int) -> None:
        files_actions.add_file(
            alliance=team.alliance,
            name=f"{number}.txt",
            content=f"note {number}".encode(),
            words="",
            brought_for="Réseau",
            by=team.leader,
            now=team.now,
        )

    bring(0)
    few = count_queries(page, team.leader)
    for number in range(1, 12):
        bring(number)
    assert count_queries(page, team.leader) == few


# --- Starting again -----------------------------------------------------------------------------


def next_call(tmp_path: Path) -> Any:
    opportunity = make_opportunity(tmp_path, idweb="26-10009", title="Entretien des talus")
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    return opportunity, breakdown


def test_an_earlier_team_comes_back_as_far_as_it_agreed(rope: Make, tmp_path: Path) -> None:
    team = rope().to_filed()
    opportunity, breakdown = next_call(tmp_path)

    def keys(person: Any) -> list[str]:
        return [each.key for each in sources_for(person, opportunity, breakdown)]

    assert keys(team.leader) == [ALONE], "nobody agreed to be found again"
    for key in ("jardins", "toits"):
        endorsements_actions.remember(party=team.party(key), is_yes=True, by=team.directors[key])
    assert keys(team.leader) == [ALONE, f"equipe-{team.alliance.pk}"]
    assert keys(team.directors["peintres"]) == [ALONE, f"equipe-{team.alliance.pk}"]
    assert keys(team.directors["mirel"]) == [ALONE], "it was not in that team"
    source = sources_for(team.leader, opportunity, breakdown)[1]
    assert {each.name for each in source.start.structures} == {
        "Les Jardins du Val",
        "Les Toits du Val",
    }
    made = start_alliance(
        breakdown=breakdown,
        lots={lot_of(package) for package in breakdown.packages.all()},
        title="Les talus",
        network=team.network,
        by=team.leader,
        now=team.now,
        start=source.start,
    )
    assert (made.origin, made.previous) == (Alliance.Origin.RENEWED, team.alliance)
    terms = made.terms
    shares = {str(row): terms.share_cents(row.key) for row in made.parties.all()}
    assert sum(shares.values()) == terms.price_cents, "to the cent"
    before = team.terms
    then = {key: before.share_cents(team.party(key).key) for key in ("jardins", "toits")}
    expected = terms.price_cents * then["jardins"] / sum(then.values())
    assert abs(shares["Les Jardins du Val"] - expected) <= len(terms.lines)
    assert {party.role for party in terms.parties} == {PartyRole.MEMBER}
    assert {row.state for row in made.parties.all()} == {"proposed"}, "nobody is written to yet"


def test_a_structure_says_whether_it_is_found_again(rope: Make, signed_in_client: Any) -> None:
    team = rope().gather()
    client = signed_in_client(team.directors["toits"])
    page = reverse("alliances:remember", args=[team.alliance.pk, team.party("toits").pk])
    client.post(page, {"reponse": "oui"})
    assert team.party("toits").remembers
    told = client.get(reverse("alliances:result", args=[team.alliance.pk])).content.decode()
    assert "Ne plus nous le proposer" in told
    client.post(page, {"reponse": "non"})
    assert not team.party("toits").remembers


def test_who_answered_a_campaign_yes_is_who_an_alliance_starts_with(
    rope: Make, signed_in_client: Any, tmp_path: Path
) -> None:
    team = rope()
    opportunity, breakdown = next_call(tmp_path)
    members = [make_member(f"Structure {letter}", team.network) for letter in "ABC"]
    moment = last_office_moment(team.now)
    relayed(team.leader, opportunity, to=members, now=moment)
    for structure, choice in zip(members, ("team", "either", "not_now"), strict=True):
        answers.record_answer(
            ask=ask_of(structure),
            choice=Answer.Choice(choice),
            reason="" if choice != "not_now" else "team_full",
            channel=Answer.Channel.LINK,
            by=director_of(structure),
            now=moment,
        )
    source = sources_for(team.leader, opportunity, breakdown)[1]
    assert source.start.origin == Alliance.Origin.CAMPAIGN
    assert [each.name for each in source.start.structures] == ["Structure A", "Structure B"]
    elsewhere = make_person(
        "loin@exemple.fr", role=Role.NETWORK_STAFF, network=make_network("Réseau du Large")
    )
    for stranger in (elsewhere, director_of(members[0])):
        keys = [each.key for each in sources_for(stranger, opportunity, breakdown)]
        assert keys == [ALONE], "answers are read by the network that relayed, and by nobody else"
    page = reverse("alliances:open", args=[opportunity.pk])
    client = signed_in_client(team.leader)
    told = client.get(page).content.decode()
    assert "2\u202fstructures qui ont dit oui" in told
    lots = {lot_of(package) for package in breakdown.packages.all()}
    values = {"title": "Les talus", "lots": list(lots), "coordinator": "reseau"}
    assert client.post(page, values | {"with_whom": source.key}).status_code == 302
    made = Alliance.objects.get(title="Les talus")
    assert made.origin == Alliance.Origin.CAMPAIGN
    assert {str(row) for row in made.parties.all()} == {"Structure A", "Structure B"}


# --- The journal --------------------------------------------------------------------------------


def test_those_inside_read_what_binds_them_and_not_who_said_no(
    rope: Make, signed_in_client: Any
) -> None:
    team = rope().gather()
    invitations_actions.answer_invitation(
        party=team.party("peintres"), is_yes=False, by=team.directors["peintres"], now=team.now
    )
    page = reverse("journal", args=["alliance", team.alliance.pk])
    inside = signed_in_client(team.directors["jardins"]).get(page).content.decode()
    assert "a modifié les termes d’une alliance" in inside
    assert "a répondu à une invitation" not in inside
    assert "a invité une structure" not in inside
    leading = signed_in_client(team.leader).get(page).content.decode()
    assert "a répondu à une invitation" in leading
    for stranger in ("peintres", "mirel"):
        assert signed_in_client(team.directors[stranger]).get(page).status_code == 404


# --- The thread ---------------------------------------------------------------------------------


def test_messages_are_read_inside_taken_back_hidden_and_erased(
    rope: Make, signed_in_client: Any
) -> None:
    team = rope().gather()
    page = reverse("alliances:messages", args=[team.alliance.pk])
    mine = signed_in_client(team.directors["toits"])
    assert mine.post(page, {"text": "Le plan arrive demain."}).status_code == 302
    assert mine.post(page, {"text": "Le plan arrive demain."}).status_code == 302
    row = AllianceMessage.objects.get()
    assert row.side == "Les Toits du Val", "a double click is once"
    others = signed_in_client(team.directors["jardins"])
    read = others.get(page).content.decode()
    assert "Le plan arrive demain." in read
    assert "toits@" not in read, "an address is not for the other structures"
    assert signed_in_client(team.directors["mirel"]).get(page).status_code == 404
    hidden = reverse("alliances:moderate_message", args=[team.alliance.pk, row.pk])
    assert others.post(hidden, {"raison": "x"}).status_code == 404
    leading = signed_in_client(team.leader)
    leading.post(hidden, {"raison": ""})
    assert "Le plan arrive demain." in others.get(page).content.decode()
    leading.post(hidden, {"raison": "Un prix y est écrit."})
    read = others.get(page).content.decode()
    assert "Un prix y est écrit." in read
    assert "Le plan arrive demain." not in read
    leading.post(hidden)
    taken = reverse("alliances:take_message_back", args=[team.alliance.pk, row.pk])
    assert others.post(taken).status_code == 404
    assert mine.post(taken).status_code == 302
    row.refresh_from_db()
    assert (row.text, row.is_readable) == ("", False)
    mine.post(page, {"text": "Autre chose."})
    erase_account(person=team.directors["toits"], by=None)
    assert set(AllianceMessage.objects.values_list("text", flat=True)) == {""}
    assert "avec le compte" in others.get(page).content.decode()
