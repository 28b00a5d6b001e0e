"""From notices to packages of work, with the origin of each value."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cordee.notices.notice import (
    Amount,
    Buyer,
    Cpv,
    Duration,
    Evidence,
    Format,
    Kind,
    Lot,
    Notice,
    Place,
    Provenance,
    Source,
)
from cordee.notices.packages import PackageEstimate, ScopeOutcome, estimate_packages, scope
from cordee.notices.places import place_from
from cordee.notices.reading import read
from cordee.notices.sizes.estimated import Assumptions, Estimated

ON = date(2027, 1, 10)
SIMPLE = Assumptions(
    hourly_cost_cents=3000, hours_per_fte_year=1600, months=12, start_after_months=2, need_cfte=200
)


def notice(**fields: object) -> Notice:
    base: dict[str, object] = {
        "source": Source.TED,
        "format": Format.EFORMS,
        "id": "1",
        "kind": Kind.CALL,
        "title": "Prestations diverses",
        "deadline": datetime(2027, 2, 18, 11, 0, tzinfo=UTC),
    }
    return Notice(**(base | fields))  # type: ignore[arg-type]


def euros(amount: int) -> Amount:
    return Amount(amount * 100, Evidence("x", str(amount)))


def one(read_notice: Notice) -> PackageEstimate:
    (package,) = estimate_packages(read_notice, on=ON, assumptions=SIMPLE)
    return package


def test_need_follows_from_a_written_amount() -> None:
    """100 000 € × 85 % ÷ 30 € ÷ 1 600 h a year, over 12 months, is 1,77 ETP."""
    package = one(notice(cpv=Cpv("90910000"), amount=euros(100_000), duration=Duration(months=12)))
    assert package.trade.value == "proprete"
    assert package.trade.provenance is Provenance.COMPUTED
    assert package.amount_cents.value == 10_000_000
    assert package.amount_cents.provenance is Provenance.STATED
    assert package.need_cfte.value == 177
    assert package.need_cfte.provenance is Provenance.COMPUTED
    assert package.months.provenance is Provenance.STATED


def test_amount_is_supposed_from_a_supposed_need() -> None:
    """Without a figure: 2,00 ETP, and the amount that pays for them; both say supposed."""
    package = one(notice(cpv=Cpv("90910000")))
    assert package.need_cfte.value == 200
    assert package.need_cfte.provenance is Provenance.SUPPOSED
    assert package.amount_cents.value == 11_294_118
    assert package.amount_cents.provenance is Provenance.SUPPOSED
    assert package.months.value == 12
    assert package.months.provenance is Provenance.SUPPOSED


def test_start_is_written_or_supposed() -> None:
    """Two months after the deadline, or after today where there is none."""
    supposed = one(notice(cpv=Cpv("90910000")))
    assert supposed.first_month.value == 2027 * 12 + 3
    assert supposed.first_month.provenance is Provenance.SUPPOSED
    without = one(notice(cpv=Cpv("90910000"), deadline=None))
    assert without.first_month.value == 2027 * 12 + 2
    written = one(notice(cpv=Cpv("90910000"), duration=Duration(start=date(2027, 9, 15))))
    assert written.first_month.value == 2027 * 12 + 8
    assert written.first_month.provenance is Provenance.STATED


def test_a_total_is_shared_between_silent_lots() -> None:
    """What the lots with an amount leave is divided, lots out of our trades included."""
    lots = (
        Lot("1", title="Nettoyage", cpv=Cpv("90910000"), amount=euros(40_000)),
        Lot("2", title="Tonte", cpv=Cpv("77310000")),
        Lot("3", title="Logiciel", cpv=Cpv("48000000")),
    )
    first, second = estimate_packages(notice(lots=lots, amount=euros(100_000)), on=ON)
    assert (first.lot_id, first.amount_cents.value) == ("1", 4_000_000)
    assert (second.lot_id, second.amount_cents.value) == ("2", 3_000_000)
    assert second.amount_cents.provenance is Provenance.COMPUTED


def test_a_need_in_fte_is_kept_as_written() -> None:
    """Our own format lets the buyer say it."""
    package = one(notice(trades=("maraichage",), need_cfte=350))
    assert package.trade.provenance is Provenance.STATED
    assert package.need_cfte.value == 350
    assert package.need_cfte.provenance is Provenance.STATED


def test_places() -> None:
    """The written place, however wide or foreign; the buyer's only where none is; else nothing."""
    ardeche = Place(department="07")
    buyer = Buyer("Ville", city="Aubenas", department="07")
    stated = one(notice(cpv=Cpv("90910000"), places=(ardeche,), buyer=buyer))
    assert stated.place.value == ardeche
    assert stated.place.provenance is Provenance.STATED
    supposed = one(notice(cpv=Cpv("90910000"), buyer=buyer))
    assert supposed.place.value is not None
    assert supposed.place.value.city == "Aubenas"
    assert supposed.place.provenance is Provenance.SUPPOSED
    for code in ("FR", "FR1", "FRK2", "FRH0", "FRZ", "BE10", "XX"):
        wide = one(notice(cpv=Cpv("90910000"), places=(Place(nuts=code),), buyer=buyer))
        assert wide.place.value == Place(nuts=code)
        is_known = code not in ("FRZ", "BE10", "XX")
        assert wide.place.rule.startswith("Le lieu est une zone" if is_known else "Le code du lieu")
    assert one(notice(cpv=Cpv("90910000"))).place.value is None


