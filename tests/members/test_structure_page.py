"""The page of a structure: public facts for all, figures for those they open them to."""

import pytest
from django.utils import timezone

from cordee.accounts.models import JournalEntry
from cordee.members.actions.capacity import declare_activity, declare_crew
from cordee.members.models import (
    CapacityBooking,
    CapacityException,
    Certification,
    Convention,
    SeasonalProfile,
    SharingAgreement,
    Structure,
)
from cordee.members.sharing import FigureClass, Viewer
from tests.members.makers import (
    join,
    make_network,
    make_person,
    make_structure,
    make_valley,
    share,
)

pytestmark = pytest.mark.django_db
SECRETS = ("Équipe du lavoir", "Certiphyto", "ACI038260013A0M0", "Lot 2 des berges", "Fermeture")


@pytest.fixture
def network():
    return make_network("Réseau du Val")


@pytest.fixture
def structure(network):
    communes = make_valley()
    made = make_structure(
        "Les Jardins",
        naf="8899B",
        commune=communes["38001"],
        department_id="38",
        latitude=45.0,
        longitude=5.5,
        website="https://exemple.fr",
        doubts=[{"field": "siret", "value": "1", "reason": "Clé fausse.", "cure": "Vérifiez."}],
    )
    chantier = made.chantiers.get()
    declare_crew(
        chantier=chantier,
        name="Équipe du lavoir",
        places=8,
        weekly_minutes=26 * 60 + 30,
        trades=["espaces-verts"],
        has_vehicle=True,
        by=None,
    )
    SeasonalProfile.objects.create(
        chantier=chantier,
        percent_by_month=[0, 0, 50, 100, 100, 100, 100, 100, 100, 100, 100, 0],
        valid_from="2020-01-01",
    )
    month = {"chantier": chantier, "first_month": 2200 * 12, "months": 2, "cfte": 250}
    CapacityBooking.objects.create(**month, reason="Lot 2 des berges")
    CapacityException.objects.create(**month, reason="Fermeture")
    Certification.objects.create(structure=made, name="Certiphyto")
    Convention.objects.create(
        structure=made,
        number="ACI038260013A0M0",
        state="VALIDE",
        starts_on="2026-01-01",
        ends_on="2026-12-31",
        posts_cfte=1250,
    )
    join(made, network)
    return made


def page(client, structure) -> str:
    response = client.get(f"/annuaire/{structure.pk}/")
    assert response.status_code == 200
    return response.text


def test_anybody_signed_in_sees_who_what_and_where(structure, signed_in_client):
    declare_activity(
        chantier=structure.chantiers.get(), trade="espaces-verts", reach_km=35, by=None
    )
    html = page(signed_in_client(make_person("x@exemple.fr")), structure)
    for said in (
        "Atelier ou chantier d’insertion (ACI)",
        "Saint-Aubin-sur-Verdoire, Isère (38)",
        "Espaces verts",
        "35\u202fkm",
        "Réseau du Val",
        "Clé fausse.",
        'rel="external nofollow"',
    ):
        assert said in html


def test_figures_are_hidden_from_whoever_was_not_let_in(structure, signed_in_client):
    stranger = make_person("x@exemple.fr")
    other = make_person("o@exemple.fr", role="network_staff", network=make_network("Autre"))
    for person in (stranger, other):
        html = page(signed_in_client(person), structure)
        assert [secret for secret in SECRETS if secret in html] == []
        assert "Capacité inconnue" in html
        assert "Qui voit vos chiffres" not in html


def test_an_agreement_opens_them_to_the_network_it_names(structure, network, signed_in_client):
    staff = make_person("r@exemple.fr", role="delegate", network=network)
    assert "Certiphyto" not in page(signed_in_client(staff), structure)
    share(structure, network, FigureClass.NETWORK)
    html = page(signed_in_client(staff), structure)
    assert [secret for secret in SECRETS if secret not in html] == []
    assert "26\u202fh\u202f30" in html
    assert "d’avril à novembre\u00a0: 100 % de l’équipe" in html
    assert "de janvier à février\u00a0: à l’arrêt" in html


def test_an_unknown_trade_is_said_and_not_guessed_from_naf(structure, signed_in_client):
    html = page(signed_in_client(make_person("x@exemple.fr")), structure)
    assert "Métiers inconnus" in html
    assert "Le code NAF (8899B) ne suffit pas" in html


def test_a_structure_that_does_not_exist_is_not_found(signed_in_client):
    visitor = signed_in_client(make_person("x@exemple.fr"))
    assert visitor.get("/annuaire/999/").status_code == 404
    assert visitor.post("/annuaire/999/partage/").status_code == 404


