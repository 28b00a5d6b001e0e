"""« Aujourd’hui »: what waits for one person, by date, one button each. The bar of each role."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.ui import french, navigation
from cordee.members.actions import joining
from cordee.members.models import Certification, Claim, Crew, RoleSeat
from cordee.members.today import waiting
from cordee.members.today.waiting import Call, Waiting
from tests.members.makers import make_network, make_person, make_structure
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
Role = RoleSeat.Role
PAGE = "/aujourdhui/"


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`only(lines, calls)`: what waits is this, and nothing that rooms know of."""

    def say(lines: Sequence[Waiting], calls: Sequence[Call] = ()) -> None:
        sort = waiting.Sort(User.objects.all(), lambda *_: [*lines, *calls])
        monkeypatch.setattr(waiting, "readers", {"test": lambda viewer, now: [sort]})

    return say


def line(day: int, what: str = "Un papier") -> Waiting:
    return Waiting(date(2026, 12, day), f"{what} {day}", "Un fait.", "Le faire", f"/{day}/")


def call(number: int) -> Call:
    return Call(f"Structure {number}", "Sans réponse.", f"04 65 71 20 1{number}", f"/{number}/")


def read(client: Any, person: Any, url: str = PAGE) -> str:
    client.force_login(person)
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


# --- The page -----------------------------------------------------------------------------------


def test_lines_stand_by_date_and_stop_at_five(client: Any, only: Any) -> None:
    zoe = make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=make_structure("Les Toits"))
    only([line(day) for day in (9, 2, 7, 4, 3, 8, 5)])
    page = read(client, zoe)
    assert "<h1>Sept choses vous attendent</h1>" in page
    assert [n for n in range(2, 10) if f"Un papier {n}<" in page] == [2, 3, 4, 5, 7]
    assert page.index("Un papier 2<") < page.index("Un papier 3<") < page.index("Un papier 7<")
    assert page.count("btn-primary") == 1
    assert "Voir les deux autres" in page
    whole = read(client, zoe, f"{PAGE}?tout")
    assert "Un papier 9<" in whole
    assert "autres</a>" not in whole


def test_a_network_reads_three_people_to_call(client: Any, only: Any) -> None:
    network = make_network("Réseau du Val")
    nadia = make_person("nadia@exemple.fr", role=Role.NETWORK_STAFF, network=network)
    only([line(2)], [call(n) for n in range(1, 6)])
    page = read(client, nadia)
    assert "<h1>Une chose vous attend, puis cinq appels à passer</h1>" in page
    assert [n for n in range(1, 6) if f"Structure {n}<" in page] == [1, 2, 3]
    assert 'href="tel:0465712011"' in page
    only([], [call(1)])
    assert "<h1>Un appel à passer</h1>" in read(client, nadia)


@pytest.mark.parametrize(
    ("seat", "words", "url"),
    [
        ({}, "Trouver ma structure", "/rejoindre/"),
        ({"role": Role.BUYER}, "Voir mes besoins", "/opportunites/besoins/"),
        ({"role": Role.FACILITATOR}, "Voir les opportunités", "/opportunites/"),
    ],
)
def test_nothing_waits_and_a_next_step_is_named(
    client: Any, seat: dict[str, Any], words: str, url: str
) -> None:
    page = read(client, make_person("zoe@exemple.fr", **seat))
    title = "Rien ne vous attend" if seat else "Trouvez votre structure"
    assert f"<h1>{title}</h1>" in page
    assert f'href="{url}">{words}</a>' in page


@pytest.mark.parametrize(
    ("role", "step", "words", "url"),
    [
        (Role.DIRECTOR, 0, "Remplir ma fiche", "/annuaire/{}/reprendre/"),
        (Role.DIRECTOR, 2, "Reprendre ma fiche", "/annuaire/{}/reprendre/"),
        (Role.DIRECTOR, 4, "Voir ma demande", "/roles/"),
        (Role.SUPERVISOR, 0, "Voir ma demande", "/roles/"),
    ],
)
def test_who_asked_to_join_is_not_sent_to_ask_again(
    client: Any, role: Role, step: int, words: str, url: str
) -> None:
    zoe, toits = make_person("zoe@exemple.fr"), make_structure("Les Toits")
    asked = joining.ask_to_join(
        person=zoe, structure=toits, role=role, message="", now=timezone.now()
    )
    if step:
        Claim.objects.create(person=zoe, structure=toits, step=step, answers={"metiers": {}})
    page = read(client, zoe)
    assert "<h1>Votre demande attend une réponse</h1>" in page
    assert "Vous demandez à rejoindre Les Toits." in page
    assert f'href="{url.format(toits.pk)}">{words}</a>' in page
    joining.withdraw_join_request(request=asked, by=zoe, now=timezone.now())
    assert "<h1>Trouvez votre structure</h1>" in read(client, zoe)


