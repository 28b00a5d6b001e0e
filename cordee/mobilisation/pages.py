"""The ranking as a page shows it to one reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cordee.base.ui import drawings, french
from cordee.mobilisation.models import Ranking
from cordee.rules.trades import TRADES

TERM_LABELS = {
    "trade": "Métier",
    "distance": "Distance",
    "capacity": "Équipes libres",
    "headroom": "Marge de plafond",
    "reservation": "Droit de répondre",
}
PAGE_SIZE = 25
TERM_MAXIMUM = {"trade": 30, "distance": 25, "capacity": 20, "headroom": 15, "reservation": 10}
ASIDE_LABELS = {
    "no_trade": "n’exercent pas ce métier",
    "unknown_trade": "n’ont pas dit leurs métiers",
    "out_of_reach": "exercent ce métier, mais ne vont pas si loin",
    "not_eligible": "n’ont pas droit à ce lot réservé",
    "staff_supply": "mettent du personnel à disposition : l’acheteur demande un résultat",
    "certification": "n’ont pas la certification demandée",
    "no_place": "n’ont pas d’adresse connue",
}


TERM_HEADS = [(TERM_LABELS[name], maximum) for name, maximum in TERM_MAXIMUM.items()]


@dataclass(frozen=True, slots=True)
class Line:
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
    lines: Sequence[Line]
    aside: Sequence[tuple[int, str]]
    unknown_trade_names: Sequence[str]


def rankings_of(ranking: Ranking, limit: int | None = None) -> list[PackageRanking]:
    """Every package of a stored ranking; `limit` keeps the first lines."""
    return [_package(row, limit) for row in ranking.rows]


def _package(row: Mapping[str, Any], limit: int | None) -> PackageRanking:
    kept = row["ranked"] if limit is None else row["ranked"][:limit]
    return PackageRanking(
        row["package"],
        row["label"],
        TRADES[row["trade"]].short_label,
        [_line(row["package"], number, each) for number, each in enumerate(kept, start=1)],
        [(count, ASIDE_LABELS[why]) for why, count in sorted(row["set_aside"].items())],
        row["unknown_trade_names"],
    )


def _line(package: str, number: int, row: Mapping[str, Any]) -> Line:
    facts = row["facts"]
    return Line(
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
