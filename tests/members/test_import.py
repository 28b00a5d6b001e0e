"""Importing a list: exact on the real file, the same twice, one bad line stops no other."""

import csv

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from cordee.accounts.models import JournalEntry
from cordee.base.tables import Row
from cordee.members.actions import imports
from cordee.members.actions import structures as structure_actions
from cordee.members.actions.imports import import_structures
from cordee.members.actions.territories import load_territories
from cordee.members.import_parts import whole_report
from cordee.members.import_report import ImportReport
from cordee.members.models import (
    Activity,
    Chantier,
    Commune,
    Membership,
    Organisation,
    Region,
    Structure,
)
from tests.members.makers import ON, make_network, make_person, make_valley, valid_siret

pytestmark = pytest.mark.django_db


def row(number: int, **values: str) -> dict[str, str]:
    return {
        "siret": valid_siret(number),
        "kind": "ACI",
        "name": f"Atelier {number}",
        "postcode": "38200",
        "city": "Roche-Mirel",
        "department": "38",
        "lat": "45.1",
        "lon": "5.5",
    } | values


def run(rows: list[dict[str, str]], **values) -> ImportReport:
    numbered = [Row(number, values) for number, values in enumerate(rows, start=2)]
    kept = import_structures(numbered, by=None, source="essai.csv", **values)
    return whole_report(kept)


def state() -> list[tuple]:
    return [
        *Structure.objects.order_by("pk").values_list(),
        *Organisation.objects.order_by("pk").values_list(),
        *Chantier.objects.order_by("pk").values_list(),
        *Membership.objects.order_by("pk").values_list(),
    ]


def test_each_structure_gets_its_organisation_place_and_one_chantier():
    make_valley()
    report = run([row(1, brand="Le Potager")])
    structure = Structure.objects.get()
    assert (report.read, report.created, report.remarks) == (1, 1, ())
    assert structure.organisation.siren == structure.siret[:9]
    assert (structure.commune_id, structure.department_id) == ("38002", "38")
    assert [chantier.name for chantier in structure.chantiers.all()] == ["Le Potager"]
    assert structure.doubts == []


def test_trades_are_guessed_from_name_and_naf_as_guesses_only():
    make_valley()
    run([row(1, naf="8130Z")])
    told = {a.trade: (a.certainty, a.guess_reason) for a in Activity.objects.all()}
    assert told["espaces-verts"] == ("guessed", "d’après le code NAF 81.30Z")
    run([row(1, naf="8130Z")])
    assert Activity.objects.count() == len(told)


def test_the_same_list_twice_gives_the_same_state():
    make_valley()
    rows = [row(1), row(2, lat="", lon=""), row(2, kind="EI"), row(3, kind="XX"), row(1)]
    first = run(rows)
    before = state()
    second = run(rows)
    assert state() == before
    assert (second.created, second.updated, second.unchanged) == (0, 0, first.created)
    assert second.remarks == first.remarks


def test_a_corrected_list_updates_and_takes_doubts_away():
    make_valley()
    run([row(1, lat="", lon="")])
    assert len(Structure.objects.get().doubts) == 1
    report = run([row(1, name="Nouveau nom")])
    structure = Structure.objects.get()
    assert (report.updated, structure.name, structure.doubts) == (1, "Nouveau nom", [])


@pytest.mark.parametrize("claim", [{"is_claimed": True}, {"source": Structure.Source.DECLARED}])
def test_a_structure_that_keeps_its_own_page_is_left_alone(claim):
    make_valley()
    run([row(1)])
    Structure.objects.update(**claim)
    report = run([row(1, name="Nom de la liste")])
    assert (report.kept_as_is, report.updated) == (1, 0)
    assert [remark.subject for remark in report.remarks] == ["self_kept"]
    assert Structure.objects.get().name == "Atelier 1"


