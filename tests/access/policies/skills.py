"""What a structure keeps of those who learn: its supervisor, its counsellor, and who directs it;
and the page that a card opens to its learner.
"""

from typing import Any, Literal

from cordee.members.models import Structure
from cordee.members.roles import May, roles_that
from cordee.skills.badges.actions import issue
from cordee.skills.frameworks.values import ours
from cordee.skills.models import Badge, Candidate, Course, Evaluation, Learner, OwnFramework
from tests.access.matrix import EVERYBODY, SIGNED_IN, Policy
from tests.access.policies.programmes import foreign_need, public_opportunity
from tests.access.world import NOW, World
from tests.skills.certification import make_candidate
from tests.skills.courses import complete_course
from tests.skills.makers import make_recording

TEACHING = frozenset(roles_that(May.TEACH))
READING = TEACHING | {"director"}
type Method = Literal["get", "post"]


def _of_structure(open_to: frozenset[str], **more: Any) -> Policy:
    return Policy(
        open_to=open_to,
        own=lambda world: {"pk": world.own_structure.pk, **more},
        foreign=lambda world: {"pk": world.foreign_structure.pk, **more},
    )


def _own_framework(structure: Structure) -> dict[str, int]:
    model = ours()["proprete"]
    row, _ = OwnFramework.objects.get_or_create(
        structure=structure, code=model.code, name=model.name, content=model.as_content()
    )
    return {"pk": structure.pk, "key": row.pk}


def _of_learner(method: Method = "get") -> Policy:
    """Of somebody who did not open it to the direction."""
    return Policy(
        open_to=TEACHING,
        own=lambda world: _keys(world.own_learner),
        foreign=lambda world: _keys(world.foreign_learner),
        method=method,
    )


def _keys(learner: Learner) -> dict[str, Any]:
    return {"pk": learner.structure_id, "key": learner.pk}


def _observation(learner: Learner) -> dict[str, Any]:
    return _keys(learner) | {"observation": learner.observations.get().pk}


def _badge(world: World, learner: Learner) -> Badge:
    competence, by = learner.observations.get().competence, world.person("counsellor")
    return issue(learner, competence, by=by, now=NOW)


def _of_badge(method: Method = "get") -> Policy:
    """Of somebody who did not open it to the direction."""

    def arguments(world: World, learner: Learner) -> dict[str, Any]:
        return _keys(learner) | {"badge": _badge(world, learner).pk}

    return Policy(
        open_to=TEACHING,
        own=lambda world: arguments(world, world.own_learner),
        foreign=lambda world: arguments(world, world.foreign_learner),
        method=method,
    )


def _own_card(world: World) -> dict[str, Any]:
    return {"token": world.own_card}


def _foreign_card(world: World) -> dict[str, Any]:
    return {"token": world.foreign_card}


# The pictures are asked of anybody who holds a card; 403 says that they were not shown.
BEHIND_PICTURES = Policy(open_to={"learner"}, own=_own_card, foreign=_foreign_card, closed_as={403})

KEEPING = Policy(
    open_to=TEACHING,
    own=lambda world: _own_framework(world.own_structure),
    foreign=lambda world: _own_framework(world.foreign_structure),
    method="post",
)
KEEPING_OBSERVATION = Policy(
    open_to=TEACHING,
    own=lambda world: _observation(world.own_learner),
    foreign=lambda world: _observation(world.foreign_learner),
    method="post",
)
ONE = {"code": "proprete"}
# No address names a structure: without asking, it is the first where one teaches.
FIELD = Policy(open_to=TEACHING)


def _course(structure: Structure) -> dict[str, Any]:
    course = Course.objects.filter(learner__structure=structure).first()
    return {"pk": structure.pk, "key": (course or complete_course(structure)).pk}


def _of_course(
    open_to: frozenset[str], method: Literal["get", "post"] = "get", **more: Any
) -> Policy:
    """`more`: what the address says besides; `event`: of the last evaluation."""

    def arguments(structure: Structure) -> dict[str, Any]:
        found = _course(structure) | more
        if "event" in more:
            found["event"] = Evaluation.objects.get(course=found["key"]).pk
        return found

    return Policy(
        open_to=open_to,
        own=lambda world: arguments(world.own_structure),
        foreign=lambda world: arguments(world.foreign_structure),
        method=method,
    )


def _of_cqp(open_to: frozenset[str], method: Literal["get", "post"] = "get", **more: Any) -> Policy:
    """Of a candidate who opened nothing; `more`: what the address says besides."""

    def arguments(structure: Structure) -> dict[str, Any]:
        row = Candidate.objects.filter(cohort__structure=structure).first()
        row = row or make_candidate(structure)
        key = row.cohort_id if more.get("sort") == "groupe" else row.pk
        return {"pk": structure.pk, "key": key} | more

    return Policy(
        open_to=open_to,
        own=lambda world: arguments(world.own_structure),
        foreign=lambda world: arguments(world.foreign_structure),
        method=method,
    )


def _of_cohort(open_to: frozenset[str]) -> Policy:
    policy = _of_cqp(open_to, sort="groupe")

    def without_sort(found: Any) -> Any:
        return lambda world: {name: v for name, v in found(world).items() if name != "sort"}

    return Policy(
        open_to=open_to, own=without_sort(policy.own), foreign=without_sort(policy.foreign)
    )


