"""Learning at work: what a phone sends at once.

./go bench skills

The ratio of one run: 500 observations that waited on a phone, checked and kept, against 500 bare
inserts in one transaction. The exit code is 1 where it passes what is promised.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from statistics import median
from uuid import uuid4

from benchmarks.economics import RUNS, _scratch

SENT, SENT_TIMES = 500, 4
LEARNERS = 60
SUPERVISOR = "encadrant@cordee.example"


def run(arguments: Sequence[str] = ()) -> int:
    """Print each ratio beside what is promised; 1 where one is passed."""
    argparse.ArgumentParser(prog="./go bench skills").parse_args(list(arguments))
    with _scratch():
        kept_s, bare_s = sending()
    times = kept_s / bare_s
    print(
        f"sending {SENT}: {kept_s * 1e3:.0f} ms, bare inserts {bare_s * 1e3:.0f} ms: "
        f"{times:.2f} times (at most {SENT_TIMES})"
    )
    return int(times > SENT_TIMES)


def sending() -> tuple[float, float]:
    """Seconds of keeping what a phone sends, and of as many inserts that check nothing."""
    from django.db import transaction
    from django.utils import timezone

    from cordee.accounts.models import User
    from cordee.members.models import RoleSeat
    from cordee.skills.field.actions import Noted, note_from_field
    from cordee.skills.frameworks.in_use import frameworks_of
    from cordee.skills.models import Learner, Observation

    by = User.objects.get(email=SUPERVISOR)
    structure = RoleSeat.objects.get(person=by).structure
    if structure is None:
        raise RuntimeError(f"{SUPERVISOR} sits in no structure: nothing is measured.")
    learners = [
        Learner.objects.create(structure=structure, pseudonym=f"P{number}")
        for number in range(LEARNERS)
    ]
    frameworks = frameworks_of(structure)
    criteria = [f"{code}/{each}" for code, one in frameworks.items() for each in one.criteria]
    today = timezone.localdate()

    def rows() -> list[Noted]:
        return [
            Noted(
                number=uuid4(),
                learner=learners[number % LEARNERS].pk,
                criterion=criteria[number % len(criteria)],
                situation="",
                level=Observation.Level.ACQUIRED,
                seen_on=today,
            )
            for number in range(SENT)
        ]

    def whole() -> None:
        results = note_from_field(
            structure=structure, noted=rows(), frameworks=frameworks, by=by, today=today
        )
        if any(each["state"] != "kept" for each in results.values()):
            raise RuntimeError("What was sent is not kept whole.")

    def bare() -> None:
        with transaction.atomic():
            for each in rows():
                Observation.objects.create(
                    number=each.number,
                    learner_id=each.learner,
                    framework="x",
                    criterion="x",
                    level=each.level,
                    seen_on=today,
                )

    def seconds(call: Callable[[], None]) -> float:
        times = []
        for _ in range(RUNS):
            Observation.objects.all().delete()
            start = time.process_time()
            call()
            times.append(time.process_time() - start)
        return median(times)

    return seconds(whole), seconds(bare)
