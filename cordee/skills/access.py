"""The only way to get what a structure keeps of those who learn. Each docstring is the rule.

Supervisor and counsellor of the structure follow its learners. Who directs reads protocols, what
lacks and numbers; an observation only where the person agrees, for she renews contracts. Nobody
else reads a person: not a network, a programme, a buyer, nor another structure.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import Http404

from cordee.accounts.access import Person
from cordee.accounts.models import User
from cordee.base.found import first_or_404, number
from cordee.members.access import structure_for, structures_for
from cordee.members.actions.invitations import fingerprint
from cordee.members.models import RoleSeat, Structure
from cordee.members.network_access import seats_read
from cordee.members.roles import May
from cordee.skills.models import (
    Badge,
    Candidate,
    Cohort,
    Course,
    JuryMinutes,
    Learner,
    Observation,
    OwnFramework,
    Recording,
    ReflexiveSequence,
    WithdrawnBadge,
)
from cordee.skills.models.learners import LearnerQuerySet

# What is kept of the CQP, and how each row leads to its structure.
CERTIFICATION: Mapping[type[Model], str] = {
    Cohort: "structure",
    Candidate: "cohort__structure",
    JuryMinutes: "candidate__cohort__structure",
}
ABSENT = "Cette page n’existe pas, ou ne vous est pas ouverte."


def taught_structure_for(user: Person, pk: int) -> Structure:
    """A structure whose learners the user follows, as its supervisor or counsellor; or 404."""
    return _structure(user, pk, May.TEACH)


def training_structure_for(user: Person, pk: int) -> Structure:
    """A structure whose frameworks, protocols and numbers the user reads: who directs it, too."""
    return _structure(user, pk, May.TEACH, May.DIRECT_STRUCTURE)


def teaches(user: Person, structure: Structure) -> bool:
    """Whether the user follows its learners."""
    return _holds(user, structure, May.TEACH)


def taught_by(user: Person) -> list[int]:
    """The keys of the structures whose learners the user follows."""
    seats = seats_read(user) if isinstance(user, User) else []
    return [each.structure_id for each in seats if each.structure_id and each.may(May.TEACH)]


def field_structure_for(user: Person, asked: str = "") -> Structure:
    """Where the user notes what is seen in the field: the structure asked for, or the first one
    whose learners the user follows; or 404."""
    # In the same query: what is sent from the field asks nothing else of the seats.
    taught = RoleSeat.objects.held_by(user).that_may(May.TEACH).values("structure")
    held = structures_for(user).filter(pk__in=taught).order_by("pk")
    if asked:
        held = held.filter(pk=number(asked) or 0)
    return first_or_404(held, ABSENT)


def learner_for(user: Person, pk: int, key: int) -> Learner:
    """A learner of a structure whose learners the user follows, or 404."""
    rows = Learner.objects.filter(structure=taught_structure_for(user, pk), pk=key)
    return first_or_404(rows.select_related("structure"), ABSENT)


def observed_learner_for(user: Person, pk: int, key: int) -> Learner:
    """The same, for whoever directs the structure too where this person opened it; or 404."""
    structure = training_structure_for(user, pk)
    rows = Learner.objects.filter(structure=structure, pk=key).select_related("structure")
    return first_or_404(rows if teaches(user, structure) else rows.opened(), ABSENT)


def learners_shown_to(user: Person, structure: Structure) -> LearnerQuerySet:
    """Those of a structure opened as above: all to who follows them, else those who opened it.

    Who is to be erased tonight is among them: a day of leaving can be mistyped.
    """
    rows = Learner.objects.filter(structure=structure)
    return rows if teaches(user, structure) else rows.opened()


def own_observation(learner: Learner, key: int) -> Observation:
    """What was seen of a learner that one has already, taken back or not; or 404."""
    rows = learner.observations.filter(pk=key)
    return first_or_404(rows.select_related("learner__structure"), ABSENT)


def badges_of(learner: Learner) -> QuerySet[Badge]:
    """The attestations of a learner that one has already; each with `is_withdrawn`."""
    rows = WithdrawnBadge.objects.filter(number=OuterRef("number"))
    return learner.badges.annotate(is_withdrawn=Exists(rows))


def badges_in_force(learner: Learner) -> QuerySet[Badge]:
    """Those of them that were not withdrawn."""
    return learner.badges.exclude(number__in=WithdrawnBadge.objects.values("number"))


def learner_of_card(token: str, on: date) -> Learner | None:
    """Whose card it is, to anybody who holds it: her page then asks for her pictures; or None.

    A card opens until what it shows is erased.
    """
    rows = Learner.objects.filter(card_digest=fingerprint(token)).before_erasure(on)
    return rows.select_related("structure").first()


def course_for(user: Person, pk: int, key: int) -> Course:
    """A course of a structure whose protocols the user reads, or 404."""
    owner = training_structure_for(user, pk)
    rows = Course.objects.filter(learner__structure=owner, pk=key)
    return first_or_404(rows.with_events(), ABSENT)


def edited_course_for(user: Person, pk: int, key: int) -> Course:
    """A course that the user keeps, as supervisor or counsellor of the structure; or 404."""
    return course_for(user, taught_structure_for(user, pk).pk, key)


def events_of(course: Course, model: type[Model]) -> QuerySet[Any]:
    """The events of one sort of a course that was opened as above, taken back or not."""
    link = "parts__enactment__course" if model is ReflexiveSequence else "course"
    return model._default_manager.filter(**{link: course}).distinct()


def certification_row(structure: Structure, model: type[Model], key: int) -> Any:
    """What is kept of the CQP, taken back or not, of a structure that one has already; or 404."""
    rows = model._default_manager.filter(**{CERTIFICATION[model]: structure}, pk=key)
    return first_or_404(rows, ABSENT)


def reads_of(user: Person, learner: Learner) -> bool:
    """Whether the user reads what was seen and decided of her, in a structure opened as above."""
    return learner.open_to_direction_on is not None or teaches(user, learner.structure)


def framework_of(structure: Structure, code: str) -> OwnFramework:
    """A framework as a structure uses it, its own or ours, or 404; for who opened the structure."""
    for row in OwnFramework.used_by(structure):
        if row.code == code:
            return row
    raise Http404(ABSENT)


def framework_to_keep(user: Person, pk: int, key: int) -> OwnFramework:
    """A framework that the user takes out or puts back, as who teaches there; or 404."""
    rows = OwnFramework.objects.filter(structure=taught_structure_for(user, pk), pk=key)
    return first_or_404(rows.select_related("structure"), ABSENT)


def recording_for(user: Person, pk: int, key: int) -> Recording:
    """A sentence read aloud, of a structure where the user teaches, taken out or not; or 404."""
    rows = Recording.objects.filter(structure=taught_structure_for(user, pk), pk=key)
    return first_or_404(rows.select_related("stored", "structure"), ABSENT)


def recording_beside(learner: Learner, key: int) -> Recording:
    """One that the page of a learner, opened already, plays; or 404."""
    rows = learner.structure.recordings.filter(removed_at__isnull=True, pk=key)
    return first_or_404(rows.select_related("stored"), ABSENT)


def _structure(user: Person, pk: int, *rights: May) -> Structure:
    structure = structure_for(user, pk)
    if not any(_holds(user, structure, right) for right in rights):
        raise Http404(ABSENT)
    return structure


def _holds(user: Person, structure: Structure, right: May) -> bool:
    seats = RoleSeat.objects.held_by(user).that_may(right)
    return seats.filter(structure=structure).exists()