def test_words_beside_a_wide_code_tell_the_place() -> None:
    """The name of a department, or the town of the buyer; a town in other words is not guessed."""
    buyer = Buyer("Ville", city="Saint-Étienne", department="42")

    def place_of(words: str, nuts: str) -> Estimated[Place | None]:
        written = place_from(where="NUTS", words=words, nuts=nuts)
        assert written is not None
        return one(notice(cpv=Cpv("90910000"), places=(written,), buyer=buyer)).place

    named = place_of("loire atlantique", "FR")
    assert named.value is not None
    assert named.value.department == "44"
    for words in ("Saint Etienne", "Territoire de la ville de SAINT-ETIENNE."):
        town = place_of(words, "FR")
        assert town.value is not None
        assert town.value.city == "Saint-Étienne"
        assert town.provenance is Provenance.COMPUTED
    overseas = place_of("Saint-Denis de La Réunion.", "FR")
    assert overseas.value is not None
    assert overseas.value.department == "974"
    for words in ("Rivery", "Saint", "Principalement en Loire", "Pont de la Loire", "Nord"):
        elsewhere = place_of(words, "FR").value
        assert elsewhere is not None
        assert elsewhere.department is None


def test_the_off_season_is_noted() -> None:
    """Green spaces over a whole year: the constant need is to be checked."""
    package = one(notice(cpv=Cpv("77310000")))
    assert any("saison creuse" in note for note in package.notes)
    summer = one(notice(cpv=Cpv("77310000"), duration=Duration(months=3, start=date(2027, 5, 1))))
    assert summer.notes == ()


TRADES = [
    ("45000000", "Lot 2 : peinture et sols souples", "second-oeuvre-batiment"),
    (None, "Élagage et tonte des espaces verts", "espaces-verts"),
    (None, "Restauration scolaire : fourniture des repas", "restauration-traiteur"),
    ("55524000", "Livraison", "restauration-traiteur"),
    ("71000000", "Maîtrise d’œuvre des espaces verts", None),
    ("44810000", "Fourniture de peinture", None),
    ("48000000", "Logiciel de nettoyage des données", None),
    (None, "Étude de la restauration scolaire", None),
    (None, "Assurance des locaux", None),
]


@pytest.mark.parametrize(("code", "title", "trade"), TRADES)
def test_trades(code: str | None, title: str, trade: str | None) -> None:
    """Codes first, then words; goods and studies named after a trade are not that trade."""
    found = scope(notice(title=title, cpv=Cpv(code)), on=ON)
    assert found.trades == ((trade,) if trade else ())
    assert found.outcome is (ScopeOutcome.IN_SCOPE if trade else ScopeOutcome.OUT_OF_SCOPE)
    assert found.why[0]


def test_each_asserted_trade_of_an_undivided_contract_has_its_package() -> None:
    """A school is structure and finishing, not finishing alone; equal parts, told as such."""
    school = notice(title="Construction d’un groupe scolaire", amount=euros(100_001))
    first, second = estimate_packages(school, on=ON)
    trades = {first.trade.value, second.trade.value}
    assert trades == {"second-oeuvre-batiment", "gros-oeuvre-patrimoine"}
    assert set(scope(school, on=ON).trades) == trades
    assert [package.amount_cents.value for package in (first, second)] == [5_000_050, 5_000_050]
    assert first.amount_cents.provenance is Provenance.COMPUTED
    assert "pour chacun des 2 métiers du marché" in first.amount_cents.rule
    both = notice(trades=("proprete", "espaces-verts"))
    assert [p.trade.value for p in estimate_packages(both, on=ON)] == ["proprete", "espaces-verts"]
    support = notice(title="Prestations d’insertion ayant pour support le nettoyage des locaux")
    assert len(estimate_packages(support, on=ON)) == 2


