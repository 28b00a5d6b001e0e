"""The CQP salarié polyvalent, prepared: a group, its candidates, what signed minutes say.

The jury of the certifier decides. Only what nothing else tells is kept: the booklet and the proof
are read from observations and courses.
"""

from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone

from cordee.base.fields import owner_field
from cordee.base.ui import french
from cordee.members.models import Structure
from cordee.members.models.undoable import Undoable, UndoableQuerySet
from cordee.skills.frameworks.values import FAMILIES
from cordee.skills.models.learners import Learner
from cordee.skills.models.observations import Observation
from cordee.skills.models.training import Course


class Answer(models.TextChoices):
    YES = "yes", "oui"
    NO = "no", "non"
    UNKNOWN = "unknown", "on ne sait pas"


class Decision(models.TextChoices):
    ACQUIRED = "acquired", "acquis"
    PARTIAL = "partial", "partiel"
    NOT = "not", "non"


def _answer(question: str) -> Any:
    return models.CharField(question, max_length=10, choices=Answer, default=Answer.UNKNOWN)


def _unit(family: str) -> Any:
    """Empty where the minutes say nothing of it."""
    return models.CharField(FAMILIES[family], max_length=10, choices=Decision, blank=True)


class Cohort(Undoable):
    """A group prepared together. Whether the certifier agreed the structure is never supposed."""

    structure = owner_field(Structure, "structure", related_name="cohorts")
    name = models.CharField("nom du groupe", max_length=80)
    starts_on = models.DateField("premier jour")
    jury_on = models.DateField("jour du jury", null=True, blank=True)
    agreed = _answer("structure agréée par le certificateur")
    agreed_reference = models.CharField("référence de l’agrément", max_length=120, blank=True)
    agreed_on = models.DateField("agréée le", null=True, blank=True)

    objects = UndoableQuerySet.as_manager()

    class Meta:
        verbose_name = "groupe du CQP"
        ordering = ["structure_id", "-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(agreed=Answer.YES)
                | (Q(agreed_on__isnull=False) & ~Q(agreed_reference="")),
                name="cohort_agreed_with_proof",
                violation_error_message=(
                    "Structure agréée\u00a0: écrivez sa référence et sa date, ou répondez "
                    "«\u00a0on ne sait pas\u00a0»."
                ),
            ),
            models.CheckConstraint(
                condition=Q(jury_on__isnull=True) | Q(jury_on__gte=models.F("starts_on")),
                name="cohort_jury_after_start",
                violation_error_message="Le jury vient avant le premier jour. Corrigez une date.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A jury is not moved before a trial."""
        if self.jury_on is None or Cohort.objects.filter(pk=self.pk, jury_on=self.jury_on).exists():
            return
        late = Candidate.objects.in_force().filter(cohort=self.pk or 0, trial_on__gt=self.jury_on)
        if row := late.select_related("learner").order_by("-trial_on").first():
            trial = french.day(row.trial_on, timezone.localdate())
            told = f"Épreuve en situation de {row.learner} le {trial}"
            cure = "le jury vient après, ou le même jour. Corrigez l’une des deux dates."
            raise ValidationError({"jury_on": f"{told}\u00a0: {cure}"})


class CandidateQuerySet(UndoableQuerySet["Candidate"]):
    def with_file(self) -> Self:
        """With all that the road and the file read; as many statements whatever their number."""
        seen = Observation.objects.in_force().select_related("disagreement")
        return self.select_related("cohort__structure", "learner").prefetch_related(
            Prefetch("minutes", JuryMinutes.objects.in_force()),
            Prefetch("learner__observations", seen),
            Prefetch("learner__courses", Course.objects.in_force().with_events()),
        )

    def undecided(self) -> Self:
        """Those who prepare it, and of whom no minutes are there."""
        decided = JuryMinutes.objects.in_force().values("candidate")
        return self.in_force().filter(cohort__taken_back_at__isnull=True).exclude(pk__in=decided)


class Candidate(Undoable):
    """A learner in a group, what is asked of her before, and the day of her trial at work."""

    cohort = owner_field(Cohort, "groupe", related_name="candidates")
    learner = owner_field(Learner, "personne", related_name="candidacies")
    knows_alphabet = _answer("connaît l’alphabet")
    understands_french = _answer("comprend le français")
    trial_on = models.DateField("épreuve en situation le", null=True, blank=True)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = "candidature au CQP"
        ordering = ["cohort_id", "learner__pseudonym", "pk"]
        constraints = [models.UniqueConstraint("cohort", "learner", name="candidate_once")]

    def clean(self) -> None:
        kept = JuryMinutes.objects.in_force().filter(candidate=self.pk or 0)
        for minutes in kept:
            _check_days(self.trial_on, minutes.on, field="trial_on")


class JuryMinutesQuerySet(UndoableQuerySet["JuryMinutes"]):
    def first_acquired(self) -> dict[tuple[int, int, str], date]:
        """The day on which each unit was first acquired, by structure, learner and family."""
        found: dict[tuple[int, int, str], date] = {}
        kept = {f"candidate__{path}taken_back_at__isnull": True for path in ("", "cohort__")}
        for row in (
            self.in_force().filter(**kept).select_related("candidate__cohort").order_by("on", "pk")
        ):
            for family in FAMILIES:
                if getattr(row, family) == Decision.ACQUIRED:
                    who = row.candidate.learner_id
                    found.setdefault((row.candidate.cohort.structure_id, who, family), row.on)
        return found


class JuryMinutes(Undoable):
    """What the signed minutes of a jury say of one candidate: a column a unit."""

    candidate = owner_field(Candidate, "candidature", related_name="minutes")
    reference = models.CharField("référence du procès-verbal", max_length=120)
    on = models.DateField("signé le")
    base = _unit("base")
    etre = _unit("etre")
    procedures = _unit("procedures")
    metier = _unit("metier")

    objects = JuryMinutesQuerySet.as_manager()

    class Meta:
        verbose_name = "procès-verbal du jury"
        ordering = ["candidate_id", "on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reference=""), name="minutes_with_reference"),
            models.CheckConstraint(
                condition=~Q(**dict.fromkeys(FAMILIES, "")),
                name="minutes_decide",
                violation_error_message="Recopiez ce que le jury dit d’une unité au moins.",
            ),
            models.UniqueConstraint(
                "candidate",
                "reference",
                condition=Q(taken_back_at__isnull=True),
                name="minutes_once",
                violation_error_message="Ce procès-verbal est déjà recopié\u00a0: corrigez-le.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def units(self) -> list[tuple[str, str]]:
        """Each unit, and what the jury says of it."""
        said = {code: getattr(self, f"get_{code}_display")() for code in FAMILIES}
        return [(name, said[code] or "pas présentée") for code, name in FAMILIES.items()]

    def clean(self) -> None:
        self.candidate.refresh_from_db(fields=["trial_on"])
        _check_days(self.candidate.trial_on, self.on, field="on")


def _check_days(trial: date | None, jury: date | None, *, field: str) -> None:
    """Refuse a jury that decides before the trial, or without any."""
    today = timezone.localdate()
    if jury and (trial is None or jury < trial):
        held = f"le {french.day(trial, today)}" if trial else "sans date"
        raise ValidationError(
            {
                field: f"Procès-verbal signé le {french.day(jury, today)}, épreuve {held}\u00a0: "
                "l’épreuve vient avant, ou le même jour. Corrigez l’une des deux dates."
            }
        )
