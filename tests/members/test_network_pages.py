"""The pages of networks as each reader gets them: lists, filters, files; no figure unasked."""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.utils import timezone

from cordee.accounts.models import JournalEntry
from cordee.base import kept_counts
from cordee.members.member_list import GAPS, standing_of, with_gaps
from cordee.members.models import (
    Activity,
    Certification,
    Convention,
    Crew,
    Membership,
    MembershipRequest,
    Network,
    SharingAgreement,
    SharingRequest,
    Structure,
)
from cordee.members.models.capacity import Certainty
from cordee.members.network_access import desk_or_none
from tests.members.makers import (
    join,
    make_many,
    make_network,
    make_person,
    make_structure,
    make_valley,
    share,
    valid_siret,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Any]


@pytest.fixture
def network() -> Network:
    make_valley()
    return make_network("Réseau du Val")


@pytest.fixture
def staff(network: Network) -> Any:
    return make_person("equipe@exemple.fr", role="network_staff", network=network)


def make_member(network: Network, name: str = "Les Jardins", **values: Any) -> Structure:
    """One that is up to date."""
    structure = make_structure(
        name, **{"commune_id": "38002", "department_id": "38", "is_claimed": True} | values
    )
    (chantier,) = structure.chantiers.all()
    Activity.objects.create(chantier=chantier, trade="espaces-verts")
    Crew.objects.create(chantier=chantier, name="Équipe", places=8)
    join(structure, network)
    return structure


def address(network: Network, page: str = "") -> str:
    return f"/reseaux/{network.slug}/{page}"


def rows_of(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=";"))


# --- Up to date -----------------------------------------------------------------------------


def missing_of(structure: Structure) -> tuple[str, ...]:
    found = with_gaps(Structure.objects.filter(pk=structure.pk), timezone.now())
    return standing_of(found.values_list(*GAPS.values()).get()).missing


def test_up_to_date_is_joined_confirmed_and_dated(network: Network) -> None:
    assert missing_of(make_member(network)) == ()


def test_each_thing_that_is_missing_is_named(network: Network) -> None:
    structure = make_member(network, is_claimed=False)
    Activity.objects.update(certainty=Certainty.GUESSED)
    Crew.objects.update(stated_at=timezone.now() - timedelta(days=365))
    assert missing_of(structure) == ("rejoindre", "metiers", "equipes")


def test_one_guess_left_or_one_old_crew_is_enough(network: Network) -> None:
    structure = make_member(network)
    (chantier,) = structure.chantiers.all()
    Activity.objects.create(chantier=chantier, trade="maraichage", certainty=Certainty.GUESSED)
    assert missing_of(structure) == ("metiers",)
    Activity.objects.filter(trade="maraichage").delete()
    old = Crew.objects.create(chantier=chantier, name="Ancienne", places=4)
    Crew.objects.filter(pk=old.pk).update(stated_at=None)
    assert missing_of(structure) == ("equipes",)
    old.valid_to = timezone.localdate() - timedelta(days=1)
    old.save()
    Crew.objects.filter(pk=old.pk).update(stated_at=None)
    assert missing_of(structure) == ()


def test_a_crew_that_is_saved_again_is_dated_again(network: Network) -> None:
    structure = make_member(network)
    Crew.objects.update(stated_at=timezone.now() - timedelta(days=700))
    for crew in Crew.objects.all():
        crew.save()
    assert missing_of(structure) == ()


# --- The list of members ----------------------------------------------------------------------


