"""The directory: who is found, in what order, what is shown to whom, and at what cost."""

import csv
import io
import random
import re
from collections import defaultdict
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base import kept_counts
from cordee.members import directory
from cordee.members.access import structure_for, structures_for
from cordee.members.actions import sheet
from cordee.members.actions.capacity import declare_activity
from cordee.members.actions.sheet_undo import undo_last_change
from cordee.members.actions.structures import Plan, _write
from cordee.members.directory import DirectoryRow, Query, Search
from cordee.members.gazetteer import find_communes, label_of
from cordee.members.models import (
    Activity,
    Commune,
    Crew,
    JoinRequest,
    SharingAgreement,
    Structure,
)
from cordee.members.models.capacity import Certainty
from cordee.members.models.structures import sort_key
from cordee.members.sharing import FigureClass, Viewer
from cordee.rules.territory import distance_km
from tests.members.makers import (
    ON,
    join,
    make_many,
    make_network,
    make_person,
    make_structure,
    make_valley,
    share,
)
from tests.strict_client import bytes_on_the_wire

pytestmark = pytest.mark.django_db
URL = "/annuaire/"


def search(viewer: Viewer | None = None, **params: str) -> Search:
    return Search(Structure.objects.all(), Query.read(params), viewer or Viewer(None, ON))


def names(**params: str) -> list[str]:
    return [row.name for row in rows_of(search(**params))]


def rows_of(asked: Search) -> list[DirectoryRow]:
    return asked.complete(list(asked.found))


@pytest.fixture
def nadia():
    return make_person("nadia@exemple.fr")


@pytest.fixture
def valley():
    """Four structures: the point of a commune, two nearby, one far away without coordinates."""
    communes = make_valley()
    return {
        "jardins": make_structure(
            "Les Jardins de l’Été", latitude=45.0, longitude=5.5, commune=communes["38001"],
            department_id="38",
        ),
        "regie": make_structure(
            "Régie Éco-Quartier", kind="EI", latitude=45.1, longitude=5.5,
            commune=communes["38002"], department_id="38",
        ),
        "velos": make_structure(
            "Cyclo Œuvre", kind="AI", latitude=None, longitude=None, commune=communes["38003"],
            department_id="38",
        ),
        "loin": make_structure(
            "Atelier de Savoie", latitude=45.6, longitude=6.4, commune=communes["73001"],
            department_id="73",
        ),
    }  # fmt: skip


# --- Who is found ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("jardin", ["Les Jardins de l’Été"]),
        ("JARDINS ete", ["Les Jardins de l’Été"]),
        ("regie eco", ["Régie Éco-Quartier"]),
        ("eco quart", ["Régie Éco-Quartier"]),
        ("quart eco", []),
        ("oeuvre", ["Cyclo Œuvre"]),
        ("association intermédiaire", ["Cyclo Œuvre"]),
        ("roche-mirel", ["Atelier de Savoie", "Régie Éco-Quartier"]),
        ("espaces verts", ["Les Jardins de l’Été"]),
        ("introuvable", []),
        ("!!!", []),
        ("' OR 1=1 --", []),
        ('"*', []),
    ],
)
def test_words_are_found_whatever_accent_plural_or_beginning(valley, text, found):
    chantier = valley["jardins"].chantiers.get()
    declare_activity(chantier=chantier, trade="espaces-verts", by=None)
    assert names(q=text) == found


def test_a_siret_is_found_with_or_without_spaces(valley):
    siret = valley["regie"].siret
    spaced = f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"
    for text in (siret, spaced, siret[:9], spaced.replace(" ", "\u202f")):
        assert names(q=text) == ["Régie Éco-Quartier"]


def test_filters_are_taken_together(valley):
    network = make_network("Réseau du Val")
    delegation = make_network("Délégation", parent=network)
    join(valley["regie"], delegation)
    join(valley["jardins"], network)
    declare_activity(chantier=valley["regie"].chantiers.get(), trade="proprete", by=None)
    assert names(reseau=network.slug) == ["Les Jardins de l’Été", "Régie Éco-Quartier"]
    assert names(reseau=delegation.slug) == ["Régie Éco-Quartier"]
    assert names(departement="73") == ["Atelier de Savoie"]
    assert names(sorte="EI", departement="38") == ["Régie Éco-Quartier"]
    assert names(metier="proprete") == ["Régie Éco-Quartier"]
    assert names(metier="proprete", sorte="ACI") == []


def test_an_unknown_choice_is_no_filter(valley):
    assert len(names(sorte="XX", metier="magie", departement="999", reseau="rien", rayon="7")) == 4


