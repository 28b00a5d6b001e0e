"""The list and the pages, through HTTP, read by the strict client."""

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.models import Network
from cordee.opportunities.models import Opportunity, Stage
from tests.members.makers import join, make_network, make_person, make_structure
from tests.opportunities.makers import (
    CLEANING,
    GREEN,
    SOFTWARE,
    confirm_all,
    fill_list,
    import_records,
    in_days,
    make_opportunity,
    need,
    record,
)
from tests.strict_client import StrictClient, bytes_on_the_wire

pytestmark = pytest.mark.django_db
LIST = "/opportunites/"
ALL_OPEN = ["Tonte des écoles", "Nettoyage de la mairie", "Logiciel de paie", "Taille des haies"]
SignIn = Callable[[Any], StrictClient]
QUERIES = {"": 22, "lots/": 20, "avis/": 20, "questions/": 20}


@pytest.fixture
def page(signed_in_client: SignIn, nadia: User) -> Callable[[str], str]:
    """`page(url)`: what Nadia gets, as text."""
    client = signed_in_client(nadia)

    def get(url: str) -> str:
        response = client.get(url)
        assert response.status_code == 200, response.content[:2000]
        return str(response.content.decode())

    return get


def titles(html: str) -> list[str]:
    return re.findall(r'<th scope="row" role="rowheader"><a href="[^"]+">([^<]+)</a>', html)


@pytest.fixture
def five(valley: Any, tmp_path: Path) -> None:
    import_records(
        tmp_path,
        record("26-1", "Tonte des écoles", deadline=in_days(5)),
        record("26-2", "Nettoyage de la mairie", lots=[("Nettoyage", CLEANING)],
               deadline=in_days(12), city="Saint-Aubin-sur-Verdoire", postcode="38100"),
        record("26-3", "Logiciel de paie", lots=[("Logiciels", SOFTWARE)], deadline=in_days(40)),
        record("26-4", "Taille des haies", deadline=in_days(50), postcode="73100"),
        record("26-5", "Tonte close", deadline=timezone.now() - timedelta(days=4)),
    )  # fmt: skip


# --- The list ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL_OPEN),
        ("?delai=7", ["Tonte des écoles"]),
        ("?delai=15", ["Tonte des écoles", "Nettoyage de la mairie"]),
        ("?delai=toutes&tri=echeance&q=tontes", ["Tonte close", "Tonte des écoles"]),
        ("?q=ECOLE", ["Tonte des écoles"]),
        ("?metier=proprete", ["Nettoyage de la mairie"]),
        ("?metier=nos", ["Tonte des écoles", "Nettoyage de la mairie", "Taille des haies"]),
        ("?departement=73", ["Taille des haies"]),
        ("?autour=Saint-Aubin-sur-Verdoire&rayon=20",
         ["Tonte des écoles", "Nettoyage de la mairie", "Logiciel de paie"]),
        ("?autour=73100&rayon=20", ["Taille des haies"]),
        ("?source=ted", []),
        ("?tri=-echeance&metier=nos",
         ["Taille des haies", "Nettoyage de la mairie", "Tonte des écoles"]),
        ("?tri=n-importe-quoi&delai=demain&page=99&departement=zz",
         ALL_OPEN),
    ],
)  # fmt: skip
def test_filters_and_sorts(page: Callable[[str], str], query: str, expected: list[str]) -> None:
    assert titles(page(LIST + query)) == expected


def test_reserved_and_clause_filters(
    valley: Any, page: Callable[[str], str], tmp_path: Path, nadia: User
) -> None:
    first = make_opportunity(tmp_path, idweb="26-1", title="Réservé")
    second = make_opportunity(tmp_path, idweb="26-2", title="Avec clause")
    Opportunity.objects.filter(pk=first.pk).update(reserved="INSERTION")
    Opportunity.objects.filter(pk=second.pk).update(social_clause="execution")
    assert titles(page(LIST + "?reserve=on")) == ["Réservé"]
    assert titles(page(LIST + "?clause=on")) == ["Avec clause"]
    assert "Réservé\u00a0: insertion" in page(LIST)


