"""Noting what we misread, and deciding whether it becomes an example to learn from."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.opportunities.fact_lines import READ_BY_US, evidence_of
from cordee.opportunities.facts import FACTS, FactDefinition, holder_of, is_same
from cordee.opportunities.inference import InferenceByFact, infer
from cordee.opportunities.misread.labels import label_of
from cordee.opportunities.models import Correction, Misreading
from cordee.opportunities.understanding import Understanding


@dataclass(frozen=True, slots=True)
class WasRead:
    """The JSON value we had read (None: nothing), in which words: [{where, words}]."""

    value: Any
    evidence: list[dict[str, str]]


def was_read(
    fact: FactDefinition, lot: str, understanding: Understanding, found: InferenceByFact
) -> WasRead:
    """What the reading says of a fact, before anybody corrects it.

    Figures that we work out are no reading; trades and fit always are.
    """
    read = holder_of(understanding.as_read, lot)
    if read is None:
        return WasRead(None, [])
    by_us = found.get((lot, fact.name)) if fact.name in READ_BY_US else None
    value = fact.read(read)
    if value is None and by_us is not None:
        value = by_us.value
    words = evidence_of(fact, read, by_us) if value is not None else ()
    return WasRead(value, [{"where": e.where, "words": e.words} for e in words])


def note_misreading(
    *, correction: Correction, replaced: Correction | None, read: WasRead, reading_pk: int
) -> Misreading | None:
    """Keep what we had read beside a new correction, where the two differ.

    `replaced` is the correction that stepped back for this one: what was read then still counts.
    None where we had read the same, and for private needs, which we do not read.
    """
    if correction.opportunity.is_private:
        return None
    if replaced is not None:
        earlier = Misreading.objects.filter(correction=replaced).first()
        read = WasRead(
            earlier.was_read if earlier else replaced.value,
            earlier.evidence if earlier else read.evidence,
        )
    if is_same(FACTS[correction.fact], read.value, correction.value):
        return None
    return Misreading.objects.create(
        correction=correction, reading_id=reading_pk, was_read=read.value, evidence=read.evidence
    )


@transaction.atomic
def judge_misreading(*, misreading: Misreading, verdict: str, why: str, by: User) -> Misreading:
    """Keep it as an example with the whole line it becomes, refuse it, or leave it open again.

    Raises ValidationError where the fact has no label file or the line lacks an answer.
    """
    misreading = Misreading.objects.select_for_update().get(pk=misreading.pk)
    before = misreading.verdict
    is_open = verdict == Misreading.Verdict.PENDING
    misreading.verdict = verdict
    misreading.why = "" if is_open else why
    misreading.label = _label(misreading, why) if verdict == Misreading.Verdict.KEPT else None
    misreading.judged_by = None if is_open else by
    misreading.judged_at = None if is_open else timezone.now()
    misreading.save()
    journal.record(
        "opportunities.judge_misreading",
        misreading,
        by=by,
        before={"verdict": before},
        after={"verdict": verdict},
    )
    return misreading


def _label(misreading: Misreading, why: str) -> dict[str, object]:
    correction = misreading.correction
    opportunity = correction.opportunity
    label = label_of(correction.fact, opportunity.understood, infer(opportunity), why)
    if label is None:
        raise ValidationError("Ce fait n’a pas de fichier d’exemples. Il reste dans la liste.")
    if "fit" in label and label["fit"] is None:
        raise ValidationError(
            "Il manque une réponse\u00a0: des structures d’insertion peuvent-elles porter ce "
            "marché\u202f? Répondez d’abord sur la page de l’avis."
        )
    return label