def test_a_closed_structure_is_not_in_the_directory(valley):
    Structure.objects.filter(pk=valley["loin"].pk).update(is_closed=True)
    assert "Atelier de Savoie" not in names()


def test_a_structure_without_coordinates_stands_at_its_commune(valley):
    rows = rows_of(search(autour="Saint-Aubin-sur-Verdoire", rayon="40"))
    assert [row.name for row in rows][-1] == "Cyclo Œuvre"
    assert [row.is_placed_exactly for row in rows] == [True, True, False]
    assert rows[-1].distance_km == pytest.approx(22.24, abs=0.01)


def test_the_circle_is_exact_against_every_distance_computed():
    """Box and haversine together keep the same structures as distances alone."""
    make_valley()
    rnd = random.Random(2026)
    spots = [(45 + rnd.uniform(-1, 1), 5.5 + rnd.uniform(-1.4, 1.4)) for _ in range(300)]
    made = [make_structure(latitude=lat, longitude=lon) for lat, lon in spots]
    for radius_km in (10, 20, 40, 60, 100):
        near = {
            one.pk
            for one, spot in zip(made, spots, strict=True)
            if distance_km(*spot, 45.0, 5.5) <= radius_km
        }
        rows = rows_of(search(autour="Saint-Aubin-sur-Verdoire", rayon=str(radius_km)))
        assert {row.pk for row in rows} == near
        assert [row.distance_km for row in rows] == sorted(row.distance_km for row in rows)


# --- Order -------------------------------------------------------------------------------------


def test_names_are_sorted_as_people_read_them():
    for name in ("Zèbre", "école", "Éclair", "Atelier"):
        make_structure(name)
    assert names() == ["Atelier", "Éclair", "école", "Zèbre"]
    assert names(tri="-nom") == ["Zèbre", "école", "Éclair", "Atelier"]


def test_unknown_teams_come_last_whichever_way_one_sorts(valley):
    network = make_network("Réseau du Val")
    for key, places in (("jardins", 4), ("regie", 8), ("velos", 30)):
        chantier = valley[key].chantiers.get()
        Crew.objects.create(chantier=chantier, name="É", places=places, weekly_minutes=35 * 60)
    # The largest team opens its figures to nobody: it ranks with the unknown ones.
    for key in ("jardins", "regie"):
        share(valley[key], network, FigureClass.NETWORK)
    viewer = Viewer.of_network(network, ON)
    small, large = "Les Jardins de l’Été", "Régie Éco-Quartier"
    up = [row.name for row in rows_of(search(viewer, tri="equipe"))]
    down = [row.name for row in rows_of(search(viewer, tri="-equipe"))]
    assert (up[:2], down[:2]) == ([small, large], [large, small])
    assert {*up[2:]} == {*down[2:]} == {"Cyclo Œuvre", "Atelier de Savoie"}


def test_sorting_by_team_tells_a_stranger_nothing(valley):
    chantier = valley["velos"].chantiers.get()
    Crew.objects.create(chantier=chantier, name="É", places=30, weekly_minutes=35 * 60)
    assert names(tri="equipe") == names()


# --- What is shown to whom ---------------------------------------------------------------------


def test_a_team_is_shown_only_where_the_viewer_may_see_it(valley):
    network = make_network("Réseau du Val")
    structure = valley["jardins"]
    chantier = structure.chantiers.get()
    Crew.objects.create(chantier=chantier, name="É", places=8, weekly_minutes=26 * 60)
    share(structure, network, FigureClass.NETWORK)

    def team(viewer: Viewer) -> int | None:
        rows = rows_of(search(viewer))
        return next(row.team_cfte for row in rows if row.pk == structure.pk)

    director = make_person("d@exemple.fr", role="director", structure=structure)
    assert team(Viewer.of_network(network, ON)) == 594
    assert team(Viewer.of(director, ON)) == 594
    assert team(Viewer.of_network(make_network("Autre"), ON)) is None
    assert team(Viewer(None, ON)) is None


