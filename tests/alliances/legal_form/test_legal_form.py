"""The law and the time of an alliance through its pages: RULE-15, 19 to 22, 38 to 40."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from cordee.accounts.models import User
from cordee.agreement import PartyRole, Reason
from cordee.agreement.phases import Phase
from cordee.alliances import revisions
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.legal_form import actions as legal_form_actions
from cordee.alliances.models import Alliance, AllianceParty, AllianceTask, GoDecision
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.planning import actions as planning_actions
from cordee.alliances.requirements import lot_of
from cordee.alliances.state import current
from cordee.alliances.state.current import accepted_keys
from cordee.members.models import Organisation, Structure
from cordee.opportunities.models import Opportunity
from cordee.rules.groups import GroupForm
from tests.alliances.test_workspace import directing, party_of, says_yes
from tests.composing.test_outdated import confirm_all, said
from tests.members.makers import make_person, make_structure
from tests.opportunities.makers import import_records, record
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 11, tzinfo=UTC)
SignIn = Callable[[Any], StrictClient]
JARDINS, RIVES, PIERRE = "Les Jardins de la Verdoire", "Rives et Sentiers", "Pierre et Chaux"


@pytest.fixture(autouse=True)
def day_of_the_valley(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def leader(valley: Any) -> User:
    return make_person("anime@exemple.fr", role="network_staff", network=valley.network)


@pytest.fixture
def company(valley: Any) -> Structure:
    return make_structure("Maçonnerie du Col", kind="ENTREPRISE")


def open_on(opportunity: Opportunity, by: User, *structures: Structure, **values: Any) -> Alliance:
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    return start_alliance(
        breakdown=breakdown,
        lots={lot_of(package) for package in breakdown.packages.all()},
        title="Ensemble",
        start=Start(origin=Alliance.Origin.SCRATCH, structures=structures),
        by=by,
        now=NOW,
        **values,
    )


def titled(words: str) -> Opportunity:
    return Opportunity.objects.get(title__startswith=words)


def called(*names: str) -> list[Structure]:
    return [Structure.objects.get(name=name) for name in names]


@pytest.fixture
def alliance(valley: Any, leader: User) -> Alliance:
    """On three open lots: two ACI at work, a third thought of."""
    opportunity = titled("Espaces verts, berges")
    people = called(JARDINS, RIVES, PIERRE)
    return open_on(opportunity, leader, *people, network=valley.network)


def fresh(alliance: Alliance) -> Alliance:
    return Alliance.objects.get(pk=alliance.pk)


def write(alliance: Alliance, shares: dict[str, dict[str, int]], by: User) -> None:
    """Euros of each structure by line, into the terms."""
    row = fresh(alliance)
    terms = row.terms
    for name, amounts in shares.items():
        key = party_of(row, name).key
        for line, cents in amounts.items():
            terms = terms.with_cell(replace(terms.cell(key, line), cents=cents))
    revisions.write_terms(alliance=row, base=row.version, terms=terms, by=by, now=NOW)


def address(name: str, alliance: Alliance, *more: Any) -> str:
    return reverse(f"alliances:{name}", args=[alliance.pk, *more])


def words(answer: Any) -> str:
    """The page as it is read, in one line."""
    return re.sub(r"\s+", " ", unescape(strip_tags(answer.content.decode())))


def cells(answer: Any, caption: str, name: str) -> dict[str, str]:
    """A row of a table of the page, by the title of its columns."""
    table = answer.content.decode().split(f'hidden">{caption}')[1].split("</table>")[0]
    row = next(each for each in table.split("<tr") if f"> {name}" in each or f">{name}" in each)
    found = re.findall(r'data-titre="([^"]*)"[^>]*>(.*?)</td>', row, re.DOTALL)
    return {unescape(title): words_of(text) for title, text in found}


def words_of(html: str) -> str:
    return re.sub(r"[\s\u202f\u00a0]+", " ", unescape(strip_tags(html))).strip()


OWES = "Le prix dont chacun répond"
GETS = "Ce que chacun reçoit, et de qui"


def test_nobody_is_advised_a_form(valley: Any, leader: User, signed_in_client: SignIn) -> None:
    alone = Structure.objects.get(name=JARDINS)
    for who in ((), (alone,)):
        Alliance.objects.update(phase="abandoned", ended_at=NOW)
        team = open_on(titled("Espaces verts, berges"), leader, *who, network=valley.network)
        told = words(signed_in_client(leader).get(address("legal_form", team)))
        assert "Personne à comparer ici" in told
        assert "Ajouter une structure" in told
        assert "Notre conseil" not in told
        assert "conseillée" not in told


# --- The forms, side by side (RULE-19, 21, 22) --------------------------------------------------


def shared_out(alliance: Alliance, by: User) -> None:
    write(
        alliance,
        {JARDINS: {"01": 8_650_000, "03": 4_500_000}, RIVES: {"02": 6_920_000}},
        by,
    )


def test_each_form_says_in_euros_what_each_risks_and_gets(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    shared_out(alliance, leader)
    key = party_of(alliance, JARDINS).key
    legal_form_actions.choose_form(
        alliance=alliance,
        form=GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE,
        lead=key,
        base=fresh(alliance).version,
        by=leader,
        now=NOW,
    )
    page = signed_in_client(leader).get(address("compare_forms", alliance))
    lead, other = cells(page, OWES, JARDINS), cells(page, OWES, RIVES)
    assert lead["Conjoint"] == "131 500 € mandataire du groupement"
    assert lead["Mandataire solidaire"].startswith("200 700 €")
    assert other["Mandataire solidaire"].startswith("69 200 €")
    assert other["Solidaire"].startswith("200 700 €")
    assert other["Sous-traitance"] == "69 200 € sous-traitant"
    gets = cells(page, GETS, RIVES)
    assert gets["Conjoint"] == "69 200 € par l’acheteur"
    assert gets["Solidaire"] == "69 200 € par l’acheteur, compte à convenir"
    assert gets["Sous-traitance"] == "69 200 € par l’acheteur"
    # Nobody here supplies people, and no company would hire: no column, and the reason.
    assert set(other) == {"Conjoint", "Mandataire solidaire", "Solidaire", "Sous-traitance"}
    assert "Mise à disposition, impossible ainsi. Personne dans l’équipe" in words(page)
    assert "Embauche directe, impossible ainsi. Aucune entreprise dans l’équipe" in words(page)
    assert "Conjoint, mandataire solidaire" in words(page)


def test_an_amount_that_nobody_gave_is_not_zero(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    write(alliance, {JARDINS: {"01": 8_650_000}}, leader)
    page = signed_in_client(leader).get(address("compare_forms", alliance))
    assert cells(page, OWES, RIVES)["Conjoint"].startswith("inconnu")
    assert cells(page, OWES, RIVES)["Solidaire"].startswith("200 700 €")


def test_one_lot_is_one_contract(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    shared_out(alliance, leader)
    client, where = signed_in_client(leader), address("compare_forms", alliance) + "?lot=LOT-0002"
    legal_form_actions.choose_form(
        alliance=alliance,
        form=GroupForm.SOLIDAIRE,
        lead=party_of(alliance, JARDINS).key,
        base=fresh(alliance).version,
        by=leader,
        now=NOW,
    )
    page = client.get(where)
    assert cells(page, OWES, RIVES)["Solidaire"].startswith("69 200 €")
    # The lead signs for this lot too.
    assert cells(page, OWES, JARDINS)["Solidaire"].startswith("69 200 €")


def test_a_trade_that_nobody_there_declares_is_a_gap(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    """RULE-20: by lot, among those at work on it; a lot with nobody is only to be shared out."""
    client, where = signed_in_client(leader), address("legal_form", alliance)
    assert "Un métier que personne ne déclare" not in words(client.get(where))
    trade = alliance.terms.line("01").trade
    structure = make_structure("Sans métier")
    row = invitations_actions.add_party(
        alliance=fresh(alliance), structure=structure, role=PartyRole.MEMBER, by=leader, now=NOW
    )
    write(alliance, {"Sans métier": {"01": 8_650_000}}, leader)
    assert "Un métier que personne ne déclare" in words(client.get(where))
    row.structure.chantiers.get().activities.create(trade=trade)
    assert "Un métier que personne ne déclare" not in words(client.get(where))


def test_conjoint_is_advised_and_chosen_in_one_gesture(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    shared_out(alliance, leader)
    client = signed_in_client(leader)
    page = client.get(address("legal_form", alliance))
    assert "Notre conseil : groupement conjoint" in words(page)
    key = party_of(alliance, RIVES).key
    sent = {"form": "CONJOINT", "lead": key, "version": fresh(alliance).version}
    answer = client.post(address("choose_legal_form", alliance), sent, follow=True)
    assert "Forme choisie : groupement conjoint." in words(answer)
    terms = fresh(alliance).terms
    assert (terms.form, terms.lead) == (GroupForm.CONJOINT, key)
    # The same again writes nothing; a lead from elsewhere is refused.
    version = fresh(alliance).version
    client.post(address("choose_legal_form", alliance), sent | {"version": version})
    client.post(
        address("choose_legal_form", alliance), sent | {"version": version, "lead": "999999"}
    )
    assert fresh(alliance).version == version


def test_two_people_who_choose_another_form_are_told(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    key = party_of(alliance, RIVES).key
    client, begun = signed_in_client(leader), fresh(alliance).version
    sent = {"form": "CONJOINT", "lead": key, "version": begun}
    client.post(address("choose_legal_form", alliance), sent)
    late = client.post(
        address("choose_legal_form", alliance), sent | {"form": "SOLIDAIRE"}, follow=True
    )
    assert "Quelqu’un vient d’écrire autre chose" in words(late)
    assert fresh(alliance).terms.form is GroupForm.CONJOINT


def test_solidarity_is_advised_only_where_the_notice_imposes_it(
    valley: Any, leader: User, signed_in_client: SignIn
) -> None:
    imposed = titled("Peinture de deux collèges")
    found = open_on(imposed, leader, *called(JARDINS, PIERRE), network=valley.network)
    text = words(signed_in_client(leader).get(address("legal_form", found)))
    assert "Notre conseil : groupement solidaire" in text
    assert "Mesurez le risque en euros" in text
    text = words(signed_in_client(leader).get(address("compare_forms", found)))
    assert "L’avis l’impose à l’équipe retenue." in text
    assert "R2142-22" in text


def test_where_groups_are_refused_the_question_comes_before_subcontracting(
    valley: Any, leader: User, signed_in_client: SignIn
) -> None:
    refused = titled("Entretien des espaces verts de deux")
    found = open_on(refused, leader, *called(JARDINS, RIVES), network=valley.network)
    page = signed_in_client(leader).get(address("legal_form", found))
    assert "Notre conseil : posez d’abord la question" in words(page)
    assert "S’il le confirme, un seul répond et les autres sous-traitent" in words(page)
    page = signed_in_client(leader).get(address("compare_forms", found))
    assert "L’avis écarte les groupements, que la loi permet (R2142-19)" in words(page)
    # A ban is a question to the buyer: the ways together stay compared.
    assert "Conjoint" in cells(page, OWES, JARDINS)


def test_a_private_client_pays_no_subcontractor_directly(
    valley: Any, leader: User, signed_in_client: SignIn
) -> None:
    found = open_on(
        titled("Repas de midi"), leader, *called(JARDINS, RIVES), network=valley.network
    )
    write(found, {JARDINS: {"01": 4_000_000}, RIVES: {"01": 2_000_000}}, leader)
    legal_form_actions.choose_form(
        alliance=found,
        form=GroupForm.CONJOINT,
        lead=party_of(found, JARDINS).key,
        base=fresh(found).version,
        by=leader,
        now=NOW,
    )
    page = signed_in_client(leader).get(address("compare_forms", found))
    assert cells(page, GETS, RIVES)["Sous-traitance"] == f"20 000 € par {JARDINS}"
    assert cells(page, GETS, RIVES)["Conjoint"] == "20 000 € par le client"
    assert "sans solidarité" in words(page)
    assert "caution" in words(page)


# --- Reserved lots (RULE-15) --------------------------------------------------------------------


@pytest.fixture
def reserved(valley: Any, leader: User) -> Alliance:
    opportunity = titled("Entretien des espaces verts de la métropole")
    return open_on(opportunity, leader, *called(JARDINS, RIVES), network=valley.network)


@pytest.mark.parametrize("role", ["member", "subcontractor"])
def test_a_company_is_refused_on_a_reserved_lot_with_the_article(
    reserved: Alliance, leader: User, company: Structure, signed_in_client: SignIn, role: str
) -> None:
    sent = {"siret": company.siret, "role": role, "of": party_of(reserved, JARDINS).key}
    answer = signed_in_client(leader).post(reverse("alliances:add_party", args=[reserved.pk]), sent)
    text = words(answer)
    assert "L2113-13" in text
    assert "futur employeur" in text
    assert "À confirmer avec l’acheteur" in text
    assert not reserved.parties.filter(structure=company).exists()


def test_it_is_welcome_as_future_employer_and_owes_nothing(
    reserved: Alliance, leader: User, company: Structure, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    sent = {"siret": company.siret, "role": "employer", "of": party_of(reserved, JARDINS).key}
    client.post(reverse("alliances:add_party", args=[reserved.pk]), sent)
    page = client.get(address("compare_forms", reserved))
    assert cells(page, OWES, company.name)["Conjoint"] == "0 € employeur, hors du marché"
    assert "Ni membre, ni sous-traitante" not in words(page)


def test_a_future_employer_accepts_its_place_and_blocks_nobody(
    reserved: Alliance, leader: User, company: Structure, signed_in_client: SignIn
) -> None:
    """It has no work to read, and the others wait for its yes: the page has to offer it."""
    party = invitations_actions.add_party(
        alliance=reserved,
        structure=company,
        role=PartyRole.EMPLOYER,
        of=party_of(reserved, JARDINS),
        by=leader,
        now=NOW,
    )
    invitations_actions.invite(party=party, by=leader, now=NOW)
    person = directing(company)
    client = signed_in_client(person)
    asked = words(client.get(reverse("alliances:detail", args=[reserved.pk])))
    assert "futur employeur." in asked.split("Place proposée")[1]
    assert JARDINS not in asked
    invitations_actions.answer_invitation(party=party, is_yes=True, by=person, now=NOW)
    page = words(client.get(reverse("alliances:share", args=[reserved.pk, party.pk])))
    assert "J’accepte cette place" in page
    sent = {"version": str(fresh(reserved).version)}
    accept = reverse("alliances:accept", args=[reserved.pk, party.pk])
    done = words(client.post(accept, sent, follow=True))
    assert "Vous avez accepté" in done
    assert party.key in accepted_keys(reserved, fresh(reserved).terms)


def test_it_does_not_come_back_as_a_member(
    reserved: Alliance, leader: User, company: Structure
) -> None:
    """It said no, then yes: the way back opens no other place than the law does."""
    party = invitations_actions.add_party(
        alliance=reserved, structure=company, role=PartyRole.EMPLOYER, by=leader, now=NOW
    )
    invitations_actions.invite(party=party, by=leader, now=NOW)
    person = directing(company)
    for is_yes in (False, True):
        invitations_actions.answer_invitation(party=party, is_yes=is_yes, by=person, now=NOW)
    assert fresh(reserved).terms.party(party.key).role is PartyRole.EMPLOYER


def test_a_company_already_there_is_shown_the_way_out(
    valley: Any, leader: User, company: Structure, signed_in_client: SignIn
) -> None:
    """Opened from a team that somebody else composed: the company stands as a member."""
    opportunity = titled("Entretien des espaces verts de la métropole")
    found = open_on(opportunity, leader, *called(JARDINS), company, network=valley.network)
    client, party = signed_in_client(leader), party_of(found, company.name)
    text = words(client.get(address("legal_form", found)))
    assert "Elle ne peut pas être membre du groupement." in text
    assert "fournisseur" in text
    assert "tuteur" in text
    place = address("change_place", found, party.pk)
    form = client.get(f"{place}?place=employer").content.decode()
    assert re.search(r'value="employer"[^>]*checked', form)
    assert 'value="member"' not in form
    assert 'value="subcontractor"' not in form
    sent = {"role": "member", "of": "", "version": fresh(found).version}
    assert "champ-erreur" in client.post(place, sent).content.decode()
    client.post(place, sent | {"role": "employer"})
    assert fresh(found).terms.party(party.key).role is PartyRole.EMPLOYER
    with pytest.raises(ValidationError, match="L2113-13"):
        legal_form_actions.change_place(
            party=party,
            role=PartyRole.MEMBER,
            of=None,
            base=fresh(found).version,
            by=leader,
            now=NOW,
        )


def test_on_an_open_lot_the_company_is_fine(
    alliance: Alliance, leader: User, company: Structure, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    sent = {"siret": company.siret, "role": "member", "of": ""}
    client.post(reverse("alliances:add_party", args=[alliance.pk]), sent)
    party = party_of(alliance, company.name)
    write(alliance, {company.name: {"03": 1_000_000}, JARDINS: {"03": 3_500_000}}, leader)
    place = address("change_place", alliance, party.pk)
    of = party_of(alliance, JARDINS).key
    sent = {"role": "subcontractor", "of": of, "version": fresh(alliance).version}
    client.post(place, sent)
    terms = fresh(alliance).terms
    assert terms.party(party.key).of == of
    # It is paid out of the share of its member: the line stays covered as it was.
    assert terms.cell(of, "03").cents == 4_500_000
    assert terms.own_cents(of) == 3_500_000


# --- Subcontracts (RULE-40) ---------------------------------------------------------------------


@pytest.fixture
def subcontract(alliance: Alliance, leader: User) -> AllianceParty:
    party = party_of(alliance, RIVES)
    legal_form_actions.change_place(
        party=party,
        role=PartyRole.SUBCONTRACTOR,
        of=party_of(alliance, JARDINS).key,
        base=fresh(alliance).version,
        by=leader,
        now=NOW,
    )
    return party


def test_a_subcontract_is_questions_until_somebody_answers(
    alliance: Alliance, leader: User, subcontract: AllianceParty, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    text = words(client.get(address("subcontracts", alliance)))
    assert "rien ne dit que c’est une vraie sous-traitance" in text
    assert "L8241-1 et L8231-1" in text
    # Who may not answer reads the questions, with the article of each.
    other = signed_in_client(says_yes(alliance, PIERRE))
    text = words(other.get(address("subcontracts", alliance)))
    assert text.count("L8241-1") == 2
    assert text.count("L8231-1") == 3
    assert "Répondre aux trois questions" not in text


def test_an_hourly_price_and_the_foreman_of_the_client_raise_warnings(
    alliance: Alliance, leader: User, subcontract: AllianceParty, signed_in_client: SignIn
) -> None:
    client, prefix = signed_in_client(leader), subcontract.key
    sent = {
        f"{prefix}-priced_by": "hour",
        f"{prefix}-supervision": "client",
        f"{prefix}-tools": "own",
        f"{prefix}-version": fresh(alliance).version,
    }
    text = words(client.post(address("labour", alliance, subcontract.pk), sent, follow=True))
    assert "Le prix est à l’heure" in text
    assert "Le client dirige l’équipe" in text
    assert "Les outils sont ceux du client" not in text
    sent |= {f"{prefix}-priced_by": "result", f"{prefix}-supervision": "own"}
    sent[f"{prefix}-version"] = fresh(alliance).version
    text = words(client.post(address("labour", alliance, subcontract.pk), sent, follow=True))
    assert "c’est une vraie sous-traitance" in text
    assert "rien ne dit" not in text


def test_the_subcontractor_answers_for_itself_and_others_do_not(
    alliance: Alliance, subcontract: AllianceParty, signed_in_client: SignIn
) -> None:
    member = says_yes(alliance, RIVES)
    page = signed_in_client(member).get(address("subcontracts", alliance))
    assert "Répondre aux trois questions" in words(page)
    other = says_yes(alliance, JARDINS)
    assert "Répondre aux trois questions" in words(
        signed_in_client(other).get(address("subcontracts", alliance))
    )


# --- Why together (RULE-38) ---------------------------------------------------------------------


def test_reasons_are_recorded_and_required_before_the_mandate(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    for name in (JARDINS, RIVES):
        says_yes(alliance, name)
    current.move(alliance=alliance, to=Phase.SPLIT, by=leader, now=NOW)
    with pytest.raises(ValidationError, match="pourquoi vous répondez ensemble"):
        current.move(alliance=alliance, to=Phase.MANDATE, by=leader, now=NOW)
    client = signed_in_client(leader)
    nothing = {"version": fresh(alliance).version, "words": ""}
    refused = client.post(address("reasons", alliance), nothing)
    assert "Cochez au moins une raison." in words(refused)
    sent = nothing | {"reasons": ["capacity", "place"], "words": "Deux bassins, deux équipes."}
    text = words(client.post(address("reasons", alliance), sent, follow=True))
    assert "Vos raisons sont notées." in text
    assert fresh(alliance).terms.reasons == {Reason.CAPACITY, Reason.PLACE}
    with pytest.raises(ValidationError) as still:
        current.move(alliance=alliance, to=Phase.MANDATE, by=leader, now=NOW)
    assert not any("pourquoi" in each for each in still.value.messages)


def test_those_inside_read_them_and_cannot_write_them(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    member = signed_in_client(says_yes(alliance, JARDINS))
    assert "<textarea" not in member.get(address("reasons", alliance)).content.decode()
    sent = {"version": 1, "reasons": ["risk"], "words": ""}
    assert member.post(address("reasons", alliance), sent).status_code == 404


# --- Two teams (R2142-21) -----------------------------------------------------------------------

FORBIDS = (
    "Il est interdit aux candidats de présenter plusieurs offres en agissant à la fois en qualité "
    "de candidats individuels et de membres d’un ou plusieurs groupements."
)


@pytest.fixture
def one_offer(valley: Any, tmp_path: Path) -> Opportunity:
    """A notice that forbids to be a candidate twice."""
    content = record("26-77777", "Entretien des haies")
    body = content["donnees"]["MAPA"]["initial"]
    body["description"]["objet"] = f"Entretien des haies. {FORBIDS}"
    import_records(tmp_path, content)
    found = Opportunity.objects.get(publications__source_id="26-77777")
    grouping = found.current().notice.grouping
    assert grouping is not None
    assert grouping.one_offer
    return found


def test_one_organisation_is_in_one_team_where_the_notice_says_so(
    valley: Any, leader: User, one_offer: Opportunity, signed_in_client: SignIn
) -> None:
    """Two establishments of one association are one candidate, whoever directs them."""
    first = open_on(one_offer, leader, *called(JARDINS), network=valley.network)
    says_yes(first, JARDINS)
    twin = make_structure("Jardins du Haut", kind="EI")
    Structure.objects.filter(pk=twin.pk).update(
        organisation=Structure.objects.get(name=JARDINS).organisation
    )
    elsewhere = make_structure("Ailleurs")
    other = make_person("autre@exemple.fr", role="director", structure=elsewhere)
    second = open_on(one_offer, other, twin, structure=elsewhere)
    party = party_of(second, "Jardins du Haut")
    person = make_person("haut@exemple.fr", role="director", structure=twin)
    invitations_actions.invite(party=party, by=other, now=NOW)
    client = signed_in_client(person)
    answer = client.post(
        reverse("alliances:answer_invitation", args=[second.pk, party.pk]),
        {"reponse": "oui"},
        follow=True,
    )
    assert "L’avis interdit d’être candidat deux fois" in words(answer)
    party.refresh_from_db()
    assert party.state == AllianceParty.State.INVITED
    # The other team learns nothing of it.
    page = signed_in_client(other).get(reverse("alliances:detail", args=[second.pk]))
    assert JARDINS not in words(page)


def test_a_ban_that_somebody_corrected_is_told_as_such_and_asked_about(
    valley: Any, leader: User, signed_in_client: SignIn
) -> None:
    opportunity = valley.opportunity("berges")
    said(opportunity, "grouping", "forbidden", leader)
    confirm_all()
    alliance = open_on(opportunity, leader, *called(JARDINS, RIVES), network=valley.network)
    page = signed_in_client(leader).get(address("legal_form", alliance)).text
    assert "forbidden" not in page
    assert "Selon une personne qui a corrigé notre lecture : groupements écartés" in words_of(page)
    assert reverse("opportunities:questions", args=[opportunity.pk]) in page
    assert "Mandataire proposé" not in page


# --- Go or no-go --------------------------------------------------------------------------------


@pytest.fixture
def member(alliance: Alliance, leader: User) -> tuple[User, AllianceParty]:
    shared_out(alliance, leader)
    return says_yes(alliance, RIVES), party_of(alliance, RIVES)


def decision(alliance: Alliance, **more: Any) -> dict[str, Any]:
    return {
        "new_trade": "non",
        "new_partner": "non",
        "reason": "",
        "read": "",
        "version": fresh(alliance).version,
        "decision": "oui",
    } | more


def test_a_new_trade_and_a_new_partner_at_once_are_read_before_a_yes(
    alliance: Alliance, member: tuple[User, AllianceParty], signed_in_client: SignIn
) -> None:
    person, party = member
    client, where = signed_in_client(person), address("decide", alliance, party.pk)
    sent = decision(alliance, new_trade="oui", new_partner="oui")
    shown = client.post(where, sent)
    assert "Un modèle doit d’abord être stabilisé" in words(shown)
    assert "Lisez ces points" in words(shown)
    assert not GoDecision.objects.exists()
    read = re.search(r'name="read" value="([^"]*)"', shown.content.decode())
    assert read is not None
    assert "TWO_NOVELTIES" in read[1]
    client.post(where, sent | {"read": read[1]})
    client.post(where, sent | {"read": read[1]})
    kept = GoDecision.objects.get()
    assert kept.is_go
    assert "TWO_NOVELTIES" in kept.warnings


def test_a_no_needs_a_reason_that_nobody_else_reads(
    alliance: Alliance,
    leader: User,
    member: tuple[User, AllianceParty],
    signed_in_client: SignIn,
) -> None:
    person, party = member
    client, where = signed_in_client(person), address("decide", alliance, party.pk)
    refused = client.post(where, decision(alliance, decision="non"))
    assert "Dites en une phrase pourquoi" in words(refused)
    client.post(where, decision(alliance, decision="non", reason="Trop loin cette année."))
    assert not GoDecision.objects.get().is_go
    assert "Trop loin" in words(client.get(where))
    led = signed_in_client(leader)
    assert led.get(where).status_code == 404
    page = words(led.get(address("planning", alliance)))
    assert "N’y va pas" in page
    assert "Trop loin" not in page


def test_unknown_charges_are_a_question_and_a_quarter_a_warning(
    alliance: Alliance, member: tuple[User, AllianceParty], signed_in_client: SignIn
) -> None:
    person, party = member
    # The valley gives this ACI charges of 500 000 € a year.
    page = words(signed_in_client(person).get(address("decide", alliance, party.pk)))
    assert "de vos charges de l’année" not in page
    write(alliance, {RIVES: {"01": 8_650_000}}, person)
    page = words(signed_in_client(person).get(address("decide", alliance, party.pk)))
    assert "de vos charges de l’année, plus de 25 %." in page
    party.structure.chantiers.get().accounting_years.all().delete()
    page = words(signed_in_client(person).get(address("decide", alliance, party.pk)))
    assert "Vos charges de l’année sont inconnues." in page
    assert "Votre marge sous le plafond est inconnue." in page


# --- Time first ---------------------------------------------------------------------------------


def test_the_days_left_say_who_can_still_answer(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client, where = signed_in_client(leader), address("planning", alliance)
    assert "Il reste 30 jours : une équipe nouvelle" in words(client.get(where))
    for days, expected in (
        (20, "seulement avec des partenaires qui se connaissent"),
        (9, "une équipe prête d’avance, ou une sous-traitance"),
        (0.01, "C’est aujourd’hui : une équipe prête d’avance"),
        # An hour late on the day itself is late.
        (-0.01, "La date limite est passée"),
        (-1, "La date limite est passée"),
    ):
        Opportunity.objects.filter(pk=alliance.opportunity_id).update(
            deadline=NOW + timedelta(days=days)
        )
        assert expected in words(client.get(where))
    Opportunity.objects.filter(pk=alliance.opportunity_id).update(deadline=None)
    assert "La date limite est inconnue" in words(client.get(where))
    Alliance.objects.filter(pk=alliance.pk).update(phase=Phase.FILED)
    said = words(client.get(where))
    assert "L’offre est déposée" in said
    assert "Poser le calendrier" not in said
    assert "Ce que le temps permet" not in said


def test_the_limits_are_those_of_the_alliance_where_it_says_so(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client, where = signed_in_client(leader), address("planning_pace", alliance)
    wrong = client.post(where, {"new_team_days": "10", "known_team_days": "10"})
    assert "Une équipe nouvelle demande plus de jours" in words(wrong)
    told = client.post(where, {"new_team_days": "45", "known_team_days": "12"}, follow=True)
    assert "seulement avec des partenaires qui se connaissent" in words(told)
    assert "De 12 à 44 jours" in words(told)
    assert "Repères de votre alliance." in words(told)
    # The advice again, where it is the same.
    told = client.post(where, {"new_team_days": "21", "known_team_days": "10"}, follow=True)
    assert "Conseil de Cordée, pas une loi." in words(told)


def test_the_calendar_is_laid_once_and_its_tasks_live(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    for _ in range(2):
        client.post(address("lay_calendar", alliance))
    tasks = list(AllianceTask.objects.order_by("due_on", "pk"))
    assert len(tasks) == 7
    # 25 December does not count: one files on the eve of the deadline.
    assert tasks[-1].due_on == date(2026, 12, 24)
    assert tasks[-1].step == "FILING"
    first = tasks[0]
    client.post(address("tick_task", alliance, first.pk), {"fait": "oui"})
    client.post(address("remove_task", alliance, tasks[1].pk))
    page = words(client.get(address("planning", alliance)))
    assert "1 sur 6" in page
    assert "1 tâche retirée" in page
    client.post(address("restore_task", alliance, tasks[1].pk))
    client.post(address("tick_task", alliance, first.pk), {"fait": "non"})
    assert "0 sur 7" in words(client.get(address("planning", alliance)))
    # Laid again after one was taken out, the step is there: it cannot come back twice.
    client.post(address("remove_task", alliance, tasks[1].pk))
    client.post(address("lay_calendar", alliance))
    told = client.post(address("restore_task", alliance, tasks[1].pk), follow=True)
    assert "Cette étape est déjà dans la liste." in words(told)


def test_a_task_has_an_owner_and_a_day(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    person, party = says_yes(alliance, RIVES), party_of(alliance, RIVES)
    client = signed_in_client(leader)
    sent = {"title": "Demander l’attestation", "owner": party.key, "due_on": "2026-12-01"}
    client.post(address("add_task", alliance), sent)
    wrong = client.post(address("add_task", alliance), sent | {"due_on": ""})
    assert "Il manque votre réponse." in words(wrong)
    wrong = client.post(address("add_task", alliance), sent | {"due_on": "9999-12-31"})
    assert "Vérifiez l’année" in words(wrong)
    task = AllianceTask.objects.get()
    assert task.owner == party
    assert task.due_on == date(2026, 12, 1)
    assert "Demander l’attestation" in words(
        signed_in_client(person).get(address("planning", alliance))
    )
    client.post(address("task", alliance, task.pk), sent | {"title": "La relire"})
    task.refresh_from_db()
    assert task.title == "La relire"


def test_a_council_that_meets_too_late_is_said(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    says_yes(alliance, RIVES)
    AllianceParty.objects.filter(pk=party_of(alliance, RIVES).pk).update(
        signatory_name="Alix Val",
        signatory_function="maire",
        power="council",
        next_council_on=date(2027, 1, 14),
    )
    Organisation.objects.filter(structures=called(RIVES)[0]).update(carrier="PUBLIC")
    page = words(signed_in_client(leader).get(address("planning", alliance)))
    assert "Le vote du conseil, le 14/01/2027, vient après le dépôt" in page


# --- Size ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["legal_form", "planning", "subcontracts"])
def test_pages_ask_the_same_however_many_parties(
    alliance: Alliance, leader: User, count_queries: Any, name: str
) -> None:
    few = count_queries(address(name, alliance), leader)
    for number in range(10):
        invitations_actions.add_party(
            alliance=alliance,
            structure=make_structure(f"Structure en plus {number}"),
            role=PartyRole.SUBCONTRACTOR,
            of=party_of(alliance, JARDINS),
            by=leader,
            now=NOW,
        )
        planning_actions.save_task(
            task=AllianceTask(alliance=alliance, title=f"{number}", due_on=date(2026, 12, 1)),
            by=leader,
            now=NOW,
        )
    assert count_queries(address(name, alliance), leader) == few


def test_who_only_was_asked_reads_none_of_it(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    party = party_of(alliance, RIVES)
    invitations_actions.invite(party=party, by=leader, now=NOW)
    client = signed_in_client(directing(party.structure))
    for name in ("legal_form", "planning", "subcontracts", "reasons"):
        assert client.get(address(name, alliance)).status_code == 404
    assert client.get(address("decide", alliance, party.pk)).status_code == 404
