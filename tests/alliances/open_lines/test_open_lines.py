"""« Il manque quelqu’un »: what nobody has taken, who could, and the two gestures from there."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from cordee.accounts.models import User
from cordee.agreement import Cell, Terms
from cordee.agreement.open_lines import lines_left_by, lines_to_cover
from cordee.alliances import revisions
from cordee.alliances.invitations import actions
from cordee.alliances.models import Alliance, AllianceParty, Endorsement
from cordee.alliances.withdrawals.leaving import announce
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Activity, Structure
from cordee.opportunities.models import NeedDraft
from tests.alliances.test_workspace import (
    NAMES,
    NOW,
    SignIn,
    alliance,
    day_of_the_valley,
    directing,
    leader,
    opened,
    party_of,
    says_yes,
    text_of,
)
from tests.members.makers import make_person, make_structure

__all__ = ["alliance", "day_of_the_valley", "leader"]

pytestmark = pytest.mark.django_db


def address(alliance: Alliance, route: str = "open_lines", **query: str) -> str:
    return reverse(f"alliances:{route}", args=[alliance.pk], query=query)


def covered(alliance: Alliance, terms: Terms, *keys: str) -> Terms:
    """Some lines wholly taken by the first structure."""
    party = party_of(alliance, NAMES[0]).key
    for line in terms.lines:
        if line.key in keys:
            terms = terms.with_cell(
                Cell(
                    party=party,
                    line=line.key,
                    cents=line.price_cents,
                    cfte=line.need_cfte,
                    insertion_hours=line.insertion_hours,
                )
            )
    return terms


def write(alliance: Alliance, terms: Terms, by: User) -> None:
    version = Alliance.objects.get(pk=alliance.pk).version
    revisions.write_terms(alliance=alliance, base=version, terms=terms, by=by, now=NOW)


AROUND = [f"Les Sentiers {number}" for number in range(1, 6)]


@pytest.fixture(autouse=True)
def around(valley: Any) -> list[Structure]:
    """Five structures of the first trade, each a little farther; the last one is an EI."""
    package = valley.opportunity("berges").latest_breakdown().packages.get(position=1)
    found = []
    for number, name in enumerate(AROUND):
        made = make_structure(
            name,
            kind="EI" if number == 4 else "ACI",
            latitude=package.latitude + 0.05 * number,
            longitude=package.longitude,
        )
        Activity.objects.create(
            chantier=made.chantiers.get(), trade=package.trade, proficiency=3, reach_km=80
        )
        found.append(made)
    return found


def rows_of(said: str) -> list[str]:
    """Names of the list, in its order; empty where there is no list."""
    return re.findall(r'role="rowheader"><a href="[^"]*">([^<]*)</a>', said)


# --- What lacks ---------------------------------------------------------------------------------


def test_what_nobody_took_is_counted_line_by_line(alliance: Alliance) -> None:
    terms = alliance.terms
    first, *others = terms.lines
    party = party_of(alliance, NAMES[0]).key
    everybody = {party: {line.trade for line in terms.lines}}
    done = covered(alliance, terms, *(line.key for line in others))
    half = done.with_cell(Cell(party=party, line=first.key, cents=first.price_cents - 1_000))
    opened = {each.line.key: each for each in lines_to_cover(half, everybody)}
    assert opened[first.key].cents == 1_000
    assert opened[first.key].cfte == first.need_cfte
    assert [key for key, each in opened.items() if each.is_open] == [first.key]
    nobody = lines_to_cover(covered(alliance, half, first.key), {})
    assert all(each.lacks_trade and not each.cents for each in nobody)


def test_what_a_party_leaves_is_what_it_did_itself(alliance: Alliance) -> None:
    terms = covered(alliance, alliance.terms, *(line.key for line in alliance.terms.lines))
    left = lines_left_by(terms, [party_of(alliance, NAMES[0]).key])
    assert [each.cents for each in left] == [line.price_cents for line in terms.lines]
    assert not any(
        each.is_open for each in lines_left_by(terms, [party_of(alliance, NAMES[1]).key])
    )


# --- Who could ----------------------------------------------------------------------------------


def test_the_page_lists_those_of_the_trade_and_asks_one_in_one_gesture(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    said = text_of(client.get(address(alliance)))
    assert "Il manque quelqu’un sur" in said
    names = rows_of(said)
    assert set(AROUND) <= set(names)
    assert not set(names) & set(NAMES)
    able = Structure.objects.in_trade(alliance.terms.lines[0].trade)
    assert {Structure.objects.get(name=name) for name in names} <= set(able)
    chosen = Structure.objects.get(name=names[0])
    director = directing(chosen)
    given = {"structure": str(chosen.pk), "ligne": "01", "km": "60"}
    for _ in range(2):
        answer = client.post(address(alliance, "call_in"), given)
        assert answer["Location"].endswith("?ligne=01&km=60")
    row = alliance.parties.get(structure=chosen)
    assert row.state == AllianceParty.State.INVITED
    assert row.key in {party.key for party in Alliance.objects.get(pk=alliance.pk).terms.parties}
    mails = OutgoingMail.objects.filter(for_person=director.pk)
    assert mails.count() == 1, "a double click writes once"
    assert chosen.name not in rows_of(text_of(client.get(address(alliance))))


def test_whoever_said_no_is_not_asked_again_from_there(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    name = rows_of(text_of(client.get(address(alliance))))[0]
    chosen = Structure.objects.get(name=name)
    row = actions.call_in(alliance=alliance, structure=chosen, by=leader, now=NOW)
    actions.answer_invitation(party=row, is_yes=False, by=directing(chosen), now=NOW)
    assert name not in rows_of(text_of(client.get(address(alliance))))


def test_an_operator_that_is_in_the_team_is_not_asked_under_another_number(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    """RULE-19: two establishments of one association are one signature."""
    client = signed_in_client(leader)
    other = Structure.objects.get(name=rows_of(text_of(client.get(address(alliance))))[0])
    own = party_of(alliance, NAMES[0]).structure
    number = f"{own.organisation.siren}{other.siret[9:]}"
    Structure.objects.filter(pk=other.pk).update(siret=number, organisation=own.organisation)
    assert other.name not in rows_of(text_of(client.get(address(alliance))))


def test_links_come_first_with_what_was_done_together(
    valley: Any, signed_in_client: SignIn
) -> None:
    own = Structure.objects.get(name=NAMES[0])
    director = directing(own)
    made = opened(valley, director, (NAMES[1],), network=None, structure=own)
    client = signed_in_client(director)
    names = rows_of(text_of(client.get(address(made))))
    friend = Structure.objects.get(name=names[-1])
    third = Structure.objects.get(name=NAMES[1])
    earlier = opened_before(valley, (own, friend, third))
    one, two, _ = earlier.parties.order_by("pk")
    for by_party, about in ((one, two), (two, one)):
        Endorsement.objects.create(by_party=by_party, about=about, given_at=NOW)
    directing(friend)
    said = text_of(client.get(address(made)))
    assert rows_of(said) == [friend.name, *names[:-1]]
    assert "Vous avez répondu ensemble\u00a0:" in said
    assert ", 2026, avec 1\u202fautre de cette équipe." in said
    by_trip = text_of(client.get(address(made, tri="trajet")))
    assert rows_of(by_trip)[0] == friend.name


def opened_before(valley: Any, structures: tuple[Structure, ...]) -> Alliance:
    """A lost alliance of some structures, on another contract of the valley."""
    opportunity = valley.opportunity("repas")
    made = Alliance.objects.create(
        title="Avant",
        opportunity=opportunity,
        breakdown=opportunity.latest_breakdown(),
        origin=Alliance.Origin.SCRATCH,
        network=valley.network,
        phase="lost",
        ended_at=NOW,
    )
    for structure in structures:
        AllianceParty.objects.create(
            alliance=made, structure=structure, state="interested", invited_at=NOW
        )
    return made


def test_the_list_is_sorted_and_filtered_and_says_when_nothing_is_left(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    whole = rows_of(text_of(client.get(address(alliance))))
    by_trip = rows_of(text_of(client.get(address(alliance, tri="trajet"))))
    assert sorted(whole) == sorted(by_trip)
    kind = Structure.objects.get(name=whole[0]).kind
    kept = rows_of(text_of(client.get(address(alliance, type=kind))))
    assert kept == [n for n in whole if Structure.objects.get(name=n).kind == kind]
    assert rows_of(text_of(client.get(address(alliance, nom=whole[-1])))) == [whole[-1]]
    none = text_of(client.get(address(alliance, nom="introuvable")))
    assert "Aucune structure avec ces choix" in none
    bad = text_of(client.get(address(alliance, km="-3", tri="x", ligne="99", page="z")))
    assert rows_of(bad) == whole


def test_empty_pages_say_what_to_do(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    first, *others = alliance.terms.lines
    write(alliance, covered(alliance, alliance.terms, *(line.key for line in others)), leader)
    Activity.objects.filter(trade=first.trade).delete()
    said = text_of(client.get(address(alliance, ligne=first.key)))
    assert "Aucune structure de ce métier assez proche" in said
    assert "que personne n’a dit exercer" in said
    terms = Alliance.objects.get(pk=alliance.pk).terms
    write(alliance, covered(alliance, terms, first.key), leader)
    own = party_of(alliance, NAMES[0]).structure
    for line in terms.lines:
        Activity.objects.get_or_create(
            chantier=own.chantiers.first(),
            trade=line.trade,
            defaults={"certainty": "known", "proficiency": 2, "reach_km": 30},
        )
    done = text_of(client.get(address(alliance)))
    assert "Il ne manque personne" in done
    assert "Chercher un renfort" in done
    again = text_of(client.get(address(alliance, ligne=first.key)))
    assert "Rien ne manque ici." in again


def test_only_who_coordinates_reads_it_and_asks(
    alliance: Alliance, signed_in_client: SignIn
) -> None:
    client = signed_in_client(says_yes(alliance, NAMES[0]))
    assert client.get(address(alliance)).status_code == 404
    for route in ("call_in", "post_need"):
        assert client.post(address(alliance, route), {"ligne": "01"}).status_code == 404


def test_it_asks_as_many_questions_for_few_and_for_many(
    alliance: Alliance, leader: User, count_queries: Any
) -> None:
    asked = count_queries(address(alliance), leader)
    trade = alliance.terms.lines[0].trade
    Activity.objects.filter(trade=trade, chantier__structure__name__in=AROUND[1:]).delete()
    assert count_queries(address(alliance), leader) == asked
    assert asked <= 30


# --- After filing -------------------------------------------------------------------------------


def test_once_filed_one_proposes_on_the_page_of_the_withdrawal(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    write(alliance, covered(alliance, alliance.terms, "01"), leader)
    says_yes(alliance, NAMES[0])
    client = signed_in_client(leader)
    Alliance.objects.filter(pk=alliance.pk).update(phase="filed")
    assert "Personne ne peut entrer d’ici" in text_of(client.get(address(alliance)))
    party = party_of(alliance, NAMES[0])
    row = announce(party=party, reason="Plus d’équipe", by=leader, now=NOW)
    said = text_of(client.get(address(alliance)))
    assert "Qui pourrait reprendre la part" in said
    siret = said.split("?structure=")[1].split('"')[0]
    page = f"{reverse('alliances:withdrawal', args=[alliance.pk, row.pk])}?structure={siret}"
    assert f'value="{siret}"' in text_of(client.get(page))
    chosen = Structure.objects.get(siret=siret)
    answer = client.post(address(alliance, "call_in"), {"structure": str(chosen.pk)})
    assert answer.status_code == 302
    assert not alliance.parties.filter(structure=chosen).exists(), "the composition is frozen"


# --- A need -------------------------------------------------------------------------------------


def test_a_need_begins_with_the_work_and_names_neither_contract_nor_price(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    line = alliance.terms.lines[0]
    for _ in range(2):
        answer = client.post(address(alliance, "post_need"), {"ligne": line.key})
    draft = NeedDraft.objects.get(by=leader)
    assert answer["Location"] == reverse("opportunities:need_step", args=[draft.pk, "quoi"])
    assert draft.kind == "subcontractor"
    assert draft.typed["quoi"]["title"] == line.label
    assert draft.typed["ou"]["trade"] == line.trade
    assert draft.typed["ou"]["months"] == str(line.months)
    text = str(draft.typed)
    assert alliance.opportunity.title not in text
    assert not {"amount", "main_contract"} & draft.typed["quoi"].keys()
    assert client.get(answer["Location"]).status_code == 200
    assert client.post(address(alliance, "post_need"), {"ligne": "99"}).status_code == 404
    nobody = make_person("sans@exemple.fr")
    assert (
        signed_in_client(nobody)
        .post(address(alliance, "post_need"), {"ligne": line.key})
        .status_code
        == 404
    )


def test_who_is_called_as_a_member_has_no_share_before_anyone_writes_one(
    alliance: Alliance, leader: User
) -> None:
    inside = set(alliance.parties.values_list("structure", flat=True))
    chosen = Structure.objects.exclude(pk__in=inside).filter(kind="ACI").first()
    assert chosen is not None
    row = actions.call_in(alliance=alliance, structure=chosen, by=leader, now=NOW)
    terms = Alliance.objects.get(pk=alliance.pk).terms
    assert terms.share_cents(row.key) == 0
    assert replace(terms, cells=()).party(row.key).of is None
