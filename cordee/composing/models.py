"""Compositions: a question put to the engine, its proven answer, and the proposals kept from it."""

import json
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.functional import cached_property

from cordee.accounts.fields import person_field
from cordee.base.fields import optional_owner_field, owner_field, single_owner_field
from cordee.base.written_once import UnnamedRow
from cordee.members.models import Network
from cordee.opportunities.models import Breakdown, superseded

# How long a composition may wait for others in the queue before it counts as lost.
QUEUE_GRACE = timedelta(minutes=10)
# Megabytes each for a large country: lists and polls leave them in the base.
ANSWER_FIELDS = ("problem", "people", "best", "certain", "against")
# How long the search for other teams may wait and work before it counts as lost.
STUDY_GRACE = timedelta(minutes=10)


class KeptJson(dict[str, Any]):
    """A column as it was read once, for whoever reads the same text again, and what was made of it.

    It holds what the base holds: no reader, no right. Nobody writes in it.
    """

    made: Any = None

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, text: str) -> Self:
        """The same for the same text: a column that changes is read anew."""
        return cls(json.loads(text))

    def once(self, make: Callable[[Self], Any]) -> Any:
        """What is made of it, made once; each column has one such use."""
        if self.made is None:
            self.made = make(self)
        return self.made


class Outcome(models.TextChoices):
    """For the database, the pages and the terminal alike."""

    COMPOSED = "composed", "équipe trouvée"
    IMPOSSIBLE = "impossible", "personne ne peut tout tenir"
    UNDECIDED = "undecided", "ni trouvé ni exclu dans le temps donné"
    OUT_OF_SCOPE = "out_of_scope", "hors de nos métiers"
    CLOSED = "closed", "le délai de réponse est passé"


