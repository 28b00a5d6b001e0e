"""Amounts, durations, renewals, starts and places that sentences tell, and those that are traps."""

from datetime import date

import pytest

from cordee.notices.formats.assembly import with_wording
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
from cordee.notices.packages import PackageEstimate, estimate_packages

DAY = date(2027, 3, 1)


def read(text: str, *lots: Lot, title: str = "Entretien des espaces verts", **given) -> Notice:  # type: ignore[no-untyped-def]
    """A call of March 2027 with this text, completed by its sentences."""
    return with_wording(
        Notice(
            source=Source.BOAMP,
            format=Format.BOAMP_MAPA,
            id="27-1",
            kind=given.pop("kind", Kind.CALL),
            title=title,
            text=text,
            published_on=DAY,
            lots=lots,
            **given,
        )
    )


def packages(notice: Notice) -> tuple[PackageEstimate, ...]:
    return estimate_packages(notice, on=DAY)


AMOUNTS: list[tuple[str, int | None, int | None]] = [
    # (sentence, euros without tax, months that they cover)
    ("Le montant estimé du marché est de 120 000 € HT.", 120_000, None),
    ("Montant maximum annuel de 120 000 € HT.", 120_000, 12),
    ("Montant maximum : 1,2 M€ HT.", 1_200_000, None),
    ("Valeur estimée : 1.250.000,50 euros hors taxes.", 1_250_000, None),
    ("Le budget du marché est estimé à 60 k€.", 60_000, None),
    ("Le montant est estimé à 2 millions d'euros.", 2_000_000, None),
    ("Estimation : entre 50 000 et 90 000 euros HT.", 70_000, None),
    ("Estimation : entre 50 k€ et 90 k€ HT par an.", 70_000, 12),
    ("Accord-cadre sans minimum et avec un maximum de 80 000 € HT par an.", 80_000, 12),
    ("Accord-cadre avec un minimum de 20 000 € HT et un maximum de 80 000 € HT.", 80_000, None),
    (
        "Montants du marché : 20 000 euros HT au minimum ; 100 000 euros HT au maximum.",
        100_000,
        None,
    ),
    ("Minimum : 10 000 EUR HT/an, maximum : 40 000 EUR HT/an.", 40_000, 12),
    ("Montant maximum annuel 400 000 EUR HT, soit 1 600 000 EUR HT sur 4 ans.", 1_600_000, 48),
    ("Montant maximum de 30 000 € HT par mois.", 30_000, 1),
    ("Montant de 120 000 € TTC, soit 100 000 € HT.", 100_000, None),
    ("Le montant maximum est de 96 000 € TTC.", 80_000, None),
    ("Le montant maximum est de 320 000 euros HT, reconductions comprises.", 320_000, None),
    # A minimum says what is owed, not the size.
    ("Le montant minimum est de 10 000 € HT.", None, None),
    # Two sums that contend are none.
    ("Montant estimé : 40 000 € HT. Valeur estimée : 70 000 € HT.", None, None),
    # Not the price of this contract.
    ("Une garantie à première demande d'un montant de 50 000 € est exigée.", None, None),
    ("Le candidat justifie d'un chiffre d'affaires minimum de 300 000 € HT.", None, None),
    ("Justifier d'un CA annuel minimum de 500 000 €.", None, None),
    ("Les pénalités sont plafonnées à un montant de 10 000 €.", None, None),
    ("Assurance responsabilité civile d'un montant minimum de 1 500 000 €.", None, None),
    ("Une avance est versée si le montant du marché dépasse 50 000 € HT.", None, None),
    ("Travaux d'un montant supérieur à 90 000 € HT : un plan est demandé.", None, None),
    ("Chaque candidat reçoit une prime d'un montant de 20 000 € HT.", None, None),
    ("Chaque bon de commande a un montant minimum de 1 000 €.", None, None),
    ("Le montant maximum par bon de commande est de 5 000 € HT.", None, None),
    ("L'ancien marché avait un montant de 200 000 € HT.", None, None),
    ("Société anonyme au capital d'un montant de 148 000 €.", None, None),
    ("Indemnité forfaitaire pour frais de recouvrement : montant de 40 €.", None, None),
    ("La PSE 1 a un montant maximum de 15 000 € HT.", None, None),
    ("Le montant est de 0,35 €/min pour le prix de l'appel.", None, None),
    # Figures that nobody can mean.
    ("Le montant estimé est de 999 999 999 999 999 999 € HT.", None, None),
    ("Le montant estimé est de 000 000 € HT, 1 2 3 € et 12.34.56 €.", None, None),
]


