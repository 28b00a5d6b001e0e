"""What the page of the field holds on a phone: the week's names and criteria, and nothing else."""

from collections.abc import Iterable
from typing import Any

from cordee.members.models import Activity, Structure
from cordee.skills.frameworks.values import Framework, ours, parse
from cordee.skills.models import Learner, Observation, OwnFramework


def frameworks_of(structure: Structure) -> dict[str, Framework]:
    """By code: what the structure made its own, what of ours is of its trades, and what serves in
    all of them. Where no trade is known, all."""
    own = {
        row.code: parse(row.content)
        for row in OwnFramework.objects.filter(structure=structure).kept()
    }
    trades = set(
        Activity.objects.filter(chantier__structure=structure).values_list("trade", flat=True)
    )
    fitting = {
        code: each
        for code, each in ours().items()
        if not trades or not each.trade or each.trade in trades
    }
    return fitting | own


def data_of(structure: Structure, frameworks: Iterable[Framework]) -> dict[str, Any]:
    """The value that `field.js` reads; a fixed number of queries. Nobody is ranked."""
    learners = list(Learner.objects.filter(structure=structure).present())
    return {
        "learners": [{"id": each.pk, "name": each.pseudonym} for each in learners],
        "situations": [
            {
                "key": f"{framework.code}/{each.code}",
                "title": each.title,
                "icon": _icon(framework, each.criteria[0]),
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
            for learner, framework, criterion, pk, level in Observation.objects.standing()
            .filter(learner__in=learners)
            .order_by("seen_on", "pk")
            .values_list("learner_id", "framework", "criterion", "pk", "level")
        },
    }


def _icon(framework: Framework, criterion: str) -> str:
    """The pictogram of a situation is that of the first thing that it shows."""
    return framework.criteria[criterion][0].icon or "gants"