def test_whoever_is_signed_in_begins_here(client: Any) -> None:
    assert client.get(PAGE).status_code == 302
    client.force_login(make_person("zoe@exemple.fr"))
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    # The valley of the public home stays open to try.
    assert client.get("/?besoin=1").status_code == 200


# --- What waits in this room ----------------------------------------------------------------------


def test_a_paper_that_ends_within_thirty_days_waits(client: Any) -> None:
    mine, other = make_structure("Les Toits"), make_structure("Les Haies")
    zoe = make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=mine)
    today = timezone.localdate()
    for structure, name, days in (
        (mine, "Assurance", 10),
        (mine, "Ancienne", -1),
        (mine, "Lointaine", 31),
        (other, "Celle d’une autre", 10),
    ):
        Certification.objects.create(
            structure=structure, name=name, valid_until=today + timedelta(days=days)
        )
    page = read(client, zoe)
    assert "Un papier expire\u00a0: Assurance" in page
    assert not any(name in page for name in ("Ancienne", "Lointaine", "Celle d’une autre"))
    eli = make_person("eli@exemple.fr", role=Role.SUPERVISOR, structure=mine)
    assert "Assurance" not in read(client, eli)


def test_somebody_who_asks_to_join_is_answered_within_a_week(client: Any) -> None:
    mine = make_structure("Les Toits")
    zoe = make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=mine)
    felix = make_person("felix@exemple.fr")
    asked = joining.ask_to_join(
        person=felix, structure=mine, role=Role.SUPERVISOR, message="", now=timezone.now()
    )
    page = read(client, zoe)
    assert "felix@exemple.fr demande à vous rejoindre" in page
    assert f'href="/demandes/{asked.pk}/?depuis=jour"' in page
    until = timezone.localdate() + timedelta(days=7)
    assert f'datetime="{until:%Y-%m-%d}"' in page
    # Weeks later the line stands first, on the day itself: nothing waits in the past.
    type(asked).objects.filter(pk=asked.pk).update(asked_at=timezone.now() - timedelta(days=40))
    assert f'datetime="{timezone.localdate():%Y-%m-%d}"' in read(client, zoe)


def test_own_figures_are_those_of_the_structure_and_unknown_ones_are_counted(client: Any) -> None:
    mine = make_structure("Les Toits")
    zoe = make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=mine)
    for name, places in (("Une", 8), ("Deux", 6)):
        Crew.objects.create(chantier=mine.chantiers.get(), name=name, places=places)
    past = timezone.localdate().replace(day=1) - timedelta(days=1)
    Crew.objects.create(chantier=mine.chantiers.get(), name="Finie", places=9, valid_to=past)
    page = read(client, zoe)
    assert "10,39 <span" in page
    assert "sur 10,39" in page
    assert "inconnues</span>" in page
    # Who acts for a network reads none of it here, nor does who only works there.
    nadia = make_person("nadia@exemple.fr", role=Role.NETWORK_STAFF, network=make_network("Val"))
    eli = make_person("eli@exemple.fr", role=Role.SUPERVISOR, structure=mine)
    assert not any("sur 10,39" in read(client, person) for person in (nadia, eli))


def test_the_page_asks_a_fixed_number_of_queries(
    client: Any, django_assert_max_num_queries: Any
) -> None:
    mine = make_structure("Les Toits")
    zoe = make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=mine)
    today = timezone.localdate()
    for days in range(25):
        Certification.objects.create(
            structure=mine, name=f"Papier {days}", valid_until=today + timedelta(days=days)
        )
    client.force_login(zoe)
    client.get(PAGE)
    with django_assert_max_num_queries(20):
        client.get(PAGE)


# --- The bar of each role -------------------------------------------------------------------------


def bar(person: Any, path: str = PAGE) -> tuple[list[str], list[str]]:
    client = StrictClient()
    client.force_login(person)
    request = client.get(path).wsgi_request
    return (
        [entry.label for entry in navigation.entries(request)],
        [entry.label for entry in navigation.other_entries(request)],
    )


