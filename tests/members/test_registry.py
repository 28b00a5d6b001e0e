"""The register of companies: believed for those that nobody holds, a doubt for the others."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from cordee.base import schedule
from cordee.base.web.client import Client, Manners
from cordee.members.actions import checking
from cordee.members.models import Closure, RegistryCheck
from cordee.members.registry import Register
from tests.members.makers import join, make_network, make_person, make_structure, valid_siret
from tests.opportunities.sources.server import LocalSource, Reply, as_json, serving

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
HURRIED = Manners(interval=0.0, attempts=2, first_pause=0.0, longest_pause=0.0)


class Town:
    """An invented register: what it answers for each SIRET, and what it was asked."""

    def __init__(self) -> None:
        self.known: dict[str, dict] = {}
        self.asked: list[str] = []
        self.is_down = False

    def answer(self, request) -> Reply:
        self.asked.append(request.query["q"])
        if self.is_down:
            return Reply(b"", status=500)
        found = self.known.get(request.query["q"])
        if found is None:
            return as_json({"results": [], "total_results": 0})
        company = {"nom_complet": found.pop("nom", "LES JARDINS"), "siege": {"siret": "0"}}
        return as_json({"results": [company | {"matching_etablissements": [found]}]})

    def says(self, structure, state="A", **more):
        self.known[structure.siret] = {
            "siret": structure.siret,
            "etat_administratif": state,
            "adresse": "1 RUE DU PRE 38100 SAINT-AUBIN",
            "code_postal": "38100",
            "nom": "ASSOC LES JARDINS",
        } | more


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def register(town) -> Iterator[Register]:
    source: LocalSource
    with serving(town.answer) as source:
        yield Register(f"{source.url}/search", Client(manners=HURRIED, sleep=lambda s: None))


def jardins(number, **values):
    return make_structure(
        "Les Jardins", siret=valid_siret(number), **({"postcode": "38100"} | values)
    )


def check(register, now=NOW, **more):
    return checking.check_registry(register=register, by=None, now=now, **more)


def test_one_that_nobody_holds_is_closed_with_its_source(town, register):
    structure = jardins(701)
    town.says(structure, "F", date_fermeture="2025-06-30")
    report = check(register)
    structure.refresh_from_db()
    assert structure.is_closed
    assert len(report.closed) == 1
    closure = Closure.objects.get()
    assert (closure.source, closure.closed_on) == ("sirene", date(2025, 6, 30))


def test_one_that_is_held_is_flagged_and_never_closed(town, register):
    structure = jardins(702, is_claimed=True)
    town.says(structure, "F", date_fermeture="2025-06-30")
    report = check(register)
    structure.refresh_from_db()
    assert not structure.is_closed
    assert (report.closed, len(report.to_confirm)) == ([], 1)
    assert RegistryCheck.objects.get().decision == "waiting"


def test_its_director_denies_and_is_not_asked_again(town, register, signed_in_client):
    structure = jardins(703, is_claimed=True)
    town.says(structure, "F", date_fermeture="2025-06-30")
    check(register)
    director = signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))
    assert "Le répertoire SIRENE la dit fermée" in director.get(f"/annuaire/{structure.pk}/").text
    director.post(f"/annuaire/{structure.pk}/fermeture/", {"reponse": "ouverte"})
    town.says(structure, "F", date_fermeture="2025-06-30")
    report = check(register, NOW + timedelta(days=40))
    structure.refresh_from_db()
    assert not structure.is_closed
    assert (report.checked, report.to_confirm) == (1, [])
    assert RegistryCheck.objects.get().decision == "denied"


def test_its_network_confirms(town, register, signed_in_client):
    structure = jardins(704, is_claimed=True)
    network = make_network("Réseau du Val")
    join(structure, network)
    town.says(structure, "F")
    check(register)
    delegate = signed_in_client(make_person("g@exemple.fr", role="delegate", network=network))
    delegate.post(f"/annuaire/{structure.pk}/fermeture/", {"reponse": "fermee"})
    structure.refresh_from_db()
    assert structure.is_closed
    assert Closure.objects.get().source == "network"


def test_closed_by_the_register_it_is_reopened_by_it(town, register):
    structure = jardins(705)
    town.says(structure, "F")
    check(register)
    town.says(structure, "A")
    report = check(register, NOW + timedelta(days=40))
    structure.refresh_from_db()
    assert not structure.is_closed
    assert len(report.reopened) == 1


def test_closed_by_its_director_it_stays_closed(town, register):
    structure = jardins(706, is_claimed=True)
    checking.close_structure(
        structure=structure, source=Closure.Source.DIRECTOR, closed_on=None, by=None
    )
    town.says(structure, "A")
    check(register)
    structure.refresh_from_db()
    assert structure.is_closed


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({}, []),
        ({"nom": "BLANCHISSERIE DU LARGE"}, ["nom"]),
        ({"nom": "BLANCHISSERIE DU LARGE", "liste_enseignes": ["Les jardins"]}, []),
        ({"code_postal": "73000"}, ["adresse"]),
        ({"nom": "[NON-DIFFUSIBLE]", "code_postal": "[NON-DIFFUSIBLE]"}, []),
    ],
)
def test_differences_are_doubts_and_overwrite_nothing(town, register, said, fields):
    structure = jardins(707)
    town.says(structure, **said)
    check(register)
    told = RegistryCheck.objects.get().differences
    assert [doubt["field"] for doubt in told] == fields
    structure.refresh_from_db()
    assert (structure.name, structure.postcode) == ("Les Jardins", "38100")


def test_a_siret_that_is_not_there_is_named_and_closes_nothing(town, register):
    structure = jardins(708)
    report = check(register)
    structure.refresh_from_db()
    assert len(report.unknown) == 1
    assert not structure.is_closed


def test_a_run_that_stops_goes_on_where_it_was(town, register):
    structures = [jardins(number) for number in range(710, 714)]
    for structure in structures:
        town.says(structure)
    assert check(register, most=2).checked == 2
    town.is_down = True
    report = check(register)
    assert (report.checked, report.left) == (0, 2)
    assert "500" in report.stopped
    town.is_down = False
    town.asked.clear()
    assert check(register).checked == 2
    assert town.asked == [s.siret for s in structures[2:]]
    assert check(register).checked == 0


def test_an_answer_of_another_shape_stops_the_run(register, town, monkeypatch):
    jardins(715)
    monkeypatch.setattr(town, "answer", lambda request: as_json({"autre": 1}))
    with serving(lambda request: as_json({"autre": 1})) as source:
        other = Register(source.url, Client(manners=HURRIED, sleep=lambda s: None))
        assert "ne se lit pas" in check(other).stopped


def test_nothing_is_asked_where_no_address_is_set(settings):
    settings.SIRENE_URL = ""
    jardins(716)
    with pytest.raises(schedule.NotSetUp, match="CORDEE_SIRENE_URL n’est pas réglée"):
        checking.run(NOW)
    with pytest.raises(CommandError, match="CORDEE_SIRENE_URL"):
        call_command("check_sirene")


def test_the_command_reports(town, register, settings, capsys, monkeypatch):
    settings.SIRENE_URL = register.url
    monkeypatch.setattr(checking, "INTERVAL_SECONDS", 0.0)
    town.says(jardins(717), "F")
    call_command("check_sirene")
    said = capsys.readouterr().out
    assert "1\u202fstructure vérifiée" in said
    assert "Fermées (1)" in said