def test_one_work_under_two_trades_is_one_package() -> None:
    """Façades, in their restoration, are not done twice; nor what a description says in passing."""
    facades = notice(title="Restauration des façades de la mairie")
    assert [p.trade.value for p in estimate_packages(facades, on=ON)] == ["gros-oeuvre-patrimoine"]
    passing = notice(title="Nettoyage des locaux", text="Les espaces verts sont tondus aussi.")
    assert [p.trade.value for p in estimate_packages(passing, on=ON)] == ["proprete"]


def test_two_works_said_in_turn_are_two_packages() -> None:
    """Though all of it is one phrase of cleaning."""
    both = notice(title="Entretien des espaces verts et nettoyage des locaux")
    packages = estimate_packages(both, on=ON)
    assert {package.trade.value for package in packages} == {"espaces-verts", "proprete"}


def test_lots_out_of_our_trades_are_named() -> None:
    """One lot in our trades is enough to be in scope; the others are listed with their reason."""
    lots = (Lot("1", title="Vitrerie", cpv=Cpv("90911300")), Lot("2", cpv=Cpv("48000000")))
    found = scope(notice(lots=lots), on=ON)
    assert found.outcome is ScopeOutcome.IN_SCOPE
    assert [item.lot_id for item in found.lots] == ["1"]
    assert [item.lot_id for item in found.lots_out_of_scope] == ["2"]
    assert "48000000" in found.lots_out_of_scope[0].why


def test_closing_day() -> None:
    """Open all the last day in France, closed the day after."""
    late = notice(cpv=Cpv("90910000"), deadline=datetime(2027, 2, 18, 23, 30, tzinfo=UTC))
    assert scope(late, on=date(2027, 2, 19)).outcome is ScopeOutcome.IN_SCOPE
    assert scope(late, on=date(2027, 2, 20)).outcome is ScopeOutcome.CLOSED
    assert scope(notice(cpv=Cpv("90910000"), deadline=None), on=ON).outcome is ScopeOutcome.IN_SCOPE


@pytest.mark.parametrize("kind", [Kind.AWARD, Kind.PRIOR, Kind.CANCELLATION])
def test_only_calls_can_be_answered(kind: Kind) -> None:
    """An award, an announcement and a cancellation are out of scope and say so."""
    found = scope(notice(cpv=Cpv("90910000"), kind=kind, form="F99"), on=ON)
    assert found.outcome is ScopeOutcome.OUT_OF_SCOPE
    assert found.why[0].startswith("L’avis")


@pytest.mark.shared_data
def test_real_calls_in_our_trades(shared_data: Path) -> None:
    """14 of the 28 calls of form F02 are in our trades; each of their lots becomes a package.

    A lot too big for one crew, in several departments, becomes one for each of them.
    """
    calls = [
        item
        for item in read(shared_data / "ted/ted_export_fr.zip")
        if isinstance(item, Notice) and item.form == "F02"
    ]
    inside = {}
    for call in calls:
        found = scope(call, on=date(2016, 1, 1))
        packages = estimate_packages(call, on=date(2016, 1, 1))
        assert list(dict.fromkeys(p.lot_id for p in packages)) == [x.lot_id for x in found.lots]
        for lot in found.lots:
            of_lot = [package for package in packages if package.lot_id == lot.lot_id]
            for craft in {(package.trade.value, package.craft) for package in of_lot}:
                own = [
                    package for package in of_lot if (package.trade.value, package.craft) == craft
                ]
                departments = [p.place.value.department for p in own if p.place.value]
                is_cut = sum(p.need_cfte.value for p in own) > 743 and len(set(departments)) > 1
                assert len(own) == (len(set(departments)) if is_cut else 1)
        if found.outcome is ScopeOutcome.IN_SCOPE:
            inside[call.id] = found.trades
            assert all(package.place.value for package in packages)
    assert len(inside) == 14
    assert inside["133513-2021"] == ("espaces-verts",)
    assert inside["147024-2018"] == ("proprete",)
    assert inside["162023-2021"] == ("second-oeuvre-batiment",)
    assert inside["243463-2021"] == ("restauration-traiteur",)
    assert len({trades[0] for trades in inside.values()}) >= 5