def test_each_role_has_its_bar_and_reaches_the_rest() -> None:
    structure, network = make_structure("Les Toits"), make_network("Réseau du Val")
    found = {
        role: bar(make_person(f"{role}@exemple.fr", role=role, **held))
        for role, held in (
            (Role.DIRECTOR, {"structure": structure}),
            (Role.NETWORK_STAFF, {"network": network}),
            (Role.DELEGATE, {"network": network}),
            (Role.SUPERVISOR, {"structure": structure}),
            (Role.COUNSELLOR, {"structure": structure}),
            (Role.BUYER, {}),
            (Role.FACILITATOR, {}),
            (Role.COMPANY, {}),
        )
    }
    day, open_work = "Aujourd’hui", "Opportunités"
    assert {role: bars for role, (bars, _) in found.items()} == {
        Role.DIRECTOR: [day, open_work, "Alliances", "Mon chantier", "Annuaire"],
        Role.NETWORK_STAFF: [day, open_work, "Alliances", "Campagnes", "Mon réseau"],
        Role.DELEGATE: [day, open_work, "Alliances", "Campagnes", "Mon territoire"],
        Role.SUPERVISOR: [day, "Terrain", "La semaine", "Apprentissages", "Mon chantier"],
        Role.COUNSELLOR: [day, "La semaine", "Apprentissages", "Passerelles", "Mon chantier"],
        Role.BUYER: [day, "Mes besoins", "Marchés", "Annuaire"],
        Role.FACILITATOR: [day, "Heures", open_work, "Annuaire"],
        Role.COMPANY: [day, "Mes besoins", "Alliances", "Annuaire"],
    }
    for role, (bars, others) in found.items():
        assert {open_work, "Alliances", "Annuaire", "Réseaux"} <= {*bars, *others}, role
        assert len(bars) <= 5
    assert "Ce qu’on me propose" in found[Role.DIRECTOR][1]
    assert bar(make_person("felix@exemple.fr"))[0] == [
        open_work,
        "Annuaire",
        "Trouver ma structure",
    ]


def test_who_directs_several_structures_reads_the_plural() -> None:
    zoe = make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=make_structure("Les Toits"))
    RoleSeat.objects.create(person=zoe, role=Role.DIRECTOR, structure=make_structure("Les Haies"))
    assert "Mes chantiers" in bar(zoe)[0]
    page = read(StrictClient(), zoe, "/annuaire/mes-chantiers/")
    for structure in zoe.seats.values_list("structure", flat=True):
        assert f'href="/annuaire/{structure}/"' in page


def test_the_strongest_role_makes_the_bar() -> None:
    zoe = make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=make_structure("Les Toits"))
    RoleSeat.objects.create(person=zoe, role=Role.DELEGATE, network=make_network("Val"))
    bars, others = bar(zoe)
    assert "Mon territoire" in bars
    assert "Mon chantier" in others


@pytest.mark.parametrize(
    ("role", "page", "label"),
    [
        (Role.BUYER, "/opportunites/besoins/", "Mes besoins"),
        (Role.DIRECTOR, "/marches/", "Mon chantier"),
        (Role.FACILITATOR, "/marches/", "Heures"),
        (Role.DELEGATE, "/marches/attributions/val/", "Mon territoire"),
    ],
)
def test_one_stands_in_the_narrowest_entry(role: Any, page: str, label: str) -> None:
    held: dict[str, Any] = {}
    if role == Role.DIRECTOR:
        held["structure"] = make_structure("Les Toits")
    elif role == Role.DELEGATE:
        held["network"] = make_network("Val")
    client = StrictClient()
    client.force_login(make_person("ana@exemple.fr", role=role, **held))
    request = client.get(page).wsgi_request
    assert [e.label for e in navigation.entries(request) if e.is_current] == [label]


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 12, 2), "d’ici mercredi"),
        (date(2026, 11, 29), "aujourd’hui"),
        (date(2026, 11, 30), "d’ici demain"),
        (date(2027, 1, 4), "d’ici lundi"),
        (date(2028, 1, 4), "2028"),
    ],
)
def test_a_day_is_told_by_its_name_while_it_is_near(on: date, words: str) -> None:
    assert french.near_day(on, date(2026, 11, 29)) == words


def test_a_title_is_cut_between_two_words() -> None:
    assert french.cut("Entretien des berges", 80) == "Entretien des berges"
    assert french.cut("Entretien des berges, tontes et murets", 26) == "Entretien des berges…"
    assert french.cut("Entretien des berges et de la rivière", 32) == "Entretien des berges…"
    assert french.cut("Anticonstitutionnellement", 10) == "Anticonst…"
    assert [french.ended(text) for text in ("Tonte", "Tonte des…")] == ["Tonte.", "Tonte des…"]


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("/fiche/", "/fiche/?depuis=jour"),
        ("/membres/?etat=metiers", "/membres/?etat=metiers&depuis=jour"),
        ("/alliance/#parts", "/alliance/?depuis=jour#parts"),
    ],
)
def test_what_is_opened_from_the_day_says_so(url: str, link: str) -> None:
    assert Waiting(date(2026, 12, 1), "Un papier", "Un fait.", "Le faire", url).link == link


def test_what_is_settled_elsewhere_does_not_lead_to_the_day(client: Any) -> None:
    structure = make_structure("Les Toits")
    paper = Certification.objects.create(structure=structure, name="Assurance")
    client.force_login(make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=structure))
    sheet = f"/annuaire/{structure.pk}/fiche/"
    sent = {"papier": "autre", "autre": "Assurance", "jusque": "2099-01-01"}
    for address, page in (("", sheet), ("?depuis=jour", PAGE), ("?depuis=ailleurs", sheet)):
        answer = client.post(f"{sheet}papiers/{paper.pk}/{address}", sent)
        assert answer.url == page
