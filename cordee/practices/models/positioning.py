"""Where a structure says that it stands, on which grid; what it will do; who came to visit it."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from cordee.base.fields import one_of, optional_owner_field, owner_field
from cordee.members.models import Network, Structure
from cordee.members.models.undoable import Undoable, UndoableQuerySet
from cordee.practices.positioning.grid import MOST_BYTES, Criterion, Function, Grid, read

MOST_ACTIONS = 3


class PositioningGridQuerySet(UndoableQuerySet["PositioningGrid"]):
    def newest_of(self, network: Network) -> "PositioningGrid | None":
        """The one with which members of a network begin, if it has its own."""
        return self.in_force().filter(network=network).order_by("-pk").first()


class PositioningGrid(Undoable):
    """A grid, its text kept whole; ours where `network` is none."""

    network = optional_owner_field(Network, "réseau", related_name="positioning_grids")
    text = models.TextField("texte", max_length=MOST_BYTES)
    sha256 = models.CharField("empreinte", max_length=64)
    noted_at = models.DateTimeField("gardée le", auto_now_add=True)

    objects = PositioningGridQuerySet.as_manager()

    class Meta:
        verbose_name = "grille de positionnement"
        verbose_name_plural = "grilles de positionnement"
        ordering = ["network_id", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                condition=Q(network__isnull=True),
                name="positioning_own_grid_once",
            )
        ]

    @property
    def value(self) -> Grid:
        return read(self.text)


class PositioningQuerySet(models.QuerySet["Positioning"]):
    def newest(self) -> Self:
        """Of each structure the last one begun."""
        later = Positioning.objects.filter(structure=OuterRef("structure"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later.order_by()))


class Positioning(Undoable):
    """What a structure says of itself, criterion by criterion; it may stay unfinished.

    `answers`: by the key of a criterion, `level` (1 to 4), `word`, and `proofs`, what was counted
    that day in words.
    """

    structure = owner_field(Structure, "structure", related_name="positionings")
    grid = owner_field(PositioningGrid, "grille", related_name="positionings", kept=True)
    answers: "models.JSONField[dict[str, Any]]" = models.JSONField("réponses", default=dict)
    begun_on = models.DateField("commencé le")
    said_at = models.DateTimeField("dit le", auto_now=True)

    objects = PositioningQuerySet.as_manager()

    class Meta:
        verbose_name = "positionnement"
        ordering = ["structure_id", "-pk"]

    @property
    def value(self) -> Grid:
        return self.grid.value

    def level_of(self, criterion: Criterion) -> int:
        """1 to 4; 0 where it is not said."""
        return int(self.answers.get(criterion.key, {}).get("level") or 0)

    def lacks(self, function: Function) -> int:
        """How many of its criteria have no level yet."""
        return sum(not self.level_of(each) for each in function.criteria)


class PlannedAction(Undoable):
    """One of the three things, at most, that a structure will do after a positioning."""

    positioning = owner_field(Positioning, "positionnement", related_name="actions")
    rank = models.PositiveSmallIntegerField("rang")
    words = models.CharField("ce que vous ferez", max_length=200)
    due_on = models.DateField("pour le")
    done_on = models.DateField("fait le", null=True, blank=True)

    objects = UndoableQuerySet.as_manager()

    class Meta:
        verbose_name = "action"
        ordering = ["positioning_id", "due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["positioning", "rank"],
                condition=Q(taken_back_at__isnull=True),
                name="positioning_action_rank_once",
            ),
            models.CheckConstraint(
                condition=Q(rank__gte=1, rank__lte=MOST_ACTIONS),
                name="positioning_three_actions_at_most",
                violation_error_message="Trois actions au plus\u00a0: retirez-en une.",
            ),
        ]


class Visitor(models.TextChoices):
    """Who visits: a function, never a name."""

    DIRECTION = "direction", "direction"
    SUPERVISOR = "supervisor", "encadrement"
    COUNSELLOR = "counsellor", "accompagnement"
    EMPLOYEE = "employee", "personne en insertion"
    BOARD = "board", "bénévole ou conseil d’administration"
    OFFICE = "office", "administration ou qualité"


class VisitQuerySet(UndoableQuerySet["Visit"]):
    def of(self, structure: Structure) -> Self:
        return self.filter(Q(visited=structure) | Q(visiting=structure))

    def made(self, since: date, until: date) -> Self:
        """Agreed on, of a day between the two."""
        return self.in_force().filter(is_agreed=True, on__range=(since, until))


class Visit(Undoable):
    """« Visite croisée »: one structure goes and sees another, with the questions of a grid.

    Proposed by a network (`proposed_by`), without a day yet, or asked at once. `notes`: by the key
    of a criterion, what was seen and what is to discuss.
    """

    visited = owner_field(Structure, "structure visitée", related_name="visits_received")
    visiting = owner_field(Structure, "structure qui visite", related_name="visits_made")
    proposed_by = optional_owner_field(
        Network, "proposée par", related_name="proposed_visits", outlived=True
    )
    grid = owner_field(PositioningGrid, "grille", related_name="visits", kept=True)
    on = models.DateField("le jour de la visite", null=True, blank=True)
    first_visitor = models.CharField("une personne", max_length=12, choices=Visitor, blank=True)
    second_visitor = models.CharField("l’autre", max_length=12, choices=Visitor, blank=True)
    is_agreed = models.BooleanField("d’accord", null=True, blank=True)
    answered_on = models.DateField("réponse du", null=True, blank=True)
    notes: "models.JSONField[dict[str, list[str]]]" = models.JSONField(
        "notes", default=dict, blank=True
    )
    sent_at = models.DateTimeField("compte rendu envoyé le", null=True, blank=True)
    published_at = models.DateTimeField("publié le", null=True, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = "visite croisée"
        verbose_name_plural = "visites croisées"
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(visited=F("visiting")),
                name="visit_is_of_another",
                violation_error_message="Une structure en visite une autre. Choisissez-en une.",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(sent_at__isnull=False),
                name="visit_published_once_read",
                violation_error_message="Ce compte rendu ne vous est pas encore envoyé.",
            ),
            models.CheckConstraint(
                # Else an answer that is not there would compare to nothing, and pass.
                condition=Q(sent_at__isnull=True)
                | Q(is_agreed__isnull=False, is_agreed=True, on__isnull=False),
                name="visit_told_once_agreed",
                violation_error_message="La structure visitée n’a pas encore dit oui.",
            ),
            one_of("first_visitor", ["", *Visitor.values], name="visit_first_visitor_known"),
            one_of("second_visitor", ["", *Visitor.values], name="visit_second_visitor_known"),
        ]

    def __str__(self) -> str:
        return f"{self.visiting.shown_name} chez {self.visited.shown_name}"

    @property
    def pair(self) -> set[int]:
        return {self.visited_id, self.visiting_id}

    @property
    def where(self) -> str:
        """Where it stands, in a few words."""
        if self.sent_at:
            return f"compte rendu {'publié' if self.published_at else 'envoyé'}"
        if self.is_agreed is None:
            return "réponse attendue" if self.on else "jour à choisir"
        return "acceptée" if self.is_agreed else "refusée"
