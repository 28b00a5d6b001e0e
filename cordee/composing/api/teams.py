"""A composition's answer for programs: what its page shows the same reader, and nothing more.

Each is read from what the page is drawn from (`pages.Page`, `pages.Shown`). Costs are in whole
euros and distances to the tenth of a kilometre, as the page writes them: more digits could tell a
figure that the page keeps.
"""

from collections.abc import Sequence
from typing import Annotated

from ninja import Schema
from pydantic import BeforeValidator, Field

from cordee.composing import pages, wish_page
from cordee.composing.problem.team_table import ShareCell, TeamRow

Km = Annotated[float, BeforeValidator(lambda km: round(km, 1))]
Euros = Annotated[int, BeforeValidator(lambda cents: round(cents / 100))]


class Assumption(Schema):
    """Une chose que la preuve suppose."""

    sentence: str = Field(alias="text")
    certainty: str = Field(description="« supposé » ou « inconnu ».")
    structure: int = Field(alias="structure_id")


class Share(Schema):
    """La part d’un ensemble de travaux."""

    package: str
    cents: int
    cfte: int
    is_supposed: bool = Field(description="Elle repose sur une supposition.")


class Partner(Schema):
    """Une structure de l’équipe."""

    structure: int = Field(alias="structure_id")
    name: str
    kind: str
    city: str
    is_lead: bool = Field(description="Mandataire proposé.")
    distance_km: Km
    cents: int = Field(description="Sa part, hors taxes.")
    cfte: int
    means: str = Field(
        alias="state", description="« Dans ses moyens », ou ce qui reste à confirmer."
    )
    shares: list[Share]

    @staticmethod
    def resolve_shares(row: TeamRow) -> Sequence[ShareCell]:
        return [cell for cell in row.cells if cell.cents is not None]


class CostTerm(Schema):
    """Une part du coût de trajets et d’organisation."""

    label: str
    euros: Euros = Field(alias="cents")


class Team(Schema):
    """Une équipe."""

    title: str
    proof: str = Field(description="La preuve, en une phrase.")
    is_proven: bool = Field(description="Rien de moins cher n’existe, suppositions mises à part.")
    assumptions: list[Assumption] = Field(alias="guesses", description="Ce que la preuve suppose.")
    partners: list[Partner] = Field(alias="team.rows")
    covered_percent: int = Field(alias="team.covered_percent", description="Part du travail tenue.")
    mean_distance_km: Km = Field(alias="team.mean_distance_km")
    longest_distance_km: Km = Field(alias="team.longest_distance_km")
    cost_euros: Euros = Field(
        alias="team.cost_cents",
        description="Trajets et organisation : l’équipe la moins chère gagne.",
    )
    cost_terms: list[CostTerm] = Field(alias="team.cost_lines")
    hides_costs: bool = Field(
        alias="team.hides_costs", description="Des termes ne sont pas comptés : pas ouverts à vous."
    )
    missing: list[str] = Field(alias="team.missing", description="Ce qu’elle ne tient pas.")
    tight: list[str] = Field(
        alias="team.tight", description="Ce qui est tendu, parmi ce que vous pouvez voir."
    )


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
    supposed_of_notice: list[str] = Field(alias="supposed", description="Ce que l’avis ne dit pas.")
    size_supposed: str = Field(description="Ce que nous supposons de la taille, ou vide.")
    size_limits: str = Field(
        description="À quelle taille la réponse change, d’après ce qui a été cherché, ou vide."
    )
    best: Team | None
    certain: Team | None = Field(description="La meilleure avec des chiffres connus seulement.")
    greedy: Team | None = Field(description="La méthode simple : la mieux classée chaque fois.")
    greedy_is_valid: bool
    greedy_loss: str = Field(alias="simple_method", description="Ce que la méthode simple perd.")
    reasons: list[str] = Field(description="S’il n’y a pas d’équipe, pourquoi.")
    certain_reasons: list[str] = Field(description="Pourquoi rien sans supposition.")
    wished: Wished | None = Field(description="D’une réponse à un souhait.")
    engine: str = Field(alias="composition.engine_version")
    seed: int = Field(alias="composition.seed")

    @staticmethod
    def resolve_proof(page: pages.Page) -> str:
        if page.best is None:
            return "none"
        if page.is_proven_outright:
            return "proven"
        return "proven_if" if page.best.is_proven else "best_found"

    @staticmethod
    def resolve_size_supposed(page: pages.Page) -> str:
        return page.supposition.sentence if page.supposition else ""

    @staticmethod
    def resolve_wished(page: pages.Page) -> wish_page.GrantedWishes | None:
        return wish_page.granted_wishes(page)