def test_the_list_filters_sorts_and_counts(
    network: Network, staff: Any, signed_in_client: SignIn
) -> None:
    make_member(network, "Alpes Vertes")
    make_member(network, "Bois Sec", kind="EI", is_claimed=False)
    client = signed_in_client(staff)

    def names(query: str = "") -> list[str]:
        page = client.get(address(network, f"adherents/?{query}"))
        return [row.name for row in page.context["rows"]]

    assert names() == ["Alpes Vertes", "Bois Sec"]
    assert names("tri=-nom") == ["Bois Sec", "Alpes Vertes"]
    assert names("sorte=EI") == ["Bois Sec"]
    assert names("etat=a-jour") == ["Alpes Vertes"]
    assert names("etat=rejoindre") == ["Bois Sec"]
    assert names("rejointe=non") == ["Bois Sec"]
    assert names("departement=73") == []
    assert names("metier=espaces-verts&q=alpes") == ["Alpes Vertes"]
    assert names("tri=-etat") == ["Bois Sec", "Alpes Vertes"]
    assert names("sorte=n-importe-quoi") == ["Alpes Vertes", "Bois Sec"]


def test_the_file_holds_what_the_filters_keep(
    network: Network, staff: Any, signed_in_client: SignIn
) -> None:
    make_member(network, "Alpes Vertes")
    make_member(network, "Bois Sec", kind="EI", is_claimed=False)
    Membership.objects.update(proof="signed_form", proof_reference="bulletin 7")
    (row,) = rows_of(signed_in_client(staff).get(address(network, "adherents/export/?sorte=EI")))
    assert row["nom"] == "Bois Sec"
    assert (row["preuve"], row["référence"]) == ("bulletin signé", "bulletin 7")
    assert (row["à jour"], row["il manque"]) == ("non", "à rejoindre par ses responsables")
    assert not {"équipe (ETP)", "places"} & set(row)


@pytest.mark.parametrize("place", [{}, {"department_id": "38"}, {"region_id": "84"}])
def test_members_are_counted_as_they_are_listed(network: Network, place: dict[str, str]) -> None:
    """Each once, of all its networks and periods; neither the closed nor the unlisted."""
    below = make_network("Délégation", network)
    twice = make_member(below, "Deux fois")
    join(twice, network)
    make_member(network, "Autre", department_id="73", commune_id="73001")
    make_member(network, "Fermée", is_closed=True)
    for is_claimed in (True, False):
        make_member(network, f"Dite {is_claimed}", source="declared", is_claimed=is_claimed)
    left = make_member(network, "Partie")
    left.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))
    make_member(make_network("Ailleurs"), "D’ailleurs")
    role = "delegate" if place else "network_staff"
    person = make_person("d@exemple.fr", role=role, network=network, **place)
    desk = desk_or_none(person, network)
    assert desk is not None
    on = timezone.localdate()
    assert desk.count(on) == desk.structures(on).count() == (2 if "department_id" in place else 3)


@pytest.mark.parametrize(
    ("page", "most"), [("adherents/", 10), ("", 10), ("partages/", 9), ("accueil/", 11)]
)
def test_a_page_costs_the_same_whatever_it_lists(
    page: str, most: int, network: Network, staff: Any, count_queries: Callable[..., int]
) -> None:
    make_many(3, network)
    few = count_queries(address(network, page), staff)
    make_many(30, network)
    assert count_queries(address(network, page), staff) == few
    assert few <= most


def test_the_tree_costs_the_same_whatever_it_holds(
    network: Network, staff: Any, count_queries: Callable[..., int]
) -> None:
    few = count_queries("/reseaux/", staff)
    for number in range(12):
        parent = make_network(f"Réseau {number}")
        make_network(f"Délégation {number}", parent)
    make_many(30, network)
    assert count_queries("/reseaux/", staff) == few


def test_a_network_of_five_thousand_answers(
    network: Network, staff: Any, signed_in_client: SignIn
) -> None:
    make_many(5_000, network)
    client = signed_in_client(staff)
    for page in ("adherents/?tri=-etat", "partages/", "accueil/", ""):
        answer = client.get(address(network, page))
        assert answer.status_code == 200, page
        assert "5\u202f000" in answer.content.decode(), page


