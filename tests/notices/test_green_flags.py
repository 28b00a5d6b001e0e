"""The thirteen points of RULE-23, on sentences of our own."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cordee.notices.green_flags import FlagState, Point, green_flags
from cordee.notices.notice import (
    Amount,
    ClauseKind,
    Cpv,
    Criterion,
    CriterionKind,
    Duration,
    Evidence,
    Format,
    GroupingForm,
    GroupingTerms,
    Kind,
    Lot,
    Notice,
    Reserved,
    SocialClause,
    Source,
)
from cordee.notices.packages import estimate_packages
from cordee.rules.reservation import Reservation

ON = date(2027, 1, 10)
EASY, HARD, SILENT = FlagState.FAVOURABLE, FlagState.UNFAVOURABLE, FlagState.NOT_STATED
SAID = Evidence("essai", "comme écrit")


def notice(**fields: object) -> Notice:
    base: dict[str, object] = {
        "source": Source.TED,
        "format": Format.EFORMS,
        "id": "1",
        "kind": Kind.CALL,
        "title": "Entretien des espaces verts",
        "cpv": Cpv("77310000"),
    }
    return Notice(**(base | fields))  # type: ignore[arg-type]


def state_of(read: Notice, point: Point) -> FlagState:
    flags = {flag.point: flag for flag in flags_of(read)}
    return flags[point].state


def flags_of(read: Notice):  # type: ignore[no-untyped-def]
    return green_flags(read, on=ON, packages=estimate_packages(read, on=ON))


def priced(
    *weights: str | None, kind: CriterionKind = CriterionKind.QUALITY
) -> tuple[Criterion, ...]:
    """The price first, then other criteria of this kind."""
    kinds = [CriterionKind.PRICE, *[kind] * (len(weights) - 1)]
    return tuple(
        Criterion(f"critère {n}", kind, SAID, Decimal(weight) if weight else None)
        for n, (weight, kind) in enumerate(zip(weights, kinds, strict=True))
    )


def euros(amount: int) -> Amount:
    return Amount(amount * 100, Evidence("montant", str(amount)))


def test_a_silent_notice_says_nothing_of_any_point() -> None:
    """Neither good nor bad, in the order of the rule, each with a sentence."""
    flags = flags_of(notice())
    assert [flag.point for flag in flags] == list(Point)
    assert [flag.point.number for flag in flags] == list(range(1, 14))
    assert {flag.state for flag in flags} == {SILENT}
    assert all(flag.meaning.endswith(".") and not flag.evidence for flag in flags)


def sized(amount: int, months: int, **more: object) -> Notice:
    """A call whose size is written."""
    return notice(
        amount=Amount(amount, SAID), duration=Duration(months=months, evidence=(SAID,)), **more
    )


@pytest.mark.parametrize(
    ("amount", "months", "state"),
    [(5_000_001, 12, EASY), (5_000_000, 12, SILENT), (9_000_000, 2, SILENT)],
)
def test_silence_on_the_advance_refuses_none(amount: int, months: int, state: FlagState) -> None:
    """R2191-3: due of right above 50 000 € and two months, whatever the notice says."""
    assert state_of(sized(amount, months), Point.PAYMENT) is state


def test_an_advance_that_the_law_gives_is_not_refused_unsaid() -> None:
    refused = sized(9_000_000, 12, text="Aucune avance ne sera versée.")
    (flag,) = [each for each in flags_of(refused) if each.point is Point.PAYMENT]
    assert flag.state is HARD
    assert "R2191-3" in flag.meaning


@pytest.mark.parametrize(
    ("percent", "told"),
    [(3, "une retenue de 3 %."), (5, "pour une PME, 3 % avec l’État"), (6, "plus que la loi")],
)
def test_what_may_be_held_back_depends_on_the_buyer(percent: int, told: str) -> None:
    """R2191-33: both caps are told where the buyer's kind and size are unknown."""
    held = notice(text=f"Une retenue de garantie de {percent} % est appliquée.")
    (flag,) = [each for each in flags_of(held) if each.point is Point.PAYMENT]
    assert told in flag.meaning.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_large_call_that_is_silent_on_insertion_is_asked_about_it() -> None:
    """L2112-2-1, since 22 August 2026, above every European threshold."""
    silent = sized(60_000_000, 12, published_on=date(2026, 8, 22))
    (flag,) = [each for each in flags_of(silent) if each.point is Point.RESERVATION]
    assert (flag.state, "L2112-2-1" in flag.meaning) == (SILENT, True)
    for other in (
        sized(60_000_000, 12, published_on=date(2026, 8, 21)),
        sized(13_000_000, 12, published_on=date(2026, 8, 22)),
    ):
        (flag,) = [each for each in flags_of(other) if each.point is Point.RESERVATION]
        assert "L2112-2-1" not in flag.meaning


