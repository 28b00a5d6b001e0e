"""The workspace: who reads what of an alliance, and what becomes of what people write."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.agreement import PartyRole
from cordee.agreement.life import Place
from cordee.agreement.phases import Phase
from cordee.alliances import revisions
from cordee.alliances.access import alliances_for
from cordee.alliances.documents.pages import SETTLED
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.models import Alliance, AllianceParty, AllianceRevision
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.problem.means import facts_of
from cordee.alliances.requirements import lot_of
from cordee.alliances.shares import actions as shares_actions
from cordee.alliances.state import current
from cordee.alliances.withdrawals import leaving
from cordee.base.mail.models import OutgoingMail
from cordee.base.ui import french
from cordee.members.models import Chantier, Network, RoleSeat, Structure
from cordee.members.sharing import Viewer
from cordee.opportunities.actions.needs import decide_need
from cordee.opportunities.models import Opportunity
from cordee.skills.frameworks.values import PROPOSED, situations_for
from tests.members.makers import make_person
from tests.opportunities.makers import post_need
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 11, tzinfo=UTC)
SignIn = Callable[[Any], StrictClient]


@pytest.fixture(autouse=True)
def day_of_the_valley(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def leader(valley: Any) -> User:
    return make_person("anime@exemple.fr", role="network_staff", network=valley.network)


def directing(structure: Structure) -> User:
    """Somebody who directs a structure."""
    found = RoleSeat.objects.directing(structure).people().first()
    if found is not None:
        return found
    return make_person(f"d{structure.pk}@exemple.fr", role="director", structure=structure)


def opened(valley: Any, by: User, names: tuple[str, ...], **values: Any) -> Alliance:
    """An alliance on the berges with some structures of the valley thought of."""
    breakdown = valley.opportunity("berges").latest_breakdown()
    given = {"network": valley.network} | values
    return start_alliance(
        breakdown=breakdown,
        lots={lot_of(package) for package in breakdown.packages.all()},
        title="Les berges ensemble",
        start=Start(
            origin=Alliance.Origin.SCRATCH,
            structures=[Structure.objects.get(name=name) for name in names],
        ),
        by=by,
        now=NOW,
        **given,
    )


NAMES = ("Les Jardins de la Verdoire", "Rives et Sentiers", "Pierre et Chaux")


@pytest.fixture
def alliance(valley: Any, leader: User) -> Alliance:
    return opened(valley, leader, NAMES)


def party_of(alliance: Alliance, name: str) -> AllianceParty:
    return alliance.parties.select_related("structure").get(structure__name=name)


def says_yes(alliance: Alliance, name: str) -> User:
    party = party_of(alliance, name)
    person = directing(party.structure)
    invitations_actions.invite(party=party, by=alliance.made_by, now=NOW)
    invitations_actions.answer_invitation(party=party, is_yes=True, by=person, now=NOW)
    return person


def page(alliance: Alliance) -> str:
    return reverse("alliances:detail", args=[alliance.pk])


def text_of(answer: Any) -> str:
    return answer.content.decode()


def share(alliance: Alliance, name: str, line: str, cents: int) -> Any:
    """The terms in force with one amount written."""
    key = party_of(alliance, name).key
    terms = Alliance.objects.get(pk=alliance.pk).terms
    return terms.with_cell(replace(terms.cell(key, line), cents=cents))


def write(alliance: Alliance, terms: Any, base: int, by: User) -> Any:
    return revisions.write_terms(alliance=alliance, base=base, terms=terms, by=by, now=NOW)


# --- Who reads what (RULE-38) -------------------------------------------------------------------


def test_nobody_learns_of_an_alliance_before_she_is_asked(
    alliance: Alliance, signed_in_client: SignIn
) -> None:
    person = directing(party_of(alliance, NAMES[0]).structure)
    assert signed_in_client(person).get(page(alliance)).status_code == 404


def test_who_is_asked_reads_no_partner_and_no_price(
    alliance: Alliance, signed_in_client: SignIn
) -> None:
    says_yes(alliance, NAMES[1])
    party = party_of(alliance, NAMES[0])
    invitations_actions.invite(party=party, by=alliance.made_by, now=NOW)
    said = text_of(signed_in_client(directing(party.structure)).get(page(alliance)))
    assert "Oui, explorons" in said
    assert not any(name in said for name in NAMES[1:])
    assert "200" not in said.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize("ends", ["nothing", "declined", "removed", "withdrawn"])
def test_who_is_outside_reads_neither_the_name_nor_the_step_of_the_team(
    alliance: Alliance, leader: User, signed_in_client: SignIn, ends: str
) -> None:
    Alliance.objects.filter(pk=alliance.pk).update(title="Rives avec Pierre et Chaux")
    party = party_of(alliance, NAMES[0])
    invitations_actions.invite(party=party, by=leader, now=NOW)
    person = directing(party.structure)
    if ends == "declined":
        invitations_actions.answer_invitation(party=party, is_yes=False, by=person, now=NOW)
    elif ends == "removed":
        invitations_actions.remove_party(party=party, by=leader, now=NOW)
    elif ends == "withdrawn":
        invitations_actions.answer_invitation(party=party, is_yes=True, by=person, now=NOW)
        leaving.announce(party=party, reason="", by=person, now=NOW)
    client = signed_in_client(person)
    shown = text_of(client.get(reverse("alliances:list"))) + text_of(client.get(page(alliance)))
    assert ("vous invite" in shown) == (ends in ("nothing", "declined"))
    assert ("Vous ne faites plus partie" in shown) == (ends in ("removed", "withdrawn"))
    remember = reverse("alliances:remember", args=[alliance.pk, party.pk])
    assert client.post(remember, {"reponse": "oui"}).status_code == 404
    assert "avec Pierre" not in shown
    assert "On se parle" not in shown
    assert alliance.opportunity.title in shown
    assert ("Votre réponse est attendue" in shown) == (ends == "nothing")
    assert ("Une alliance attend votre réponse" in shown) == (ends == "nothing")
    told = client.get(f"/api/v1/alliances/{alliance.pk}/")
    line = client.get("/api/v1/alliances/").json()["results"][0]
    for said in (told.json(), line):
        assert said["title"] == alliance.opportunity.title
        assert (said["phase"], said["phase_label"], said["version"]) == (None, "", None)
    assert told.headers["ETag"] != f'"{alliance.version}"'
    removed = OutgoingMail.objects.filter(key__startswith="alliance-removed:")
    assert not any("avec Pierre" in mail.text for mail in removed)


def test_who_agreed_reads_those_who_agreed_and_no_other_name(
    alliance: Alliance, signed_in_client: SignIn
) -> None:
    person = says_yes(alliance, NAMES[0])
    says_yes(alliance, NAMES[1])
    invitations_actions.invite(party=party_of(alliance, NAMES[2]), by=alliance.made_by, now=NOW)
    said = text_of(signed_in_client(person).get(page(alliance)))
    assert NAMES[1] in said
    assert NAMES[2] not in said
    assert "Structure pressentie 3" in said


def test_who_invites_learns_that_nobody_is_there_to_read_it(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    party = party_of(alliance, NAMES[2])
    RoleSeat.objects.directing(party.structure).delete()
    invite = reverse("alliances:invite", args=[alliance.pk])
    sent = {"who": [str(party.pk)]}
    assert "aucun courriel n’est parti" in text_of(client.post(invite, sent, follow=True))
    other = party_of(alliance, NAMES[1])
    directing(other.structure)
    sent = {"who": [str(other.pk)]}
    assert "aucun courriel" not in text_of(client.post(invite, sent, follow=True))


def test_a_second_click_on_an_answer_writes_to_nobody_again(alliance: Alliance) -> None:
    person = says_yes(alliance, NAMES[0])
    party = party_of(alliance, NAMES[0])
    mails, lines = OutgoingMail.objects.count(), JournalEntry.objects.count()
    later = NOW + timedelta(seconds=2)
    invitations_actions.answer_invitation(party=party, is_yes=True, by=person, now=later)
    assert (OutgoingMail.objects.count(), JournalEntry.objects.count()) == (mails, lines)
    for _ in range(2):
        invitations_actions.answer_invitation(party=party, is_yes=False, by=person, now=later)
    assert JournalEntry.objects.filter(verb="alliances.answer_invitation").count() == 2


def test_who_said_no_reads_nothing_more(alliance: Alliance, signed_in_client: SignIn) -> None:
    person = says_yes(alliance, NAMES[0])
    says_yes(alliance, NAMES[1])
    party = party_of(alliance, NAMES[0])
    invitations_actions.answer_invitation(
        party=party, is_yes=False, reason="Trop loin", by=person, now=NOW
    )
    said = text_of(signed_in_client(person).get(page(alliance)))
    assert "Vous avez répondu non" in said
    assert NAMES[1] not in said
    other = directing(party_of(alliance, NAMES[1]).structure)
    assert "Trop loin" not in text_of(signed_in_client(other).get(page(alliance)))


def test_whoever_leads_a_team_opens_no_other_one_on_the_lot(
    valley: Any, alliance: Alliance, signed_in_client: SignIn
) -> None:
    """When their own structure is asked there, they read their invitation and no more."""
    party = party_of(alliance, NAMES[0])
    person = directing(party.structure)
    mine = opened(valley, person, (NAMES[2],), network=None, structure=party.structure)
    invitations_actions.invite(party=party, by=alliance.made_by, now=NOW)
    assert set(alliances_for(person)) == {mine, alliance}
    assert "Vous ne pouvez pas dire oui" in text_of(signed_in_client(person).get(page(alliance)))
    table = reverse("alliances:table", args=[alliance.pk])
    assert signed_in_client(person).get(table).status_code == 404
    assert signed_in_client(alliance.made_by).get(page(mine)).status_code == 404


def test_who_opens_an_alliance_is_told_what_stands_in_the_way(
    valley: Any, alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    again = text_of(client.get(reverse("alliances:open", args=[alliance.opportunity_id])))
    assert f"Vous coordonnez «\u00a0{alliance.title}\u00a0»" in again
    assert page(alliance) in again
    # No work for us, no form that could only be refused.
    nothing = Opportunity.objects.filter(breakdowns__packages=None, title__contains="Assurance")
    address = reverse("alliances:open", args=[nothing.get().pk])
    assert "aucun travail pour nous" in text_of(client.get(address, follow=True))
    alone = Opportunity.objects.get(title="Entretien des espaces verts de deux résidences")
    said = text_of(client.get(reverse("alliances:open", args=[alone.pk])))
    assert "L’avis écarte les groupements" in said


def test_she_opens_none_where_she_leads_or_takes_part(
    valley: Any, alliance: Alliance, leader: User
) -> None:
    with pytest.raises(ValidationError, match="coordonnez déjà"):
        opened(valley, leader, ())
    person = says_yes(alliance, NAMES[0])
    structure = party_of(alliance, NAMES[0]).structure
    with pytest.raises(ValidationError, match="prend déjà part"):
        opened(valley, person, (), network=None, structure=structure)
    assert Alliance.objects.count() == 1


def test_she_says_yes_to_one_team_where_she_leads_another(valley: Any, alliance: Alliance) -> None:
    party = party_of(alliance, NAMES[0])
    invitations_actions.invite(party=party, by=alliance.made_by, now=NOW)
    person = directing(party.structure)
    opened(valley, person, (), network=None, structure=party.structure)
    with pytest.raises(ValidationError, match="coordonnez déjà"):
        invitations_actions.answer_invitation(party=party, is_yes=True, by=person, now=NOW)


def test_who_leaves_the_network_leads_no_more(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    RoleSeat.objects.filter(person=leader).delete()
    assert signed_in_client(leader).get(page(alliance)).status_code == 404


def test_another_person_of_the_network_does_not_read_it(
    valley: Any, alliance: Alliance, signed_in_client: SignIn
) -> None:
    other = make_person("autre@exemple.fr", role="delegate", network=valley.network)
    assert signed_in_client(other).get(page(alliance)).status_code == 404


# --- What people write --------------------------------------------------------------------------


def test_two_who_write_elsewhere_both_keep_their_work(alliance: Alliance, leader: User) -> None:
    mine, theirs = share(alliance, NAMES[0], "01", 10), share(alliance, NAMES[1], "02", 20)
    write(alliance, mine, 1, leader)
    written = write(alliance, theirs, 1, leader)
    assert written.was_merged
    terms = Alliance.objects.get(pk=alliance.pk).terms
    assert terms.cell(party_of(alliance, NAMES[0]).key, "01").cents == 10
    assert terms.cell(party_of(alliance, NAMES[1]).key, "02").cents == 20


def test_two_who_write_in_one_cell_are_told_both_values(alliance: Alliance, leader: User) -> None:
    mine, theirs = share(alliance, NAMES[0], "01", 10), share(alliance, NAMES[0], "01", 20)
    write(alliance, mine, 1, leader)
    written = write(alliance, theirs, 1, leader)
    assert [(c.mine, c.theirs) for c in written.conflicts] == [(20, 10)]
    assert Alliance.objects.get(pk=alliance.pk).version == 2


def test_writing_the_same_writes_nothing(alliance: Alliance, leader: User) -> None:
    terms = share(alliance, NAMES[0], "01", 10)
    write(alliance, terms, 1, leader)
    write(alliance, terms, 2, leader)
    assert AllianceRevision.objects.filter(alliance=alliance).count() == 2


def test_terms_are_read_once_and_again_where_somebody_wrote(
    alliance: Alliance, leader: User, django_assert_num_queries: Any
) -> None:
    row = Alliance.objects.get(pk=alliance.pk)
    with django_assert_num_queries(1):
        before = row.terms
        assert row.terms is before
    write(alliance, share(alliance, NAMES[0], "01", 10), 1, leader)
    assert row.terms is before, "this row is still of that version"
    row.refresh_from_db()
    assert row.terms != before


def test_a_way_back_keeps_who_came_since(alliance: Alliance, leader: User) -> None:
    write(alliance, share(alliance, NAMES[0], "01", 10), 1, leader)
    new = invitations_actions.add_party(
        alliance=alliance,
        structure=Structure.objects.get(name="Les Façades du Mirel")
        if Structure.objects.filter(name="Les Façades du Mirel").exists()
        else Structure.objects.exclude(name__in=NAMES).exclude(chantiers=None).first(),
        role=PartyRole.MEMBER,
        by=leader,
        now=NOW,
    )
    revisions.return_to(alliance=alliance, number=1, base=3, by=leader, now=NOW)
    terms = Alliance.objects.get(pk=alliance.pk).terms
    assert new.key in {party.key for party in terms.parties}
    assert terms.cell(party_of(alliance, NAMES[0]).key, "01").cents is None


def test_a_way_back_never_undoes_what_was_not_read(alliance: Alliance, leader: User) -> None:
    write(alliance, share(alliance, NAMES[0], "01", 10), 1, leader)
    with pytest.raises(ValidationError, match="entre-temps"):
        revisions.return_to(alliance=alliance, number=1, base=1, by=leader, now=NOW)


# --- Accepting ----------------------------------------------------------------------------------


def test_an_acceptance_falls_when_its_share_moves_and_stands_when_another_does(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    person = says_yes(alliance, NAMES[0])
    says_yes(alliance, NAMES[1])
    write(alliance, share(alliance, NAMES[0], "01", 10), 1, leader)
    party = party_of(alliance, NAMES[0])
    shares_actions.accept(party=party, version=2, by=person, now=NOW)
    address = reverse("alliances:share", args=[alliance.pk, party.pk])
    client = signed_in_client(person)
    assert "Vous avez accepté" in text_of(client.get(address))
    write(alliance, share(alliance, NAMES[1], "02", 20), 2, leader)
    assert "Vous avez accepté" in text_of(client.get(address))
    write(alliance, share(alliance, NAMES[0], "01", 11), 3, leader)
    assert "J’accepte cette part" in text_of(client.get(address))


def test_a_share_shows_what_its_work_can_teach(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    """Of the trades of its own lines; nothing where it has no work yet."""
    person = says_yes(alliance, NAMES[0])
    address = reverse("alliances:share", args=[alliance.pk, party_of(alliance, NAMES[0]).pk])
    client = signed_in_client(person)
    asked = "Ce que ce travail peut apprendre"
    assert asked not in text_of(client.get(address))
    write(alliance, share(alliance, NAMES[0], "01", 10), 1, leader)
    trade = Alliance.objects.get(pk=alliance.pk).terms.line("01").trade
    titles = [situation.title for _, situation in situations_for([trade])]
    told = text_of(client.get(address)).partition(asked)[2]
    assert [title for title in titles if title in told] == titles[:PROPOSED] != []


def test_a_share_shows_its_own_people_their_limits_in_figures(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    """Always, and not only where they are broken; the others read none of them."""
    person = says_yes(alliance, NAMES[0])
    says_yes(alliance, NAMES[1])
    party = party_of(alliance, NAMES[0])
    address = reverse("alliances:share", args=[alliance.pk, party.pk])
    client = signed_in_client(person)

    def limits() -> str:
        told = re.sub(r"<[^>]+>", " ", text_of(client.get(address)).split("Vos propres limites")[1])
        return " ".join(told.replace("\u202f", " ").replace("\u00a0", " ").split())

    rights = Viewer.of(person, timezone.localdate(NOW))
    terms = Alliance.objects.get(pk=alliance.pk).terms
    facts = facts_of([party], terms, rights)[party.key]
    (means,) = facts.means.values()
    assert means.is_capped
    assert means.cfte_by_month is not None
    headroom = means.years[0].headroom_cents
    assert headroom is not None
    told = limits()
    assert french.euros(headroom).replace("\u202f", " ") in told, "before any work is shared out"
    line = terms.lines[0]
    write(alliance, share(alliance, NAMES[0], line.key, 12_345_67), alliance.version, leader)
    told = limits()
    assert "12 345,67 €" in told
    assert told.count("à dire") == 2, "crews that nobody wrote are not none"
    assert f"{french.fte(min(means.cfte_by_month.values()))}".replace("\u202f", " ") in told
    assert "Les autres de l’équipe ne les lisent pas" in told
    AllianceParty.objects.filter(pk=party.pk).update(shares_figures=True)
    assert "Vous montrez ces chiffres à l’équipe" in limits()
    chantier = party.structure.chantiers.get()
    for rows in (chantier.crews, chantier.profiles, chantier.accounting_years):
        rows.all().delete()
    Chantier.objects.filter(pk=chantier.pk).update(declared_cfte=None)
    told = limits()
    assert "Dire mes recettes" in told
    assert "Dire mes équipes" in told
    assert 'href=""' not in client.get(address).content.decode(), "a question without its words"


def test_what_changed_since_it_was_read_is_not_accepted(alliance: Alliance, leader: User) -> None:
    person = says_yes(alliance, NAMES[0])
    write(alliance, share(alliance, NAMES[0], "01", 10), 1, leader)
    with pytest.raises(ValidationError, match="a changé depuis"):
        shares_actions.accept(party=party_of(alliance, NAMES[0]), version=1, by=person, now=NOW)


def test_accepting_twice_is_accepting_once(alliance: Alliance, leader: User) -> None:
    person = says_yes(alliance, NAMES[0])
    party = party_of(alliance, NAMES[0])
    one = shares_actions.accept(party=party, version=1, by=person, now=NOW)
    assert shares_actions.accept(party=party, version=1, by=person, now=NOW) == one


def test_a_step_says_all_that_is_missing_and_leads_there(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    with pytest.raises(ValidationError, match="au moins deux structures"):
        current.move(alliance=alliance, to=Phase.SPLIT, by=leader, now=NOW)
    says_yes(alliance, NAMES[0])
    says_yes(alliance, NAMES[1])
    current.move(alliance=alliance, to=Phase.SPLIT, by=leader, now=NOW)
    with pytest.raises(ValidationError) as refused:
        current.move(alliance=alliance, to=Phase.MANDATE, by=leader, now=NOW)
    assert "Choisissez la forme du groupement." in refused.value.messages
    assert f"{NAMES[0]} n’ont pas encore accepté leur part." in refused.value.messages
    client = signed_in_client(leader)
    html = client.get(reverse("alliances:team", args=[alliance.pk])).content.decode()
    ways = dict(re.findall(r'<li><a href="([^"]+)">([^<]+)</a></li>', html))
    forms = reverse("alliances:legal_form", args=[alliance.pk])
    assert ways[forms] in {"Choisissez la forme du groupement.", "Choisissez le mandataire."}
    assert f"<li>{NAMES[0]} n’ont pas encore accepté leur part.</li>" in html, (
        "others are waited for"
    )
    assert set(SETTLED) == set(Place)
    for route in SETTLED.values():
        assert client.get(reverse(route, args=[alliance.pk])).status_code == 200


# --- Pages --------------------------------------------------------------------------------------


def test_pages_ask_a_fixed_number_of_questions(
    valley: Any, alliance: Alliance, leader: User, count_queries: Callable[..., int]
) -> None:
    few = count_queries(page(alliance), user=leader)
    network = Network.objects.get(pk=valley.network.pk)
    for structure in Structure.objects.exclude(name__in=NAMES)[:5]:
        invitations_actions.add_party(
            alliance=alliance, structure=structure, role=PartyRole.MEMBER, by=leader, now=NOW
        )
    assert network.alliances.count() == 1
    assert count_queries(page(alliance), user=leader) == few <= 30


def test_a_structure_is_found_by_its_name_and_brought_in(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    address = reverse("alliances:add_party", args=[alliance.pk])
    other = Structure.objects.exclude(name__in=NAMES).first()
    assert other is not None
    refused = client.post(address, {"siret": "Introuvable", "role": "member"})
    assert "Aucune structure de ce nom" in text_of(refused)
    client.post(address, {"siret": other.siret, "role": "member"})
    assert alliance.parties.filter(structure=other, state="proposed").exists()
    again = client.post(address, {"siret": other.siret, "role": "member"})
    assert "figure déjà dans l’alliance" in text_of(again)


def test_a_structure_taken_out_comes_back(alliance: Alliance, leader: User) -> None:
    party = party_of(alliance, NAMES[2])
    invitations_actions.remove_party(party=party, by=leader, now=NOW)
    assert party.key not in {each.key for each in Alliance.objects.get().terms.parties}
    invitations_actions.add_party(
        alliance=alliance, structure=party.structure, role=PartyRole.MEMBER, by=leader, now=NOW
    )
    assert party.key in {each.key for each in Alliance.objects.get().terms.parties}


def test_what_stands_before_filing_names_nobody_who_has_not_said_yes(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    """The lead files too, and reads what is missing."""
    person = says_yes(alliance, NAMES[0])
    says_yes(alliance, NAMES[1])
    terms = Alliance.objects.get(pk=alliance.pk).terms
    led = replace(terms, lead=party_of(alliance, NAMES[0]).key)
    write(alliance, led, 1, leader)
    Alliance.objects.update(phase=Phase.DOCUMENTS)
    address = reverse("alliances:filing", args=[alliance.pk])
    said = text_of(signed_in_client(person).get(address))
    assert f"{NAMES[1]} n’a pas encore accepté sa part." in said
    assert NAMES[2] not in said
    assert NAMES[2] in text_of(signed_in_client(leader).get(address))


# --- From a company that looks for a partner ----------------------------------------------------


def test_a_search_of_a_company_becomes_an_alliance(
    valley: Any, leader: User, signed_in_client: SignIn
) -> None:
    """Posted by the company, published by the network, opened by who coordinates there."""
    company = make_person("cherche@exemple.fr", role="company")
    commune = Structure.objects.get(name=NAMES[0]).commune_id
    posted = post_need(
        company,
        valley.network,
        need={"kind": "subcontractor", "main_contract": "Un parc"},
        title="Poser le paillage",
        trades=["espaces-verts"],
        places=[{"commune": commune}],
    )
    decide_need(state="published", audience=posted.audiences.get(), by=leader, now=NOW)
    client = signed_in_client(leader)
    address = reverse("alliances:open", args=[posted.pk])
    assert "Ouvrir une alliance" in text_of(client.get(address))
    form = {"title": "Paillage à deux", "lots": ["1"], "coordinator": "reseau"}
    made = client.post(address, form)
    assert made.status_code == 302, text_of(made)
    opened_one = Alliance.objects.get(title="Paillage à deux")
    assert (opened_one.origin, opened_one.opportunity) == (Alliance.Origin.PARTNER, posted)
    assert text_of(client.get(page(opened_one))).count("Paillage à deux") > 0
    # The company asks for partners; it leads nobody’s team and reads none.
    assert signed_in_client(company).get(page(opened_one)).status_code == 404
