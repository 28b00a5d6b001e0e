"""What is typed of a course: its steps before the work, then each event. A date is a thing done."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from cordee.base.ui import french
from cordee.base.ui.fields import DayField, is_near
from cordee.members.forms import RecordForm
from cordee.members.models import RoleSeat
from cordee.skills import models
from cordee.skills.frameworks.in_use import frameworks_of
from cordee.skills.training.standing import situations_of, value_of

# How long before the last work of a course that of somebody else may be, to be looked at together.
NEAR = timedelta(days=7)
ANEW = "Écrivez un nouveau protocole, daté d’aujourd’hui\u00a0: ce qui précède ne compte plus."


class DoneForm(RecordForm):
    """What is done of a course, or noted of it."""

    free_texts = ("title", "need", "analysis", "result")
    # What stands behind a fold.
    folded: Sequence[str] = ()

    def __init__(self, *args: Any, course: models.Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course = course
        self.prepare()

    def prepare(self) -> None:
        """Add what depends on the course."""


class OpeningForm(DoneForm):
    framework = forms.ChoiceField(label="Dans quel référentiel\u202f?")

    class Meta:
        model = models.Course
        fields = ("learner", "title", "framework")
        labels = {"learner": "Qui apprend\u202f?", "title": "Pour savoir faire quoi\u202f?"}

    def prepare(self) -> None:
        owner = self.course.learner.structure
        self.offer("learner", owner.learners.present(), of="queryset")
        self.offer("framework", [(code, each.name) for code, each in frameworks_of(owner).items()])


class TrainerForm(DoneForm):
    optional = ("trainer", "trainer_name")

    class Meta:
        model = models.Course
        fields = ("trainer", "trainer_name", "trainer_named_on")
        labels = {"trainer": "Une personne de l’équipe", "trainer_name": "Ou quelqu’un d’autre"}

    def prepare(self) -> None:
        seats = RoleSeat.objects.filter(structure=self.course.learner.structure_id)
        self.offer("trainer", seats.people(), of="queryset")

    def clean(self) -> None:
        super().clean()
        if bool(self.cleaned_data.get("trainer")) == bool(self.cleaned_data.get("trainer_name")):
            self.add_error("trainer", "Désignez une personne, et une seule\u00a0: ici ou dessous.")


class ChosenDayField(DayField):
    """Empty is an answer too: its label does not say « facultatif »."""

    def validate(self, value: Any) -> None:
        """No day lacks."""


class ProtocolForm(DoneForm):
    """A day for each situation chosen; without a day, it is not chosen.

    After some work, a situation is chosen for what follows, or left, in a new protocol only.
    """

    use_required_attribute = False

    class Meta:
        model = models.Course
        fields = ("protocol_on",)
        help_texts = {"protocol_on": "Plus bas, une date choisit une situation."}

    def prepare(self) -> None:
        self.titles = situations_of(self.course)
        self.before = {row.code: row.planned_on for row in self.course.situations.all()}
        for code, title in self.titles.items():
            label, day = f"{title}. Quel jour\u202f?", self.before.get(code)
            field = ChosenDayField(label=label, initial=day, validators=[is_near])
            self.fields[f"for-{code}"] = field

    @property
    def chosen(self) -> dict[str, tuple[str, date]]:
        days = {code: self.cleaned_data.get(f"for-{code}") for code in self.titles}
        return {code: (self.titles[code], day) for code, day in days.items() if day}

    def clean(self) -> None:
        super().clean()
        today, on = timezone.localdate(), self.cleaned_data.get("protocol_on", date.min)
        for code, (_, day) in self.chosen.items():
            if day < on:
                when = french.day(day, today)
                told = f"Le {when} vient avant le protocole\u00a0: corrigez l’une des deux dates."
                self.add_error(f"for-{code}", told)
        if not self.chosen and not self.errors:
            where = next((f"for-{code}" for code in self.titles), None)
            self.add_error(where, "Choisissez une situation\u00a0: donnez-lui une date.")
        changed = self.chosen.keys() ^ self.before.keys() if on < today and not self.errors else ()
        for row in self.course.enactments.all():
            if row.code in changed and (day := timezone.localdate(row.starts_at)) >= on:
                told = f"Du travail est déjà noté, le {french.day(day, today)}. {ANEW}"
                self.add_error(f"for-{row.code}", told)


class EnactmentForm(DoneForm):
    code = forms.ChoiceField(label="Quelle situation\u202f?")

    class Meta:
        model = models.Enactment
        fields = ("code", "starts_at", "minutes")

    def prepare(self) -> None:
        self.titles = situations_of(self.course)
        chosen = {row.code: row.title for row in self.course.situations.all()}
        others = [pair for pair in self.titles.items() if pair[0] not in chosen]
        self.offer("code", [("", "…"), *chosen.items(), ("Hors protocole, ne compte pas", others)])

    def clean(self) -> None:
        super().clean()
        self.instance.title = self.titles.get(self.cleaned_data.get("code", ""), "")


class SequenceForm(DoneForm):
    """Gaps and decisions of each enactment; of one without any, the sequence does not speak."""

    optional = ("place", "led_by")

    class Meta:
        model = models.ReflexiveSequence
        fields = ("starts_at", "minutes", "place", "led_by")

    def prepare(self) -> None:
        heard = models.ReflexivePart.objects.filter(sequence__taken_back_at__isnull=True)
        kept = {row.enactment_id: row for row in heard.filter(sequence=self.instance.pk)}
        others = heard.exclude(sequence=self.instance.pk).values("enactment")
        works = [each.starts_at for each in self.course.enactments.all()]
        since = max(works, default=timezone.now()) - NEAR
        near = Q(course=self.course) | Q(pk__in=kept) | Q(starts_at__gte=since)
        owner = self.course.learner.structure_id
        here = Q(course__learner__structure=owner, course__taken_back_at__isnull=True)
        rows = models.Enactment.objects.in_force().filter(near & here).exclude(pk__in=others)
        rows = rows.select_related("course__learner")
        self.own = [row for row in rows if row.course_id == self.course.pk]
        for row in rows:
            whose = f"{row.title}, {french.moment(row.starts_at, timezone.localdate())}"
            if row not in self.own:
                whose = f"{row.course.learner.pseudonym}, {whose}"
                self.folded = (*self.folded, f"gaps-{row.pk}", f"decisions-{row.pk}")
            for name, words in (("gaps", "écarts vus"), ("decisions", "ce qui est décidé")):
                self.fields[f"{name}-{row.pk}"] = forms.CharField(
                    label=f"{whose}\u00a0: {words}",
                    required=name == "gaps" and self.own == [row],
                    max_length=1000,
                    initial=getattr(kept.get(row.pk), name, ""),
                    widget=forms.Textarea({"rows": 2}),
                )
                whose = row.title
        self.free_texts = [name for name in self.fields if name.startswith(("gaps-", "decisions-"))]

    @property
    def parts(self) -> dict[int, dict[str, str]]:
        """By enactment; none where the sequence says nothing of it."""
        found: defaultdict[int, dict[str, str]] = defaultdict(dict)
        for each in self.free_texts:
            name, _, key = each.partition("-")
            found[int(key)][name] = self.cleaned_data.get(each, "")
        return {key: said for key, said in found.items() if any(said.values())}

    def clean(self) -> None:
        super().clean()
        if not self.parts and not self.errors:
            raise ValidationError("Notez les écarts vus, pour un travail au moins.")


class EndForm(DoneForm):
    """An end that comes with what was last noted, or after."""

    def clean(self) -> None:
        super().clean()
        value, end = value_of(self.course), self.cleaned_data.get("ended_on")
        days = [each.day for each in (*value.enactments, *value.sequences)]
        last = max([*days, *value.evaluations], default=end)
        if end and last and end < last:
            when = french.day(last, timezone.localdate())
            told = f"Quelque chose est noté le {when}\u00a0: finissez ce jour-là, ou après."
            self.add_error("ended_on", told)


def _plain(model: type[Any], *fields: str, form: type[DoneForm] = DoneForm) -> type[DoneForm]:
    return forms.modelform_factory(model, form=form, fields=fields)


EVALUATION = _plain(models.Evaluation, "kind", "on", "evaluator", "result")
# By the word of their address, in the order of a course: what their button and their page say.
EVENTS: Mapping[str, tuple[str, type[DoneForm]]] = {
    "mise-en-situation": ("Noter le travail", EnactmentForm),
    "sequence": ("Noter une séquence réflexive", SequenceForm),
    "evaluation": ("Noter une évaluation", EVALUATION),
}
STEPS: Mapping[str, tuple[str, type[DoneForm]]] = {
    "besoin": ("Écrire le besoin", _plain(models.Course, "need", "need_on")),
    "analyse": ("Écrire l’analyse", _plain(models.Course, "analysis", "analysis_on")),
    "formation": ("Désigner qui forme", TrainerForm),
    "protocole": ("Écrire le protocole", ProtocolForm),
    "fin": ("Terminer le parcours", _plain(models.Course, "ended_on", form=EndForm)),
    **EVENTS,
}