# The tables are named after the room in which they were first made.
class Composition(UnnamedRow):
    """One run of the composer, replayable: problem, parameters, seed, version, answer.

    What is stored obeys sharing: the problem holds only figures that the asking network may use
    to compose; whether a page may also show them is decided again each time it is shown.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "en attente"
        RUNNING = "running", "en cours"
        DONE = "done", "terminé"
        STOPPED = "stopped", "arrêté"
        CANCELLED = "cancelled", "abandonné"
        FAILED = "failed", "interrompu par une panne"

    ENDED = (State.DONE, State.STOPPED)

    id = models.UUIDField("identifiant", primary_key=True, default=uuid.uuid4, editable=False)
    breakdown = owner_field(Breakdown, "découpage", related_name="compositions")
    network = optional_owner_field(Network, "vue du réseau", related_name="+")
    made_by = person_field("demandé par", blank=True)
    made_at = models.DateTimeField("demandé le", auto_now_add=True)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.QUEUED)
    outcome = models.CharField("issue", max_length=12, choices=Outcome, blank=True)
    computed_for = models.DateField("calculé pour le jour")
    question_sha256 = models.CharField("empreinte de la question", max_length=64)
    seed = models.PositiveIntegerField("graine", default=0)
    time_limit_s = models.FloatField("temps donné (s)")
    engine_version = models.CharField("version du calcul", max_length=60, blank=True)
    # What lists say of `best`, without reading it (`problem.summary_of`).
    summary = models.JSONField("ce que les listes en disent", default=dict)
    # Of a wish: the first composition, what is wished, and the answer that it is compared with.
    # See `problem.wish_search`.
    base = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="variants",
        verbose_name="souhait à partir de",
    )
    wishes = models.JSONField("souhaits", default=dict)
    # How far the search is; empty before and after. See `problem.search_progress`.
    progress = models.JSONField("avancement", default=dict)
    stop_asked_at = models.DateTimeField("arrêt demandé le", null=True, blank=True)
    stopped_by = person_field("arrêté par", blank=True)
    error_code = models.CharField("code de panne", max_length=40, blank=True)
    is_public = models.BooleanField("ouverte à tous (vallée de démonstration)", default=False)
    # The wide ones last: SQLite walks through whatever stands before a column that it reads.
    best = models.JSONField("meilleure réponse", default=dict)
    certain = models.JSONField("réponse sans supposition", default=dict)
    against = models.JSONField("réponse de départ", default=dict)
    people = models.JSONField("noms au jour du calcul", default=dict)
    problem = models.JSONField("problème posé", default=dict)

    class Meta:
        db_table = "alliances_composition"
        verbose_name = "composition"
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["breakdown", "question_sha256"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["done", "stopped"]) | ~Q(outcome=""),
                name="composition_done_has_outcome",
            ),
        ]

    @cached_property
    def is_outdated(self) -> bool:
        """Whether it would be computed otherwise today (`mark_outdated`)."""
        mark_outdated([self])
        return self.is_outdated

    @property
    def shows_everything(self) -> bool:
        """Whether every figure in it is open to all: it is of the demo valley, or begins there."""
        return self.is_public or (self.base is not None and self.base.is_public)

    @property
    def is_team(self) -> bool:
        """Whether its answer is a team of several structures."""
        return self.outcome == Outcome.COMPOSED and not self.best["value"]["solo"]

    def read_answer(self) -> None:
        """Read question and answer, which `access` leaves in the base: one query.

        Megabytes of a large country are not parsed again for each reader.
        """
        texts = [Cast(name, models.TextField()) for name in ANSWER_FIELDS]
        row = Composition.objects.filter(pk=self.pk).order_by().values_list(*texts).get()
        for name, text in zip(ANSWER_FIELDS, row, strict=True):
            setattr(self, name, KeptJson.of(text))

    def is_stalled(self, now: datetime) -> bool:
        """Whether it waits for longer than the queue may take: its worker has surely been ended."""
        longest = settings.COMPOSE_SYNCHRONOUS_SECONDS + settings.COMPOSE_QUEUE_SECONDS
        return not self.is_over and now > self.made_at + timedelta(seconds=longest) + QUEUE_GRACE

    @property
    def is_over(self) -> bool:
        return self.state not in {self.State.QUEUED, self.State.RUNNING}

    @property
    def has_answer(self) -> bool:
        """Whether it ended with something to show, be it that nothing was found."""
        return self.state in self.ENDED


def mark_outdated(compositions: Iterable[Composition]) -> None:
    """Set `is_outdated` of each, compared and never flagged: two queries at most.

    Without a digest, a question was one of those for one structure alone (migration 0002).
    """
    found = list(compositions)
    recut = superseded(each.breakdown_id for each in found)
    for each in found:
        each.is_outdated = each.breakdown_id in recut or not each.question_sha256


class Study(UnnamedRow):
    """What is computed after an answer: its reasons, other teams, what a limit is worth, ways out.

    Each part is stored when it is ready, and read by pages as it is: see `problem.study`.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "en attente"
        RUNNING = "running", "en cours"
        DONE = "done", "terminée"
        FAILED = "failed", "interrompue par une panne"

    composition = single_owner_field(Composition, "composition", related_name="study")
    state = models.CharField("état", max_length=10, choices=State, default=State.QUEUED)
    asked_at = models.DateTimeField("demandée le")
    finished_at = models.DateTimeField("terminée le", null=True, blank=True)
    explanation = models.JSONField("raisons", default=dict)
    alternatives = models.JSONField("autres équipes", default=dict)
    worths = models.JSONField("ce qu’une unité de plus apporte", default=list)
    cures = models.JSONField("issues", default=dict)
    sizes = models.JSONField("jusqu’à quelle taille", default=dict)
    # Those beyond the radius whom a way out calls.
    people = models.JSONField("noms de plus", default=dict)

    class Meta:
        db_table = "alliances_study"
        verbose_name = "étude d’une réponse"

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED}

    def is_lost(self, now: datetime) -> bool:
        """Whether it broke down, or waits for longer than the queue may take."""
        is_late = not self.is_over and now > self.asked_at + STUDY_GRACE
        return is_late or self.state == self.State.FAILED


class Proposal(UnnamedRow):
    """A team kept from a composition; the workspace will start from it."""

    class Origin(models.TextChoices):
        BEST = "best", "notre proposition"
        CERTAIN = "certain", "sans aucune supposition"
        GREEDY = "greedy", "méthode simple"
        ALTERNATIVE = "alternative", "autre équipe"

    composition = owner_field(Composition, "composition", related_name="proposals")
    origin = models.CharField("origine", max_length=12, choices=Origin)
    # Which of the other teams, from 1; 0 where the origin says all.
    number = models.PositiveSmallIntegerField("numéro", default=0)
    kept_at = models.DateTimeField("gardée le", auto_now_add=True)
    kept_by = person_field("gardée par")
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        db_table = "alliances_proposal"
        verbose_name = "proposition gardée"
        ordering = ["-kept_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["composition", "origin", "number"],
                condition=Q(withdrawn_at__isnull=True),
                name="proposal_kept_once",
                violation_error_message="Cette équipe est déjà gardée.",
            )
        ]

    @property
    def label(self) -> str:
        """Which team it is: "notre proposition", "autre équipe 2"."""
        numbered = f" {self.number}" if self.number else ""
        return f"{self.get_origin_display()}{numbered}"

    @property
    def shown_as(self) -> str:
        """How the page of the composition is asked for this team; "" for the best one."""
        names = {self.Origin.CERTAIN: "certaine", self.Origin.GREEDY: "simple"}
        if self.origin == self.Origin.ALTERNATIVE:
            return f"autre-{self.number}"
        return names.get(self.Origin(self.origin), "")