def test_a_line_that_the_base_refuses_stops_no_other(monkeypatch):
    make_valley()
    write = structure_actions._write

    def refusing(plan, *others):
        if any(line.name == "Atelier 2" for line in plan.lines):
            raise IntegrityError("non")
        return write(plan, *others)

    monkeypatch.setattr(structure_actions, "_write", refusing)
    report = run([row(1, siret="90000000100019"), row(2), row(3)])
    assert (report.created, report.rejected) == (2, 1)
    assert [(r.line, r.subject) for r in report.about("refused")] == [(3, "refused")]
    # What was tried twice is said once.
    assert len(report.remarks) == len(set(report.remarks))
    assert set(Structure.objects.values_list("name", flat=True)) == {"Atelier 1", "Atelier 3"}


def test_a_list_gives_a_telephone_and_takes_none_away():
    make_valley()
    run([row(1, phone="04.65.71.20.45")])
    assert Structure.objects.get().phone == "04 65 71 20 45"
    assert run([row(1)]).unchanged == 1
    assert Structure.objects.get().phone == "04 65 71 20 45"


FULL = {
    "naf": "8130Z",
    "address": "2 rue du Lavoir",
    "website": "https://jardins.example",
    "phone": "04 65 71 20 45",
    "brand": "Le Potager",
}
BARE = ("siret", "kind", "name", "phone")


def content() -> list[tuple]:
    return list(Structure.objects.order_by("pk").values_list(*FIELDS))


FIELDS = [f.attname for f in Structure._meta.concrete_fields if f.attname != "updated_at"]


@pytest.mark.parametrize("empty_erases", [False, True])
def test_a_column_that_is_absent_changes_nothing(empty_erases):
    """NAF, address, coordinates, website and doubts stay, whatever is chosen for empty cells."""
    make_valley()
    run([row(1, **FULL), row(2, lat="", lon="", city="Nulle-Part", postcode="1")])
    before = content()
    bare = [{name: row(n, **FULL)[name] for name in BARE} for n in (1, 2)]
    report = run(bare, empty_erases=empty_erases)
    assert (report.updated, report.unchanged, report.erased) == (1, 1, [])
    Structure.objects.filter(siret=valid_siret(2)).update(phone="")
    assert content() == before
    # What it does say is taken.
    run([bare[0] | {"phone": "04 65 71 20 46"}])
    assert Structure.objects.get(siret=valid_siret(1)).phone == "04 65 71 20 46"


def test_an_empty_cell_changes_nothing_unless_that_is_chosen():
    make_valley()
    run([row(1, **FULL)])
    before = content()
    empty = row(1) | dict.fromkeys([*FULL, "postcode", "city", "department", "lat", "lon"], "")
    assert run([empty]).unchanged == 1
    assert content() == before
    report = run([empty], empty_erases=True)
    structure = Structure.objects.get()
    assert (structure.naf, structure.address, structure.phone) == ("", "", "")
    assert (structure.latitude, structure.commune_id) == (None, None)
    assert dict(report.erased)["code NAF"] == 1
    assert len(report.erased) == len(FULL) + 6


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": "12"},
        {"naf": "81"},
        {"website": "pas un site"},
        {"postcode": "ABC"},
        {"lat": "45,1", "lon": ""},
        {"lat": "nord", "lon": "est"},
    ],
)
@pytest.mark.parametrize("empty_erases", [False, True])
def test_a_cell_that_cannot_be_read_takes_nothing_away(wrong, empty_erases):
    make_valley()
    run([row(1, **FULL)])
    kept = Structure.objects.values(*set(FIELDS) - {"doubts"}).get()
    report = run([row(1, **FULL) | wrong], empty_erases=empty_erases)
    assert Structure.objects.values(*set(FIELDS) - {"doubts"}).get() == kept
    assert (report.doubtful, report.erased) == (1, [])