@pytest.mark.usefixtures("five")
def test_nothing_found_says_what_lies_beyond(page: Callable[[str], str]) -> None:
    html = page(LIST + "?metier=proprete&delai=7")
    assert titles(html) == []
    assert "Chercher sans limite de date\u00a0: 1\u202favis<" in html
    address = re.search(r'btn-primary" href="(\?[^"]+)">Chercher sans limite', html)
    assert address is not None
    assert titles(page(LIST + address[1].replace("&amp;", "&"))) == ["Nettoyage de la mairie"]


@pytest.mark.usefixtures("five")
def test_a_radius_widens_first(page: Callable[[str], str]) -> None:
    html = page(LIST + "?autour=73100&rayon=60&metier=proprete")
    offers = re.findall(r'class="btn btn-(?:primary|second)" href="\?([^"]+)">([^<]+)<', html)
    assert offers[0][1] == "Élargir à 100\u202fkm\u00a0: 1\u202favis"
    assert parse_qs(offers[0][0].replace("&amp;", "&"))["rayon"] == ["100"]


def test_an_unknown_commune_is_said(valley: Any, page: Callable[[str], str]) -> None:
    assert "Nous ne connaissons pas de commune «\u00a0Ailleurs\u00a0»" in page(
        LIST + "?autour=Ailleurs"
    )


def test_an_empty_base_says_so(valley: Any, page: Callable[[str], str]) -> None:
    assert "Aucun avis n’est encore importé" in page(LIST)


@pytest.mark.usefixtures("five")
def test_htmx_gets_the_results_alone_and_the_same(
    signed_in_client: SignIn, nadia: User, page: Callable[[str], str]
) -> None:
    fragment = signed_in_client(nadia).get(LIST + "?metier=nos", headers={"HX-Request": "true"})
    html = fragment.content.decode()
    assert html.strip().startswith('<div id="resultats">')
    assert titles(html) == titles(page(LIST + "?metier=nos"))


@pytest.mark.usefixtures("five")
def test_chips_take_one_filter_away(page: Callable[[str], str]) -> None:
    html = page(LIST + "?metier=nos&departement=38&delai=toutes")
    chips = re.findall(r'class="jeton" href="\?([^"]+)">([^<]+?) <', html)
    assert [label for _, label in chips] == [
        "38 Isère",
        "Les 27 métiers",
        "Réponse\u00a0: closes comprises",
    ]
    assert "departement" not in chips[0][0]


@pytest.mark.usefixtures("five")
def test_export_holds_all_rows_of_the_filters(signed_in_client: SignIn, nadia: User) -> None:
    response = signed_in_client(nadia).get("/opportunites/export/?metier=nos")
    text = response.getvalue().decode()
    rows = list(csv.DictReader(text.removeprefix("\ufeff").splitlines(), delimiter=";"))
    assert [row["titre"] for row in rows] == [
        "Tonte des écoles",
        "Nettoyage de la mairie",
        "Taille des haies",
    ]
    assert rows[1]["métiers"] == "Propreté"
    assert rows[1]["départements"] == "38"


def test_the_list_costs_the_same_whatever_its_length(
    valley: Any, nadia: User, count_queries: Callable[..., int], signed_in_client: SignIn
) -> None:
    """At most 9 queries, one of them the roles that make the bar, and 6.3 kB sent, with 3, 30 and
    5,000 rows, with and without filters."""
    urls = [LIST, LIST + "?autour=Roche-Mirel&rayon=20&metier=espaces-verts&delai=30&q=verts"]
    counts = []
    for how_many in (3, 27, 4970):
        fill_list(how_many)
        counts.append([count_queries(url, nadia) for url in urls])
    assert counts[0] == counts[1] == counts[2]
    assert max(counts[0]) <= 9
    nothing = LIST + "?autour=73100&rayon=20&metier=proprete&delai=7&q=verts&reserve=on"
    assert count_queries(nothing, nadia) <= 9
    response = signed_in_client(nadia).get(LIST)
    assert bytes_on_the_wire(response) <= 6_300
    assert "Page 1 sur 250" in response.content.decode()


# --- One opportunity --------------------------------------------------------------------------


