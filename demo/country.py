"""The country: one national network, its delegations, two smaller networks, and neighbours.

How the figures of the founding text are reached (750 structures, 40,000 people a year, 6,000
permanent staff): docs/monde-de-demonstration.md. The generator does not look at the day, which only
moves accounting years, promises and conventions.
"""

from dataclasses import dataclass
from datetime import date
from random import Random

from demo.chantiers import ChantierMaker, main_trade
from demo.names import NameGiver
from demo.numbers import fictional_siret
from demo.places import Map, Spot
from demo.shapes import ChantierSpec, ConventionSpec, NetworkSpec, SharingSpec, StructureSpec
from demo.trades_mix import FOOD_TRADES, PAPERS, REUSE_TRADES
from demo.valley import NATIONAL, build_valley

FOOD = "graines-d-ailleurs"
REUSE = "seconde-manche"

# Of 1,030 structures: 750 members, 250 neighbours, 30 ordinary companies.
FULL_SIZE = 1_030
MEMBERS_OF_FULL = 750
COMPANIES_OF_FULL = 30

MEMBER_KINDS = {"ACI": 92, "EI": 5, "AI": 2, "ETTI": 1}
NEIGHBOUR_KINDS = {"EI": 90, "AI": 50, "ETTI": 40, "EA": 45, "ESAT": 15, "GEIQ": 10}
SIAE = frozenset({"ACI", "EI", "AI", "ETTI"})

# People who come and go on one place in a year: a stay of some eight months.
PEOPLE_PER_PLACE_YEAR = 1.62
ETP_PER_ACCOMPAGNATEUR = 22
FIRST_RANK = 101

_REGIONS = {
    "01": "Guadeloupe",
    "02": "Martinique",
    "03": "Guyane",
    "04": "La Réunion",
    "06": "Mayotte",
    "11": "Île-de-France",
    "24": "Centre-Val de Loire",
    "27": "Bourgogne-Franche-Comté",
    "28": "Normandie",
    "32": "Hauts-de-France",
    "44": "Grand Est",
    "52": "Pays de la Loire",
    "53": "Bretagne",
    "75": "Nouvelle-Aquitaine",
    "76": "Occitanie",
    "84": "Auvergne-Rhône-Alpes",
    "93": "Provence-Alpes-Côte d’Azur",
    "94": "Corse",
}


@dataclass(frozen=True, slots=True)
class Shares:
    """How many structures of each family, in all `size` of them."""

    members: int
    neighbours: int
    companies: int

    @classmethod
    def of(cls, size: int) -> "Shares":
        """The shares of the full world, at another size."""
        members = round(size * MEMBERS_OF_FULL / FULL_SIZE)
        companies = round(size * COMPANIES_OF_FULL / FULL_SIZE)
        return cls(members, size - members - companies, companies)


def build_networks() -> tuple[NetworkSpec, ...]:
    """The national network, its eighteen delegations and the two smaller networks."""
    delegations = tuple(
        NetworkSpec(
            slug=f"{NATIONAL}-{code.lower()}", name=f"Chantiers Encordés {name}", parent=NATIONAL
        )
        for code, name in _REGIONS.items()
    )
    return (
        NetworkSpec(slug=NATIONAL, name="Les Chantiers Encordés"),
        *delegations,
        NetworkSpec(slug=FOOD, name="Graines d’Ailleurs"),
        NetworkSpec(slug=REUSE, name="La Seconde Manche"),
    )


def build_country(today: date, size: int) -> tuple[StructureSpec, ...]:
    """`size` structures, the six of the valley first."""
    valley = build_valley(today)
    if size < len(valley):
        raise ValueError(f"size is {size}; give at least {len(valley)}, the valley.")
    return (*valley, *_Country(today, size).structures(already_members=len(valley)))