@pytest.mark.parametrize("empty_erases", [False, True])
@pytest.mark.parametrize(
    "wrong",
    [
        {"city": "Nulle-Part", "postcode": "00999", "department": ""},
        {"city": "Nulle-Part", "postcode": "00999"},
        {"city": "Nulle-Part", "postcode": "00999", "department": "999"},
        {"city": "Nulle-Part", "postcode": "05999", "lat": "-60", "lon": "-60"},
    ],
)
def test_a_place_that_is_not_found_takes_no_known_place_away(wrong, empty_erases):
    make_valley()
    run([row(1, lat="", lon="")])
    kept = Structure.objects.values(*set(FIELDS) - {"doubts"}).get()
    wrong = row(1, lat="", lon="") | wrong
    report = run([wrong], empty_erases=empty_erases)
    assert Structure.objects.values(*set(FIELDS) - {"doubts"}).get() == kept
    assert report.erased == []
    assert "garde son lieu d’avant" in report.about("commune_unknown")[0].reason
    assert run([wrong], empty_erases=empty_erases).unchanged == 1


def test_an_address_that_is_said_in_part_is_read_with_what_is_known():
    make_valley()
    run([row(1)])
    report = run([{"siret": valid_siret(1), "kind": "ACI", "name": "Atelier 1", "city": "Éragnes"}])
    structure = Structure.objects.get()
    assert (structure.city, structure.postcode, structure.latitude) == ("Éragnes", "38200", 45.1)
    assert structure.commune_id == "38003"
    assert report.updated == 1


def test_the_other_kind_of_a_siret_that_the_list_does_not_name_joins_no_network():
    make_valley()
    network = make_network("Réseau du Val")
    run([row(1), row(1, kind="EI")])
    run([row(1)], network=network, on=ON)
    assert [m.structure.kind for m in Membership.objects.all()] == ["ACI"]


def test_an_interrupted_import_is_resumed_by_running_it_again(monkeypatch):
    make_valley()
    rows = [row(n) for n in range(1, 8)]
    monkeypatch.setattr(imports, "BATCH", 3)

    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(rows, progress=stop)
    assert Structure.objects.count() == 3
    report = run(rows)
    assert (report.created, report.unchanged) == (4, 3)
    assert Structure.objects.count() == Chantier.objects.count() == 7


def test_a_false_siret_shares_its_organisation_with_a_doubt():
    make_valley()
    good = valid_siret(5)
    false = good[:-1] + str((int(good[-1]) + 1) % 10)
    report = run([row(5), row(6, siret=false)])
    assert Organisation.objects.count() == 1
    assert {r.subject for r in report.remarks if r.line == 3} == {"siret_key", "shared_siren"}


def test_members_of_the_network_that_imports():
    make_valley()
    network = make_network("Réseau du Val")
    run([row(1), row(2)], network=network, on=ON)
    run([row(1), row(2), row(3)], network=network, on=ON)
    memberships = Membership.objects.filter(network=network)
    assert memberships.count() == 3
    assert {(m.proof, m.proof_reference, m.proof_on) for m in memberships} == {
        ("list", "essai.csv", ON)
    }


def test_the_journal_says_who_imported_what():
    make_valley()
    person = make_person("reseau@exemple.fr")
    kept = import_structures([Row(2, row(1))], by=person, source="liste.csv")
    entry = JournalEntry.objects.about(kept).get()
    assert (entry.by, entry.verb, entry.after["source"]) == (
        person,
        "members.import_structures",
        "liste.csv",
    )


def test_the_report_reads_as_text_and_as_rows():
    make_valley()
    report = run([row(1), row(2, kind="SIAE"), row(3, lat="", lon="")])
    text = report.as_text(is_written=True)
    assert "3\u202flignes lues : 2\u202fcréées, 0\u202fmodifiée," in text
    assert "ligne 3, rejetée, sorte « SIAE »" in text
    header, first, *_ = report.as_csv()
    assert text.index("ligne 3, rejetée") < text.index("essai.csv")
    assert header == "\ufeffligne;gravité;champ;valeur;raison;remède\r\n"
    assert first.startswith("3;rejetée;sorte;SIAE;")


