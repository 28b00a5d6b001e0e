"""Learning at work: what a phone sends at once, an attestation that is checked, the Monday board.

./go bench skills

Ratios of one run: 500 observations that waited on a phone, checked and kept, against 500 bare
inserts in one transaction; an attestation checked, against a bare Ed25519 verification and a
parsing of its JSON; the board of 60 learners and 30 tasks against its template from rows in
memory. The exit code is 1 where one passes what is promised.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from statistics import median
from uuid import uuid4

from benchmarks.economics import RUNS, _scratch
from benchmarks.pages import Page, _measured

SENT, SENT_TIMES = 500, 4
CHECKS, CHECK_TIMES = 500, 3
LEARNERS, TASKS, CREWS, BOARD_TIMES = 60, 30, 6, 3
SUPERVISOR = "encadrant@cordee.example"


def run(arguments: Sequence[str] = ()) -> int:
    """Print each ratio beside what is promised; 1 where one is passed."""
    argparse.ArgumentParser(prog="./go bench skills").parse_args(list(arguments))
    with _scratch():
        kept_s, bare_s = sending()
        page, frame = board()
    times = kept_s / bare_s
    print(
        f"sending {SENT}: {kept_s * 1e3:.0f} ms, bare inserts {bare_s * 1e3:.0f} ms: "
        f"{times:.2f} times (at most {SENT_TIMES})"
    )
    checked_s, plain_s = checking()
    check_times = checked_s / plain_s
    print(
        f"checking an attestation: {checked_s * 1e6:.0f} µs, bare {plain_s * 1e6:.0f} µs: "
        f"{check_times:.2f} times (at most {CHECK_TIMES})"
    )
    board_times = page.whole_s / page.template_s
    apart = (page.whole_s - frame.whole_s + frame.template_s) / page.template_s
    print(
        f"board, {LEARNERS} × {TASKS}: {page.queries} queries, "
        f"request {page.whole_s * 1e3:.1f} ms, template {page.template_s * 1e3:.1f} ms: "
        f"{board_times:.2f} times (at most {BOARD_TIMES}); {apart:.2f} without what the page of "
        f"help costs before its template"
    )
    is_slow = times > SENT_TIMES or check_times > CHECK_TIMES or board_times > BOARD_TIMES
    return int(is_slow)


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


def checking() -> tuple[float, float]:
    """Seconds of checking one attestation, and of the signature and the JSON alone."""
    import json
    from base64 import urlsafe_b64decode
    from datetime import UTC, datetime
    from uuid import uuid4

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from cordee.skills.badges.tokens import Attestation, sign, verify

    key, kid = Ed25519PrivateKey.generate(), "https://cordee.example/verifier/cle.json"
    said = Attestation(
        number=uuid4(),
        who="Noémie",
        competence="Débroussailler un talus",
        sentences=("Je garde quinze mètres entre moi et les autres, et je le leur dis.",) * 3,
        told="Vu jusqu’au 17 novembre 2026.",
        structure="Les Jardins",
        issuer="https://cordee.example/annuaire/1/",
        issued_at=datetime.now(UTC),
    )
    token, public = str(sign(said, key, kid)), key.public_key()
    signed, _, signature = token.rpartition(".")
    data, content = urlsafe_b64decode(f"{signature}=="), json.dumps(said.as_credential())

    def bare() -> None:
        public.verify(data, signed.encode())
        json.loads(content)

    def seconds(call: Callable[[], object]) -> float:
        times = []
        for _ in range(RUNS):
            start = time.process_time()
            for _ in range(CHECKS):
                call()
            times.append((time.process_time() - start) / CHECKS)
        return median(times)

    return seconds(lambda: verify(token, public, kid)), seconds(bare)


def board() -> tuple[Page, Page]:
    """The board of those learners, in crews of ten with five tasks each: of a task, some did it,
    and the protocol of some waits for it. And the page of help, which reads nothing of its own."""
    from django.utils import timezone

    from cordee.accounts.models import User
    from cordee.members.models import Chantier, Crew
    from cordee.skills.models import Course, Enactment, Learner
    from cordee.skills.week.actions import keep_board
    from cordee.skills.week.plan import DayTask, Person, Plan, default_day, read_day

    by = User.objects.get(email=SUPERVISOR)
    structure = by.seats.get().structure
    chantier = Chantier.objects.filter(structure=structure).first()
    if structure is None or chantier is None:
        raise RuntimeError(f"{SUPERVISOR} works on no chantier: nothing is measured.")
    Learner.objects.filter(structure=structure).exclude(pseudonym__startswith="P").delete()
    crews = [
        Crew.objects.create(chantier=chantier, name=f"Équipe {number}", places=10)
        for number in range(CREWS)
    ]
    learners = list(structure.learners.all())
    today = timezone.localdate()
    for number, learner in enumerate(learners):
        course = Course.objects.create(learner=learner, framework="x", title="Tondre")
        # Its crew has a fifth of the tasks: it waits for one of them, and did three.
        own = [f"s{number % CREWS + CREWS * each}" for each in range(TASKS // CREWS)]
        course.situations.create(code=own[0], title="Tondre", planned_on=today)
        Enactment.objects.bulk_create(
            Enactment(course=course, code=code, starts_at=timezone.now(), minutes=60)
            for code in own[1:4]
        )
    plan = Plan(
        {each.pk: Person("there", crews[n % CREWS].pk) for n, each in enumerate(learners)},
        {},
        tuple(
            DayTask(crews[n % CREWS].pk, "day", f"Tâche {n}", "Le bourg", "x", f"s{n}")
            for n in range(TASKS)
        ),
    )
    day = read_day(structure, default_day(today), today)
    keep_board(day=day, plan=plan, seen=day.plan.mark, by=by)
    page = _measured("board", f"/annuaire/{structure.pk}/apprendre/semaine/", SUPERVISOR)
    return page, _measured("help", "/aide/", SUPERVISOR)