def test_the_same_siret_under_another_kind_is_linked(structure, signed_in_client):
    twin = make_structure("Les Jardins Services", siret=structure.siret, kind="EI")
    html = page(signed_in_client(make_person("x@exemple.fr")), structure)
    assert f'href="/annuaire/{twin.pk}/"' in html


def test_a_structure_placed_nowhere_has_no_map_and_says_so(signed_in_client):
    html = page(signed_in_client(make_person("x@exemple.fr")), make_structure("Nulle part"))
    assert "<figure" not in html
    assert "Elle n’apparaît dans aucun rayon" in html


def test_a_closed_structure_says_so(structure, signed_in_client):
    Structure.objects.update(is_closed=True)
    html = page(signed_in_client(make_person("x@exemple.fr")), structure)
    assert "Cet établissement est fermé" in html


# --- What a director opens ---------------------------------------------------------------------


@pytest.fixture
def director(structure):
    return make_person("d@exemple.fr", role="director", structure=structure)


def choose(client, structure, network, choice: str, figure_class: str = "network"):
    return client.post(
        f"/annuaire/{structure.pk}/partage/",
        {"network": network.pk, "figure_class": figure_class, "choice": choice},
        follow=True,
    )


def rights(structure, network) -> tuple[bool, bool]:
    viewer = Viewer.of_network(network, timezone.localdate())
    return (
        structure.pk in viewer.seen[FigureClass.NETWORK],
        structure.pk in viewer.usable[FigureClass.NETWORK],
    )


@pytest.mark.parametrize(
    ("choice", "opened"),
    [
        ("tout", (True, True)),
        ("voir", (True, False)),
        ("composer", (False, True)),
        ("rien", (False, False)),
    ],
)
def test_a_director_chooses_in_plain_words(
    structure, network, director, signed_in_client, choice, opened
):
    response = choose(signed_in_client(director), structure, network, choice)
    assert response.status_code == 200
    assert rights(structure, network) == opened


def test_a_director_closes_again_and_the_journal_keeps_both(
    structure, network, director, signed_in_client
):
    visitor = signed_in_client(director)
    assert "Ouvert à Réseau du Val" in choose(visitor, structure, network, "tout").text
    assert "ne voit plus" in choose(visitor, structure, network, "rien").text
    assert rights(structure, network) == (False, False)
    verbs = JournalEntry.objects.about(structure).values_list("verb", "by")
    assert list(verbs) == [
        ("members.revoke_sharing", director.pk),
        ("members.grant_sharing", director.pk),
    ]


def test_a_director_is_offered_her_networks_and_their_parents(
    structure, network, director, signed_in_client
):
    network.parent = make_network("Réseau national")
    network.save()
    make_network("Étranger")
    html = signed_in_client(director).get(f"/annuaire/{structure.pk}/partage/").text
    assert "Réseau national" in html
    assert html.count("Garder ce choix") == 2 * len(FigureClass)
    assert "Étranger" not in html


def test_nobody_else_opens_her_figures(structure, network, signed_in_client):
    people = [
        make_person("x@exemple.fr"),
        make_person("r@exemple.fr", role="network_staff", network=network),
        make_person("s@exemple.fr", role="supervisor", structure=structure),
        make_person("v@exemple.fr", role="director", structure=make_structure("Voisine")),
    ]
    for person in people:
        visitor = signed_in_client(person)
        assert choose(visitor, structure, network, "tout").status_code == 403
    assert not SharingAgreement.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"choice": "plus"}, {"network": "0"}, {"figure_class": "public"}]
)
def test_a_choice_that_does_not_exist_changes_nothing(
    structure, network, director, signed_in_client, wrong
):
    sent = {"network": network.pk, "figure_class": "network", "choice": "tout"} | wrong
    response = signed_in_client(director).post(
        f"/annuaire/{structure.pk}/partage/", sent, follow=True
    )
    assert "Rien n’a changé" in response.text
    assert not SharingAgreement.objects.exists()


def test_a_network_she_does_not_belong_to_is_refused(structure, director, signed_in_client):
    response = choose(signed_in_client(director), structure, make_network("Ailleurs"), "tout")
    assert "n’appartient pas" in response.text
    assert not SharingAgreement.objects.exists()


def test_looking_writes_nothing(structure, director, signed_in_client):
    visitor = signed_in_client(director)
    assert visitor.get(f"/annuaire/{structure.pk}/partage/").status_code == 200
    page(visitor, structure)
    assert not JournalEntry.objects.filter(by=director).exists()