@pytest.mark.parametrize(("said", "euros", "months"), AMOUNTS)
def test_amounts(said: str, euros: int | None, months: int | None) -> None:
    amount = read(said).amount
    assert (amount and amount.cents // 100) == euros
    if amount is not None:
        assert amount.covers_months == months
        # The sentence that tells it is the proof.
        assert amount.evidence.words in said
        assert amount.evidence.where == "description"


def test_a_study_is_not_paid_as_the_works_that_it_prepares() -> None:
    said = "Le montant prévisionnel des travaux est de 3 200 000 € HT."
    assert read(said, title="Concours de maîtrise d’œuvre d’une école").amount is None
    amount = read(said, title="Construction d’une école").amount
    assert amount is not None
    assert amount.cents == 320_000_000


def test_a_range_and_a_tax_are_shown_as_computed() -> None:
    spread = read("Estimation : entre 50 000 et 90 000 euros HT.").amount
    assert spread is not None
    assert spread.provenance is Provenance.COMPUTED
    assert (spread.low_cents, spread.high_cents) == (5_000_000, 9_000_000)
    taxed = read("Le montant maximum est de 96 000 € TTC.").amount
    assert taxed is not None
    assert taxed.provenance is Provenance.COMPUTED
    # Work taxed at 5.5 % rather than 20 %.
    assert (taxed.low_cents, taxed.high_cents) == (8_000_000, 9_099_526)
    floor = read("Minimum de 20 000 € HT, maximum de 80 000 € HT.").amount
    assert floor is not None
    assert (floor.provenance, floor.low_cents) == (Provenance.STATED, 2_000_000)


DURATIONS: list[tuple[str, int | None, int | None]] = [
    # (sentence, months, months with all renewals)
    ("Le marché est conclu pour une durée de douze mois.", 12, None),
    ("Durée : 12 mois.", 12, None),
    ("Marché d'un an reconductible 3 fois.", 12, 48),
    ("Durée de 1 an reconductible trois fois par période d'un an.", 12, 48),
    ("La durée initiale est de 24 mois, reconductible tacitement deux (2) fois 12 mois.", 24, 48),
    ("Durée de six (6) ans ferme à compter de la notification.", 72, None),
    ("Durée de 24 mois à compter de la notification.", 24, None),
    ("Le délai d'exécution des travaux est de 8 semaines.", 2, None),
    ("Délai d'exécution : 90 jours à compter de l'ordre de service.", 3, None),
    ("Les travaux débuteront en septembre 2027 et dureront six semaines.", 2, None),
    ("Durée d'un an, sans que la durée totale puisse excéder quatre ans.", 12, 48),
    ("Conclu pour une durée maximale de 4 ans.", 48, None),
    ("Reconductible 3 fois par période d'un an, soit une durée maximale de 4 ans.", 12, 48),
    ("Le marché dure du 1er mars 2027 au 28 février 2028, période ferme.", 12, None),
    ("La durée du marché est de 5 ans ferme + 2 années optionnelles.", 60, 84),
    ("Durée ferme de six mois, reconductible une fois six mois puis trois fois douze mois.", 6, 48),
    ("Tranche ferme de 24 mois.", 24, None),
    ("La durée totale est de 4,5 ans.", 54, None),
    # Not how long the work lasts.
    ("Délai de validité des offres : 120 jours à compter de la remise.", None, None),
    ("La durée de validité des offres est de 6 mois.", None, None),
    ("Le candidat maintient son offre pendant une durée de 4 mois.", None, None),
    ("Le délai global de paiement est de 30 jours.", None, None),
    ("Chiffre d'affaires des trois dernières années.", None, None),
    ("Extrait Kbis d'une durée de moins de 3 mois, réalisé au cours des 5 ans.", None, None),
    ("La durée de garantie est de deux ans.", None, None),
    ("Garantie de parfait achèvement d'une durée de 12 mois.", None, None),
    ("La reconduction est notifiée avec un préavis de 3 mois.", None, None),
    ("Le précédent marché avait une durée de 48 mois.", None, None),
    ("La durée de la période de préparation est de 30 jours.", None, None),
    ("Les pénalités courent pour une durée de 10 jours.", None, None),
    ("Stage d'une durée minimale de deux mois.", None, None),
    # Figures that nobody can mean, or that contend.
    ("Durée de 999 ans.", None, None),
    ("Durée de 0 mois.", None, None),
    ("Durée de 12 mois. La durée est de 24 mois.", None, None),
]


@pytest.mark.parametrize(("said", "months", "most"), DURATIONS)
def test_durations(said: str, months: int | None, most: int | None) -> None:
    duration = read(said).duration
    assert ((duration.months, duration.most_months) if duration else (None, None)) == (months, most)
    if duration is not None:
        assert all(each.words in said for each in duration.evidence)


STARTS: list[tuple[str, str | None, bool]] = [
    ("Le marché prend effet à compter du 1er janvier 2028.", "2028-01-01", False),
    ("Début prévisionnel : septembre 2027.", "2027-09-01", True),
    ("Date prévisionnelle de démarrage des prestations : 1.9.2027.", "2027-09-01", False),
    ("Les travaux commenceront vers le mois de juin 2027.", "2027-06-01", True),
    ("Début des prestations au 01/08/2027, pour une durée de 60 mois.", "2027-08-01", False),
    ("Démarrage prévu au 2ème trimestre 2028.", "2028-04-01", True),
    ("Démarrage prévu à la fin du 1er semestre 2028.", "2028-06-01", True),
    ("Le marché prend effet dès sa notification.", None, False),
    ("Période du 1er mars 2027 au 28 février 2028.", "2027-03-01", False),
    # Not when the work starts.
    ("Date limite de remise des offres : à compter du 12 avril 2027.", None, False),
    ("Les visites débutent à partir du 5 avril 2027.", None, False),
    ("Début de la publication le 3 mars 2027.", None, False),
    ("Le marché précédent a débuté en janvier 2023.", None, False),
    ("La période débutera à la notification jusqu'au 31 décembre 2027.", None, False),
    ("Début le 31 février 2028.", None, False),
    ("Début le 45.13.2028.", None, False),
]


@pytest.mark.parametrize(("said", "start", "is_about"), STARTS)
def test_starts(said: str, start: str | None, is_about: bool) -> None:
    duration = read(said).duration
    first = duration.start if duration else None
    assert (first and first.isoformat()) == start
    if duration is not None:
        assert duration.is_start_about == is_about


def test_a_start_without_its_day_is_computed() -> None:
    (package,) = packages(read("Début prévisionnel : septembre 2027."))
    assert package.first_month.value == 2027 * 12 + 8
    assert package.first_month.provenance is Provenance.COMPUTED
    assert package.first_month.rule == "Le début est écrit\u00a0: 09/2027, sans le jour."


PEINTURE, SOLS = Lot("1", "Peinture"), Lot("2", "Sols souples")
BY_LOT = [
    "Lot 1 : 40 000 € ; lot 2 : 60 000 €.",
    "Montants estimés : lot 1 - 40 000 € HT ; lot 2 - 60 000 € HT.",
    "Le montant est de 40 000 € pour le lot 1 et de 60 000 € pour le lot 2.",
    "Lot n°1 : maximum 40 000 € HT.\nLot n°2 : maximum 60 000 € HT.",
    "Lot 1 : montant estimé 40 000 euros. Lot 2 : montant estimé 60 000 euros.",
]


@pytest.mark.parametrize("said", BY_LOT)
def test_a_list_gives_each_lot_its_own(said: str) -> None:
    found = read(said, PEINTURE, SOLS)
    assert [lot.amount and lot.amount.cents for lot in found.lots] == [4_000_000, 6_000_000]
    assert found.amount is None


def test_each_lot_and_all_of_them() -> None:
    each = read("Le montant maximum est de 40 000 € HT par lot.", PEINTURE, SOLS)
    assert [lot.amount and lot.amount.cents for lot in each.lots] == [4_000_000] * 2
    whole = read("Montant maximum de 90 000 € HT pour l'ensemble des lots.", PEINTURE, SOLS)
    assert whole.amount is not None
    assert [lot.amount for lot in whole.lots] == [None, None]
    lasting = read("Lot 1 : durée de 6 mois. Lot 2 : durée de 24 mois.", PEINTURE, SOLS)
    assert [lot.duration and lot.duration.months for lot in lasting.lots] == [6, 24]


@pytest.mark.parametrize("named", ["le lot 2", "le lot n°2"])
def test_what_follows_a_sentence_that_ends_on_a_lot_is_of_all(named: str) -> None:
    found = read(
        f"30 000 € HT maximum pour le lot 1, 45 000 € HT pour {named}. Démarrage le 1er mai 2027.",
        PEINTURE,
        SOLS,
    )
    assert found.duration is not None
    assert found.duration.start == date(2027, 5, 1)
    assert [lot.duration for lot in found.lots] == [None, None]
    headed = read("Lot 1. Durée : 6 mois. Lot 2. Durée : 24 mois.", PEINTURE, SOLS)
    assert [lot.duration and lot.duration.months for lot in headed.lots] == [6, 24]


def test_a_total_is_divided_only_where_no_lot_has_its_own() -> None:
    total = Amount(10_000_000, Evidence("valeur", "100 000"))
    told = packages(read("Lot 1 : 30 000 € ; lot 2 : 70 000 €.", PEINTURE, SOLS, amount=total))
    assert [each.amount_cents.value for each in told] == [3_000_000, 7_000_000]
    assert {each.amount_cents.provenance for each in told} == {Provenance.STATED}
    silent = packages(read("Rien de plus.", PEINTURE, SOLS, amount=total))
    assert [each.amount_cents.value for each in silent] == [5_000_000] * 2
    assert {each.amount_cents.provenance for each in silent} == {Provenance.COMPUTED}


def test_the_text_of_a_lot_is_its_own() -> None:
    lots = (
        Lot("1", "Peinture", "Maximum de 40 000 € HT par an. Durée de 12 mois."),
        Lot("2", "Sols souples", "Reconductibles pour le lot 1 : une durée de 6 mois."),
    )
    found = read("Durée de 24 mois.", *lots)
    assert [lot.duration and lot.duration.months for lot in found.lots] == [12, None]
    assert found.duration is not None
    assert found.duration.months == 24
    assert found.lots[0].amount is not None
    assert found.lots[0].amount.evidence.where == "lot 1, description"


def test_fields_keep_precedence() -> None:
    amount, duration = Amount(500_000, Evidence("valeur", "5000")), Duration(months=6)
    found = read(
        "Montant estimé de 90 000 € HT. Durée de 24 mois à compter du 1er mai 2027.",
        amount=amount,
        duration=duration,
    )
    assert found.amount == amount
    assert found.duration is not None
    assert (found.duration.months, found.duration.start) == (6, date(2027, 5, 1))


@pytest.mark.parametrize("kind", [Kind.AWARD, Kind.CANCELLATION])
def test_results_are_read_in_their_fields_alone(kind: Kind) -> None:
    found = read("Montant estimé de 90 000 € HT. Durée de 24 mois.", kind=kind)
    assert (found.amount, found.duration) == (None, None)


def test_a_yearly_amount_pays_for_every_year() -> None:
    (package,) = packages(read("Maximum annuel de 30 000 € HT. Durée de 24 mois."))
    assert package.amount_cents.value == 6_000_000
    assert package.amount_cents.provenance is Provenance.COMPUTED
    assert package.amount_cents.evidence[0].words == "Maximum annuel de 30 000 € HT."


def test_an_amount_with_renewals_is_counted_for_the_months_of_the_work() -> None:
    (package,) = packages(
        read("Durée d'un an reconductible 3 fois. Maximum de 80 000 € HT sur la durée totale.")
    )
    assert package.amount_cents.value == 2_000_000
    rule = "Le montant est écrit. Il couvre 48 mois\u00a0: nous comptons 12 mois."
    assert package.amount_cents.rule == rule
    assert package.notes[-1] == "Le marché peut être reconduit jusqu’à 48 mois en tout."


ISERE, REGION = Place(department="38"), Place(nuts="FRK2")
PLACES: list[tuple[str, str, Place, list[tuple[str | None, str | None]]]] = [
    # (title, text, place of the notice, (department, city) of the lot)
    ("Travaux", "Sur la commune de Vif.", ISERE, [("38", "Vif")]),
    ("Travaux", "Sur la commune de Vif.", REGION, [(None, "Vif")]),
    ("Travaux à Saint-Martin-d’Hères", "", ISERE, [("38", "Saint-Martin-d’Hères")]),
    ("Lot 1 : Drôme — Ardèche", "", REGION, [("26", None), ("07", None)]),
    ("Isère", "", REGION, [("38", None)]),
    ("Secteur de l’Isère", "Dans le département de la Drôme.", REGION, [("26", None)]),
    ("Sites", "Vienne (38) et Valence (26)", REGION, [("38", None), ("26", None)]),
    ("Sites", "12 rue des Lilas, 38000 Grenoble", REGION, [("38", "Grenoble")]),
    ("Nord", "Nettoyage du secteur nord, lot de la Manche", REGION, []),
    ("Lot", "Fourniture de 38000 repas", REGION, []),
    ("Travaux", "Le lot est confié à une entreprise (voir page 12).", REGION, []),
]


@pytest.mark.parametrize(("title", "text", "place", "expected"), PLACES)
def test_places_of_a_lot(
    title: str, text: str, place: Place, expected: list[tuple[str | None, str | None]]
) -> None:
    found = read("", Lot("1", title, text), SOLS, places=(place,)).lots[0]
    assert [(each.department, each.city) for each in found.places] == expected
    assert all(each.evidence and each.evidence.where.startswith("lot 1") for each in found.places)


def test_a_wide_or_foreign_code_is_never_the_address_of_the_buyer() -> None:
    buyer = Buyer("Ville", city="Aubenas", department="07", nuts="FRK22")
    for code in ("FR", "FRK", "FRZ", "BE10"):
        found = read("", cpv=Cpv("77310000"), places=(Place(nuts=code),), buyer=buyer)
        (package,) = packages(found)
        assert package.place.value == Place(nuts=code)


def test_an_address_of_the_fields_is_kept() -> None:
    known = Place(department="38", city="Grenoble", postcode="38000")
    lot = Lot("1", "Peinture", "Sur la commune de Vif (38).", places=(known,))
    assert read("", lot, SOLS).lots[0].places == (known,)
    # Words that contradict the department of a field do not move the work.
    lot = Lot("1", "Peinture", "Site de Valence (26).", places=(ISERE,))
    assert read("", lot, SOLS).lots[0].places == (ISERE,)


@pytest.mark.parametrize(
    "said", ["€" * 500, "12 " * 3_000 + "€", "mois " * 2_000, "1 an et " * 900]
)
def test_odd_texts_are_read_without_an_error(said: str) -> None:
    read(said, PEINTURE, SOLS)
