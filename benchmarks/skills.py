"""Learning at work: what a phone sends at once, an attestation that is checked.

./go bench skills

Ratios of one run: 500 observations that waited on a phone, checked and kept, against 500 bare
inserts in one transaction; an attestation checked, against a bare Ed25519 verification and a
parsing of its JSON. The exit code is 1 where one passes what is promised.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from statistics import median
from uuid import uuid4

from benchmarks.economics import RUNS, _scratch

SENT, SENT_TIMES = 500, 4
CHECKS, CHECK_TIMES = 500, 3
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
    checked_s, plain_s = checking()
    check_times = checked_s / plain_s
    print(
        f"checking an attestation: {checked_s * 1e6:.0f} µs, bare {plain_s * 1e6:.0f} µs: "
        f"{check_times:.2f} times (at most {CHECK_TIMES})"
    )
    return int(times > SENT_TIMES or check_times > CHECK_TIMES)


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
