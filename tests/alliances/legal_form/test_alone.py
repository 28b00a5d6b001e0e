"""One structure answers alone, on the notices of the valley: advice, reserved lots, rivals."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement import PartyRole
from cordee.alliances.access import taking_part_for
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.legal_form import actions
from cordee.alliances.legal_form import actions as legal_form_actions
from cordee.alliances.models import Alliance
from cordee.alliances.planning import actions as planning_actions
from cordee.alliances.planning.pages import milestones_of
from cordee.members.models import Structure
from cordee.opportunities.models import Opportunity
from tests.alliances.legal_form.test_legal_form import (
    JARDINS,
    NOW,
    PIERRE,
    RIVES,
    SignIn,
    address,
    called,
    fresh,
    open_on,
    shared_out,
    titled,
    words,
)
from tests.alliances.test_workspace import directing, party_of
from tests.members.makers import make_person, make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day_of_the_valley(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def leader(valley: Any) -> User:
    return make_person("anime@exemple.fr", role="network_staff", network=valley.network)


@pytest.fixture
def company(valley: Any) -> Structure:
    return make_structure("Maçonnerie du Col", kind="ENTREPRISE")


def alone(found: Alliance, name: str, by: User) -> None:
    row = fresh(found)
    actions.answer_alone(
        alliance=row, holder=party_of(row, name).key, base=row.version, by=by, now=NOW
    )


def test_the_advice_leads_to_the_switch_where_groups_are_refused(
    valley: Any, leader: User, signed_in_client: SignIn
) -> None:
    refused = titled("Entretien des espaces verts de deux")
    found = open_on(refused, leader, *called(JARDINS, RIVES), network=valley.network)
    client = signed_in_client(leader)
    page = client.get(address("legal_form", found))
    assert "Un seul répond : voir ce que cela change" in words(page)
    assert address("answer_alone", found) in page.content.decode()
    detail = reverse("alliances:team", args=[found.pk])
    assert "L’avis écarte les groupements" in words(client.get(detail))
    sent = {"candidat": party_of(found, JARDINS).key, "version": fresh(found).version}
    client.post(address("answer_alone", found), sent)
    # A form that came without its version is asked again, and breaks nothing.
    assert client.post(address("answer_alone", found), {"candidat": "0"}).status_code == 302
    assert "L’avis écarte les groupements" not in words(client.get(detail))
    told = words(client.get(address("legal_form", found)))
    assert f"{JARDINS} répondent seuls, les autres sous-traitent" in told
    told = words(client.get(address("compare_forms", found)))
    assert "Sous-traitance À confirmer choisie" in told or "Sous-traitance Possible choisie" in told


def test_the_ways_stay_side_by_side_for_who_answers_alone(
    valley: Any, leader: User, signed_in_client: SignIn
) -> None:
    """What the same team would risk as a group is still read, in euros."""
    found = open_on(
        titled("Espaces verts, berges"), leader, *called(JARDINS, RIVES), network=valley.network
    )
    shared_out(found, leader)
    alone(found, JARDINS, leader)
    page = words(signed_in_client(leader).get(address("compare_forms", found)))
    assert "Il faut au moins deux membres" not in page
    assert "candidat" in page
    assert "69 200 €" in page.replace("\u202f", " ")


def test_one_member_supplied_with_staff_is_no_group_that_is_one_short(
    valley: Any, leader: User, signed_in_client: SignIn
) -> None:
    helper = make_structure("Coup de Main du Val", kind="AI")
    found = open_on(
        titled("Espaces verts, berges"), leader, *called(JARDINS), helper, network=valley.network
    )
    legal_form_actions.change_place(
        party=party_of(found, helper.name),
        role=PartyRole.STAFFING,
        of=party_of(found, JARDINS).key,
        base=fresh(found).version,
        by=leader,
        now=NOW,
    )
    client = signed_in_client(leader)
    page = words(client.get(address("legal_form", found)))
    assert f"{JARDINS} répondent seuls, avec du personnel mis à disposition" in page
    assert "Forme choisie : candidat seul, avec du personnel" in page.replace("\u00a0", " ")
    assert "Nous conseillions : mise à disposition" in page.replace("\u00a0", " ")
    assert "les autres sous-traitent" not in page
    assert client.get(address("reasons", found)).status_code == 302
    assert client.get(address("answer_together", found)).status_code == 302
    detail = words(client.get(reverse("alliances:team", args=[found.pk])))
    assert "candidat seul, avec du personnel mis à disposition" in detail
    assert "au moins deux structures de SIREN" not in detail
    steps = {each.step for each in milestones_of(fresh(found), on=timezone.localdate(NOW))}
    assert "SIGNATURE" not in steps
    approvals = words(client.get(reverse("alliances:approvals", args=[found.pk])))
    assert "Le candidat s’engage seul" in approvals
    assert client.get(reverse("alliances:approved_paper", args=[found.pk])).status_code == 302


def test_on_a_reserved_lot_a_company_neither_answers_nor_works(
    valley: Any, leader: User, company: Structure, signed_in_client: SignIn
) -> None:
    """RULE-15: told on the page, and refused by the action."""
    opportunity = titled("Entretien des espaces verts de la métropole")
    found = open_on(opportunity, leader, *called(JARDINS), company, network=valley.network)
    client = signed_in_client(leader)
    page = client.get(address("answer_alone", found))
    assert "Ne peut pas répondre seule. Réservé aux structures d’insertion" in words(page)
    assert "Ne peut pas être sous-traitante." in words(page)
    assert f"{JARDINS} répondent seuls</button>" not in page.content.decode()
    row = fresh(found)
    for name, expected in ((company.name, "y répondre seul"), (JARDINS, "être sous-traitant")):
        with pytest.raises(ValidationError, match=expected):
            alone(row, name, leader)
    # Seen outside the contract, it no longer stands in the way; but somebody has to work for it.
    legal_form_actions.change_place(
        party=party_of(found, company.name),
        role=PartyRole.EMPLOYER,
        of=None,
        base=fresh(found).version,
        by=leader,
        now=NOW,
    )
    with pytest.raises(ValidationError, match="Ajoutez d’abord une structure"):
        alone(found, JARDINS, leader)


def test_under_ten_days_the_page_of_time_does_it(
    valley: Any, leader: User, signed_in_client: SignIn
) -> None:
    found = open_on(
        titled("Espaces verts, berges"), leader, *called(JARDINS, RIVES), network=valley.network
    )
    client, where = signed_in_client(leader), address("planning", found)
    assert address("answer_alone", found) not in client.get(where).content.decode()
    Opportunity.objects.filter(pk=found.opportunity_id).update(deadline=NOW + timedelta(days=9))
    assert address("answer_alone", found) in client.get(where).content.decode()
    alone(found, JARDINS, leader)
    page = client.get(where)
    assert address("answer_alone", found) not in page.content.decode()
    assert "L’accord de sous-traitance est approuvé par chacun" in words(page)
    steps = milestones_of(fresh(found), on=timezone.localdate(NOW))
    planning_actions.lay_calendar(alliance=fresh(found), milestones=steps, by=leader, now=NOW)
    titles = set(found.tasks.values_list("title", flat=True))
    assert "Chacun dit qui signe pour lui" in titles
    assert not any("mandataire" in title or "convention" in title for title in titles)


def test_the_page_asks_the_same_however_many_parties(
    valley: Any, leader: User, count_queries: Any
) -> None:
    found = open_on(
        titled("Espaces verts, berges"), leader, *called(JARDINS, RIVES), network=valley.network
    )
    few = count_queries(address("answer_alone", found), leader)
    for number in range(8):
        invitations_actions.add_party(
            alliance=fresh(found),
            structure=make_structure(f"Structure en plus {number}"),
            role=PartyRole.MEMBER,
            by=leader,
            now=NOW,
        )
    assert count_queries(address("answer_alone", found), leader) == few


def test_a_subcontractor_of_two_candidates_reads_its_part_of_both(
    valley: Any, leader: User
) -> None:
    """RULE-38: the law lets it serve both, and it reads the table of neither."""
    other_leader = make_person("autre@exemple.fr", role="network_staff", network=valley.network)
    opportunity = titled("Espaces verts, berges")
    first = open_on(opportunity, leader, *called(JARDINS, RIVES), network=valley.network)
    second = open_on(opportunity, other_leader, *called(PIERRE, RIVES), network=valley.network)
    person = directing(Structure.objects.get(name=RIVES))
    for found, name, by in ((first, JARDINS, leader), (second, PIERRE, other_leader)):
        alone(found, name, by)
        invitations_actions.invite(party=party_of(found, RIVES), by=by, now=NOW)
    told = {"is_yes": True, "by": person, "now": NOW}
    invitations_actions.answer_invitation(party=party_of(first, RIVES), **told)
    invitations_actions.answer_invitation(party=party_of(second, RIVES), **told)
    for found in (first, second):
        assert not taking_part_for(person, found.pk).reads_shares
