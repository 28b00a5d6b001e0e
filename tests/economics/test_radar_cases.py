"""The radar: its answer, three cases, the chance to end above, and the same month by month."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from cordee.economics import own_figures
from cordee.economics.models import AccountingYear, Commitment
from cordee.economics.radar.page import Radar
from cordee.economics.radar.what_if import MonthByMonth
from cordee.members.sharing import FigureClass, Viewer
from cordee.rules.months import month_number
from tests.economics.test_accounts import record
from tests.economics.test_headroom import BID, commit
from tests.members.makers import make_network, make_person, make_structure, share

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 25)
JANUARY = month_number(date(2026, 1, 1))
NEXT = JANUARY + 12
THIN = "\u202f"


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


def radar(structure, asked="", *, chantier=None) -> Radar:
    viewer = Viewer.of_structures({structure.pk}, ON)
    return Radar(viewer, structure, chantier or structure.chantiers.get(), asked)


def bid(structure, euros, **values) -> Commitment:
    return commit(structure, euros * 100, **{"state": BID, "first_month": JANUARY} | values)


def titles(found: Radar) -> list[str]:
    return [case.title.replace(THIN, " ").replace("\u00a0", " ") for case in found.cases]


def test_the_title_says_what_may_still_be_sold(structure):
    record(structure)
    assert radar(structure).title == f"Vous pouvez encore vendre 9{THIN}999,99{THIN}€ en 2026"


def test_the_year_that_bids_would_take_above_is_the_answer(structure):
    record(structure)
    record(structure, first_month=NEXT, receipts_cents=7_000_000)
    bid(structure, 15_000, first_month=NEXT)
    found = radar(structure)
    assert found.title.startswith("Vous pouvez encore vendre")
    bid(structure, 5_000, first_month=NEXT)
    found = radar(structure)
    assert found.title == "Les deux offres gagnées, 2027 finirait au-dessus"
    assert found.year.name == "2027"
    assert [(year.name, words) for year, (_, words) in found.others] == [
        ("2026", "Sous le plafond")
    ]
    assert radar(structure, str(JANUARY)).year.name == "2026"


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ({"receipts_cents": 9_000_000}, "2026 finirait au-dessus du plafond"),
        (
            {"receipts_cents": 9_000_000, "basis": AccountingYear.Basis.CLOSED},
            "2026 a fini au-dessus du plafond",
        ),
        ({"charges_cents": 0}, "Sans charges, le plafond de 2026 ne se calcule pas"),
        ({"first_month": NEXT}, "Il manque vos comptes de 2026"),
        ({"first_month": JANUARY + 3}, "Vous pouvez encore vendre"),
    ],
)
def test_the_title_of_each_state(structure, values, title):
    record(structure, **values)
    assert radar(structure).title.startswith(title)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (JANUARY - 24, "L’exercice 2024 est terminé : cette page montre 2026."),
        (NEXT + 3, "L’exercice 2027-2028 n’a pas de comptes : cette page montre 2026."),
        (JANUARY, ""),
        ("janvier", ""),
    ],
)
def test_another_year_than_was_asked_is_never_shown_without_a_word(structure, asked, told):
    record(structure)
    record(structure, first_month=JANUARY - 24)
    found = radar(structure, str(asked))
    assert found.year.name == "2026"
    assert " ".join(found.notes).replace("\u00a0", " ") == told


def test_a_contract_whole_in_a_year_without_accounts_makes_it_the_answer(structure):
    assert radar(structure).title == "Il manque vos comptes de 2026"
    record(structure)
    bid(structure, 24_000, first_month=NEXT + 1, months=23)
    found = radar(structure)
    assert found.title == "Il manque vos comptes de 2027 et 2028"
    assert sum(cents for _, cents in found.missing) == 2_400_000
    # One that begins in a known year is told, and does not hide what that year still takes.
    Commitment.objects.update(first_month=JANUARY + 11)
    assert radar(structure).title.startswith("Vous pouvez encore vendre")
    assert [name for name, _ in radar(structure).missing] == ["2027", "2028"]


def test_three_cases_follow_one_another(structure):
    record(structure, receipts_cents=5_000_000)
    bid(structure, 20_000, label="Berges", chance_percent=60)
    bid(structure, 25_000, label="L’étang", chance_percent=50)
    found = radar(structure)
    assert titles(found) == [
        "Ce qui est signé",
        "Avec « Berges » : 20 000 €, 6 chances sur 10",
        "Avec « L’étang » aussi : 25 000 €, 5 chances sur 10",
    ]
    words = [" ".join(map(str, case.sentence)) for case in found.cases]
    assert words == [
        "Vous pouvez encore vendre 3999999 .",
        "Il resterait 1999999  à vendre.",
        "Il y aurait 500001  de trop.",
    ]
    assert len({case.gauge.maximum for case in found.cases}) == 1
    # Both won, and only then.
    assert found.risk.words == f"30{THIN}%"


def test_bids_of_one_lot_are_never_won_together(structure):
    record(structure, receipts_cents=5_000_000)
    bid(structure, 30_000, label="Seule", lot="avis-1", chance_percent=55)
    bid(structure, 35_000, label="À trois", lot="avis-1", chance_percent=40)
    found = radar(structure)
    assert titles(found)[-1] == "Avec « À trois » : 35 000 €, 4 chances sur 10"
    assert not found.cases[-1].position.is_above
    assert found.risk is None


def test_rows_of_one_offer_are_won_as_one(structure):
    record(structure, receipts_cents=5_000_000)
    rows = {"lot": "lot:1:2", "label": "Berges", "months": 6}
    bid(structure, 20_000, source="alliance:1:2:a-0", chance_percent=50, **rows)
    bid(structure, 25_000, source="alliance:1:2:a-6", **rows | {"first_month": JANUARY + 6})
    found = radar(structure)
    assert titles(found) == ["Ce qui est signé", "Avec « Berges » : 45 000 €, 5 chances sur 10"]
    assert found.title == "L’offre gagnée, 2026 finirait au-dessus"
    assert found.risk.words == f"50{THIN}%"
    by_month = MonthByMonth(found, found.shown)
    assert len(list(by_month.moves)) == 1
    assert by_month.rows[-1][2] == found.cases[-1].position.rate
    assert by_month.rows[5][2] < by_month.rows[6][2]


def test_chances_of_a_lot_beyond_one_in_one_are_said_not_counted(structure):
    record(structure, receipts_cents=5_000_000)
    for chance in (60, 50):
        bid(structure, 45_000, lot="avis-1", chance_percent=chance)
    assert radar(structure).risk.chance is None


def test_the_record_of_the_structure_stands_in_from_five_results_on(structure):
    record(structure, receipts_cents=5_000_000)
    bid(structure, 45_000)
    for number in range(4):
        state = Commitment.State.LOST if number else Commitment.State.SIGNED
        past = {"source": f"past:{number}:1", "lot": f"lot:{number}", "first_month": JANUARY - 24}
        commit(structure, 100, state=state, **past)
    assert (radar(structure).risk, radar(structure).without_chance) == (None, 1)
    lost = {"state": Commitment.State.LOST, "first_month": JANUARY - 24}
    # What the structure wrote itself was perhaps never an offer.
    commit(structure, 100, **lost)
    assert radar(structure).risk is None
    # Nor was what no lot was won for: an order of a contract.
    commit(structure, 100, source="order:1", **lost)
    assert radar(structure).risk is None
    commit(structure, 100, source="past:5:1", lot="lot:5", **lost)
    found = radar(structure)
    assert found.risk.chance.of_above == Fraction(1, 5)
    assert (found.risk.of_record, found.without_chance) == ((1, 5), 0)
    assert found.bid_rows[0][2] == f"1{THIN}offre gagnée sur 5"


@pytest.mark.parametrize(("derogation", "is_above"), [(None, True), ("0.45", False)])
def test_the_edge_is_that_of_the_rule(structure, derogation, is_above):
    given = Decimal(derogation) if derogation else None
    cap = Decimal(derogation or "0.30")
    record(structure, receipts_cents=5_000_000, derogation=given)
    bid(structure, int(300_000 * cap) - 50_000, chance_percent=50)
    found = radar(structure)
    assert found.cases[-1].position.is_above is is_above
    assert (found.risk is not None) is is_above


def test_what_is_in_the_budget_or_over_is_no_case(structure):
    record(structure)
    bid(structure, 1_000, is_in_budget=True)
    bid(structure, 1_000, state=Commitment.State.LOST)
    assert titles(radar(structure)) == ["Ce qui est signé"]


def test_both_grains_stand_side_by_side_for_information(structure):
    record(structure, charges_cents=20_000_000, receipts_cents=2_000_000)
    assert radar(structure).carrier is None
    second = structure.chantiers.create(name="La Serre")
    AccountingYear.objects.create(
        chantier=second,
        first_month=JANUARY,
        charges_cents=15_000_000,
        receipts_cents=6_000_000,
        basis=AccountingYear.Basis.BUDGET,
    )
    found = radar(structure, chantier=second)
    assert round(found.carrier, 3) == Decimal("0.229")
    assert found.cases[0].position.is_above


def test_months_end_where_the_cases_do_and_moves_add_up(structure):
    record(structure, receipts_cents=5_000_000, marginal_cost_share=Decimal("0.7"))
    commit(structure, 1_200_001, first_month=JANUARY + 2, months=7)
    bid(structure, 30_000, first_month=JANUARY + 6, months=12)
    found = radar(structure)
    by_month = MonthByMonth(found, found.shown)
    _, signed, hoped = by_month.rows[-1]
    assert (signed, hoped) == (found.cases[0].position.rate, found.cases[-1].position.rate)
    assert by_month.rows[0][1] == by_month.start
    assert by_month.title == "2026 irait de 20,1\u202f% à 24,1\u202f% avec les offres"
    moved = by_month.start + sum(move.points for move in by_month.moves) / 100
    assert round(moved, 12) == round(hoped, 12)
    assert [row[1] for row in by_month.rows] == sorted(row[1] for row in by_month.rows)


def test_pages_ask_a_fixed_number_of_queries(structure, django_assert_max_num_queries):
    record(structure)
    for number in range(3):
        structure.chantiers.create(name=f"Chantier {number}")
    chantier = structure.chantiers.first()

    def read() -> None:
        found = Radar(Viewer.of_structures({structure.pk}, ON), structure, chantier)
        assert found.title
        assert found.cases
        assert found.missing is not None
        assert found.carrier is None

    # Years and commitments, of all chantiers together.
    with django_assert_max_num_queries(2):
        read()
    for number in range(6):
        Commitment.objects.create(
            chantier=chantier,
            label=f"Offre {number}",
            first_month=JANUARY,
            months=30,
            receipts_cents=100_000,
            state=BID,
            chance_percent=50,
        )
    with django_assert_max_num_queries(2):
        read()


@pytest.mark.parametrize("page", ["", "mois/"])
def test_the_figures_are_read_by_whom_they_are_shown(structure, signed_in_client, page):
    today = month_number(date.today()) // 12 * 12  # noqa: DTZ011
    record(structure, first_month=today, receipts_cents=5_000_000)
    bid(structure, 45_000, label="Berges", first_month=today, chance_percent=62)
    url = f"/annuaire/{structure.pk}/plafond/{page}"
    own = signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))
    assert "Berges" in own.get(url).text
    network = make_network("Réseau du Val")
    staff = signed_in_client(make_person("r@exemple.fr", role="delegate", network=network))
    share(structure, network, FigureClass.PRIVATE, may_see=False)
    assert "Berges" not in staff.get(url).text
    structure.sharings.filter(figure_class="private").update(may_see=True)
    read = staff.get(url)
    # Its effect and no more: what a structure bids on, for how much and how likely, is its own.
    assert read.status_code == 200
    assert "offre" in read.text
    for secret in (
        "Berges",
        "62 chances",
        "62\u202f%",
        "45\u202f000",
        "Vos comptes",
        "que vous lui",
    ):
        assert secret not in read.text
    rival = make_person("x@exemple.fr", role="director", structure=make_structure("Ailleurs"))
    assert "Berges" not in signed_in_client(rival).get(url).text


def test_tabs_stay_on_the_year_and_name_it(structure, signed_in_client):
    first = month_number(date.today()) // 12 * 12  # noqa: DTZ011
    record(structure, first_month=first)
    record(structure, first_month=first + 12, receipts_cents=9_000_000)
    other = structure.chantiers.create(name="La Serre")
    own = signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))
    base = f"/annuaire/{structure.pk}/plafond/"
    chantier = structure.chantiers.exclude(pk=other.pk).get().pk
    for page in ("", "mois/", "dossiers/"):
        html = own.get(f"{base}{page}?chantier={chantier}&exercice={first}").text
        tabs = html.split('class="onglets"')[1].split("</nav>")[0]
        assert tabs.count(f"?chantier={chantier}&amp;exercice={first}") == 4
        assert f">{first // 12}<" in "".join(tabs.split())
    # Asked for no year, the tab names the one that its address opens.
    tabs = own.get(f"{base}dossiers/?chantier={chantier}").text.split('class="onglets"')[1]
    assert f"exercice={first}" in tabs.split(str(first // 12) + "<")[0]


def test_the_home_says_the_year_in_danger(structure):
    record(structure, charges_cents=60_000_000, receipts_cents=8_000_000)
    viewer = Viewer.of_structures({structure.pk}, ON)

    def said() -> tuple[str, ...]:
        (figure,) = own_figures.may_sell(viewer, structure)
        (entry,) = own_figures.accounts(viewer, structure)
        assert entry.badge is not None
        return f"{figure.value} {figure.words}".replace(THIN, " "), entry.badge[1]

    # 99 999,99 € are not 100 000 €.
    assert said() == ("99 999 que vous pouvez encore vendre en 2026", "Sous le plafond")
    record(structure, first_month=NEXT)
    bid(structure, 20_000, first_month=NEXT)
    words = ("9 999 que vous pouvez encore vendre en 2027", "Au-dessus avec les offres")
    assert said() == words
    # Another year is called what its own page answers.
    assert radar(structure, str(JANUARY)).others[0][1] == ("vigilance", words[1])
    Commitment.objects.update(state=Commitment.State.SIGNED)
    words = ("10 001 de trop, au-dessus du plafond en 2027", "Au-dessus du plafond")
    assert said() == words