@pytest.mark.parametrize("sort", ["equipe", "-equipe"])
def test_the_order_of_teams_among_many_is_that_of_all_of_them(monkeypatch, sort):
    network = make_network("Réseau du Val")
    make_many(60, network)
    SharingAgreement.objects.all().delete()
    Crew.objects.all().delete()
    staff = make_person("equipe@exemple.fr", role="network_staff", network=network)
    some = random.Random(7)
    for number, structure in enumerate(Structure.objects.order_by("pk")):
        if number % 5:
            places = some.randrange(1, 9)
            Crew.objects.create(chantier=structure.chantiers.first(), name="Équipe", places=places)
        if number % 3:
            share(structure, network, "network", may_see=True, may_compose=False)
    viewer = Viewer.of(staff, ON)
    expected = list(search(viewer, tri=sort).found)
    monkeypatch.setattr("cordee.members.directory.FEW", 0)
    monkeypatch.setattr(kept_counts, "FEW", 0)
    for first in range(0, 60, 10):
        asked = search(viewer, tri=sort)
        assert asked.found[first : first + 10] == expected[first : first + 10]
    largest = Structure.objects.get(pk=expected[0])
    largest.sharings.all().delete()
    asked = search(viewer, tri=sort)
    page = asked.found[0:10]
    assert page == expected[1:11], "the order is kept, and no right is"
    assert largest.pk in list(asked.found)[20:]


def test_dots_are_kept_without_the_rows_of_a_page_and_teams_are_not(
    valley, nadia, signed_in_client, monkeypatch
):
    monkeypatch.setattr(kept_counts, "FEW", 0)
    structure = Structure.objects.order_by("sort_key").first()
    network = make_network("Réseau du Val")
    make_person("equipe@exemple.fr", role="network_staff", network=network)
    join(structure, network)
    Crew.objects.create(chantier=structure.chantiers.first(), name="Équipe", places=8)
    share(structure, network, "network", may_see=True, may_compose=False)
    client = signed_in_client(User.objects.get(email="equipe@exemple.fr"))
    first = client.get(URL).context
    again = client.get(URL).context
    assert (first["map"].dots, again["map"].dots) == ("", ""), "each row has its number"
    assert any(row.team_cfte for _, row in again["rows"])
    structure.sharings.all().delete()
    assert not any(row.team_cfte for _, row in client.get(URL).context["rows"])


def test_a_dot_stands_in_each_cell_that_holds_another_row(valley):
    placed = [row for row in rows_of(search()) if row.point]
    asked, step = search(), (0.2, 0.3)
    everything, nothing = asked.points([], step), asked.points(placed, step)
    assert nothing == []
    for row in placed:
        near = [
            at
            for at in everything
            if abs(at[0] - row.point[0]) <= 0.1001 and abs(at[1] - row.point[1]) <= 0.1501
        ]
        assert near


def test_a_structure_of_which_one_chantier_is_unknown_has_no_known_team(valley):
    structure = valley["jardins"]
    chantier = structure.chantiers.get()
    chantier.declared_cfte = 500
    chantier.save()
    viewer = Viewer.of(make_person("d@exemple.fr", role="director", structure=structure), ON)
    assert rows_of(search(viewer, q="jardins"))[0].team_cfte == 500
    structure.chantiers.create(name="Second chantier")
    assert rows_of(search(viewer, q="jardins"))[0].team_cfte is None


def test_crews_of_another_time_do_not_count(valley):
    structure = valley["jardins"]
    chantier = structure.chantiers.get()
    crew = {"chantier": chantier, "name": "É", "places": 10, "weekly_minutes": 35 * 60}
    Crew.objects.create(**crew)
    Crew.objects.create(**crew, valid_to="2026-11-24")
    Crew.objects.create(**crew, valid_from="2026-11-26")
    viewer = Viewer.of(make_person("d@exemple.fr", role="director", structure=structure), ON)
    assert rows_of(search(viewer, q="jardins"))[0].team_cfte == 1000


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client):
    for url in (URL, f"{URL}export/", f"{URL}communes/"):
        response = client.get(url)
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


# --- The page ----------------------------------------------------------------------------------


def test_list_and_map_show_the_same_numbers(valley, nadia, signed_in_client):
    html = signed_in_client(nadia).get(URL, {"autour": "Saint-Aubin-sur-Verdoire"}).text
    listed = re.findall(r'class="rang">(\d+)<', html)
    mapped = re.findall(r'class="repere"/><text [^>]*>(\d+)</text>', html)
    assert listed == ["1", "2", "3"]
    assert sorted(mapped) == listed
    assert "3\u202fstructures à moins de 40\u202fkm de Saint-Aubin-sur-Verdoire, sur 4" in html
    # The one that stands at its commune is dashed.
    assert html.count('<g class="suppose"><path d=') == 1


def test_a_guessed_trade_says_so(valley, nadia, signed_in_client):
    declare_activity(
        chantier=valley["jardins"].chantiers.get(),
        trade="espaces-verts",
        certainty=Certainty.GUESSED,
        by=None,
    )
    html = signed_in_client(nadia).get(URL, {"q": "jardins"}).text
    assert "Espaces verts" in html
    assert "(supposé)" in html


