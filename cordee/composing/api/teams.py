"""A composition's answer for programs: what its page shows the same reader, and nothing more.

Costs are in whole euros and distances to the tenth of a kilometre, as the page writes them: more
digits could tell a figure that the page keeps.
"""

from typing import Any

from ninja import Schema
from pydantic import Field

from cordee.composing import pages, wish_page
from cordee.composing.problem import team_table


class Assumption(Schema):
    """Une chose que la preuve suppose."""

    sentence: str
    certainty: str = Field(description="« supposé » ou « inconnu ».")
    structure: int


class Share(Schema):
    """La part d’un ensemble de travaux."""

    package: str
    cents: int
    cfte: int
    is_supposed: bool = Field(description="Elle repose sur une supposition.")


class Partner(Schema):
    """Une structure de l’équipe."""

    structure: int
    name: str
    kind: str
    city: str
    is_lead: bool = Field(description="Mandataire proposé.")
    distance_km: float
    cents: int = Field(description="Sa part, hors taxes.")
    cfte: int
    means: str = Field(description="« Dans ses moyens », ou ce qui reste à confirmer.")
    shares: list[Share]


class CostTerm(Schema):
    """Une part du coût de trajets et d’organisation."""

    label: str
    euros: int


class Team(Schema):
    """Une équipe."""

    title: str
    proof: str = Field(description="La preuve, en une phrase.")
    is_proven: bool = Field(description="Rien de moins cher n’existe, suppositions mises à part.")
    assumptions: list[Assumption] = Field(description="Ce que la preuve suppose.")
    partners: list[Partner]
    covered_percent: int = Field(description="Part du travail tenue.")
    mean_distance_km: float
    longest_distance_km: float
    cost_euros: int = Field(description="Trajets et organisation : l’équipe la moins chère gagne.")
    cost_terms: list[CostTerm]
    hides_costs: bool = Field(description="Des termes ne sont pas comptés : pas ouverts à vous.")
    missing: list[str] = Field(description="Ce qu’elle ne tient pas.")
    tight: list[str] = Field(description="Ce qui est tendu, parmi ce que vous pouvez voir.")


class Wished(Schema):
    """Ce qui était souhaité, ce que cela coûte et ce que cela change."""

    wishes: list[str]
    sentence: str
    changes: list[str]


class CompositionAnswer(Schema):
    """La réponse : la meilleure équipe, sa preuve, et à côté la méthode simple."""

    title: str
    proof: str = Field(
        description="« proven » : prouvée ; « proven_if » : prouvée si ce qui est supposé est "
        "vrai ; « best_found » : la meilleure trouvée ; « none » : pas d’équipe."
    )
    candidates: int = Field(description="Structures étudiées.")
    amount_cents: int
    need_cfte: int
    groups_banned: str = Field(
        description="Ce qu’il faut demander à l’acheteur, si l’avis écarte les groupements."
    )
    maybe_alone: str = Field(description="Qui pourrait suffire seule, si l’inconnu le permet.")
    supposed_of_notice: list[str] = Field(description="Ce que l’avis ne dit pas.")
    best: Team | None
    certain: Team | None = Field(description="La meilleure avec des chiffres connus seulement.")
    greedy: Team | None = Field(description="La méthode simple : la mieux classée chaque fois.")
    greedy_is_valid: bool
    greedy_loss: str = Field(description="Ce que la méthode simple perd.")
    reasons: list[str] = Field(description="S’il n’y a pas d’équipe, pourquoi.")
    certain_reasons: list[str] = Field(description="Pourquoi rien sans supposition.")
    wished: Wished | None = Field(description="D’une réponse à un souhait.")
    engine: str
    seed: int


def answer_json(page: pages.Page) -> dict[str, Any]:
    """Everything the page of an answer says of its teams."""
    return {
        "title": page.title,
        "proof": _proof(page),
        "candidates": page.candidates,
        "amount_cents": page.amount_cents,
        "need_cfte": page.need_cfte,
        "groups_banned": page.groups_banned,
        "maybe_alone": page.maybe_alone,
        "supposed_of_notice": list(page.supposed),
        "best": _team(page.best),
        "certain": _team(page.certain),
        "greedy": _team(page.greedy),
        "greedy_is_valid": page.greedy_is_valid,
        "greedy_loss": page.simple_method,
        "reasons": list(page.reasons),
        "certain_reasons": list(page.certain_reasons),
        "wished": _wished(page),
        "engine": page.composition.engine_version,
        "seed": page.composition.seed,
    }


def _proof(page: pages.Page) -> str:
    if page.best is None:
        return "none"
    if page.is_proven_outright:
        return "proven"
    return "proven_if" if page.best.is_proven else "best_found"


def _wished(page: pages.Page) -> dict[str, Any] | None:
    granted = wish_page.granted_wishes(page)
    if granted is None:
        return None
    return {
        "wishes": list(granted.wishes),
        "sentence": granted.sentence,
        "changes": list(granted.changes),
    }


def _team(shown: pages.Shown | None) -> dict[str, Any] | None:
    if shown is None:
        return None
    team = shown.team
    return {
        "title": shown.title,
        "proof": shown.proof,
        "is_proven": shown.is_proven,
        "assumptions": [
            {"sentence": each.text, "certainty": each.certainty, "structure": each.structure_id}
            for each in shown.guesses
        ],
        "partners": [_partner(row, team) for row in team.rows],
        "covered_percent": team.covered_percent,
        "mean_distance_km": round(team.mean_distance_km, 1),
        "longest_distance_km": round(team.longest_distance_km, 1),
        "cost_euros": _euros(team.cost_cents),
        "cost_terms": [
            {"label": each.label, "euros": _euros(each.cents)} for each in team.cost_lines
        ],
        "hides_costs": team.hides_costs,
        "missing": list(team.missing),
        "tight": list(team.tight),
    }


def _partner(row: team_table.TeamRow, team: team_table.TeamTable) -> dict[str, Any]:
    return {
        "structure": row.structure_id,
        "name": row.name,
        "kind": row.kind,
        "city": row.city,
        "is_lead": row.is_lead,
        "distance_km": round(row.distance_km, 1),
        "cents": row.cents,
        "cfte": row.cfte,
        "means": row.state,
        "shares": [
            {
                "package": column.id,
                "cents": cell.cents,
                "cfte": cell.cfte,
                "is_supposed": cell.is_supposed,
            }
            for column, cell in zip(team.columns, row.cells, strict=True)
            if cell.cents is not None
        ],
    }


def _euros(cents: int) -> int:
    return round(cents / 100)
