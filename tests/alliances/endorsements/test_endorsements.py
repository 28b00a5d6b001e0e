"""« Je retravaillerais avec elle »: said by two or by nobody, read by the two, erased at once."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from cordee.accounts.actions import erase_account
from cordee.accounts.models import JournalEntry
from cordee.alliances.endorsements import actions as endorsements_actions
from cordee.alliances.endorsements.pages import links_of
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.models import Alliance, AllianceParty, Endorsement
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.opening.views import ALONE, sources_for
from cordee.alliances.ready_teams import actions as ready_teams_actions
from cordee.alliances.requirements import lot_of
from cordee.members.actions import memberships
from cordee.members.models import Department, Membership, RoleSeat, Structure
from tests.alliances.makers import Rope
from tests.members.makers import make_person
from tests.opportunities.makers import make_opportunity

Make = Callable[..., Rope]


def say(team: Rope, who: str, about: str) -> None:
    endorsements_actions.endorse(
        party=team.party(who), about=team.party(about), by=team.directors[who], now=team.now
    )


def linked(team: Rope, who: str) -> set[str]:
    return {str(link.structure) for link in links_of(team.directors[who]).values()}


def end(team: Rope, phase: str) -> Rope:
    """Over at once: the road there is tried elsewhere."""
    Alliance.objects.filter(pk=team.alliance.pk).update(phase=phase, ended_at=team.now)
    return team


@pytest.fixture
def lost(rope: Make) -> Rope:
    return end(rope().gather(), "lost")


@pytest.fixture
def both(lost: Rope) -> Rope:
    """The Jardins and the Toits said it of each other."""
    say(lost, "jardins", "toits")
    say(lost, "toits", "jardins")
    return lost


def next_alliance(
    team: Rope, folder: Path, structures: Sequence[Structure] = (), **values: Any
) -> Alliance:
    """Another one, on another notice, led by a structure."""
    opportunity = make_opportunity(folder, idweb="26-10009", title="Entretien des talus")
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    given: dict[str, Any] = {
        "structure": team.structures["jardins"],
        "by": team.directors["jardins"],
    }
    return start_alliance(
        breakdown=breakdown,
        lots={lot_of(package) for package in breakdown.packages.all()},
        title="Les talus",
        start=Start(origin=Alliance.Origin.SCRATCH, structures=structures),
        now=team.now,
        **(given | values),
    )


# --- Saying it ----------------------------------------------------------------------------------


def test_it_is_said_once_an_alliance_is_over_and_not_given_up(rope: Make) -> None:
    team = rope().gather()
    with pytest.raises(ValidationError, match="une fois l’alliance terminée"):
        say(team, "jardins", "toits")
    end(team, "abandoned")
    with pytest.raises(ValidationError, match="une fois l’alliance terminée"):
        say(team, "jardins", "toits")
    end(team, "delivery")
    say(team, "jardins", "toits")
    say(team, "jardins", "toits")
    assert Endorsement.objects.count() == 1, "said twice, it is said once"


def test_the_database_keeps_one_word_and_none_of_oneself(lost: Rope) -> None:
    say(lost, "jardins", "toits")
    one, two = lost.party("jardins"), lost.party("toits")
    for by_party, about in ((one, two), (one, one)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Endorsement.objects.create(by_party=by_party, about=about, given_at=lost.now)


def test_it_is_not_said_of_who_left_nor_of_another_alliance(lost: Rope, tmp_path: Path) -> None:
    AllianceParty.objects.filter(pk=lost.party("peintres").pk).update(state="withdrawn")
    with pytest.raises(ValidationError, match="jusqu’au bout"):
        say(lost, "jardins", "peintres")
    other = next_alliance(lost, tmp_path).parties.get()
    with pytest.raises(ValidationError, match="jusqu’au bout"):
        endorsements_actions.endorse(
            party=lost.party("toits"), about=other, by=lost.directors["toits"], now=lost.now
        )


# --- Who reads it -------------------------------------------------------------------------------


def test_nobody_reads_what_one_alone_said(lost: Rope, signed_in_client: Any) -> None:
    say(lost, "jardins", "toits")
    page = reverse("alliances:result", args=[lost.alliance.pk])
    assert linked(lost, "jardins") == linked(lost, "toits") == set()
    mine = signed_in_client(lost.directors["jardins"]).get(page).content.decode()
    assert "Dit par vous" in mine
    for other in (lost.directors["toits"], lost.directors["peintres"], lost.leader):
        said = signed_in_client(other).get(page).content.decode()
        assert "Dit par vous" not in said
        assert "Elle aussi" not in said


def test_what_both_said_is_read_by_the_two_and_by_no_third(
    both: Rope, signed_in_client: Any
) -> None:
    page = reverse("alliances:result", args=[both.alliance.pk])
    assert (linked(both, "jardins"), linked(both, "toits")) == (
        {"Les Toits du Val"},
        {"Les Jardins du Val"},
    )
    assert linked(both, "peintres") == set()
    assert links_of(both.leader) == {}
    for person, times in (("jardins", 1), ("toits", 1), ("peintres", 0)):
        said = signed_in_client(both.directors[person]).get(page).content.decode()
        assert said.count("Elle aussi") == times
    assert "retravaillerai" not in signed_in_client(both.leader).get(page).content.decode()


def test_a_word_taken_back_is_erased_for_both_and_leaves_no_trace_of_whom(
    both: Rope, signed_in_client: Any
) -> None:
    one, two = both.party("jardins"), both.party("toits")
    page = reverse("alliances:endorse", args=[both.alliance.pk, one.pk, two.pk])
    client = signed_in_client(both.directors["jardins"])
    assert client.post(page, {"reponse": "retirer"}).status_code == 302
    assert client.post(page, {"reponse": "retirer"}).status_code == 302
    assert linked(both, "jardins") == linked(both, "toits") == set()
    assert not Endorsement.objects.filter(by_party=one).exists()
    lines = JournalEntry.objects.filter(verb__endswith="_again")
    assert [line.verb for line in lines.order_by("pk")] == [
        "alliances.say_again",
        "alliances.say_again",
        "alliances.take_back_again",
    ]
    assert all(line.after.keys() == {"party"} for line in lines), "who spoke, never of whom"
    assert client.post(page, {"reponse": "oui"}).status_code == 302
    assert linked(both, "toits") == {"Les Jardins du Val"}


def test_the_journal_of_the_alliance_tells_nobody_who_spoke(
    both: Rope, signed_in_client: Any
) -> None:
    page = reverse("journal", args=["alliance", both.alliance.pk])
    for person in (both.directors["peintres"], both.leader):
        said = signed_in_client(person).get(page).content.decode()
        assert "retravaillerait" not in said


def test_it_is_said_for_ones_own_structure_of_who_took_part(
    lost: Rope, signed_in_client: Any
) -> None:
    one, two = lost.party("jardins"), lost.party("toits")
    for who, party, about in (
        ("peintres", one.pk, two.pk),
        ("jardins", one.pk, one.pk),
        ("jardins", one.pk, 999_999),
    ):
        page = reverse("alliances:endorse", args=[lost.alliance.pk, party, about])
        client = signed_in_client(lost.directors[who])
        assert client.post(page, {"reponse": "oui"}).status_code == 404
    RoleSeat.objects.create(
        person=lost.directors["jardins"], role="director", structure=two.structure
    )
    page = reverse("alliances:endorse", args=[lost.alliance.pk, one.pk, two.pk])
    answer = signed_in_client(lost.directors["jardins"]).post(page, {"reponse": "oui"})
    assert answer.status_code == 404, "they direct both: there is nobody to say it of"
    assert not Endorsement.objects.exists()


# --- What is left when people and structures go -------------------------------------------------


def test_an_account_erased_leaves_no_word_that_nobody_could_take_back(both: Rope) -> None:
    assert not {field.name for field in Endorsement._meta.fields} & {"by", "said_by", "person"}
    erase_account(person=both.directors["toits"], by=both.directors["toits"])
    assert linked(both, "jardins") == set()
    make_person("relais@exemple.fr", role="director", structure=both.structures["toits"])
    assert linked(both, "jardins") == {"Les Toits du Val"}, "it is the structure that spoke"


def test_who_leaves_the_network_keeps_its_links_and_the_network_none(
    both: Rope, tmp_path: Path, signed_in_client: Any
) -> None:
    team = [both.structures["jardins"], both.structures["toits"]]
    made = next_alliance(
        both, tmp_path, structure=None, network=both.network, by=both.leader, structures=team
    )
    page = reverse("alliances:team", args=[made.pk])
    client = signed_in_client(both.leader)
    assert "retravailleraient ensemble" not in client.get(page).content.decode()
    for row in made.parties.select_related("structure"):
        director = both.directors["jardins" if "Jardins" in str(row) else "toits"]
        invitations_actions.invite(party=row, by=both.leader, now=both.now)
        invitations_actions.answer_invitation(party=row, is_yes=True, by=director, now=both.now)
    said = client.get(page).content.decode()
    assert "Les Jardins du Val et Les Toits du Val" in said
    assert "Les berges ensemble" not in said, "not on which contract (RULE-38)"
    inside = signed_in_client(both.directors["jardins"]).get(page).content.decode()
    assert "retravailleraient ensemble" not in inside
    row = Membership.objects.get(structure=both.structures["toits"])
    memberships.end_membership(membership=row, by=both.leader, on=both.on)
    out = made.parties.get(structure=both.structures["toits"])
    invitations_actions.remove_party(party=out, by=both.leader, now=both.now)
    assert "retravailleraient ensemble" not in client.get(page).content.decode()
    assert linked(both, "jardins") == {"Les Toits du Val"}


def test_a_closed_structure_is_proposed_to_nobody(both: Rope) -> None:
    both.structures["toits"].is_closed = True
    both.structures["toits"].save()
    assert linked(both, "jardins") == set()


# --- Where it serves ----------------------------------------------------------------------------


def test_an_alliance_starts_with_those_of_a_link(both: Rope, tmp_path: Path) -> None:
    opportunity = make_opportunity(tmp_path, idweb="26-10009", title="Entretien des talus")
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None

    def keys(who: str) -> list[str]:
        given = sources_for(both.directors[who], opportunity, breakdown)
        return [each.key for each in given]

    assert keys("jardins") == [ALONE, "liens"]
    assert keys("peintres") == [ALONE]
    source = sources_for(both.directors["jardins"], opportunity, breakdown)[1]
    assert source.words.endswith("Les Toits du Val")
    assert source.start.structures == [both.structures["toits"]]


def test_links_are_proposed_where_one_brings_a_structure_in(
    both: Rope, tmp_path: Path, signed_in_client: Any
) -> None:
    made = next_alliance(both, tmp_path, structures=[both.structures["peintres"]])
    page = reverse("alliances:add_party", args=[made.pk])
    client = signed_in_client(both.directors["jardins"])
    said = client.get(page).content.decode()
    title, year = both.opportunity.title, both.on.year
    assert f"Vous avez répondu ensemble\u00a0: {title}, {year}, avec 1" in said
    siret = both.structures["toits"].siret
    assert client.post(page, {"siret": siret, "role": "member"}).status_code == 302
    assert made.parties.filter(structure=both.structures["toits"]).exists()
    assert "Vous retravailleriez ensemble" not in client.get(page).content.decode()


def test_what_was_won_was_led_together(rope: Make) -> None:
    team = end(rope().gather(), "delivery")
    say(team, "jardins", "toits")
    say(team, "toits", "jardins")
    (link,) = links_of(team.directors["toits"]).values()
    said = f"Vous avez mené ensemble\u00a0: {team.opportunity.title}, {team.on.year}"
    assert link.words_for(()) == f"{said}."
    own, third = team.structures["toits"].pk, team.structures["peintres"].pk
    assert link.words_for({own, third}) == f"{said}, avec 1\u202fautre de cette équipe."


def test_links_are_proposed_where_one_keeps_a_team_ready(
    both: Rope, signed_in_client: Any, count_queries: Any
) -> None:
    kept = ready_teams_actions.create_team(
        name="Cordée du Val",
        department=Department.objects.get(code="38"),
        trades=["espaces_verts"],
        network=None,
        structure=both.structures["jardins"],
        by=both.directors["jardins"],
        now=both.now,
    )
    page = reverse("ready_teams:detail", args=[kept.pk])
    client = signed_in_client(both.directors["jardins"])
    said = client.get(page).content.decode()
    assert "Vous retravailleriez ensemble" in said
    few = count_queries(page, both.directors["jardins"])
    say(both, "jardins", "peintres")
    say(both, "peintres", "jardins")
    assert count_queries(page, both.directors["jardins"]) == few
    assert client.post(page, {"typed": both.structures["toits"].siret}).status_code == 302
    assert kept.members.filter(structure=both.structures["toits"], state="invited").exists()