def test_htmx_gets_the_answer_alone_and_it_is_that_of_the_page(valley, nadia, signed_in_client):
    visitor = signed_in_client(nadia)
    whole = visitor.get(URL, {"q": "jardins"}).text
    part = visitor.get(URL, {"q": "jardins"}, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'hx-swap-oob="true"' in part
    answer = part[part.index('<div id="reponse">') :].strip()
    assert answer in whole


def test_an_ambiguous_commune_offers_the_choices(valley, nadia, signed_in_client):
    visitor = signed_in_client(nadia)
    html = visitor.get(URL, {"autour": "roche mirel", "sorte": "EI"}).text
    assert "Plusieurs communes" in html
    links = re.findall(r'href="(\?[^"]*autour=[^"]*)">Roche-Mirel, ([^<]*)<', html)
    assert [label for _, label in links] == ["Isère (38)", "Savoie (73)"]
    chosen = visitor.get(URL + links[0][0].replace("&amp;", "&")).text
    assert "1\u202fstructure à moins de 40\u202fkm de Roche-Mirel" in chosen


def test_an_unknown_commune_is_said(valley, nadia, signed_in_client):
    html = signed_in_client(nadia).get(URL, {"autour": "Nulle-Part"}).text
    assert "Aucune commune ne porte ce nom" in html
    assert "4\u202fstructures" in html


def test_an_empty_circle_says_what_lies_just_beyond(valley, nadia, signed_in_client):
    visitor = signed_in_client(nadia)
    asked = {"autour": "Saint-Aubin-sur-Verdoire", "rayon": "10", "sorte": "AI"}
    html = visitor.get(URL, asked).text
    assert "Rien à moins de 10\u202fkm de Saint-Aubin-sur-Verdoire" in html
    assert "À 40 km, 1\u202fstructure convient." in html
    link = re.search(r'href="(\?[^"]*)">Élargir', html)[1].replace("&amp;", "&")
    assert "1\u202fstructure à moins de 40" in visitor.get(URL + link).text


def test_an_empty_directory_says_what_to_do(nadia, signed_in_client):
    html = signed_in_client(nadia).get(URL).text
    assert "L’annuaire est vide" in html


def test_filters_in_force_can_be_taken_away_one_by_one(valley, nadia, signed_in_client):
    html = signed_in_client(nadia).get(URL, {"q": "jardins", "sorte": "ACI"}).text
    chips = re.findall(r'class="jeton" href="([^"]*)"', html)
    assert chips == ["?sorte=ACI", "?q=jardins"]


def test_pages_hold_25_rows_and_keep_the_filters(nadia, signed_in_client):
    make_many(60)
    visitor = signed_in_client(nadia)
    counts = [
        visitor.get(URL, {"sorte": "ACI", "q": "jardins", "page": page}).text.count('class="rang"')
        for page in ("1", "2", "99", "x")
    ]
    assert counts == [15, 15, 15, 15]
    pages = [visitor.get(URL, {"page": page}).text.count('class="rang"') for page in "123"]
    assert pages == [25, 25, 10]
    assert "?q=jardins&amp;page=2" in visitor.get(URL, {"q": "jardins"}).text


def test_the_export_holds_the_filtered_lines_as_a_french_spreadsheet_reads_them(
    valley, nadia, signed_in_client
):
    Activity.objects.create(
        chantier=valley["jardins"].chantiers.get(), trade="espaces-verts", certainty="guessed"
    )
    response = signed_in_client(nadia).get(
        f"{URL}export/", {"autour": "Saint-Aubin-sur-Verdoire", "rayon": "20"}
    )
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:]), delimiter=";"))
    assert [row["nom"] for row in rows] == ["Les Jardins de l’Été", "Régie Éco-Quartier"]
    assert rows[0]["métiers"] == ""
    assert rows[0]["métiers supposés"] == "Espaces verts"
    assert rows[1]["distance (km)"] == "11,1"
    assert rows[1]["équipe (ETP)"] == ""


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("saint aubin", ["Saint-Aubin-sur-Verdoire (38)"]),
        ("St-Aubin sur Verdoire", ["Saint-Aubin-sur-Verdoire (38)"]),
        ("eragnes", ["Éragnes (38)"]),
        ("38101", ["Saint-Aubin-sur-Verdoire (38)"]),
        ("38 101", ["Saint-Aubin-sur-Verdoire (38)"]),
        ("Roche-Mirel (73)", ["Roche-Mirel (73)"]),
        ("roche-mirel", ["Roche-Mirel (38)", "Roche-Mirel (73)"]),
        ("", []),
        ("()", []),
        ("99999", []),
    ],
)
def test_communes_are_found_as_people_write_them(text, labels):
    make_valley()
    assert [label_of(commune) for commune in find_communes(text)] == labels