def test_the_page_says_what_is_asked_understood_and_missing(
    valley: Any, page: Callable[[str], str], tmp_path: Path
) -> None:
    opportunity = make_opportunity(
        tmp_path, lots=[("Tonte", GREEN), ("Nettoyage", CLEANING), ("Logiciels", SOFTWARE)]
    )
    html = page(f"{LIST}{opportunity.pk}/")
    assert "<h1>Entretien des espaces verts</h1>" in html
    assert re.search(r'<dd>20 <span class="unite">jours', html)
    html = page(f"{LIST}{opportunity.pk}/lots/")
    assert "3\u202flots" in html
    assert "Hors de nos métiers" in html
    assert 'aria-label="Carte' in html
    assert "Le montant n’est pas dit" in html
    html = page(f"{LIST}{opportunity.pk}/avis/")
    assert "code CPV 77310000" in html
    assert "À partir".casefold() in html.casefold()
    assert "L’acheteur ne donne pas de montant" in html
    assert "Nous ne savons pas si ce marché est réservé" in html
    assert 'href="https://example.org/avis/26-10001" rel="noopener noreferrer external"' in html
    assert "Former l’équipe" in html


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"deadline": timezone.now() - timedelta(days=2)}, "Ce marché est clos"),
        ({"stage": Stage.AWARDED}, "Ce marché est attribué"),
        ({"stage": Stage.CANCELLED}, "L’acheteur a annulé ce marché"),
        ({"stage": Stage.PRIOR}, "Ce marché est annoncé"),
    ],
)
def test_a_call_that_cannot_be_answered_says_so(
    valley: Any, page: Callable[[str], str], tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    opportunity = make_opportunity(tmp_path)
    Opportunity.objects.filter(pk=opportunity.pk).update(**changes)
    for tab in ("", "avis/"):
        html = page(f"{LIST}{opportunity.pk}/{tab}")
        assert said in html
        assert "<dt>pour répondre" not in html
        assert "<dt>pour déposer" not in html


def test_a_notice_of_many_lots_stays_light(
    valley: Any, nadia: User, tmp_path: Path, count_queries: Callable[..., int],
    signed_in_client: SignIn, page: Callable[[str], str],
) -> None:  # fmt: skip
    """The same number of queries on each tab with 1 lot and 120; twenty lots a page."""
    small = make_opportunity(tmp_path, idweb="26-1")
    large = make_opportunity(
        tmp_path,
        idweb="26-2",
        lots=[(f"Tonte du secteur {n}, parcs et jardins", GREEN) for n in range(1, 121)],
    )
    for tab, most in QUERIES.items():
        counts = {count_queries(f"{LIST}{o.pk}/{tab}", nadia) for o in (small, large)}
        assert len(counts) == 1, tab
        assert counts.pop() <= most, tab
        response = signed_in_client(nadia).get(f"{LIST}{large.pk}/{tab}")
        assert bytes_on_the_wire(response) <= 10_700, tab
    html = page(f"{LIST}{large.pk}/lots/")
    assert html.count("?lot=") == 20
    assert "Page 1 sur 6" in html
    assert page(f"{LIST}{large.pk}/lots/?page=6").count("?lot=") == 20


def test_the_page_of_a_lot_shows_its_own_facts(
    valley: Any, page: Callable[[str], str], tmp_path: Path, signed_in_client: SignIn, nadia: User
) -> None:
    opportunity = make_opportunity(tmp_path, lots=[("Tonte", GREEN), ("Nettoyage", CLEANING)])
    html = page(f"{LIST}{opportunity.pk}/lots/?lot=2")
    assert "<h1>Nettoyage</h1>" in html
    assert "/corriger/amount/?lot=2" in html
    missing = signed_in_client(nadia).get(f"{LIST}{opportunity.pk}/lots/?lot=9")
    assert missing.status_code == 404


def test_the_imported_file_is_handed_out_as_a_file(
    valley: Any, signed_in_client: SignIn, nadia: User, tmp_path: Path
) -> None:
    opportunity = make_opportunity(tmp_path)
    version = opportunity.publications.get().versions.get()
    response = signed_in_client(nadia).get(f"{LIST}{opportunity.pk}/versions/{version.pk}/")
    assert response.content == version.content
    assert response["Content-Disposition"].startswith("attachment")
    other = make_opportunity(tmp_path, idweb="26-9")
    stranger = signed_in_client(nadia).get(f"{LIST}{other.pk}/versions/{version.pk}/")
    assert stranger.status_code == 404


# --- Correcting -------------------------------------------------------------------------------


@pytest.fixture
def opportunity(valley: Any, tmp_path: Path) -> Opportunity:
    return make_opportunity(tmp_path, lots=[("Tonte", GREEN), ("Nettoyage", CLEANING)])


@pytest.mark.parametrize(
    ("fact", "typed", "shown"),
    [
        ("title", {"value": "Tonte de neuf communes"}, "Tonte de neuf communes"),
        ("amount", {"value": "148 000,50 €"}, "148\u202f000,50\u202f€ estimés"),
        ("months", {"value": "7"}, "7\u202fmois"),
        ("need", {"value": "3,5"}, "3,5\u202fETP par mois"),
        ("deadline", {"value": "2099-01-05T12:00"}, "5\u202fjanvier 2099, 12\u202fh"),
        ("start", {"value": "2099-05-01"}, "1er\u202fmai 2099"),
        ("reserved", {"value": "INSERTION"}, "Réservé aux structures d’insertion"),
        ("social_clause", {"value": "criterion"}, "Critère d’insertion"),
        ("clause_hours", {"value": "450"}, "450\u202fheures d’insertion"),
        ("grouping", {"value": "free"}, "Groupement accepté"),
        ("clause_rate", {"value": "7,5"}, "7,5\u202f% des heures"),
        ("negated", {"value": "oui"}, "L’avis écrit qu’il n’y a pas de clause"),
        ("fit", {"value": "1"}, "peuvent en porter une partie"),
        (
            "trades",
            {"value": "proprete", "second": "textile-couture", "third": "espaces-verts"},
            "Propreté, Textile, Espaces verts",
        ),
        ("trades", {"value": "textile-couture"}, "Textile"),
        ("trades", {"value": "aucun"}, "Aucun de nos métiers"),
        ("places", {"value": "Éragnes\nRoche-Mirel (73)\nIsère"}, "Éragnes, Roche-Mirel, Isère"),
        ("deadline", {"value": "2099-01-05T12:00", "unknown": "on"}, "Personne ne le sait encore"),
    ],
)
def test_each_fact_can_be_corrected_from_its_page(
    opportunity: Opportunity, signed_in_client: SignIn, nadia: User, fact: str,
    typed: dict[str, str], shown: str,
) -> None:  # fmt: skip
    """The GET prepares the form, the POST keeps the value, the page then says who said so."""
    client = signed_in_client(nadia)
    url = f"{LIST}{opportunity.pk}/corriger/{fact}/"
    assert client.get(url).status_code == 200
    done = client.post(url, typed, follow=True)
    confirm_all()
    html = client.get(f"{LIST}{opportunity.pk}/avis/").content.decode()
    assert done.redirect_chain == [(f"{LIST}{opportunity.pk}/avis/#fait-{fact}", 302)]
    assert f'id="fait-{fact}"' in html
    assert shown in html
    assert "Corrigé par Nadia Ferrand" in html
    assert "nadia@reseau.example" not in re.sub(r"(?s)<header.*?</header>", "", html)
    again = client.get(url)
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("fact", "typed", "said"),
    [
        ("amount", "beaucoup", "n’est pas un nombre"),
        ("amount", "", "Donnez une réponse, ou cochez"),
        ("title", "", "Donnez une réponse."),
        ("places", "Nulle-Part", "n’est ni une commune ni un département connu"),
        ("places", "Roche-Mirel", "plusieurs communes portent ce nom"),
        ("deadline", "hier", "date"),
    ],
)
def test_an_error_keeps_what_was_typed(
    opportunity: Opportunity,
    signed_in_client: SignIn,
    nadia: User,
    fact: str,
    typed: str,
    said: str,
) -> None:
    response = signed_in_client(nadia).post(
        f"{LIST}{opportunity.pk}/corriger/{fact}/", {"value": typed}
    )
    html = response.content.decode()
    assert response.status_code == 422
    assert said in html
    assert "Erreur\u00a0:" in html
    assert typed in html
    assert opportunity.corrections.count() == 0


