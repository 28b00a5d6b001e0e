"""The ranking as a page shows it to one reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cordee.base.ui import drawings, french
from cordee.members.sharing import FigureClass, Viewer
from cordee.mobilisation.models import NightRanking, Ranking
from cordee.mobilisation.problem import MAXIMUM
from cordee.opportunities.models import Breakdown
from cordee.rules import crafts

TERM_LABELS = {
    "trade": "Métier",
    "distance": "Distance",
    "capacity": "Équipes libres",
    "headroom": "Marge de plafond",
    "reservation": "Droit de répondre",
}
PAGE_SIZE = 25
# What each term weighs is written once, in the engine.
TERM_MAXIMUM = {str(name): most for name, most in MAXIMUM.items()}
# Of one structure, of several.
ASIDE_LABELS = {
    "no_trade": ("n’exerce pas ce métier", "n’exercent pas ce métier"),
    "other_craft": (
        "fait un autre corps d’état, pas {craft}",
        "font un autre corps d’état, pas {craft}",
    ),
    "unknown_trade": ("n’a pas dit ses métiers", "n’ont pas dit leurs métiers"),
    "out_of_reach": (
        "exerce ce métier, mais ne va pas si loin",
        "exercent ce métier, mais ne vont pas si loin",
    ),
    "not_eligible": ("n’a pas droit à ce lot réservé", "n’ont pas droit à ce lot réservé"),
    "staff_supply": (
        "met du personnel à disposition : l’acheteur demande un résultat",
        "mettent du personnel à disposition : l’acheteur demande un résultat",
    ),
    "certification": (
        "n’a pas la certification demandée",
        "n’ont pas la certification demandée",
    ),
    "no_place": ("n’a pas d’adresse connue", "n’ont pas d’adresse connue"),
}


TERM_HEADS = [(TERM_LABELS[name], maximum) for name, maximum in TERM_MAXIMUM.items()]
TERMS_IN_WORDS = ", ".join(f"{label} {most}" for label, most in TERM_HEADS).capitalize()


@dataclass(frozen=True, slots=True)
class RankingRow:
    """One structure in the ranking of a package."""

    rank: int
    name: str
    kind: str
    city: str
    structure_id: int
    distance_km: float
    points: int
    out_of: int
    terms: Sequence[drawings.ScoreTerm]
    months_text: str
    link: str


@dataclass(frozen=True, slots=True)
class PackageRanking:
    """The ranking of one package, with those set aside counted and, where it helps, named."""

    id: str
    label: str
    trade: str
    lines: Sequence[RankingRow]
    aside: Sequence[tuple[int, str]]
    unknown_trade_names: Sequence[str]
    # Of the night alone, which compares a package with every structure there is.
    compared: int | None = None
    in_reach: int | None = None


@dataclass(frozen=True, slots=True)
class Night:
    """The lists of the night for a breakdown, in the shape of a `Ranking`."""

    made_at: datetime
    rows: Sequence[Mapping[str, Any]]
    computed_for: date | None = None
    is_outdated: bool = False

    @classmethod
    def of(cls, kept: Sequence[NightRanking]) -> "Night | None":
        """Lists of one view, with their packages at hand; nothing where there are none."""
        if not kept:
            return None
        rows = [
            {
                "package": f"{each.package.position:02d}",
                "label": each.package.label,
                "trade": each.package.trade,
                "craft": each.package.craft,
                "ranked": each.rows,
                "set_aside": {},
                "unknown_trade_names": [],
                "compared": each.compared,
                "in_reach": each.ranked,
            }
            for each in sorted(kept, key=lambda each: each.package.position)
        ]
        return cls(max(each.made_at for each in kept), rows)


def without_place(breakdown: Breakdown | None) -> set[int]:
    """Positions of the packages of which only the department is known."""
    if breakdown is None:
        return set()
    return {row.position for row in breakdown.packages.all() if row.is_place_supposed}


def rankings_of(
    ranking: Ranking | Night, viewer: Viewer, limit: int | None = None
) -> list[PackageRanking]:
    """Every package of a stored ranking; `limit` keeps the first lines."""
    asker = asker_of(ranking, viewer)
    return [package_of(row, asker, limit) for row in ranking.rows]


def asker_of(ranking: Ranking | Night, viewer: Viewer) -> Viewer:
    """For whom a ranking was made, asked of those in it alone."""
    ranked = (row for package in ranking.rows for row in package["ranked"])
    return viewer.asker.among({row["structure_id"] for row in ranked})


def package_of(
    package: Mapping[str, Any], viewer: Viewer, limit: int | None = None
) -> PackageRanking:
    """The ranking of one package, with what is open today to those for whom it was made."""
    masked = [_masked(row, viewer.asker) for row in package["ranked"]]
    masked.sort(key=lambda row: (-row["points"], row["candidate"]))
    # Rankings kept from before crafts were told apart name none.
    asked = crafts.asked_as(package["trade"], package.get("craft", ""))
    craft = crafts.CRAFTS.get(crafts.craft_of(asked))
    does = craft.does if craft else ""
    return PackageRanking(
        package["package"],
        package["label"],
        crafts.label_of(asked),
        [
            _line(package["package"], number, row)
            for number, row in enumerate(masked[:limit], start=1)
        ],
        [
            (count, ASIDE_LABELS[why][count > 1].format(craft=does))
            for why, count in sorted(package["set_aside"].items())
        ],
        package["unknown_trade_names"],
        package.get("compared"),
        package.get("in_reach"),
    )


def _hides(asker: Viewer, term: str, row: Mapping[str, Any]) -> bool:
    """Whether a term of a stored row rests on a figure closed since. Uncapped is public."""
    pk = row["structure_id"]
    if term == "capacity":
        return pk not in asker.seen[FigureClass.NETWORK]
    is_capped = term == "headroom" and row["facts"]["is_capped"]
    return is_capped and pk not in asker.seen[FigureClass.PRIVATE]


def _masked(row: Mapping[str, Any], asker: Viewer) -> dict[str, Any]:
    """A stored row without the terms that the reader may no longer see, as if never told."""
    terms, facts = [], dict(row["facts"])
    for term in row["terms"]:
        if _hides(asker, term["name"], row):
            terms.append({**term, "points": 0, "out_of": 0, "certainty": "unknown"})
            if term["name"] == "capacity":
                facts["known_months"] = 0
        else:
            terms.append(term)
    points = sum(term["points"] for term in terms)
    out_of = sum(term["out_of"] for term in terms)
    return {**row, "terms": terms, "points": points, "out_of": out_of, "facts": facts}


def _line(package: str, number: int, row: Mapping[str, Any]) -> RankingRow:
    facts = row["facts"]
    return RankingRow(
        number,
        row["name"],
        row["kind"],
        row["city"],
        row["structure_id"],
        facts["distance_hm"] / 10,
        row["points"],
        row["out_of"],
        [_term(term) for term in row["terms"]],
        _months(facts),
        f"?travaux={package}&page={(number - 1) // PAGE_SIZE + 1}&structure={number}",
    )


def _term(term: Mapping[str, Any]) -> drawings.ScoreTerm:
    unknown = term["certainty"] == "unknown"
    return drawings.ScoreTerm(
        TERM_LABELS[term["name"]],
        None if unknown else term["points"],
        TERM_MAXIMUM[term["name"]] if unknown else term["out_of"],
        term["certainty"],
    )


def _months(facts: Mapping[str, Any]) -> str:
    if facts["known_months"] < facts["months"]:
        return "équipe inconnue"
    if facts["free_months"] == facts["months"]:
        return "une équipe libre tous les mois"
    months = french.number(facts["months"])
    return f"une équipe libre {french.number(facts['free_months'])} mois sur {months}"