@pytest.mark.parametrize(
    ("words", "point", "state"),
    [
        ("Les candidats justifient d'un chiffre d'affaires minimum de 800 000 euros.",
         Point.TURNOVER, HARD),
        ("Un chiffre d'affaires minimum de 1,5 million d'euros est demandé.",
         Point.TURNOVER, HARD),
        ("Chiffre d'affaires minimum en rapport avec l'objet : 1500 kg.", Point.TURNOVER, SILENT),
        ("Au moins trois références de moins de cinq ans sont exigées.", Point.TURNOVER, HARD),
        ("Déclaration concernant le chiffre d'affaires global des trois derniers exercices.",
         Point.TURNOVER, SILENT),
        ("Le candidat peut prouver sa capacité par tout autre moyen.", Point.TURNOVER, EASY),
        ("Les entreprises nouvellement créées peuvent répondre.", Point.TURNOVER, EASY),
        ("Les interventions ont lieu du lundi au vendredi.", Point.SEASON, EASY),
        ("Les travaux de tonte se font de mars à octobre.", Point.SEASON, EASY),
        ("Nettoyage de nuit des locaux.", Point.SEASON, HARD),
        ("Surveillance 24h/24 des installations.", Point.SEASON, HARD),
        ("Logements pour les saisonniers de la station.", Point.SEASON, SILENT),
        ("Une avance de 20 % est accordée au titulaire.", Point.PAYMENT, EASY),
        ("Aucune avance ne sera versée.", Point.PAYMENT, HARD),
        ("Une retenue de garantie de 5 % est appliquée.", Point.PAYMENT, HARD),
        ("Une retenue de garantie de 3 % est appliquée.", Point.PAYMENT, EASY),
        ("Il n'est pas prévu de retenue de garantie.", Point.PAYMENT, EASY),
        ("Le paiement intervient sous 30 jours.", Point.PAYMENT, EASY),
        ("Paiement à 60 jours après facture.", Point.PAYMENT, HARD),
        ("Selon l'avancement des travaux.", Point.PAYMENT, SILENT),
        ("Le candidat peut remettre un DUME.", Point.FILE, EASY),
        ("Fournir les formulaires DC1 et DC2.", Point.FILE, EASY),
        ("Fournir les bilans des trois derniers exercices.", Point.FILE, HARD),
        ("Une visite du site est conseillée.", Point.VISIT, EASY),
        ("La visite médicale des agents est à la charge du titulaire.", Point.VISIT, SILENT),
        ("Une réunion d'information des candidats a lieu en mairie.", Point.VISIT, EASY),
        ("Une pénalité de 150 euros par jour de retard s'applique.", Point.PENALTIES, HARD),
        ("Les pénalités sont plafonnées à 5 % du marché.", Point.PENALTIES, EASY),
        ("Une pénalité de 60 euros par heure d'insertion non réalisée.", Point.PENALTIES, SILENT),
        ("Le matériel est fourni par la commune.", Point.MATERIALS, EASY),
        ("L'acheteur met à disposition les véhicules.", Point.MATERIALS, EASY),
        ("Le titulaire fournit le matériel et les produits.", Point.MATERIALS, HARD),
        ("Les documents sont mis à disposition sur le profil.", Point.MATERIALS, SILENT),
        ("Une facilitatrice accompagne la clause d'insertion.", Point.FACILITATOR, EASY),
        ("La Maison de l'emploi du Val suit les heures.", Point.FACILITATOR, EASY),
    ],
)  # fmt: skip
def test_a_sentence_decides_its_point(words: str, point: Point, state: FlagState) -> None:
    """And shows itself as written."""
    for place in ("text", "terms"):
        said = words if place == "text" else (Evidence("essai", words),)
        flag = {f.point: f for f in flags_of(notice(**{place: said}))}[point]
        assert flag.state is state, flag
        assert bool(flag.evidence) is (state is not SILENT)
        assert all(evidence.words.rstrip(".") in words for evidence in flag.evidence)


def test_a_mandatory_visit_is_said_to_be_so() -> None:
    def meaning(words: str) -> str:
        return {f.point: f.meaning for f in flags_of(notice(text=words))}[Point.VISIT]

    assert "obligatoire" in meaning("La visite des lieux est obligatoire.")
    assert "obligatoire" not in meaning("La visite des lieux est recommandée, non obligatoire.")


@pytest.mark.parametrize(
    ("criteria", "state"),
    [
        ((), SILENT),
        (priced("40", "60"), EASY),
        (priced("50", "50"), EASY),
        (priced("51", "49"), HARD),
        (priced(None, "60"), EASY),
        (priced(None, "30"), HARD),
        (priced(None), HARD),
        (priced(None, None), SILENT),
        (priced("40", "100"), SILENT),
        (priced("30", "30", "40", kind=CriterionKind.COST), HARD),
    ],
)
def test_the_weight_of_the_price(criteria: tuple[Criterion, ...], state: FlagState) -> None:
    """Half at most; what quality leaves; alone it is all; another scale says nothing."""
    assert state_of(notice(criteria=criteria), Point.CRITERIA) is state


