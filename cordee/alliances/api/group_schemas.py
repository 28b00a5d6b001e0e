"""What the API says of an alliance, and what it reads; each field in French."""

import uuid
from datetime import date

from ninja import Schema
from pydantic import AwareDatetime, Field

from cordee.base.api.frame import Paged, StrictBody


class AllianceLine(Schema):
    """Une alliance, en une ligne."""

    id: uuid.UUID
    url: str = Field(description="Sa page, pour une personne.")
    title: str = Field(description="Son nom pour l’équipe ; le marché, pour qui n’en est pas.")
    opportunity: int
    deadline: AwareDatetime | None = Field(description="L’offre se dépose avant ce moment.")
    coordinator: str = Field(description="Le réseau ou la structure qui coordonne.")
    phase: str | None = Field(
        description="Vide si vous n’êtes pas dans l’équipe. "
        "« talking », « split », « mandate », « documents », « filed », « won », "
        "« signed », « delivery », « lost » ou « abandoned »."
    )
    phase_label: str = Field(description="L’étape, en français.")
    version: int | None = Field(
        description="Version des termes en vigueur. Vide si vous n’êtes pas dans l’équipe."
    )


class AlliancePage(Paged):
    """Une page d’alliances."""

    results: list[AllianceLine]


class AllianceParty(Schema):
    """Une structure de l’alliance. Celle qui n’a pas dit oui n’a pas de nom pour les autres."""

    id: int
    structure: int | None = Field(description="Vide : vous ne pouvez pas savoir laquelle.")
    name: str
    state: str = Field(description="« proposed », « invited » ou « interested »…")
    role: str = Field(description="En français : membre, sous-traitant…")
    works_for: str = Field(description="Pour qui elle vient, si elle n’est pas membre.")
    is_lead: bool
    is_yours: bool = Field(description="Vous parlez en son nom.")
    has_accepted: bool = Field(description="Elle a accepté sa part telle qu’elle est.")
    share_cents: int | None = Field(
        description="Vide si vous ne lisez que votre part, et que ce n’est pas la vôtre."
    )


class AllianceLot(Schema):
    """Une ligne du tableau : un ensemble de travaux au prix du groupement."""

    key: str
    lot: str
    label: str
    trade: str
    craft: str = Field(description="Son corps d’état\u202f; vide\u00a0: tout le métier.")
    price_cents: int | None = Field(description="Vide si vous ne lisez que votre part.")
    need_cfte: int | None
    insertion_hours: int | None
    first_month: str
    months: int


class AllianceCell(Schema):
    """Ce qu’une structure prend d’une ligne. Vide : personne ne l’a dit."""

    party: int
    line: str
    cents: int | None = Field(description="Hors taxes.")
    cfte: int | None = Field(description="Centièmes d’ETP par mois.")
    insertion_hours: int | None
    crews: int | None
    work: str | None = Field(description="Ce qu’elle fait d’une ligne que d’autres se partagent.")
    pinned: bool = Field(description="Personne ne la change en réparant.")


class AllianceDeadline(Schema):
    """Une étape et son jour, comptés à rebours depuis le dépôt."""

    label: str
    day: date
    is_late: bool = Field(description="Ce jour était déjà passé.")


class AllianceTerms(Schema):
    """Ce que les parties partagent. Un sous-traitant lit sa part, et pour qui il travaille."""

    price_cents: int | None = Field(description="Vide si vous ne lisez que votre part.")
    form: str | None = Field(
        description="La forme du groupement, ou « Candidat seul, avec… » et ce qui l’aide."
    )
    answers_alone: bool = Field(
        description="Un seul membre répond ; les autres travaillent pour lui, sans groupement."
    )
    reasons: list[str] = Field(description="Pourquoi répondre ensemble, ou sous-traiter.")
    lines: list[AllianceLot]
    parties: list[AllianceParty]
    cells: list[AllianceCell]
    deadlines: list[AllianceDeadline]
    breaks: list[str] = Field(description="Ce qui ne tient pas encore.")
    missing: list[str] = Field(description="Ce qui manque pour passer à l’étape suivante.")


class AllianceDetail(AllianceLine):
    """Une alliance, comme sa page la montre à la même personne."""

    coordinates: bool = Field(description="Vous la coordonnez.")
    yours: list[int] = Field(description="Les parties au nom desquelles vous parlez.")
    reads_team: bool = Field(
        description="Vous lisez les parts de chacun. Un sous-traitant ne lit que la sienne."
    )
    terms: AllianceTerms | None = Field(
        description="Vide tant que votre structure n’a pas accepté d’explorer."
    )


class InvitationAnswer(StrictBody):
    """Oui ou non à une invitation."""

    model_config = {"json_schema_extra": {"examples": [{"yes": True}]}}
    yes: bool
    # The database keeps no NUL in a text.
    reason: str = Field(
        "", max_length=500, pattern=r"^[^\x00]*$", description="Une raison, pour un non."
    )
