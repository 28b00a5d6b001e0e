"""What each of the twelve notices must be read as, and what must come out of it."""

from dataclasses import dataclass

from demo.valley import CONTRACTS, DEPARTMENT

EUROS = 100


@dataclass(frozen=True, slots=True)
class ExpectedPackage:
    """One package: months, cFTE per month and cents for the whole duration, without tax."""

    lot_id: str | None
    trade: str
    department: str
    months: int
    need_cfte: int
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedNotice:
    """`outcome` is that of the command `compose` on the full world; None is not decided here.

    `reservation`, `grouping` are values of the notice's own types; `clause_hours` are hours of
    insertion in all; `is_stated` says whether need and amount rest on written figures.
    """

    file: str
    format: str
    packages: tuple[ExpectedPackage, ...]
    outcome: str | None = None
    reservation: str | None = None
    grouping: str | None = "free"
    clause_hours: int | None = None
    is_stated: bool = True


def _of_valley(slug: str) -> tuple[ExpectedPackage, ...]:
    contract = next(c for c in CONTRACTS if c.slug == slug)
    return tuple(
        ExpectedPackage(lot.id, lot.trade, DEPARTMENT, lot.months, lot.need_cfte, lot.amount_cents)
        for lot in contract.lots
    )


EXPECTED: tuple[ExpectedNotice, ...] = (
    ExpectedNotice(
        file="01-repas-des-equipes.json",
        format="private_need",
        packages=_of_valley("repas"),
        outcome="composed",
    ),
    ExpectedNotice(
        file="02-espaces-verts-berges-murets.xml",
        format="eforms",
        packages=_of_valley("berges"),
        outcome="composed",
        reservation="NONE",
    ),
    ExpectedNotice(
        file="03-tri-et-nettoyage.json",
        format="boamp_mapa",
        packages=_of_valley("mobilier"),
        outcome="composed",
    ),
    ExpectedNotice(
        file="04-facades-de-la-mairie.json",
        format="boamp_legacy",
        packages=_of_valley("facades"),
        outcome="impossible",
        reservation="NONE",
    ),
    ExpectedNotice(
        file="05-entretien-des-residences.xml",
        format="ted_r209",
        packages=(
            ExpectedPackage("1", "espaces-verts", "38", 12, 100, 86_500 * EUROS),
            ExpectedPackage("2", "espaces-verts", "38", 12, 80, 69_200 * EUROS),
            ExpectedPackage("3", "proprete", "38", 12, 100, 66_200 * EUROS),
            ExpectedPackage("4", "second-oeuvre-batiment", "38", 6, 100, 40_200 * EUROS),
        ),
        outcome="composed",
    ),
    ExpectedNotice(
        file="06-parcs-reserves.json",
        format="boamp_eforms",
        packages=(ExpectedPackage("LOT-0001", "espaces-verts", "69", 12, 200, 173_000 * EUROS),),
        outcome="composed",
        reservation="INSERTION",
        grouping=None,
    ),
    ExpectedNotice(
        file="07-assurance-des-batiments.json",
        format="boamp_mapa",
        packages=(),
        outcome="out_of_scope",
        grouping=None,
    ),
    ExpectedNotice(
        file="08-restauration-des-remparts.xml",
        format="ted_r209",
        packages=(
            ExpectedPackage(None, "gros-oeuvre-patrimoine", "48", 12, 4_000, 4_500_000 * EUROS),
        ),
        outcome="impossible",
    ),
    ExpectedNotice(
        file="09-collecte-des-encombrants.json",
        format="boamp_mapa",
        packages=(ExpectedPackage(None, "recyclage-ressourcerie", "13", 12, 100, 93_700 * EUROS),),
        outcome="closed",
    ),
    ExpectedNotice(
        file="10-peinture-avec-clause.xml",
        format="eforms",
        packages=(
            ExpectedPackage("LOT-0001", "second-oeuvre-batiment", "31", 9, 150, 90_400 * EUROS),
        ),
        outcome="composed",
        reservation="NONE",
        grouping="solidaire",
        clause_hours=1_500,
    ),
    ExpectedNotice(
        file="11-buffets-des-reunions.json",
        format="boamp_mapa",
        packages=(ExpectedPackage(None, "restauration-traiteur", "33", 12, 200, 281_225 * EUROS),),
        is_stated=False,
    ),
    ExpectedNotice(
        file="12-espaces-verts-de-deux-residences.json",
        format="boamp_legacy",
        packages=(ExpectedPackage(None, "espaces-verts", "38", 12, 50, 43_300 * EUROS),),
        outcome="composed",
        reservation="NONE",
        grouping="forbidden",
    ),
)