def test_the_heaviest_price_of_the_lots_counts() -> None:
    lots = tuple(
        Criterion(name, kind, SAID, Decimal(weight), lot)
        for lot, price in (("1", 40), ("2", 70))
        for name, kind, weight in (
            ("Prix", CriterionKind.PRICE, price),
            ("Valeur technique", CriterionKind.QUALITY, 100 - price),
        )
    )
    flag = {f.point: f for f in flags_of(notice(criteria=lots))}[Point.CRITERIA]
    assert flag.state is HARD
    assert "70 % au plus, selon les lots" in flag.meaning


@pytest.mark.parametrize(
    ("reserved", "clause", "state"),
    [
        (Reservation.INSERTION, None, EASY),
        (Reservation.MIXTE, None, EASY),
        (Reservation.HANDICAP, None, HARD),
        (Reservation.NONE, None, SILENT),
        (None, SocialClause(ClauseKind.EXECUTION, (SAID,)), EASY),
        (None, SocialClause(ClauseKind.NONE, (SAID,), negated=True), HARD),
    ],
)
def test_reservation_and_clause(
    reserved: Reservation | None, clause: SocialClause | None, state: FlagState
) -> None:
    said = Reserved(reserved, (SAID,)) if reserved else None
    assert state_of(notice(reserved=said, social_clause=clause), Point.RESERVATION) is state


@pytest.mark.parametrize(
    ("reserved", "state", "said"),
    [
        (Reservation.INSERTION, EASY, ", pour certains lots : moins de concurrence"),
        (Reservation.HANDICAP, SILENT, ", pour certains lots. Rien n’est dit des autres"),
    ],
)
def test_a_reserved_lot_is_not_the_whole(
    reserved: Reservation, state: FlagState, said: str
) -> None:
    lots = (Lot("1", title="Tonte"), Lot("2", title="Tonte", reserved=Reserved(reserved, (SAID,))))
    read = notice(lots=lots, reserved=Reserved(reserved, (SAID,)))
    flag = {f.point: f for f in flags_of(read)}[Point.RESERVATION]
    assert flag.state is state
    assert said in flag.meaning


@pytest.mark.parametrize(
    ("form", "words", "state"),
    [
        (GroupingForm.FREE, "Les groupements sont autorisés.", EASY),
        (GroupingForm.FREE, "Formulaire signé par le mandataire.", SILENT),
        (GroupingForm.FREE, "Le groupement de commande est coordonné par la ville.", SILENT),
        (GroupingForm.CONJOINT, "Groupement conjoint.", EASY),
        (GroupingForm.CONJOINT_MANDATAIRE_SOLIDAIRE, "Conjoint, mandataire solidaire.", EASY),
        (GroupingForm.SOLIDAIRE, "Groupement solidaire.", HARD),
        (GroupingForm.FORBIDDEN, "Groupement non autorisé.", HARD),
    ],
)
def test_groups(form: GroupingForm, words: str, state: FlagState) -> None:
    terms = GroupingTerms(form, (Evidence("essai", words),))
    assert state_of(notice(grouping=terms), Point.GROUPS) is state


@pytest.mark.parametrize(
    ("published", "start", "state"),
    [
        (date(2027, 1, 28), None, EASY),
        (date(2027, 1, 29), None, HARD),
        (None, date(2027, 3, 18), EASY),
        (None, date(2027, 3, 17), HARD),
        (date(2027, 1, 1), date(2027, 3, 17), HARD),
        (None, None, SILENT),
    ],
)
def test_days_to_answer_and_to_start(
    published: date | None, start: date | None, state: FlagState
) -> None:
    """21 days before the 18th of February, 28 days after it."""
    read = notice(
        published_on=published,
        deadline=datetime(2027, 2, 18, 11, 0, tzinfo=UTC),
        duration=Duration(start=start),
    )
    assert state_of(read, Point.TIME) is state


def test_lots_for_one_crew() -> None:
    """A written amount decides; a supposed need says nothing."""
    year = Duration(months=12)
    small = notice(amount=euros(200_000), duration=year)
    large = notice(amount=euros(2_000_000), duration=year)
    assert state_of(small, Point.LOTS) is EASY
    assert state_of(large, Point.LOTS) is HARD
    lots = (Lot("1", cpv=Cpv("77310000")), Lot("2", cpv=Cpv("77310000")))
    assert state_of(notice(lots=lots), Point.LOTS) is SILENT
    one = Lot("1", title="Tonte", cpv=Cpv("77310000"), amount=euros(90_000), duration=year)
    flag = flags_of(notice(lots=(one, lots[1])))[0]
    assert flag.state is EASY
    assert flag.meaning.startswith("2 lots.")
    assert flag.evidence == (Evidence("montant", "90000"),)


def test_a_turnover_in_proportion_is_in_reach_only_of_a_small_contract() -> None:
    """1,5 times at most, and a contract that one crew can hold."""
    asked = "Un chiffre d'affaires minimum de {} euros est exigé."
    year = Duration(months=12)

    def state(amount: int, turnover: str) -> FlagState:
        read = notice(amount=euros(amount), duration=year, text=asked.format(turnover))
        return state_of(read, Point.TURNOVER)

    assert state(200_000, "300 000") is EASY
    assert state(200_000, "300 001") is HARD
    assert state(9_000_000, "9 000 000") is HARD