@pytest.mark.parametrize("page", ["", "accueil/", "adherents/", "partages/"])
def test_an_empty_network_says_what_to_do(
    page: str, network: Network, staff: Any, signed_in_client: SignIn
) -> None:
    answer = signed_in_client(staff).get(address(network, page))
    assert answer.status_code == 200
    if page in ("accueil/", "adherents/"):
        assert "Ajouter un membre" in answer.content.decode()


# --- Each network its share -------------------------------------------------------------------


def test_a_member_of_two_networks_shows_each_its_own_proof(
    network: Network, staff: Any, signed_in_client: SignIn
) -> None:
    structure = make_member(network)
    other = make_network("Réseau du Large")
    join(structure, other)
    Membership.objects.filter(network=other).update(proof="list", proof_reference="liste secrète")
    body = signed_in_client(staff).get(address(network, "adherents/")).content.decode()
    assert "liste du réseau" not in body
    body = signed_in_client(staff).get(address(network, "partages/")).content.decode()
    assert "Réseau du Large" not in body


def test_who_opened_what_shows_no_figure(
    network: Network, staff: Any, signed_in_client: SignIn
) -> None:
    structure = make_member(network)
    Crew.objects.update(places=37, name="Équipe nommée")
    share(structure, network, "network", may_see=True, may_compose=False)
    body = signed_in_client(staff).get(address(network, "partages/")).content.decode()
    assert "1 membre ouvre des chiffres, sur 1".replace(" ", "") in body.replace(
        "\u202f", ""
    ).replace(" ", "")
    assert "Équipe nommée" not in body
    assert ">37<" not in body


def test_papers_appear_only_where_they_are_shared(
    network: Network, staff: Any, signed_in_client: SignIn
) -> None:
    shown, hidden = make_member(network, "Ouverte"), make_member(network, "Fermée")
    for structure in (shown, hidden):
        Certification.objects.create(
            structure=structure,
            name="Qualité",
            valid_until=timezone.localdate() + timedelta(days=20),
        )
    share(shown, network, "network", may_see=True, may_compose=False)
    share(hidden, network, "network", may_see=False, may_compose=True)
    home = signed_in_client(staff).get(address(network, "accueil/")).context["home"]
    assert [paper.structure for paper in home.papers] == ["Ouverte"]


def test_counts_of_a_large_network_say_when_they_were_made_and_rights_are_asked_again(
    network: Network, staff: Any, signed_in_client: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_counts, "FEW", 0)
    first = make_member(network, department_id="73")
    until = timezone.localdate() + timedelta(days=20)
    Certification.objects.create(structure=first, name="Qualité", valid_until=until)
    share(first, network, "network", may_see=True, may_compose=False)
    client = signed_in_client(staff)
    home = client.get(address(network, "accueil/")).context["home"]
    assert (home.total, home.counted_at, len(home.papers)) == (1, None, 1)

    make_member(network, "Venue depuis")
    SharingAgreement.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    answer = client.get(address(network, "accueil/"))
    home = answer.context["home"]
    assert (home.total, home.papers) == (1, []), "counts are kept, and no right is"
    assert home.counted_at is not None
    assert "Membres comptés le" in answer.content.decode()
    assert client.get(address(network, "adherents/")).context["members"].total == 2
    person = make_person("d@exemple.fr", role="delegate", network=network, department_id="38")
    there = signed_in_client(person).get(address(network, "accueil/")).context["home"]
    assert there.total == 0, "a delegate counts their own territory"


