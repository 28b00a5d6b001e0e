"""The valley of the Verdoire, known by heart: six structures and four contracts.

docs/monde-de-demonstration.md tells it in French; tests/demo checks that both agree. Every
structure has the same free capacity and the same headroom in every month and year, apart from the
one hole that makes the fourth contract impossible.
"""

from dataclasses import dataclass
from datetime import date

from cordee.rules.months import month_number
from demo.numbers import fictional_siret
from demo.shapes import (
    AccountsSpec,
    ActivitySpec,
    BookingSpec,
    ChantierSpec,
    CommuneSpec,
    ConventionSpec,
    CrewSpec,
    SharingSpec,
    StructureSpec,
)

NATIONAL = "chantiers-encordes"
DELEGATION = "chantiers-encordes-76"
DEPARTMENT = "48"

# The communes are invented; the ground is that of Lozère, the emptiest department of France.
CENTRE = (44.530, 3.490)
COMMUNES: tuple[CommuneSpec, ...] = tuple(
    CommuneSpec(
        insee=f"48V{rank:02d}",
        name=name,
        department=DEPARTMENT,
        postcode=postcode,
        population=population,
        latitude=latitude,
        longitude=longitude,
    )
    for rank, (name, postcode, population, latitude, longitude) in enumerate(
        (
            ("Saint-Aubin-sur-Verdoire", "48000", 2_400, 44.5300, 3.4900),
            ("Les Granges-Verdoire", "48000", 600, 44.5624, 3.5657),
            ("Roche-Mirel", "48190", 900, 44.5003, 3.6224),
            ("Vaubrune", "48700", 700, 44.6533, 3.4522),
            ("Col-de-l’Aune", "48170", 300, 44.6380, 3.6413),
            ("Lac-Brun", "48100", 500, 44.6164, 3.2126),
        ),
        start=1,
    )
)
# No structure of the country stands nearer: 50 km of reach and 24 km of valley. The answers below
# hold in the full world too.
CLEAR_KM = 75

