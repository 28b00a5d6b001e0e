"""What the page of the field holds on a phone: the week's names and criteria, and nothing else."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from cordee.members.models import Structure
from cordee.skills.frameworks.values import Framework, Situation
from cordee.skills.models import Observation


def data_of(structure: Structure, frameworks: Iterable[Framework]) -> dict[str, Any]:
    """The value that `field.js` reads; a fixed number of queries. Nobody is ranked."""
    learners = list(structure.learners.present())
    return {
        "learners": [{"id": each.pk, "name": each.pseudonym} for each in learners],
        "situations": [
            {
                "key": f"{framework.code}/{each.code}",
                "title": each.title,
                "icon": _icon(framework, each),
                "criteria": [
                    {
                        "key": f"{framework.code}/{code}",
                        "sentence": framework.criteria[code][1].sentence,
                    }
                    for code in each.criteria
                ],
            }
            for framework in frameworks
            for each in framework.situations
            if each.criteria
        ],
        "known": {
            f"{learner}|{framework}/{criterion}": {"id": pk, "level": level}
            for learner, framework, criterion, pk, level in Observation.objects.in_force()
            .filter(learner__in=learners)
            .order_by("seen_on", "pk")
            .values_list("learner_id", "framework", "criterion", "pk", "level")
        },
    }


def _icon(framework: Framework, situation: Situation) -> str:
    """The pictogram of what a situation shows most."""
    shown = Counter(framework.criteria[code][0].icon for code in situation.criteria)
    return shown.most_common(1)[0][0] or "gants"