class _Country:
    def __init__(self, today: date, size: int) -> None:
        self._today = today
        self._shares = Shares.of(size)
        self._random = Random(f"cordee {size}")
        valley = build_valley(today)
        self._names = NameGiver(self._random, frozenset(s.name for s in valley))
        self._map = Map()
        self._chantiers = ChantierMaker(self._random, today)
        self._rank = FIRST_RANK
        self._order: dict[tuple[str, str], int] = {}

    def structures(self, already_members: int) -> list[StructureSpec]:
        members = [
            self._structure(_draw(self._random, MEMBER_KINDS), is_member=True)
            for _ in range(max(0, self._shares.members - already_members))
        ]
        left = self._shares.neighbours - max(0, already_members - self._shares.members)
        neighbours = []
        hosts = [s for s in members if s.kind == "ACI"]
        for _ in range(left):
            # One in eight shares the SIRET of an ACI: the same association, two conventions.
            if hosts and self._random.random() < 1 / 8:
                neighbours.append(self._second_kind(hosts.pop(0)))
            else:
                neighbours.append(self._structure(_draw(self._random, NEIGHBOUR_KINDS)))
        companies = [self._structure("ENTREPRISE") for _ in range(self._shares.companies)]
        return [*members, *neighbours, *companies]

    def _structure(self, kind: str, *, is_member: bool = False) -> StructureSpec:
        spot = self._map.draw(self._random)
        chantiers = self._chantiers.of_structure(kind)
        name = self._names.structure(kind, main_trade(chantiers))
        siret = fictional_siret(self._rank)
        self._rank += 1
        return self._complete(siret, kind, name, name, spot, chantiers, is_member)

    def _second_kind(self, host: StructureSpec) -> StructureSpec:
        kind = self._random.choice(("EI", "AI", "ETTI"))
        spot = Spot(self._map.commune(host.insee), host.latitude, host.longitude)
        chantiers = self._chantiers.of_structure(kind)
        name = f"{host.name} ({kind})"
        return self._complete(
            host.siret, kind, name, host.organisation_name, spot, chantiers, is_member=False
        )

    def _complete(
        self,
        siret: str,
        kind: str,
        name: str,
        organisation_name: str,
        spot: Spot,
        chantiers: tuple[ChantierSpec, ...],
        is_member: bool,
    ) -> StructureSpec:
        networks = self._networks(kind, spot, chantiers, is_member)
        size = self._chantiers.last_size
        commune = spot.commune
        return StructureSpec(
            siret=siret,
            kind=kind,
            name=name,
            organisation_name=organisation_name,
            postcode=commune.postcodes[0] if commune.postcodes else "",
            city=commune.name,
            insee=commune.insee,
            department=commune.department,
            latitude=spot.latitude,
            longitude=spot.longitude,
            chantiers=chantiers,
            is_claimed=self._random.random() < (0.6 if is_member else 0.2),
            convention=self._convention(kind, commune.department, size.posts_cfte),
            certifications=self._papers(chantiers),
            networks=networks,
            sharings=self._sharings(networks),
            people_per_year=round(size.places * PEOPLE_PER_PLACE_YEAR) if kind in SIAE else 0,
            permanent_staff=_permanents(size.crews, size.posts_cfte),
        )

    def _networks(
        self, kind: str, spot: Spot, chantiers: tuple[ChantierSpec, ...], is_member: bool
    ) -> tuple[str, ...]:
        networks = [NATIONAL, f"{NATIONAL}-{spot.commune.region.lower()}"] if is_member else []
        trades = {activity.trade for chantier in chantiers for activity in chantier.activities}
        chance = self._random.random()
        if kind in SIAE and trades & FOOD_TRADES and chance < 0.30:
            networks.append(FOOD)
        elif kind in SIAE and trades & REUSE_TRADES and chance < 0.25:
            networks.append(REUSE)
        return tuple(networks)

    def _sharings(self, networks: tuple[str, ...]) -> tuple[SharingSpec, ...]:
        trust = self._random.random()
        sees = self._random.random()
        if not networks or trust < 0.10:
            return ()
        private = trust > 0.28
        agreements = []
        for network in networks:
            agreements.append(
                SharingSpec(
                    network=network, figure_class="network", may_see=sees < 0.88, may_compose=True
                )
            )
            if private:
                agreements.append(
                    SharingSpec(
                        network=network,
                        figure_class="private",
                        may_see=sees < 0.25,
                        may_compose=True,
                    )
                )
        return tuple(agreements)

    def _convention(self, kind: str, department: str, posts_cfte: int) -> ConventionSpec | None:
        if kind not in SIAE:
            return None
        year = self._today.year
        order = self._order[kind, department] = self._order.get((kind, department), 0) + 1
        return ConventionSpec(
            # The valley's own numbers begin at 1 in department 48.
            number=f"{kind}{department.zfill(3)}{year % 100:02d}{order + 100:04d}A0M0",
            starts_on=date(year, 1, 1),
            ends_on=date(year, 12, 31),
            posts_cfte=posts_cfte,
        )

    def _papers(self, chantiers: tuple[ChantierSpec, ...]) -> tuple[tuple[str, date | None], ...]:
        papers = []
        for trade in sorted({a.trade for c in chantiers for a in c.activities}):
            has_paper, years = self._random.random() < 0.35, self._random.randint(1, 4)
            if trade in PAPERS and has_paper:
                papers.append((PAPERS[trade], date(self._today.year + years, 6, 30)))
        return tuple(papers)


def _permanents(crews: int, posts_cfte: int) -> int:
    """One encadrant·e a crew, one accompagnateur·rice for 22 FTE, and who runs the house."""
    accompagnateurs = max(1, round(posts_cfte / 100 / ETP_PER_ACCOMPAGNATEUR))
    house = 1 + round(posts_cfte / 100 / 12)
    return crews + accompagnateurs + house


def _draw(random: Random, weights: dict[str, int]) -> str:
    return random.choices(list(weights), weights=list(weights.values()))[0]