def test_the_text_of_a_report_gives_the_first_remarks_of_each_sort():
    make_valley()
    report = run([row(n, phone="12", website="non") for n in range(1, 31)] + [row(40, kind="X")])
    lines = report.as_text(is_written=True).splitlines()
    assert lines[0].startswith("ligne 32, rejetée")
    assert len([line for line in lines if "douteuse, téléphone" in line]) == 20
    assert lines.count("… et 10\u202fautres") == 2


def test_territories_load_whole_and_twice_the_same():
    regions, departments, communes = load_territories()
    assert (regions, departments) == (18, 101)
    assert Commune.objects.count() == communes > 34_800
    before = list(Commune.objects.order_by("pk").values_list())
    load_territories()
    assert list(Commune.objects.order_by("pk").values_list()) == before
    assert Commune.objects.get(insee="75111").parent_id == "75056"
    names = [region.name for region in Region.objects.all()]
    assert names.index("Île-de-France") == names.index("Hauts-de-France") + 1


def test_the_command_imports_a_file_and_writes_its_report(tmp_path, capsys):
    make_valley()
    path, report = tmp_path / "liste.csv", tmp_path / "rapport.csv"
    rows = [row(1), row(2, kind="SIAE")]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=rows[0])
        writer.writeheader()
        writer.writerows(rows)
    call_command("import_structures", str(path), report=report)
    assert "2\u202flignes lues : 1\u202fcréée," in capsys.readouterr().out
    assert report.read_bytes().startswith("\ufeffligne;gravité;champ".encode())
    assert Structure.objects.count() == 1


@pytest.fixture
def prepared(monkeypatch):
    """A base that is ready: preparing one takes seconds."""
    monkeypatch.setattr("cordee.base.terminal.prepare_base", lambda progress: None)


def everything() -> dict[str, list[tuple]]:
    """Every row of our rooms: what a command that writes nothing leaves as it is."""
    models = [m for m in apps.get_models() if m._meta.app_label in {"members", "accounts", "base"}]
    return {m.__name__: list(m.objects.order_by("pk").values_list()) for m in models}


@pytest.mark.usefixtures("prepared")
def test_the_command_previews_without_writing(tmp_path, capsys):
    make_valley()
    network = make_network("Réseau du Val")
    run([row(1, **FULL)])
    path, told = tmp_path / "liste.csv", tmp_path / "rapport.csv"
    path.write_text(
        f"siret;sorte;nom;adresse\n{valid_siret(1)};ACI;Atelier 1;\n{valid_siret(2)};ACI;B;\n",
        encoding="utf-8",
    )
    before = everything()
    options = {"network": network.slug, "dry_run": True, "empty_erases": True, "report": told}
    call_command("import_structures", str(path), **options)
    out = capsys.readouterr().out
    assert everything() == before
    assert "rien n’est écrit" in out
    assert (
        "2\u202flignes lues\u00a0: 1\u202fserait créée, 1\u202fserait modifiée, "
        "0\u202fresterait inchangée, 0\u202fserait laissée à sa structure, "
        "0\u202fserait rejetée. 1\u202fligne serait gardée avec un doute."
    ) in out
    assert "1  adresse\u00a0: effacerait ce qui était connu" in out
    assert told.exists()
    call_command("import_structures", str(path), network=network.slug)
    assert Structure.objects.get(siret=valid_siret(1)).address == FULL["address"]


@pytest.mark.usefixtures("prepared")
@pytest.mark.parametrize("empty_erases", [False, True])
def test_a_list_of_four_columns_empties_no_other_by_the_command(tmp_path, empty_erases):
    make_valley()
    run([row(1, **FULL)])
    before = content()
    path = tmp_path / "liste.csv"
    path.write_text(
        f"siret;sorte;nom;téléphone\n{valid_siret(1)};ACI;Atelier 1;0465712045\n", encoding="utf-8"
    )
    call_command("import_structures", str(path), empty_erases=empty_erases)
    assert content() == before