def test_so_many_conventions_end_together_that_nobody_counts_them(
    network: Network, staff: Any, signed_in_client: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cordee.members.network_page.MOST_COUNTED", 1)
    client, on = signed_in_client(staff), timezone.localdate()
    for number, words in enumerate(("1 annexe financière finit", "Plus de 1 annexes"), start=1):
        structure = make_member(network, f"Membre {number}")
        share(structure, network, "network", may_see=True, may_compose=False)
        for place in range(2):
            Convention.objects.create(
                structure=structure,
                number=f"{number}{place}",
                state=Convention.State.VALIDE,
                starts_on=on - timedelta(days=300),
                ends_on=on + timedelta(days=30),
                posts_cfte=100,
            )
        told = client.get(address(network, "accueil/")).context["home"].conventions
        assert told.replace("\u202f", " ").startswith(words)


def test_the_parent_reads_a_delegation_with_its_own_agreements(
    network: Network, staff: Any, signed_in_client: SignIn
) -> None:
    """Staff of the network at the home of a delegation see what is open to the network."""
    below = make_network("Val du Nord", network)
    structure = make_member(below)
    Certification.objects.create(
        structure=structure,
        name="Qualité",
        valid_until=timezone.localdate() + timedelta(days=20),
    )
    share(structure, below, "network")
    client = signed_in_client(staff)
    assert client.get(address(below, "accueil/")).context["home"].papers == []
    share(structure, network, "network")
    assert len(client.get(address(below, "accueil/")).context["home"].papers) == 1


def test_a_delegate_lists_her_territory_only(network: Network, signed_in_client: SignIn) -> None:
    make_member(network, "Ici")
    make_member(network, "Ailleurs", department_id="73")
    person = make_person("d@exemple.fr", role="delegate", network=network, department_id="38")
    client = signed_in_client(person)
    assert [row.name for row in client.get(address(network, "adherents/")).context["rows"]] == [
        "Ici"
    ]
    outside = Membership.objects.get(structure__name="Ailleurs")
    assert client.get(address(network, f"adherents/{outside.pk}/")).status_code == 404
    desk = desk_or_none(person, network)
    assert desk is not None
    assert desk.departments == {"38"}


# --- What the people of the network write -------------------------------------------------------


def test_a_membership_is_recorded_with_its_proof(
    network: Network, staff: Any, signed_in_client: SignIn
) -> None:
    structure = make_structure("Les Jardins", department_id="38")
    told = {
        "siret": structure.siret,
        "kind": "",
        "starts_on": "2026-02-01",
        "proof": "signed_form",
        "proof_reference": "bulletin 12",
        "proof_on": "2026-01-15",
    }
    client = signed_in_client(staff)
    answer = client.post(address(network, "adherents/ajout/"), told)
    assert answer.status_code == 302
    membership = Membership.objects.get()
    assert (str(membership.starts_on), membership.proof_reference) == ("2026-02-01", "bulletin 12")
    again = client.post(address(network, "adherents/ajout/"), told)
    assert "déjà membre" in again.content.decode()
    assert Membership.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"siret": "12345678901234"}, "Un chiffre est faux"),
        ({"starts_on": "2999-01-01"}, "pas encore venu"),
        ({"proof": ""}, "Il manque votre réponse"),
        ({"proof": "moved"}, "n’est pas dans la liste"),
    ],
)
def test_a_membership_that_cannot_be_says_why(
    network: Network, staff: Any, signed_in_client: SignIn, changes: dict[str, str], words: str
) -> None:
    structure = make_structure("Les Jardins")
    told = {"siret": structure.siret, "starts_on": "2026-02-01", "proof": "list"} | changes
    answer = signed_in_client(staff).post(address(network, "adherents/ajout/"), told)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Membership.objects.exists()


def test_a_request_is_accepted_from_the_list(
    network: Network, staff: Any, signed_in_client: SignIn
) -> None:
    structure = make_structure("Les Jardins", department_id="38")
    asked = MembershipRequest.objects.create(
        structure=structure, network=network, words="Bonjour.", asked_on=timezone.localdate()
    )
    client = signed_in_client(staff)
    assert "Bonjour." in client.get(address(network, "adherents/")).content.decode()
    for _ in range(2):
        client.post(address(network, f"demandes/{asked.pk}/"), {"answer": "oui"})
    assert Membership.objects.count() == 1


