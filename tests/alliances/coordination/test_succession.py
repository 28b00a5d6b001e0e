"""An alliance that nobody leads any more is taken over, by whom, and what the others are told."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cordee.accounts.actions import close_account, erase_account
from cordee.accounts.models import JournalEntry, User
from cordee.agreement.phases import Phase
from cordee.alliances.coordination import actions
from cordee.alliances.models import Alliance
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.requirements import lot_of
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import RoleSeat, Structure
from tests.alliances.makers import Rope
from tests.members.makers import make_network, make_person

Make = Callable[..., Rope]
Role = RoleSeat.Role


def staff(team: Rope, email: str = "collegue@exemple.fr", role: str = Role.NETWORK_STAFF) -> User:
    return make_person(email, role=role, network=team.network)


def take_roles_back(person: User) -> None:
    RoleSeat.objects.filter(person=person).delete()


def page_of(team: Rope) -> str:
    return reverse("alliances:take_lead", args=[team.alliance.pk])


def text_of(response: Any) -> str:
    told = re.sub(r"<[^>]+>", " ", response.content.decode().split("<main")[1])
    return " ".join(told.replace("\u202f", " ").replace("\u00a0", " ").split())


def rival(team: Rope, by: User, **values: Any) -> Alliance:
    breakdown = team.alliance.breakdown
    return start_alliance(
        breakdown=breakdown,
        lots={lot_of(package) for package in breakdown.packages.all()},
        title="Une rivale",
        start=Start(origin=Alliance.Origin.SCRATCH),
        by=by,
        now=team.now,
        **({"network": team.network} | values),
    )


def of_structure(team: Rope, key: str) -> Rope:
    """The same team, led by a structure of its own."""
    team.alliance.coordinators.all().delete()
    team.alliance.network, team.alliance.structure = None, team.structures[key]
    team.alliance.save()
    team.alliance.coordinators.create(person=team.directors[key])
    return team


def test_a_colleague_takes_over_what_nobody_leads(rope: Make, signed_in_client: Any) -> None:
    team = rope().gather()
    other = staff(team)
    client = signed_in_client(other)
    assert client.get(page_of(team)).status_code == 404, "somebody leads it"
    assert "Plus personne" not in text_of(client.get(reverse("alliances:list")))
    take_roles_back(team.leader)
    assert page_of(team) in client.get(reverse("alliances:list")).content.decode()
    told = text_of(client.get(page_of(team)))
    assert "Plus personne ne coordonne cette alliance" in told
    assert "3 structures" in told
    assert "Les Jardins du Val" not in told, "who takes part is read once they lead it"
    assert client.get(reverse("alliances:detail", args=[team.alliance.pk])).status_code == 404
    done = client.post(page_of(team))
    assert done.headers["Location"] == reverse("alliances:detail", args=[team.alliance.pk])
    assert client.post(page_of(team)).status_code == 302, "a second click"
    assert [each.person for each in team.alliance.coordinators.all()] == [other]
    assert "Les Jardins du Val" in text_of(client.get(done.headers["Location"]))
    line = JournalEntry.objects.get(verb="alliances.take_over")
    assert line.by == other
    sent = OutgoingMail.objects.filter(key__startswith="alliance-taken_over:")
    assert {mail.recipient for mail in sent} == {
        f"{key}@exemple.fr" for key in ("jardins", "toits", "peintres")
    }
    assert "collegue@" not in sent[0].text, "an address is no name"
    # Whoever led it without a role leads no more, were that role given again.
    RoleSeat.objects.create(person=team.leader, role=Role.NETWORK_STAFF, network=team.network)
    assert not Alliance.objects.coordinated_by(team.leader).exists()


def test_who_takes_part_reads_that_nobody_leads(rope: Make, signed_in_client: Any) -> None:
    team = rope().gather()
    other = staff(team)
    detail = reverse("alliances:detail", args=[team.alliance.pk])
    member = signed_in_client(team.directors["toits"])
    assert "Plus personne" not in text_of(member.get(detail))
    take_roles_back(team.leader)
    told = text_of(member.get(detail))
    assert "Plus personne ne coordonne cette alliance" in told
    assert "Une personne de Réseau du Val peut la reprendre" in told
    assert member.get(page_of(team)).status_code == 404
    with pytest.raises(ValidationError, match="pas à vous"):
        actions.take_over(alliance=team.alliance, by=team.directors["toits"], now=team.now)
    take_roles_back(other)
    assert "personne n’agit plus pour Réseau du Val" in text_of(member.get(detail))


def test_nobody_takes_what_somebody_leads_or_what_is_elsewhere(rope: Make) -> None:
    team = rope().gather()
    other = staff(team)
    with pytest.raises(ValidationError, match="coordonne déjà"):
        actions.take_over(alliance=team.alliance, by=other, now=team.now)
    stranger = make_person(
        "loin@exemple.fr", role=Role.NETWORK_STAFF, network=make_network("Réseau du Large")
    )
    take_roles_back(team.leader)
    assert actions.unled_for(stranger) == []
    with pytest.raises(ValidationError, match="pas à vous"):
        actions.take_over(alliance=team.alliance, by=stranger, now=team.now)
    actions.take_over(alliance=team.alliance, by=other, now=team.now)
    third = staff(team, "troisieme@exemple.fr")
    with pytest.raises(ValidationError, match="coordonne déjà"):
        actions.take_over(alliance=team.alliance, by=third, now=team.now)


def test_a_delegate_takes_over_where_no_staff_is_left(rope: Make) -> None:
    team = rope().gather()
    delegate = staff(team, "deleguee@exemple.fr", Role.DELEGATE)
    other = staff(team)
    take_roles_back(team.leader)
    assert actions.successors(team.alliance) == [other]
    take_roles_back(other)
    assert actions.successors(team.alliance) == [delegate]


def test_whoever_leads_a_rival_is_refused_and_reads_nothing(
    rope: Make, signed_in_client: Any
) -> None:
    """RULE-38: leading is personal."""
    team = rope().gather()
    other = staff(team)
    rival(team, other)
    take_roles_back(team.leader)
    client = signed_in_client(other)
    assert page_of(team) not in client.get(reverse("alliances:list")).content.decode()
    for answer in (client.get(page_of(team)), client.post(page_of(team))):
        assert answer.status_code == 403
        told = answer.content.decode()
        assert "Vous coordonnez déjà une équipe sur ce lot" in text_of(answer)
        for secret in ("Les berges ensemble", "Les Jardins du Val", team.opportunity.title):
            assert secret not in told
    assert not team.alliance.coordinators.filter(person=other).exists()
    with pytest.raises(ValidationError, match="Vous coordonnez déjà"):
        actions.take_over(alliance=team.alliance, by=other, now=team.now)


def test_another_director_takes_over_what_a_structure_led(
    rope: Make, signed_in_client: Any
) -> None:
    team = of_structure(rope().gather(), "jardins")
    second = make_person(
        "seconde@exemple.fr", role=Role.DIRECTOR, structure=team.structures["jardins"]
    )
    take_roles_back(team.directors["jardins"])
    client = signed_in_client(second)
    detail = client.get(reverse("alliances:detail", args=[team.alliance.pk]))
    assert page_of(team) in detail.content.decode()
    client.post(page_of(team))
    assert team.fresh.structure == team.structures["jardins"]
    assert team.alliance.coordinators.get().person == second
    sent = OutgoingMail.objects.filter(key__startswith="alliance-taken_over:")
    assert {mail.recipient for mail in sent} == {"toits@exemple.fr", "peintres@exemple.fr"}


def test_an_erased_account_leaves_an_alliance_to_take_over(rope: Make) -> None:
    team = rope().gather()
    other = staff(team)
    erase_account(person=team.leader, by=None)
    assert actions.unled_for(other) == [team.alliance]
    actions.take_over(alliance=team.alliance, by=other, now=team.now)


def test_an_ended_alliance_is_taken_over_by_nobody(rope: Make) -> None:
    team = rope().gather().step(Phase.ABANDONED)
    other = staff(team)
    take_roles_back(team.leader)
    assert actions.unled_for(other) == []
    with pytest.raises(ValidationError, match="close"):
        actions.take_over(alliance=team.alliance, by=other, now=team.now)


def test_whoever_leads_alone_is_warned(rope: Make, signed_in_client: Any) -> None:
    team = rope()
    client = signed_in_client(team.leader)
    detail = reverse("alliances:next", args=[team.alliance.pk])
    people = reverse("alliances:coordinators", args=[team.alliance.pk])
    assert "Vous seule" in text_of(client.get(detail))
    assert "Une seule personne coordonne" in text_of(client.get(people))
    other = staff(team)
    client.post(people, {"person": other.pk})
    assert "Vous seule" not in text_of(client.get(detail))
    assert "2 personnes coordonnent cette alliance" in text_of(client.get(people))
    take_roles_back(other)
    assert "Vous seule" in text_of(client.get(detail))
    assert "N’agit plus pour Réseau du Val" in text_of(client.get(people))


def test_only_who_leads_is_held_back_and_a_ghost_replaces_nobody(rope: Make) -> None:
    team = rope()
    ghost = staff(team)
    actions.add_coordinator(alliance=team.alliance, person=ghost, by=team.leader)
    take_roles_back(ghost)
    staff(team, "equipe@exemple.fr")
    with pytest.raises(ValidationError, match="Les berges ensemble"):
        close_account(person=team.leader, by=team.leader, now=team.now)
    close_account(person=ghost, by=ghost, now=team.now)


def test_the_list_makes_as_many_queries_for_many_parties(rope: Make, count_queries: Any) -> None:
    team = rope().gather()
    other = staff(team)
    few = count_queries(reverse("alliances:list"), other)
    for number in range(6):
        team.structure(f"autre{number}", f"Autre {number}", "ACI")
    assert count_queries(reverse("alliances:list"), other) == few
    assert Structure.objects.count() > 9
