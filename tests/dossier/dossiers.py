"""A made-up bid of four, known by heart: two ACI, one EI, one company as subcontractor."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from cordee.agreement import (
    Cell,
    CommonTerms,
    Line,
    Party,
    PartyRole,
    Reason,
    Terms,
    VatRegime,
)
from cordee.dossier.model import (
    Contract,
    CrewFacts,
    Dossier,
    LotFacts,
    Paper,
    PartyFacts,
    Signatory,
    StateConvention,
    WorkReference,
    WrittenText,
    YearTurnover,
)
from cordee.notices.notice import Buyer, Criterion, CriterionKind, Evidence
from cordee.rules.groups import GroupForm
from cordee.rules.kinds import Kind
from cordee.rules.reservation import Reservation

ON = date(2026, 11, 25)
MAY = 2027 * 12 + 4
SEEN = Evidence("BT-539", "")

CONTRACT = Contract(
    title="Entretien des abords et des sentiers du Val d’Exemple",
    buyer=Buyer(name="Commune d’Exemple-le-Val", siret="21000000000018", city="Exemple-le-Val"),
    reference="26-000001",
    published_on=date(2026, 11, 10),
    deadline=datetime(2026, 12, 17, 12, 0),  # noqa: DTZ001
    lots=(
        LotFacts(number="1", title="Espaces verts"),
        LotFacts(number="2", title="Nettoyage des sentiers"),
    ),
    lots_in_all=3,
    criteria=(
        Criterion("Prix", CriterionKind.PRICE, SEEN, Decimal(40)),
        Criterion("Valeur technique", CriterionKind.QUALITY, SEEN, Decimal(40)),
        Criterion("Performances en matière d’insertion", CriterionKind.QUALITY, SEEN, Decimal(20)),
    ),
    reserved=Reservation.NONE,
    clause="Clause et critère d’insertion",
    clause_hours=1_500,
    facilitator="Maison de l’emploi d’Exemple",
    months=12,
    starts_on=date(2027, 5, 1),
)

LINES = (
    Line(
        key="01",
        lot="1",
        label="Tonte et taille",
        trade="espaces-verts",
        price_cents=7_000_001,
        need_cfte=200,
        first_month=MAY,
        months=12,
        insertion_hours=900,
    ),
    Line(
        key="02",
        lot="1",
        label="Élagage",
        trade="espaces-verts",
        price_cents=2_000_000,
        need_cfte=50,
        first_month=MAY + 5,
        months=3,
    ),
    Line(
        key="03",
        lot="2",
        label="Nettoyage des sentiers",
        trade="espaces_naturels",
        price_cents=4_000_033,
        need_cfte=100,
        first_month=MAY,
        months=8,
        insertion_hours=600,
    ),
)

PARTIES = (
    Party(key="11", siren="100000001", kind=Kind.ACI, role=PartyRole.MEMBER, vat=VatRegime.EXEMPT),
    Party(key="12", siren="100000002", kind=Kind.ACI, role=PartyRole.MEMBER),
    Party(key="13", siren="100000003", kind=Kind.EI, role=PartyRole.MEMBER, vat=VatRegime.STANDARD),
    Party(
        key="14",
        siren="100000004",
        kind=Kind.ENTREPRISE,
        role=PartyRole.SUBCONTRACTOR,
        of="13",
        vat=VatRegime.STANDARD,
    ),
)

TERMS = Terms(
    lines=LINES,
    parties=PARTIES,
    cells=(
        Cell(party="11", line="01", cents=7_000_001, cfte=200, insertion_hours=900),
        Cell(party="12", line="03", cents=4_000_033, cfte=100, insertion_hours=600),
        Cell(party="13", line="02", cents=2_000_000, cfte=50),
        Cell(party="14", line="02", cents=1_234_567, first_month=MAY + 5, months=2),
    ),
    form=GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE,
    lead="13",
    reasons=frozenset({Reason.CAPACITY, Reason.TRADES}),
    common=CommonTerms(labour_share_percent=60, insertion_rate_percent=10, hourly_cost_cents=3_200),
)

FULL = PartyFacts(
    key="11",
    name="Association Les Jardins du Val",
    brand="Jardins du Val",
    siren="100000001",
    siret="10000000100019",
    kind=Kind.ACI,
    address="3 chemin des Serres",
    postcode="07000",
    city="Exemple-le-Val",
    phone="04 00 00 00 11",
    email="marches@jardins.exemple.fr",
    legal_form="Association loi de 1901",
    registered_at="Registre national des associations, W000000001",
    is_small=True,
    convention=StateConvention(
        number="ACI007260001A0M0",
        state="valide",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
    ),
    papers=(
        Paper(
            name="Assurance responsabilité civile professionnelle",
            held=True,
            asked_for="Demandée avec presque toute offre.",
            valid_from=date(2026, 1, 1),
            valid_until=date(2027, 12, 31),
        ),
        Paper(
            name="Attestation de vigilance de l’URSSAF",
            held=True,
            asked_for="Demandée avant de signer, puis pendant le contrat.",
            valid_until=date(2026, 12, 1),
        ),
        Paper(
            name="Attestation de régularité fiscale",
            held=False,
            asked_for="Demandée avant de signer.",
        ),
    ),
    references=(
        WorkReference(
            title="Entretien du parc d’Exemple-Bas",
            client="Commune d’Exemple-Bas",
            year=2025,
            cents=1_850_000,
        ),
        WorkReference(title="Taille des haies du canal", client="Syndicat du canal", year=2024),
    ),
    turnovers=(
        YearTurnover(year=2025, cents=21_000_050, field_cents=15_000_000),
        YearTurnover(year=2024, cents=19_500_000),
        YearTurnover(year=2023, cents=18_000_000, field_cents=11_000_000),
    ),
    permanent_staff=6,
    insertion_staff=24,
    crews=(
        CrewFacts(places=8, weekly_minutes=26 * 60, has_vehicle=True),
        CrewFacts(places=7, weekly_minutes=26 * 60 + 30),
    ),
    means="Deux tracteurs de tonte, un broyeur, deux fourgons.",
    method="Un temps de formation chaque vendredi, sur ce que la semaine a montré.",
    written_in=2026,
    texts=(
        WrittenText(text="Nous arrivons à l’heure.", year=2024),
        WrittenText(trade="espaces-verts", text="Une tonte se prépare la veille.", year=2026),
        WrittenText(trade="maraichage", text="Nous semons en mars.", year=2025),
    ),
    signatory=Signatory(
        name="Camille Exemple",
        function="présidente",
        act="Délibération du conseil d’administration",
        act_on=date(2026, 10, 5),
    ),
)

BARE = PartyFacts(
    key="12",
    name="Association Sentiers et Compagnie",
    siren="100000002",
    siret="10000000200017",
    kind=Kind.ACI,
)

LEAD = replace(
    FULL,
    key="13",
    name="Val Propre SCIC",
    brand="",
    siren="100000003",
    siret="10000000300015",
    kind=Kind.EI,
    phone="04 00 00 00 13",
    email="contact@valpropre.exemple.fr",
    legal_form="Société coopérative d’intérêt collectif",
    turnovers=None,
    hides_turnovers=True,
    references=(),
    convention=replace(FULL.convention, number="EI007260003A0M0"),
    signatory=Signatory(
        name="Dominique Modèle", function="gérante", act="Représentante légale", is_legal=True
    ),
    means="",
    method="",
)

COMPANY = PartyFacts(
    key="14",
    name="Élagage Exemple SARL",
    siren="100000004",
    siret="10000000400013",
    kind=Kind.ENTREPRISE,
    address="12 rue du Bois",
    postcode="07000",
    city="Exemple-Haut",
    phone="04 00 00 00 14",
    email="devis@elagage.exemple.fr",
    legal_form="SARL",
    is_small=True,
    papers=(
        Paper(
            name="Assurance responsabilité civile professionnelle",
            held=True,
            valid_until=date(2027, 6, 30),
        ),
    ),
    permanent_staff=5,
)

DOSSIER = Dossier(on=ON, contract=CONTRACT, terms=TERMS, facts=(FULL, BARE, LEAD, COMPANY))

# Nothing but what a fresh alliance has: lines with prices, three parties, no split, no form.
FRESH = Dossier(
    on=ON,
    contract=Contract(title="Nettoyage du port"),
    terms=Terms(
        lines=(replace(LINES[0], lot="1", insertion_hours=None),),
        parties=(
            Party(key="12", siren="100000002", kind=Kind.ACI, role=PartyRole.MEMBER),
            Party(key="13", siren="100000003", kind=Kind.EI, role=PartyRole.MEMBER),
            Party(key="14", siren="100000004", kind=Kind.ENTREPRISE, role=PartyRole.SUBCONTRACTOR),
        ),
    ),
    facts=(
        BARE,
        PartyFacts(
            key="13",
            name="Val Propre SCIC",
            siren="100000003",
            siret="10000000300015",
            kind=Kind.EI,
        ),
        PartyFacts(
            key="14",
            name="Élagage Exemple SARL",
            siren="100000004",
            siret="10000000400013",
            kind=Kind.ENTREPRISE,
        ),
    ),
)


def with_terms(dossier: Dossier, **changes: object) -> Dossier:
    """The same bid with other terms."""
    return replace(dossier, terms=replace(dossier.terms, **changes))