def test_charter_and_territory_are_edited_and_old_charters_stay_readable(
    network: Network, staff: Any, signed_in_client: SignIn
) -> None:
    client = signed_in_client(staff)
    told = {"name": network.name, "regions": ["84"], "departments": "5"}
    wrong = client.post(address(network, "modifier/"), told | {"charter": "Une."})
    assert "aucun département" in wrong.content.decode()
    for text in ("Première charte.", "Seconde charte.\n\nDeux paragraphes."):
        answer = client.post(
            address(network, "modifier/"), told | {"charter": text, "departments": "38, 73"}
        )
        assert answer.status_code == 302
    body = client.get(address(network)).content.decode()
    assert "Première charte." in body
    assert "<p>Deux paragraphes.</p>" in body
    assert "Auvergne-Rhône-Alpes" in body
    assert "Savoie (73)" in body


def test_a_charter_is_text_and_nothing_else(
    network: Network, staff: Any, signed_in_client: SignIn
) -> None:
    Network.objects.filter(pk=network.pk).update(charter="<b>Nous</b> & vous")
    body = signed_in_client(staff).get(address(network)).content.decode()
    assert "&lt;b&gt;Nous&lt;/b&gt; &amp; vous" in body


# --- What a structure reads and decides -----------------------------------------------------------


@pytest.fixture
def jardins(network: Network) -> Structure:
    structure = make_member(network)
    Crew.objects.update(places=37, weekly_minutes=1_560, name="Équipe du bourg")
    return structure


@pytest.fixture
def director(jardins: Structure) -> Any:
    return make_person("direction@exemple.fr", role="director", structure=jardins)


def sharing_page(jardins: Structure, network: Network, end: str = "") -> str:
    return f"/reseaux/structures/{jardins.pk}/{network.slug}/{end}"


def as_the_network_reads(body: str) -> str:
    """What stands under "Ce que le réseau lit", before what it would read."""
    return body.split("Ce que le réseau lit</h3>")[1].split("<details>")[0]


def test_the_structure_reads_the_very_figures_that_the_network_reads(
    network: Network,
    staff: Any,
    jardins: Structure,
    director: Any,
    signed_in_client: SignIn,
) -> None:
    client, theirs = signed_in_client(director), signed_in_client(staff)
    closed = as_the_network_reads(client.get(sharing_page(jardins, network)).content.decode())
    assert "Équipe du bourg" not in closed
    assert "Capacité inconnue" in closed
    share(jardins, network, "network", may_see=True, may_compose=False)
    opened = as_the_network_reads(client.get(sharing_page(jardins, network)).content.decode())
    assert "Équipe du bourg" in opened
    seen = theirs.get(f"/annuaire/{jardins.pk}/").content.decode()
    table = opened[opened.index("<table") : opened.index("</table>")]
    assert table in seen


def test_what_was_opened_closes_at_once_and_stays_in_the_history(
    network: Network, jardins: Structure, director: Any, staff: Any, signed_in_client: SignIn
) -> None:
    share(jardins, network, "network")
    share(jardins, network, "private")
    client = signed_in_client(director)
    client.post(sharing_page(jardins, network, "refermer/"))
    assert "Équipe du bourg" not in (
        signed_in_client(staff).get(f"/annuaire/{jardins.pk}/").content.decode()
    )
    page = client.get(sharing_page(jardins, network))
    assert len(page.context["sharing"].history) == 2
    assert not page.context["sharing"].is_open


def test_a_choice_is_kept_for_one_class_alone(
    network: Network, jardins: Structure, director: Any, signed_in_client: SignIn
) -> None:
    client = signed_in_client(director)
    client.post(sharing_page(jardins, network), {"figure_class": "network", "choice": "composer"})
    (agreement,) = SharingAgreement.objects.all()
    assert (agreement.network, agreement.figure_class) == (network, "network")
    assert (agreement.may_see, agreement.may_compose) == (False, True)
    client.post(sharing_page(jardins, network), {"figure_class": "network", "choice": "tout voir"})
    assert SharingAgreement.objects.count() == 1