def test_a_correction_can_be_taken_back_from_the_page(
    opportunity: Opportunity, signed_in_client: SignIn, nadia: User
) -> None:
    client = signed_in_client(nadia)
    client.post(f"{LIST}{opportunity.pk}/corriger/need/?lot=1", {"value": "7"})
    correction = opportunity.corrections.get()
    assert (correction.lot_id, correction.value) == ("1", 700)
    lot_page = client.get(f"{LIST}{opportunity.pk}/lots/?lot=1").content.decode()
    address = f"{LIST}{opportunity.pk}/corrections/{correction.pk}/retirer/"
    assert address in lot_page
    assert client.get(address).status_code == 405
    client.post(address)
    assert opportunity.corrections.standing().count() == 0


def test_unknown_facts_and_lots_are_no_pages(
    opportunity: Opportunity, signed_in_client: SignIn, nadia: User
) -> None:
    client = signed_in_client(nadia)
    for path in ("couleur/", "amount/?lot=9", "title/?lot=1"):
        assert client.get(f"{LIST}{opportunity.pk}/corriger/{path}").status_code == 404


# --- Who may ----------------------------------------------------------------------------------


def test_pages_ask_to_sign_in(opportunity: Opportunity, client: StrictClient) -> None:
    tabs = [f"{opportunity.pk}/{tab}/" for tab in ("lots", "avis", "questions")]
    for path in ("", "export/", "besoins/", *tabs):
        response = client.get(LIST + path)
        assert response.status_code == 302
        assert response["Location"].startswith("/compte/connexion/")