@pytest.mark.usefixtures("prepared")
def test_the_command_takes_the_mapping_of_the_page(tmp_path):
    make_valley()
    path = tmp_path / "liste.csv"
    path.write_text(f"Matricule;Type;Adhérent;X1\n{valid_siret(1)};ACI;Atelier;8130Z\n")
    asked = ["Matricule=siret", "X1=code naf"]
    call_command("import_structures", str(path), map=asked)
    structure = Structure.objects.get()
    assert (structure.siret, structure.name, structure.naf) == (valid_siret(1), "Atelier", "8130Z")
    for wrong, told in (
        (["Autre=siret"], "aucune colonne «\u00a0Autre\u00a0»"),
        (["Matricule=numero"], "champ inconnu"),
        (["X1=siret", "X1="], "Il manque\u00a0: SIRET"),
    ):
        with pytest.raises(CommandError, match=told):
            call_command("import_structures", str(path), map=wrong)


@pytest.mark.usefixtures("prepared")
def test_the_command_takes_the_columns_that_the_page_takes(tmp_path):
    make_valley()
    path = tmp_path / "liste.csv"
    path.write_text(f"SIRET;Type;Raison sociale;Tél.\n{valid_siret(1)};ACI;Atelier;0465712045\n")
    call_command("import_structures", str(path), network=make_network("Réseau").slug)
    structure = Structure.objects.get()
    assert (structure.name, structure.phone) == ("Atelier", "04 65 71 20 45")


@pytest.mark.usefixtures("prepared")
def test_the_command_names_the_columns_that_lack(tmp_path):
    path = tmp_path / "liste.csv"
    path.write_text("siret;cotisation\n1;2\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"Il manque.: sorte, nom\. .*siret, cotisation"):
        call_command("import_structures", str(path))


def test_the_command_prepares_a_base_that_is_not(tmp_path, monkeypatch):
    """The first command somebody types may be this one."""
    prepared = []
    monkeypatch.setattr("cordee.base.terminal.prepare_base", prepared.append)
    path = tmp_path / "liste.csv"
    path.write_text("siret;sorte;nom\n", encoding="utf-8")
    call_command("import_structures", str(path))
    assert len(prepared) == 1


def test_the_command_refuses_what_it_cannot_open_or_write_before_it_imports(tmp_path):
    path = tmp_path / "liste.csv"
    with pytest.raises(CommandError, match=r"liste\.csv\u00a0: ce fichier n’existe pas"):
        call_command("import_structures", str(path))
    path.write_text("siret;sorte;nom\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"--report .*\u00a0: ce dossier n’existe pas"):
        call_command("import_structures", str(path), report=tmp_path / "nulle-part" / "r.csv")


@pytest.mark.shared_data
def test_the_list_of_2020_gives_exactly_what_it_holds(shared_data):
    """3,853 rows: 12 SIRET carry two kinds, 13 fail the key, 33 have no coordinates."""
    load_territories()
    with (shared_data / "structures/siae_2020.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    report = run(rows)
    assert (report.read, report.created, report.rejected) == (3853, 3853, 0)
    assert len({r.value.split()[0] for r in report.about("two_kinds")}) == 12
    assert len(report.about("siret_key")) == 13
    assert len(report.about("no_point")) == 33
    assert Structure.objects.count() == Chantier.objects.count() == 3853
    assert Structure.objects.filter(latitude__isnull=True).count() == 33
    assert Structure.objects.exclude(doubts=[]).count() == 107
    assert report.doubtful == 80
    assert Structure.objects.filter(commune__isnull=True).count() == 5
    before = state()
    again = run(rows)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3853)
    assert again.remarks == report.remarks
    assert state() == before