def test_a_request_that_nobody_reads_says_to_call(
    network: Network, staff: Any, signed_in_client: SignIn
) -> None:
    page = address(network, f"partages/{make_member(network).pk}/")
    client = signed_in_client(staff)
    assert "aucun courrier ne part" in client.get(page).text
    asked = {"figure_class": "network", "words": "Pour vous proposer des lots."}
    assert "Demande gardée pour" in client.post(page, asked, follow=True).text


def test_a_request_for_figures_is_read_and_answered(
    network: Network, jardins: Structure, director: Any, staff: Any, signed_in_client: SignIn
) -> None:
    asking = signed_in_client(staff)
    told = {"figure_class": "network", "words": "Pour vous proposer des lots."}
    page = address(network, f"partages/{jardins.pk}/")
    assert asking.post(page, told).status_code == 302
    assert "sollicitée il y a peu" in asking.get(page).content.decode()
    asking.post(page, told)
    (request,) = SharingRequest.objects.all()
    client = signed_in_client(director)
    assert "Pour vous proposer des lots." in (
        client.get(sharing_page(jardins, network)).content.decode()
    )
    client.post(f"/reseaux/ouvertures/{request.pk}/reponse/", {"choice": "rien"})
    assert not SharingAgreement.objects.exists()
    request.refresh_from_db()
    assert request.answer == "no"


def test_after_leaving_the_history_is_still_hers(
    network: Network, jardins: Structure, director: Any, signed_in_client: SignIn
) -> None:
    share(jardins, network, "network")
    client = signed_in_client(director)
    assert "Ce que cela change" in (
        client.get(sharing_page(jardins, network, "quitter/")).content.decode()
    )
    for _ in range(2):
        client.post(sharing_page(jardins, network, "quitter/"))
    assert Membership.objects.get().ends_on == timezone.localdate()
    page = client.get(sharing_page(jardins, network))
    assert page.status_code == 200
    assert not page.context["sharing"].is_member
    assert len(page.context["sharing"].history) == 1


def test_another_network_has_no_page_of_hers(
    jardins: Structure, director: Any, signed_in_client: SignIn
) -> None:
    other = make_network("Réseau du Large")
    assert signed_in_client(director).get(sharing_page(jardins, other)).status_code == 404


def test_a_member_that_the_directory_lacks_is_added_from_there(
    network: Network, signed_in_client: SignIn
) -> None:
    make_valley()
    delegate = make_person(
        "delegue@exemple.fr", role="delegate", network=network, department_id="38"
    )
    client, page = signed_in_client(delegate), address(network, "adherents/ajout/")
    told = {"siret": valid_siret(7_001), "starts_on": "2026-01-01", "proof": "declared"}
    asked = client.post(page, told).text
    assert all(words in asked for words in ("écrivez son nom", "dites sa commune", "sa sorte"))
    told |= {"name": "Les Nouveaux Jardins", "kind": "ACI"}
    for place, words in (("Ailleurs-les-Bains", "Nous ne trouvons pas"), ("73100", "hors de")):
        assert words in client.post(page, told | {"commune": place}).text
    assert not Structure.objects.filter(siret=told["siret"]).exists()
    client.post(page, told | {"commune": "Éragnes"})
    made = Structure.objects.get(siret=told["siret"])
    assert (made.name, made.place_name, made.department_id) == (
        "Les Nouveaux Jardins",
        "Éragnes",
        "38",
    )
    assert (made.is_claimed, made.chantiers.count()) == (False, 1)
    assert made.memberships.get().network == network
    assert "Les Nouveaux Jardins" in client.get("/annuaire/?q=nouveaux").text
    verbs = set(JournalEntry.objects.values_list("verb", flat=True))
    assert {"members.add_structure", "members.record_membership"} <= verbs
    # The same again is the one of the directory, and a member already.
    assert "déjà membre" in client.post(page, told | {"commune": "Éragnes"}).text
