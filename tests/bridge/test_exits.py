"""« Sorties »: the rates of a year by the book, each exit without a name, one follow-up."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry
from cordee.bridge.exits import actions, rates
from cordee.bridge.models import PersonExit
from cordee.economics.dossiers import sections
from cordee.members.models import Convention
from cordee.members.sharing import FigureClass, Viewer
from cordee.members.today.waiting import lines_of
from cordee.rules.exits import ExitCategory
from tests.bridge.makers import YEAR, leave, leave_thirteen
from tests.members.makers import join, make_network, make_person, make_structure, share

pytestmark = pytest.mark.django_db
DURABLE, OTHER = ExitCategory.EMPLOI_DURABLE, ExitCategory.AUTRE_SORTIE
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
TYPED = {
    "entered_on": "2026-01-01",
    "left_on": "2026-06-30",
    "hours": "412,5",
    "category": "AUTRE_SORTIE",
}


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


@pytest.fixture
def director(structure, signed_in_client):
    return signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))


def page(structure, name="exits", *keys) -> str:
    return reverse(f"bridge:{name}", args=[structure.pk, *keys])


def convention(structure, **values) -> Convention:
    said = {"number": "ACI038260001", "starts_on": FIRST, "ends_on": LAST, "posts_cfte": 1_200}
    return Convention.objects.create(structure=structure, state="VALIDE", **said | values)


# --- Rates ------------------------------------------------------------------------------------


def test_rule_28_is_told_with_what_it_is_made_of(structure, director):
    leave_thirteen(structure)
    leave(structure, DURABLE, left_on=date(YEAR - 1, 12, 31), entered_on=date(YEAR - 1, 1, 1))
    told = director.get(page(structure), {"annee": YEAR}).text
    assert "7 sur 13, soit 53,8\u202f% de sorties dynamiques</h1>" in told
    assert "3 sur 13, soit 23,1\u202f%" in told
    assert "les sorties positives ne sont pas toutes les bonnes sorties" in told
    assert "page=2" in told
    told = director.get(page(structure), {"annee": YEAR, "page": 2}).text
    assert told.count("Retrait\u00a0: sortie non comptée") == 4
    assert told.count("présence trop courte\u00a0: non comptée") == 3


def test_the_target_is_that_of_the_convention_and_never_another(structure, director):
    leave_thirteen(structure)
    assert director.get(page(structure), {"annee": YEAR}).text.count("inconnu</td>") == 2
    convention(structure, dynamic_target=58)
    convention(make_structure("Ailleurs"), number="2", dynamic_target=60, durable_target=25)
    told = director.get(page(structure), {"annee": YEAR}).text
    assert "58\u202f%</td>" in told
    assert told.count("inconnu</td>") == 1


def test_a_target_is_a_part_of_a_hundred(structure):
    with pytest.raises(IntegrityError), transaction.atomic():
        convention(structure, durable_target=101)


def test_without_an_exit_that_counts_there_is_no_rate(structure, director):
    leave(structure, ExitCategory.RETRAIT)
    told = director.get(page(structure), {"annee": YEAR}).text
    assert f"Aucune sortie ne compte en {YEAR}</h1>" in told
    assert "inconnu\u00a0: aucune ne compte" in told
    assert "0\u202f%" not in told


@pytest.mark.parametrize("kind", ["EA", "ESAT", "GEIQ", "EITI", "EATT"])
def test_other_kinds_are_told_that_nothing_is_counted(structure, director, kind):
    structure.kind = kind
    structure.save()
    assert "Pas de taux de sortie pour votre structure</h1>" in director.get(page(structure)).text
    assert director.get(page(structure, "add_exit")).status_code == 404
    assert sections.rows(structure, FIRST, LAST) == []


def test_the_dialogue_file_says_whole_numbers_beside_the_target(structure):
    leave_thirteen(structure)
    convention(structure, dynamic_target=60)
    assert dict(sections.rows(structure, FIRST, LAST)) == {
        "Sorties prévues": "Sorties dynamiques\u00a0: 60\u202f%",
        "Sorties faites": "Sorties dynamiques\u00a0: 7 sur 13, soit 53,8\u202f%. "
        "Sorties en emploi durable\u00a0: 3 sur 13, soit 23,1\u202f%",
    }


# --- Each exit --------------------------------------------------------------------------------


def test_an_exit_is_noted_once_corrected_taken_back_and_put_back(structure, director):
    url = page(structure, "add_exit")
    for _ in range(2):
        assert director.post(url, TYPED).status_code == 302
    row = structure.exits.get()
    assert (str(row.hours), row.category) == ("412.50", OTHER)
    # Half a minute later, it is somebody else.
    structure.exits.update(noted_at=timezone.now() - timedelta(seconds=30))
    director.post(url, TYPED)
    assert structure.exits.count() == 2
    director.post(page(structure, "edit_exit", row.pk), TYPED | {"category": DURABLE})
    director.post(page(structure, "remove_exit", row.pk))
    assert structure.exits.in_force().count() == 1
    assert director.get(page(structure, "edit_exit", row.pk)).status_code == 404
    director.post(page(structure, "restore_exit", row.pk))
    assert structure.exits.in_force().get(category=DURABLE).pk == row.pk
    lines = JournalEntry.objects.filter(verb__startswith="bridge.")
    verbs = [*lines.order_by("pk").values_list("verb", flat=True)]
    assert verbs == [
        f"bridge.{what}_exit" for what in ("write", "write", "write", "remove", "restore")
    ]
    assert "2026" not in str([*lines.values_list("before", "after")])


@pytest.mark.parametrize(
    ("typed", "cure"),
    [
        (
            {"left_on": "2025-12-31"},
            "«\u00a031\u202fdécembre 2025\u00a0» vient avant l’entrée, le 1er\u202fjanvier 2026. "
            "Corrigez l’une des deux dates.",
        ),
        ({"left_on": "2030-01-01"}, "n’est pas encore venu. Notez ce qui est fait."),
        ({"hours": "-1"}, "Écrivez"),
        ({"hours": "beaucoup"}, "n’est pas un nombre. Écrivez seulement des chiffres"),
        ({"category": ""}, "Il manque votre réponse."),
        ({"category": "PROMOTION"}, "n’est pas dans la liste"),
        (
            {"entered_on": "hier"},
            "« hier » n’est pas une date".replace("« ", "«\u00a0").replace(" »", "\u00a0»"),
        ),
        (
            {"category": DURABLE, "contract_from": "2026-07-01", "contract_until": "2026-12-30"},
            "Ce CDD donne «\u00a0Emploi de transition\u00a0»",
        ),
    ],
)
def test_bad_input_is_told_with_its_cure_and_nothing_is_kept(structure, director, typed, cure):
    answer = director.post(page(structure, "add_exit"), TYPED | typed)
    assert answer.status_code == 422
    assert cure in answer.text
    assert 'value="2026' in answer.text
    assert not structure.exits.exists()


@pytest.mark.parametrize(
    ("until", "category"), [("2026-12-31", "EMPLOI_DURABLE"), ("2026-12-30", "EMPLOI_TRANSITION")]
)
def test_six_months_of_a_contract_are_lasting_and_a_day_less_is_not(
    structure, director, until, category
):
    typed = TYPED | {"contract_from": "2026-07-01", "contract_until": until}
    for chosen in ("EMPLOI_DURABLE", "EMPLOI_TRANSITION"):
        answer = director.post(page(structure, "add_exit"), typed | {"category": chosen})
        assert answer.status_code == (302 if chosen == category else 422)
    assert structure.exits.get().category == category


def test_constraints_hold_without_a_form(structure):
    for wrong in (
        {"left_on": date(YEAR - 1, 1, 1)},
        {"hours": -1},
        {"category": "PROMOTION"},
        {"situation": "lasting"},
        {"situation": "lasting", "agreed_on": date(YEAR, 5, 1), "asked_on": date(YEAR, 4, 30)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            leave(structure, **{"category": OTHER, **wrong})


# --- Six months after -------------------------------------------------------------------------


def waiting(person, on) -> list:
    viewer = Viewer.of(person, on)
    now = datetime.combine(on, datetime.min.time(), tzinfo=UTC)
    return lines_of([rates.waiting], viewer, now)


def test_news_are_asked_six_months_after_where_she_agreed_and_erased_at_will(
    structure, director, signed_in_client
):
    row = leave(structure, OTHER)
    counsellor = make_person("c@exemple.fr", role="counsellor", structure=structure)
    other = make_person("b@exemple.fr", role="director", structure=make_structure("Ailleurs"))
    due = date(YEAR, 10, 30)
    assert waiting(counsellor, due) == []
    url = page(structure, "follow_up", row.pk)
    client = signed_in_client(counsellor)
    client.post(url, {"agreed_on": "2026-04-30"})
    assert waiting(counsellor, due - timedelta(days=1)) == []
    (line,) = waiting(counsellor, due)
    assert line.url == url
    assert (line.until, waiting(other, due)) == (due, [])
    refused = client.post(url, {"agreed_on": "2026-04-30", "situation": "training"})
    assert refused.status_code == 422
    assert "Une situation va avec sa date" in refused.text
    told = {"agreed_on": "2026-04-30", "asked_on": "2026-10-30", "situation": "training"}
    client.post(url, told)
    assert waiting(counsellor, due) == []
    assert "en formation" in director.get(page(structure), {"annee": YEAR}).text
    director.post(url)
    row.refresh_from_db()
    assert (row.agreed_on, row.asked_on, row.situation) == (None, None, "")


# --- Files ------------------------------------------------------------------------------------


def test_all_exits_are_taken_away_without_a_name(structure, director):
    leave(structure, ExitCategory.RETRAIT)
    answer = director.get(page(structure, "exits_file"))
    lines = b"".join(answer).decode().splitlines()
    assert lines[0].endswith("Entrée;Sortie;Heures;Catégorie")
    assert lines[1:] == ["2026-01-01;2026-04-30;400,00;Retrait\u00a0: sortie non comptée"]
    assert director.get(page(structure, "exits_workbook")).content[:2] == b"PK"


# --- For a network ----------------------------------------------------------------------------


@pytest.fixture
def network():
    return make_network("Réseau du Val")


@pytest.fixture
def staff(network):
    return make_person("r@exemple.fr", role="network_staff", network=network)


def member(network, name, durable=3, other=2, *, is_open=True):
    made = make_structure(name)
    join(made, network)
    if is_open:
        share(made, network, FigureClass.EXITS, may_see=True, may_compose=False)
    on = timezone.localdate()
    for category, how_many in ((DURABLE, durable), (OTHER, other)):
        for _ in range(how_many):
            leave(made, category, entered_on=on - timedelta(days=300), left_on=on)
    return made


def panel(client, network) -> str:
    url = reverse("bridge:network_exits", args=[network.slug])
    assert client.get(url).status_code == 200
    return client.get(url, headers={"HX-Request": "true"}).text


def test_a_network_reads_bands_of_five_exits_and_three_structures(network, staff, signed_in_client):
    client = signed_in_client(staff)
    assert "Aucun membre n’ouvre encore" in panel(client, network)
    first, *_ = [member(network, f"Structure {n}") for n in range(3)]
    told = panel(client, network)
    assert "5 à 9 sur 15 à 19, soit de 60 à 69\u202f%" in told
    # A rate of which one side is few would tell of them.
    staff.seats.create(role="supervisor", structure=first)
    assert "Pas de taux à montrer" in panel(client, network)
    member(network, "Fermée", is_open=False)
    assert "Pas de taux à montrer" in panel(client, network)
    member(network, "Une autre", 0, 0)
    assert "Pas de taux à montrer" in panel(client, network)
    member(network, "Encore une")
    assert " sur 20 à 24" in panel(client, network)


def test_no_rate_where_few_are_on_one_side(network, staff, signed_in_client):
    for n in range(3):
        member(network, f"Structure {n}", 2, 0)
    told = panel(signed_in_client(staff), network)
    assert "5 à 9 sur 5 à 9</li>" in told
    assert "soit de" not in told


def test_nothing_is_told_of_four_exits_nor_of_a_delegation(network, staff, signed_in_client):
    delegation = make_network("Délégation", parent=network)
    for n in range(4):
        join(member(network, f"Structure {n}", 1, 0), delegation)
    client = signed_in_client(staff)
    assert "Pas de taux à montrer" in panel(client, network)
    assert "pour le réseau entier" in panel(client, delegation)


def test_figures_opened_otherwise_open_no_exit(network, staff, signed_in_client):
    for n in range(3):
        made = member(network, f"Structure {n}", is_open=False)
        for figures in FigureClass:
            if figures is not FigureClass.EXITS:
                share(made, network, figures)
    assert "Aucun membre n’ouvre encore" in panel(signed_in_client(staff), network)


def test_a_director_opens_exits_to_totals_and_nothing_else(network, structure, director):
    join(structure, network)
    url = reverse("networks:sharing", args=[structure.pk, network.slug])
    sent = {"figure_class": "exits", "choice": "compter"}
    assert "comptés dans des totaux" in director.post(url, sent, follow=True).text
    row = structure.sharings.get()
    assert (row.figure_class, row.may_see, row.may_compose) == ("exits", True, False)
    director.post(url, sent | {"choice": "tout"})
    assert structure.sharings.get().may_compose is False


def test_pages_ask_the_same_however_many_exits(structure, network, staff, count_queries):
    person = make_person("e@exemple.fr", role="director", structure=structure)
    leave(structure, OTHER)
    for n in range(3):
        member(network, f"Structure {n}")
    pages = [(f"{page(structure)}?annee={YEAR}", person)]
    pages += [(reverse("bridge:network_exits", args=[network.slug]), staff)]
    before = [count_queries(*each) for each in pages]
    leave_thirteen(structure)
    member(network, "Une autre", 20, 20)
    assert [count_queries(*each) for each in pages] == before
    assert max(before) <= 12


def test_an_action_says_what_a_row_breaks(structure):
    row = PersonExit(structure=structure, category=OTHER, entered_on=LAST, left_on=FIRST, hours=1)
    with pytest.raises(ValidationError):
        actions.write_exit(row=row, by=make_person("x@exemple.fr"))