CONTRACT_STARTS_IN_MONTHS = 4
HORIZON_MONTHS = 60
EUROS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractLot:
    """One lot of a contract of the valley, as its notice must be understood.

    `id` is None where the contract is not cut into lots; `need_cfte` is the work of each month.
    """

    id: str | None
    trade: str
    city: str
    months: int
    need_cfte: int
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A contract of the valley: its notice file, its lots, and the answer to it.

    `partners` are the names of the structures of the answer, empty where there is none;
    `unknowns` names what the answer supposes.
    """

    slug: str
    notice: str
    title: str
    lots: tuple[ContractLot, ...]
    partners: tuple[str, ...]
    unknowns: tuple[str, ...] = ()


CONTRACTS: tuple[Contract, ...] = (
    Contract(
        slug="repas",
        notice="01-repas-des-equipes.json",
        title="Repas de midi des équipes",
        lots=(
            ContractLot(
                id=None,
                trade="restauration-traiteur",
                city="Lac-Brun",
                months=6,
                need_cfte=100,
                amount_cents=60_000 * EUROS,
            ),
        ),
        partners=("Cuisine du Plateau",),
    ),
    Contract(
        slug="berges",
        notice="02-espaces-verts-berges-murets.xml",
        title="Espaces verts, berges et murets",
        lots=(
            ContractLot(
                id="LOT-0001",
                trade="espaces-verts",
                city="Les Granges-Verdoire",
                months=12,
                need_cfte=100,
                amount_cents=86_500 * EUROS,
            ),
            ContractLot(
                id="LOT-0002",
                trade="espaces-naturels-genie-ecologique",
                city="Les Granges-Verdoire",
                months=12,
                need_cfte=80,
                amount_cents=69_200 * EUROS,
            ),
            ContractLot(
                id="LOT-0003",
                trade="gros-oeuvre-patrimoine",
                city="Vaubrune",
                months=12,
                need_cfte=40,
                amount_cents=45_000 * EUROS,
            ),
        ),
        partners=("Les Jardins de la Verdoire", "Pierre et Chaux", "Rives et Sentiers"),
    ),
    Contract(
        slug="mobilier",
        notice="03-tri-et-nettoyage.json",
        title="Tri du mobilier et nettoyage des marchés",
        lots=(
            ContractLot(
                id="1",
                trade="recyclage-ressourcerie",
                city="Col-de-l’Aune",
                months=12,
                need_cfte=50,
                amount_cents=46_900 * EUROS,
            ),
            ContractLot(
                id="2",
                trade="proprete-urbaine",
                city="Roche-Mirel",
                months=12,
                need_cfte=50,
                amount_cents=37_500 * EUROS,
            ),
        ),
        partners=("La Ressourcerie du Col", "Val Mirel Environnement"),
        unknowns=("le plafond de La Ressourcerie du Col",),
    ),
    Contract(
        slug="facades",
        notice="04-facades-de-la-mairie.json",
        title="Façades de la mairie",
        lots=(
            ContractLot(
                id=None,
                trade="gros-oeuvre-patrimoine",
                city="Vaubrune",
                months=4,
                need_cfte=150,
                amount_cents=56_200 * EUROS,
            ),
        ),
        partners=(),
    ),
)
# The month of the façades, counted from their first, in which Pierre et Chaux is nearly full.
FACADES_FULL_MONTH = 2


def commune(name: str) -> CommuneSpec:
    """A commune of the valley. Raises `KeyError` on an unknown name."""
    return {known.name: known for known in COMMUNES}[name]


def contract(slug: str) -> Contract:
    """A contract of the valley. Raises `KeyError` on an unknown name."""
    return {known.slug: known for known in CONTRACTS}[slug]


def contract_start(today: date) -> date:
    """The first day of all four contracts."""
    month = month_number(today) + CONTRACT_STARTS_IN_MONTHS
    return date(month // 12, month % 12 + 1, 1)


def build_valley(today: date) -> tuple[StructureSpec, ...]:
    """The six structures, whose figures do not depend on the day."""
    return (
        _structure(
            today,
            rank=1,
            kind="ACI",
            name="Les Jardins de la Verdoire",
            city="Saint-Aubin-sur-Verdoire",
            trades=(("espaces-verts", 3), ("maraichage", 3)),
            crews=(("Équipe du bourg", 10), ("Équipe des serres", 10)),
            free_cfte=600,
            charges=700_000,
            receipts=110_000,
            can_lead=True,
            sees_private=True,
        ),
        _structure(
            today,
            rank=2,
            kind="ACI",
            name="Rives et Sentiers",
            city="Les Granges-Verdoire",
            trades=(("espaces-naturels-genie-ecologique", 3), ("espaces-verts", 3)),
            crews=(("Équipe de la rivière", 10),),
            free_cfte=150,
            charges=500_000,
            receipts=40_000,
        ),
        _structure(
            today,
            rank=3,
            kind="EI",
            name="Val Mirel Environnement",
            city="Roche-Mirel",
            trades=(
                ("proprete-urbaine", 3),
                ("espaces-verts", 2),
                ("espaces-naturels-genie-ecologique", 1),
            ),
            declared_cfte=1200,
            free_cfte=150,
            can_lead=True,
        ),
        _structure(
            today,
            rank=4,
            kind="ACI",
            name="Pierre et Chaux",
            city="Vaubrune",
            trades=(("gros-oeuvre-patrimoine", 3),),
            crews=(("Équipe des murs", 5), ("Équipe de la chaux", 5)),
            free_cfte=300,
            charges=400_000,
            receipts=40_000,
            hole_cfte=210,
        ),
        _structure(
            today,
            rank=5,
            kind="ACI",
            name="La Ressourcerie du Col",
            city="Col-de-l’Aune",
            trades=(("recyclage-ressourcerie", 3), ("reparation-electromenager-mobilier", 2)),
            crews=(("Équipe du tri", 10), ("Équipe de l’atelier", 10)),
            free_cfte=500,
        ),
        _structure(
            today,
            rank=6,
            kind="ACI",
            name="Cuisine du Plateau",
            city="Lac-Brun",
            trades=(("restauration-traiteur", 3),),
            crews=(("Équipe de cuisine", 10),),
            free_cfte=200,
            charges=400_000,
            receipts=40_000,
        ),
    )


def _structure(
    today: date,
    *,
    rank: int,
    kind: str,
    name: str,
    city: str,
    trades: tuple[tuple[str, int], ...],
    free_cfte: int,
    crews: tuple[tuple[str, int], ...] = (),
    declared_cfte: int | None = None,
    charges: int | None = None,
    receipts: int = 0,
    can_lead: bool = False,
    sees_private: bool = False,
    hole_cfte: int = 0,
) -> StructureSpec:
    place = commune(city)
    crew_specs = tuple(CrewSpec(name=label, places=places) for label, places in crews)
    total_cfte = declared_cfte or sum(crew.cfte for crew in crew_specs)
    chantier = ChantierSpec(
        name=name,
        activities=tuple(ActivitySpec(trade=trade, proficiency=level) for trade, level in trades),
        crews=crew_specs,
        declared_cfte=declared_cfte,
        bookings=_bookings(today, total_cfte - free_cfte, hole_cfte),
        accounts=_accounts(today, charges, receipts) if charges is not None else (),
        can_lead=can_lead,
    )
    places = sum(crew.places for crew in crew_specs) or 15
    return StructureSpec(
        siret=fictional_siret(rank),
        kind=kind,
        name=name,
        organisation_name=name,
        postcode=place.postcode,
        city=city,
        insee=place.insee,
        department=place.department,
        latitude=place.latitude,
        longitude=place.longitude,
        chantiers=(chantier,),
        is_claimed=True,
        convention=ConventionSpec(
            number=f"{kind}048{today.year % 100:02d}{rank:04d}A0M0",
            starts_on=date(today.year, 1, 1),
            ends_on=date(today.year, 12, 31),
            posts_cfte=total_cfte,
        ),
        networks=(NATIONAL, DELEGATION),
        sharings=_sharings(sees_private),
        people_per_year=places * 3 // 2,
        permanent_staff=3 + len(crew_specs),
    )


def _bookings(today: date, booked_cfte: int, hole_cfte: int) -> tuple[BookingSpec, ...]:
    first = month_number(today)
    steady = BookingSpec(
        first_month=first,
        months=HORIZON_MONTHS,
        cfte=booked_cfte,
        reason="Chantiers en cours",
    )
    if not hole_cfte:
        return (steady,)
    hole = BookingSpec(
        first_month=first + CONTRACT_STARTS_IN_MONTHS + FACADES_FULL_MONTH,
        months=1,
        cfte=hole_cfte,
        reason="Pont de Roche-Mirel",
    )
    return (steady, hole)


def _accounts(today: date, charges: int, receipts: int) -> tuple[AccountsSpec, ...]:
    return tuple(
        AccountsSpec(
            first_month=year * 12,
            charges_cents=charges * EUROS,
            receipts_cents=receipts * EUROS,
            basis="forecast" if year == today.year else "budget",
        )
        for year in range(today.year, today.year + 3)
    )


def _sharings(sees_private: bool) -> tuple[SharingSpec, ...]:
    return tuple(
        SharingSpec(
            network=network,
            figure_class=figure_class,
            may_see=figure_class == "network" or sees_private,
            may_compose=True,
        )
        for network in (NATIONAL, DELEGATION)
        for figure_class in ("network", "private")
    )