def _of_recording(method: Method = "get") -> Policy:
    def arguments(structure: Structure) -> dict[str, Any]:
        return {"pk": structure.pk, "key": make_recording(structure).pk}

    return Policy(
        open_to=TEACHING,
        own=lambda world: arguments(world.own_structure),
        foreign=lambda world: arguments(world.foreign_structure),
        method=method,
    )


POLICIES = {
    "skills:home": _of_structure(READING),
    "skills:add_learner": _of_structure(TEACHING),
    "skills:week": _of_structure(TEACHING),
    "skills:change_week": _of_structure(TEACHING),
    "skills:learner": _of_learner(),
    "skills:edit_learner": _of_learner(),
    "skills:print_card": _of_learner("post"),
    "skills:observe": _of_learner(),
    "skills:take_away": _of_learner(),
    "skills:erase_learner": _of_learner(),
    "skills:remove_observation": KEEPING_OBSERVATION,
    "skills:restore_observation": KEEPING_OBSERVATION,
    "skills:issue_badge": _of_learner("post"),
    "skills:badge": _of_badge(),
    "skills:remove_badge": _of_badge("post"),
    "skills:restore_badge": _of_badge("post"),
    # Anybody checks an attestation; what is withdrawn is a list of numbers, of nobody.
    "verifier:page": Policy(open_to=EVERYBODY),
    "verifier:key": Policy(open_to=EVERYBODY),
    "verifier:withdrawn": Policy(open_to=EVERYBODY),
    "card:badge": Policy(
        open_to={"learner"},
        own=lambda world: _own_card(world) | {"key": _badge(world, world.own_learner).pk},
        foreign=lambda world: (
            _foreign_card(world) | {"key": _badge(world, world.foreign_learner).pk}
        ),
        closed_as={403},
    ),
    "card:page": Policy(
        open_to=EVERYBODY, own=_own_card, foreign=_foreign_card, foreign_open_to=EVERYBODY
    ),
    "card:take_away": BEHIND_PICTURES,
    "card:disagree": Policy(
        open_to={"learner"},
        own=lambda world: _own_card(world) | {"key": world.own_learner.observations.get().pk},
        foreign=lambda world: (
            _foreign_card(world) | {"key": world.foreign_learner.observations.get().pk}
        ),
        closed_as={403},
    ),
    "skills:frameworks": _of_structure(READING),
    "skills:framework": _of_structure(READING, **ONE),
    "skills:framework_file": _of_structure(READING, **ONE),
    "skills:change_framework": _of_structure(TEACHING, **ONE),
    "skills:add_framework": _of_structure(TEACHING),
    "skills:competence": _of_structure(TEACHING, competence="pr-sols", **ONE),
    "skills:remove_framework": KEEPING,
    "skills:restore_framework": KEEPING,
    "skills:languages": _of_structure(TEACHING),
    "skills:language": _of_structure(TEACHING, language="ar"),
    "skills:record": Policy(
        open_to=TEACHING,
        own=lambda world: {"pk": world.own_structure.pk, "language": "ar"},
        foreign=lambda world: {"pk": world.foreign_structure.pk, "language": "ar"},
        method="post",
    ),
    "skills:recording": _of_recording(),
    "skills:remove_recording": _of_recording("post"),
    "skills:restore_recording": _of_recording("post"),
    "card:recording": Policy(
        open_to={"learner"},
        own=lambda world: _own_card(world) | {"key": make_recording(world.own_structure).pk},
        foreign=lambda world: (
            _foreign_card(world) | {"key": make_recording(world.foreign_structure).pk}
        ),
        closed_as={403},
    ),
    "skills:situations": Policy(
        open_to=SIGNED_IN,
        own=lambda world: {"opportunity": public_opportunity().pk},
        # A private need stays in its network.
        foreign=lambda world: {"opportunity": foreign_need(world).pk},
    ),
    "field:field": FIELD,
    "field:sheet": Policy(open_to=TEACHING, query="?quoi=transversal:s:tr-depart"),
    "field:state": FIELD,
    "field:send": Policy(
        open_to=TEACHING,
        method="post",
        data=lambda world: {"observations": []},
        is_json=True,
    ),
    # What a browser asks for an application of its own: it holds nothing of anybody.
    "field:worker": Policy(open_to=SIGNED_IN),
    "field:manifest": Policy(open_to=SIGNED_IN),
    "skills:courses": _of_structure(READING),
    "skills:add_course": _of_structure(TEACHING),
    "skills:course": _of_course(READING),
    "skills:course_file": _of_course(READING),
    "skills:course_step": _of_course(TEACHING, step="sequence"),
    "skills:course_event": _of_course(TEACHING, step="evaluation", event=0),
    "skills:remove_event": _of_course(TEACHING, "post", step="evaluation", event=0),
    "skills:restore_event": _of_course(TEACHING, "post", step="evaluation", event=0),
    "skills:cohorts": _of_structure(READING),
    "skills:add_cqp": _of_structure(TEACHING, sort="groupe"),
    "skills:cohort": _of_cohort(READING),
    "skills:candidate": _of_cqp(READING),
    "skills:candidate_file": _of_cqp(TEACHING),
    "skills:edit_cqp": _of_cqp(TEACHING, sort="candidature"),
    "skills:remove_cqp": _of_cqp(TEACHING, "post", sort="groupe"),
    "skills:restore_cqp": _of_cqp(TEACHING, "post", sort="groupe"),
}