def test_every_label_of_a_commune_leads_back_to_it():
    for commune in make_valley().values():
        assert find_communes(label_of(commune)) == [commune]


def test_communes_are_offered_while_one_types(nadia, signed_in_client):
    make_valley()
    html = signed_in_client(nadia).get(f"{URL}communes/", {"autour": "roche"}).text
    assert html.count("<option") == 2
    assert 'value="Roche-Mirel (38)"' in html


# --- What it costs -----------------------------------------------------------------------------

COSTLY = [
    "",
    "?autour=Saint-Aubin-sur-Verdoire&rayon=40",
    "?autour=Saint-Aubin-sur-Verdoire&rayon=100&q=jardin&metier=espaces-verts&departement=38"
    "&reseau=reseau-du-val&tri=-equipe",
]


def test_three_thirty_or_five_thousand_rows_cost_the_same_queries(
    count_queries, signed_in_client, monkeypatch
):
    """And the page of five thousand sends at most 13 kB: they are made once for all queries.

    Whether counts are kept or made anew: that takes one query more, at any size.
    """
    network = make_network("Réseau du Val")
    staff = make_person("r@exemple.fr", role="network_staff", network=network)
    costs = defaultdict(list)
    for more in (3, 27, 4970):
        make_many(more, network)
        for query, few in product(COSTLY, (0, 1_000_000)):
            cache.clear()
            for module in (kept_counts, directory):
                monkeypatch.setattr(module, "FEW", few)
            costs[query, few].append(count_queries(URL + query, staff))
    assert all(len(set(each)) == 1 and each[0] <= 10 for each in costs.values()), costs
    monkeypatch.undo()
    cache.clear()
    Commune.objects.filter(insee="38002").update(name="Roche-Mirel-sur-la-Verdoire-la-Longue")
    client = signed_in_client(staff)
    wire = []
    for query in COSTLY:
        response = client.get(URL + query)
        wire.append(bytes_on_the_wire(response))
        assert response.text.count('class="rang"') == 25
    assert max(wire) <= 13_000


def test_names_with_and_without_accents_are_in_one_order() -> None:
    """A name of plain letters was folded less than the others: hyphens and "St" parted them."""
    for name in ("St-Éloi Bois", "Saint Eloi Cuisine", "St-Eloi Art", "Éco Val", "Eco-Tri"):
        make_structure(name)
    assert names() == ["Eco-Tri", "Éco Val", "St-Eloi Art", "St-Éloi Bois", "Saint Eloi Cuisine"]


def test_a_name_is_sorted_anew_wherever_it_changes(valley, nadia) -> None:
    """On the sheet, when that is undone, and by a list: the key is what the base sorts by."""
    structure = valley["regie"]
    sheet.set_identity(structure=structure, values={"brand": "À la Régie"}, by=nadia)
    assert names()[0] == "À la Régie"
    undo_last_change(structure=structure, by=nadia)
    assert names()[-1] == "Régie Éco-Quartier"
    structure.name = "Aaa Régie"
    _write(Plan(changed=[structure]), None, ON, "")
    assert names()[0] == "Aaa Régie"
    assert all(each.sort_key == sort_key(each.shown_name) for each in Structure.objects.all())


@pytest.mark.parametrize("source", list(Structure.Source))
@pytest.mark.parametrize("is_claimed", [False, True])
def test_one_structure_opens_to_those_who_find_it_among_all(nadia, source, is_claimed):
    structure = make_structure("Les Jardins", source=source, is_claimed=is_claimed)
    asks = make_person("ines@exemple.fr")
    asked = {"role": "director", "asked_at": timezone.now()}
    JoinRequest.objects.create(person=asks, structure=structure, **asked)
    keeper = User.objects.create_superuser("gardien@exemple.fr")
    opened = []
    everybody = (nadia, asks, keeper, AnonymousUser())
    for person in everybody:
        try:
            opened.append(structure_for(person, structure.pk) == structure)
        except Http404:
            opened.append(False)
    assert opened == [structures_for(person).exists() for person in everybody]
    assert opened == [source != "declared" or is_claimed, True, True, False]