def test_without_a_seat_one_sees_and_does_not_correct(
    opportunity: Opportunity, signed_in_client: SignIn, passer_by: User
) -> None:
    client = signed_in_client(passer_by)
    html = client.get(f"{LIST}{opportunity.pk}/avis/").content.decode()
    assert "/corriger/" not in html
    url = f"{LIST}{opportunity.pk}/corriger/months/"
    assert client.get(url).status_code == 403
    assert client.post(url, {"value": "7"}).status_code == 403
    assert client.get(LIST + "besoins/nouveau/").status_code == 403
    assert "/besoins/" not in client.get(LIST).content.decode()
    assert opportunity.corrections.count() == 0


def test_a_private_need_is_for_the_people_of_its_network(
    network: Network, nadia: User, passer_by: User, signed_in_client: SignIn, tmp_path: Path
) -> None:
    """Staff, delegations, and people of member structures; 404 for all others, on every page."""
    import_records(tmp_path, need(), network=network)
    private = Opportunity.objects.get()
    delegation = make_network("Délégation", parent=network)
    member, former = make_structure("Membre"), make_structure("Ancien membre")
    join(member, network)
    left = join(former, network)
    left.ends_on = timezone.localdate() - timedelta(days=1)
    left.save()
    inside = [
        nadia,
        make_person("delegue@reseau.example", role="delegate", network=delegation),
        make_person("direction@membre.example", role="director", structure=member),
    ]
    outside = [
        passer_by,
        make_person("autre@reseau.example", role="network_staff", network=make_network("Autre")),
        make_person("direction@ancien.example", role="director", structure=former),
    ]
    paths = ["", "lots/", "avis/", "questions/", "corriger/months/"]
    version = private.publications.get().versions.get()
    paths.append(f"versions/{version.pk}/")
    for person in inside:
        client = signed_in_client(person)
        assert titles(client.get(LIST).content.decode()) == ["Conditionnement de coffrets"]
        assert [client.get(f"{LIST}{private.pk}/{path}").status_code for path in paths] == [200] * 6
    for person in outside:
        client = signed_in_client(person)
        assert titles(client.get(LIST + "?delai=toutes&q=coffrets").content.decode()) == []
        assert [client.get(f"{LIST}{private.pk}/{path}").status_code for path in paths] == [404] * 6


def test_search_hides_private_needs_from_others(
    network: Network, passer_by: User, signed_in_client: SignIn, tmp_path: Path
) -> None:
    import_records(tmp_path, need(), network=network)
    text = signed_in_client(passer_by).get("/opportunites/export/?delai=toutes")
    assert len(text.getvalue().decode().splitlines()) == 1
