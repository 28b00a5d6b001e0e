"""« Auto-positionnement » : a grid that reads, levels that people choose, proofs picked up."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cordee.base.documents import render_docx, render_pdf
from cordee.bridge.models import PersonExit
from cordee.members import evidence
from cordee.members.evidence import Proof
from cordee.members.models import Certification, Structure
from cordee.members.sharing import FigureClass, Viewer
from cordee.members.today.waiting import lines_of
from cordee.practices.models import PlannedAction, Positioning, PositioningGrid
from cordee.practices.positioning import actions, grid, pages, papers, today
from tests.bridge.makers import leave_thirteen
from tests.members.makers import join, make_network, make_person, make_structure, make_valley, share
from tests.practices.makers import make_commission
from tests.practices.positioning_makers import make_grid, make_positioning
from tests.practices.reuse_makers import take_up
from tests.practices.sheet_makers import publish

pytestmark = pytest.mark.django_db
EVERY = grid.read(grid.own_text()).criteria


@pytest.fixture
def structure() -> Structure:
    make_valley()
    return make_structure("Les Jardins", commune_id="38002", department_id="38", is_claimed=True)


@pytest.fixture
def person(structure):
    return make_person("d@exemple.fr", role="director", structure=structure)


@pytest.fixture
def director(person, signed_in_client):
    return signed_in_client(person)


def page(structure, name="positionings", *keys) -> str:
    return reverse(f"practices:{name}", args=[structure.pk, *keys])


def answers(function, level="2", word="") -> dict[str, str]:
    found = grid.read(grid.own_text()).function(function)
    return {f"niveau-{c.key}": level for c in found.criteria} | {
        f"phrase-{c.key}": word for c in found.criteria
    }


# --- The grid ---------------------------------------------------------------------------------


def test_our_grid_has_five_functions_four_levels_and_counts_what_rooms_count():
    own = grid.read_new(grid.own_text())
    assert [len(each.criteria) for each in own.functions] == [3, 3, 3, 3, 3]
    assert own.levels == (
        "à construire",
        "en place par endroits",
        "en place",
        "transmis à d’autres",
    )
    # No word of another framework, whose levels are a label's.
    assert not {"initial", "engagé", "confirmé", "exemplaire"} & set(grid.own_text().split())


@pytest.mark.parametrize(
    ("old", "new", "field", "cure"),
    [
        ('key = "comptes"', 'key = "accueil"', "criterion «\u00a0accueil\u00a0»", "Gardez un seul"),
        ("Tenir ses comptes et son plafond", "Accueillir qui arrive", "deux", "changez-en un"),
        ('  "Chacun accueille comme il peut.",\n', "", "accueil, levels\u00a0: 3", "Il en faut 4"),
        ('"Chacun accueille comme il peut."', '""', "levels[1]\u00a0: vide", "guillemets"),
        ('key = "formation"', 'key = "cuisine"', "«\u00a0cuisine\u00a0»", "dans cet ordre"),
        ('"bridge.exits"', '"bridge.stars"', "counts «\u00a0bridge.stars", "Cordée compte"),
        ("Accueillir qui arrive", "x" * 121, "a 121 caractères", "120 au plus"),
        ("[[function]]", "[[function", "n’est pas du TOML", "Repartez"),
        ('key = "accueil"', 'key = "à côté"', "criterion.key «\u00a0à côté", "sans accent"),
        ('counts = ["bridge.exits"]', "counts = 3", "sorties, counts", "une liste"),
        ('question = "Comment', 'question = 3\nq = "Comment', "question\u00a0: vide", "Écrivez"),
    ],
)
def test_a_grid_that_does_not_read_is_refused_with_field_value_and_cure(old, new, field, cure):
    text = grid.own_text()
    assert old in text
    with pytest.raises(ValidationError) as refused:
        grid.read_new(text.replace(old, new, 1))
    (told,) = refused.value.messages
    assert cure in told
    assert field in told or field == "deux"


def test_too_many_criteria_and_too_large_a_file_are_refused():
    one = '[[function.criterion]]\nkey = "c{0}"\nname = "Critère {0}"\nlevels = ["a","b","c","d"]\n'
    first = grid.own_text().index('[[function.criterion]]\nkey = "comptes"')
    text = grid.own_text()[:first] + "".join(map(one.format, range(8))) + grid.own_text()[first:]
    with pytest.raises(ValidationError, match=r"11 critères\. Écrivez-en de 1 à 8"):
        grid.read(text)
    with pytest.raises(ValidationError, match="plus de 60 ko"):
        grid.read(grid.own_text() + "# é" * 20_000)


def test_a_network_sends_its_own_and_older_positionings_keep_theirs(structure, signed_in_client):
    network = make_network("Réseau du Val")
    join(structure, network)
    staff = make_person("r@exemple.fr", role="network_staff", network=network)
    client, url = signed_in_client(staff), reverse("practices:network_grid", args=[network.slug])
    older = make_positioning(structure, accueil=2)
    taken = client.get(reverse("practices:network_grid_file", args=[network.slug]))
    changed = taken.content.decode().replace("Grille de Cordée", "Grille du Val")
    changed = changed.replace("Accueillir qui arrive", "Recevoir qui arrive")

    bad = SimpleUploadedFile("g.toml", changed.replace('key = "comptes"', "").encode())
    refused = client.post(url, {"file": bad})
    assert refused.status_code == 422
    assert "criterion, key\u00a0: vide" in refused.text
    latin = SimpleUploadedFile("g.toml", changed.encode("latin-1", "replace"))
    assert "n’est pas du texte" in client.post(url, {"file": latin}).text
    heavy = SimpleUploadedFile("g.toml", b"#" * 60_001)
    assert "Envoyez 60 ko au plus" in client.post(url, {"file": heavy}).text

    for _ in range(2):
        client.post(url, {"file": SimpleUploadedFile("g.toml", changed.encode())})
    row = PositioningGrid.objects.get(network=network)
    assert "avec votre grille</h1>" in client.get(url).text

    director = signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))
    told = director.get(page(structure)).text
    assert "Recommencer\u00a0: Grille du Val, version 1" in told
    director.post(page(structure, "begin_positioning"), {"grille": row.pk})
    newest = Positioning.objects.newest().get(structure=structure)
    assert newest.grid == row
    older.refresh_from_db()
    assert older.value.function("employeur").criteria[0].name == "Accueillir qui arrive"

    client.post(reverse("practices:remove_grid", args=[network.slug, row.pk]))
    assert actions.network_grids(structure, timezone.localdate()) == []
    assert newest.value.name == "Grille du Val"
    client.post(reverse("practices:restore_grid", args=[network.slug, row.pk]))
    assert actions.network_grids(structure, timezone.localdate()) == [row]


# --- Five pages -------------------------------------------------------------------------------


def test_five_pages_one_after_the_other_and_nothing_proposed(structure, director):
    told = director.get(page(structure)).text
    assert "Où en êtes-vous, en quinze minutes" in told
    assert grid.NOT_A_LABEL in told
    assert not PositioningGrid.objects.exists(), "a page that is read writes nothing"
    answer = director.post(page(structure, "begin_positioning"))
    row = Positioning.objects.get()
    for function in grid.FUNCTIONS:
        url = page(structure, "positioning_step", row.pk, function)
        assert answer.headers["Location"] == url
        shown = director.get(url).text
        assert grid.NOT_A_LABEL in shown
        # What is chosen at first is that nothing is said yet.
        assert shown.count("checked") == 3
        answer = director.post(url, answers(function, word="Depuis deux ans"))
    assert answer.headers["Location"] == page(structure)
    told = director.get(page(structure)).text
    assert "15\u202fniveaux dits sur 15</h1>" in told
    row.refresh_from_db()
    assert {each["level"] for each in row.answers.values()} == {2}
    assert len(row.answers) == 15


def test_an_unfinished_one_stays(structure, director):
    row = make_positioning(structure)
    director.post(page(structure, "positioning_step", row.pk, "formation"), answers("formation"))
    assert "3\u202fniveaux dits sur 15</h1>" in director.get(page(structure)).text
    row.refresh_from_db()
    assert len(row.answers) == 3


def test_begun_twice_it_is_one_and_begun_anew_the_older_one_does_not_change(structure, director):
    for _ in range(2):
        director.post(page(structure, "begin_positioning"))
    older = Positioning.objects.get()
    url = page(structure, "positioning_step", older.pk, "production")
    director.post(url, answers("production", "1"))
    director.post(page(structure, "begin_positioning"))
    newer = Positioning.objects.newest().get()
    assert newer != older
    assert director.post(url, answers("production", "4")).status_code == 404
    director.post(
        page(structure, "positioning_step", newer.pk, "production"), answers("production", "3")
    )
    assert "à construire" in director.get(page(structure, "positioning", older.pk)).text
    told = director.get(page(structure, "positioning", newer.pk)).text
    assert "à construire" not in told
    assert "4 %" not in told


def test_a_level_of_no_grid_and_words_of_health_are_refused_and_what_was_typed_stays(
    structure, director
):
    row = make_positioning(structure)
    url = page(structure, "positioning_step", row.pk, "accompagnement")
    wrong = director.post(url, answers("accompagnement", "5", "Une phrase gardée"))
    assert wrong.status_code == 422
    assert "Une phrase gardée" in wrong.text
    health = director.post(url, answers("accompagnement", "2", "Un suivi en addictologie"))
    assert health.status_code == 422
    row.refresh_from_db()
    assert row.answers == {}
    assert director.get(page(structure, "positioning_step", row.pk, "cuisine")).status_code == 404


# --- Proofs -----------------------------------------------------------------------------------


def test_what_is_kept_elsewhere_is_picked_up_and_stays_as_it_was_that_day(structure, director):
    leave_thirteen(structure)
    PersonExit.objects.update(left_on=timezone.localdate() - timedelta(days=3))
    Certification.objects.create(structure=structure, name="Assurance décennale")
    row = make_positioning(structure)
    url = page(structure, "positioning_step", row.pk, "accompagnement")
    shown = director.get(url).text
    assert "sorties dynamiques depuis janvier" in shown
    assert "Inconnu ici\u00a0: immersions chez d’autres. À dire en une phrase." in shown
    director.post(url, answers("accompagnement"))
    row.refresh_from_db()
    (kept,) = row.answers["sorties"]["proofs"]
    assert "sorties dynamiques" in kept
    assert row.answers["essais"]["proofs"] == []
    PersonExit.objects.all().delete()
    assert kept in director.get(page(structure)).text


def test_a_counter_without_anything_is_unknown_and_never_zero(structure):
    on = timezone.localdate()
    found = evidence.pick_up(evidence.counters, structure, on)
    assert set(found.values()) == {None}
    assert evidence.pick_up(["gone.away"], structure, on) == {"gone.away": None}
    assert str(Proof("3 papiers", "en cours de validité", "/")) == "3 papiers en cours de validité"


def test_a_seat_in_a_commission_is_a_proof(structure, network):
    on = timezone.localdate()
    make_commission(network, structure, name="Finie", ends_on=on - timedelta(days=1))
    make_commission(network, structure)
    found = evidence.counters["practices.commissions"].count(structure, on)
    assert str(found) == "1\u202fcommission où la structure siège"


def test_a_practice_taken_up_elsewhere_is_a_proof(structure):
    on = timezone.localdate()
    sheet = publish(structure).sheet
    take_up(sheet, make_structure("Ailleurs"), outcome="failed")
    assert evidence.counters["practices.reuses"].count(structure, on) is None
    take_up(sheet, make_structure("Plus loin"))
    found = evidence.counters["practices.reuses"].count(structure, on)
    assert str(found) == "1\u202freprise de vos pratiques ailleurs"


def test_fewer_than_five_learners_are_no_proof(structure, monkeypatch):
    from cordee.skills.training import numbers

    on = date(2026, 12, 1)
    few = numbers.Totals(learners=4, work_minutes=6_000)
    monkeypatch.setattr(numbers, "of_structure", lambda *_: few)
    assert evidence.counters["skills.afest"].count(structure, on) is None
    monkeypatch.setattr(numbers, "of_structure", lambda *_: few._replace(learners=5))
    told = evidence.counters["skills.afest"].count(structure, on)
    assert str(told) == "100\u202fheures d’AFEST depuis janvier 2025"


# --- Actions ----------------------------------------------------------------------------------


def test_three_actions_at_most_that_wait_on_their_day(structure, person, director):
    row, on = make_positioning(structure, accueil=1), timezone.localdate()
    url = page(structure, "plan_action", row.pk)
    for n in range(3):
        sent = {"words": f"Écrire l’accueil {n}", "due_on": on + timedelta(days=10 * n)}
        assert director.post(url, sent).status_code == 302
    past = director.post(url, {"words": "Trop tard", "due_on": on - timedelta(days=1)})
    assert "est passé. Choisissez un jour à venir." in past.text
    fourth = director.post(url, {"words": "Une de trop", "due_on": on})
    assert fourth.status_code == 422
    assert "Trois actions au plus" in fourth.text
    assert "Choisir une action" not in director.get(page(structure)).text
    with pytest.raises(IntegrityError), transaction.atomic():
        PlannedAction.objects.create(positioning=row, rank=1, words="x", due_on=on)

    waiting = lines_of([today.lines], Viewer.of(person, on), timezone.now())
    assert [each.what for each in waiting] == [f"Écrire l’accueil {n}" for n in range(3)]
    first = row.actions.first()
    director.post(page(structure, "do_action", first.pk))
    assert len(lines_of([today.lines], Viewer.of(person, on), timezone.now())) == 2
    assert "Faite" in director.get(page(structure)).text
    director.post(page(structure, "reopen_action", first.pk))
    director.post(page(structure, "remove_action", first.pk))
    assert row.actions.in_force().count() == 2
    assert director.post(url, {"words": "À sa place", "due_on": on}).status_code == 302


def test_actions_are_read_by_one_query(structure, person, django_assert_num_queries):
    row, on = make_positioning(structure), timezone.localdate()
    for rank in (1, 2, 3):
        PlannedAction.objects.create(positioning=row, rank=rank, words="Écrire", due_on=on)
    viewer = Viewer.of(person, on)
    with django_assert_num_queries(2):  # the one of all rooms, and its own
        assert len(lines_of([today.lines], viewer, timezone.now())) == 3


# --- On paper ---------------------------------------------------------------------------------


def test_the_annex_says_what_it_is_on_every_page_and_cites_no_article(structure, director):
    row = make_positioning(structure, **{each.key: 3 for each in EVERY})
    row.answers["accueil"] |= {"word": "Depuis 2021", "proofs": ["2 papiers valables"]}
    row.save()
    PlannedAction.objects.create(
        positioning=row, rank=1, words="Écrire", due_on=date(2027, 3, 1), done_on=date(2027, 2, 1)
    )
    document = papers.annex(row)
    assert document.title == "Auto-positionnement, ne vaut pas label"
    told = document.plain_text()
    assert grid.NOT_A_LABEL in told
    assert "2 papiers valables. Depuis 2021" in told
    assert "R5132" not in told
    assert render_pdf(document)[:4] == b"%PDF"
    assert render_docx(document)[:2] == b"PK"
    answer = director.get(page(structure, "positioning_annex", row.pk), {"format": "docx"})
    assert ".docx" in answer.headers["Content-Disposition"]


def test_own_page_says_how_far_one_is(structure, person, director):
    viewer = Viewer.of(person, timezone.localdate())
    (entry,) = pages.entry(viewer, structure)
    assert entry.state == "quinze minutes, si vous voulez"
    row = make_positioning(structure, accueil=1)
    assert [each.state for each in pages.entry(viewer, structure)] == ["1\u202fniveau dit sur 15"]
    row.answers = {each.key: {"level": 1} for each in EVERY}
    row.save()
    assert [each.state for each in pages.entry(viewer, structure)] == [
        "15\u202fniveaux dits sur 15"
    ]


def test_the_page_of_a_positioning_makes_a_fixed_number_of_queries(
    structure, person, count_queries
):
    make_positioning(structure, accueil=1)
    few = count_queries(page(structure), person)
    for _ in range(4):
        make_positioning(structure, **{each.key: 3 for each in EVERY})
    assert count_queries(page(structure), person) == few


# --- What a network reads ---------------------------------------------------------------------


@pytest.fixture
def network():
    return make_network("Réseau du Val")


@pytest.fixture
def staff(network, signed_in_client):
    return signed_in_client(make_person("r@exemple.fr", role="network_staff", network=network))


def told_by(network, how_many, *, opened=True, **levels) -> list[Structure]:
    found = [make_structure(f"Membre {n}") for n in range(how_many)]
    for each in found:
        join(each, network)
        make_positioning(each, **levels)
        if opened:
            share(each, network, FigureClass.POSITIONING, may_compose=False)
    return found


def bands(network) -> str:
    return reverse("practices:network_positionings", args=[network.slug])


def test_a_network_reads_bands_from_five_structures_that_open_them(network, staff):
    told_by(network, 4, accueil=2)
    told_by(network, 3, opened=False, accueil=2)
    assert "Moins de cinq structures l’ouvrent" in staff.get(bands(network)).text
    told_by(network, 1, accueil=3)
    told = staff.get(bands(network)).text
    assert "Moins de cinq structures à chaque niveau." in told
    assert "5 à 9" not in told
    assert "moins de 5" not in told
    assert "Membre" not in told.replace("Membres", "")
    told_by(network, 2, accueil=2)
    told = staff.get(bands(network)).text
    assert "en place par endroits\u00a0: 5 à 9" in told
    assert "à construire\u00a0: moins de 5" in told
    assert "moins de cinq structures l’ont dit" in told
    assert "Moins de cinq structures à chaque niveau." not in told
    assert "Membre" not in told.replace("Membres", "")
    other = staff.get(bands(network), {"fonction": "production"}).text
    assert '<p class="fort">Production</p>' in other


def test_a_structure_that_the_reader_knows_from_within_does_not_count(network, signed_in_client):
    found = told_by(network, 5, accueil=2)
    both = make_person("r@exemple.fr", role="network_staff", network=network)
    from cordee.members.models import RoleSeat

    RoleSeat.objects.create(person=both, role="director", structure=found[0])
    assert "Moins de cinq structures l’ouvrent" in signed_in_client(both).get(bands(network)).text


def test_other_grids_are_not_added_up(network, staff):
    found = told_by(network, 5, accueil=2)
    other = make_grid(network, **{"Accueillir qui arrive": "Recevoir qui arrive"})
    Positioning.objects.filter(structure=found[0]).update(grid=other)
    assert "Moins de cinq structures l’ouvrent" in staff.get(bands(network)).text
