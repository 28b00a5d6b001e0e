"""A person says what the notice means: the file and its reading stay untouched.

What fills an unknown or quotes the notice counts at once. What contradicts is only proposed, until
a second person confirms it, or two days pass without objection.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.notices.notice import ClauseKind
from cordee.opportunities.access import may_object, may_settle, may_withdraw
from cordee.opportunities.actions.correction_mails import tell_leaders
from cordee.opportunities.actions.misreadings import WasRead, note_misreading, was_read
from cordee.opportunities.actions.refreshing import refresh_opportunity
from cordee.opportunities.facts import FACTS, FactDefinition, FactInput, holder_of, is_same
from cordee.opportunities.inference import InferenceByFact, infer
from cordee.opportunities.margin import passages
from cordee.opportunities.models import Breakdown, Correction, Objection, Opportunity
from cordee.opportunities.understanding import Understanding

# Without objection, one who is alone is trusted after it.
UNOPPOSED_AFTER = timedelta(days=2)
# What the whole says of its lots too; an amount or hours of the whole are no lot's.
_OF_EVERY_LOT = frozenset(FACTS) - {"amount", "need", "clause_hours"}

Ground = Correction.Ground


@transaction.atomic
def correct_fact(
    *,
    opportunity: Opportunity,
    fact: str,
    lot: str = "",
    value: Any,
    by: User,
    on: date,
    quote: str = "",
) -> Correction:
    """Say a value of a fact; whether it counts at once is its `ground`.

    `value` is JSON as `facts` states it, None for "nobody knows"; `quote`, words of the notice that
    say it. Who says what somebody else proposes confirms it, if they may. Raises ValueError where
    the fact or the lot does not exist, and ValidationError where the quote does not stand there.
    """
    known = FACTS.get(fact)
    if known is None:
        raise ValueError(f"fact is {fact!r}: nobody can correct it. Use one of {sorted(FACTS)}.")
    if lot and (not known.per_lot or holder_of(opportunity.current().as_read, lot) is None):
        raise ValueError(
            f"lot is {lot!r}: {fact} cannot be said of it. Leave it out, or use a lot."
        )
    opportunity, now = _locked(opportunity), timezone.now()
    same = _standing(opportunity, fact, lot)
    if same is not None and same.value == value and same.by == by:
        return same  # the second click of a double click
    told = _Told.of(opportunity, known, lot)
    quote = " ".join(quote.split())
    if quote:
        _refuse_unless_quoted(told, value, quote)
    proposed = _proposed(opportunity, fact, lot)
    own = next((one for one in proposed if one.by == by), None)
    ground = _ground(told, value, by, quote, same, now)
    if not ground:
        if own is not None and own.value == value:
            return own
        for other in proposed:
            if is_same(known, other.value, value) and may_settle(by, other):
                return _counted(other, Ground.CONFIRMED, by, on)
    if own is not None:
        _withdraw(own, by)
    correction = Correction.objects.create(
        opportunity=opportunity,
        fact=fact,
        lot_id=lot,
        value=value,
        by=by,
        quote=quote,
        against=told.counts_now(),
    )
    if ground:
        return _counted(correction, ground, by, on)
    _record("propose_correction", correction, by)
    tell_leaders(correction, "proposed", by=by, now=now)
    _refresh_deadline(correction, on)
    return correction


@transaction.atomic
def settle_correction(
    *, correction: Correction, by: User, on: date, against: Any = None
) -> Correction:
    """Confirm what somebody else proposes; confirmed already, it stays as it is.

    `against` is the value that the user saw it contradict, where the page told one. Raises
    ValidationError where it was taken back, the notice says otherwise since, or the user may not.
    """
    correction = _again(correction)
    if correction.ground:
        return correction
    if not may_settle(by, correction):
        raise ValidationError("Une personne d’une autre organisation confirme cette correction.")
    if against is not None and against != current_value(correction):
        raise ValidationError("L’avis a changé entre-temps. Relisez, puis confirmez.")
    return _counted(correction, Ground.CONFIRMED, by, on)


@transaction.atomic
def object_to_correction(*, correction: Correction, by: User) -> None:
    """Say that a proposed correction is wrong: time alone does not settle it any more."""
    correction = _again(correction)
    if correction.ground:
        raise ValidationError("Cette correction est déjà confirmée. Proposez l’autre valeur.")
    if not may_object(by, correction):
        raise ValidationError("C’est votre correction\u00a0: retirez-la si elle est fausse.")
    _, is_new = Objection.objects.get_or_create(correction=correction, by=by, withdrawn_at=None)
    if is_new:
        _record("object_to_correction", correction, by)
        tell_leaders(correction, "objected", by=by, now=timezone.now())


@transaction.atomic
def withdraw_objection(*, correction: Correction, by: User) -> None:
    """Take one's objection back: the two days begin again."""
    correction = _again(correction)
    standing = Objection.objects.standing().filter(correction=correction, by=by)
    if standing.update(withdrawn_at=timezone.now(), withdrawn_by=by):
        _record("withdraw_objection", correction, by)


@transaction.atomic
def withdraw_correction(*, correction: Correction, by: User, on: date) -> None:
    """Go back to what was read. The correction stays in the history.

    Raises ValidationError where it was confirmed, and not by the user: they propose instead.
    """
    _locked(correction.opportunity)
    correction = _row(correction)
    if correction.withdrawn_at is not None:
        return
    if not may_withdraw(by, correction):
        raise ValidationError("Cette correction est à deux personnes. Proposez l’autre valeur.")
    _withdraw(correction, by)
    _record("withdraw_correction", correction, by, is_gone=True)
    tell_leaders(correction, "withdrawn", by=by, now=timezone.now())
    if correction.ground:
        _refresh(correction, by, on)
    else:
        _refresh_deadline(correction, on)


def settle_unopposed(now: datetime) -> int:
    """What the schedule does: two days without objection settle; returns how many it settled.

    Neither a deadline that is past, which would close what nobody looked at, nor what the notice
    tells otherwise since. A proposed deadline that came and went commands no more.
    """
    before = now - UNOPPOSED_AFTER
    objections = Objection.objects.filter(
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=before), correction=OuterRef("pk")
    )
    waiting = Correction.objects.proposed().select_related("opportunity__joined_to", "by")
    ripe = waiting.filter(~Exists(objections), at__lte=before).order_by("pk")
    settled = sum(_settle_alone(each, now) for each in ripe)
    today = timezone.localdate(now)
    for each in waiting.filter(fact="deadline", opportunity__deadline__lte=now):
        if each.value and datetime.fromisoformat(each.value) == each.opportunity.deadline:
            _refresh(each, None, today)
    return settled


@transaction.atomic
def _settle_alone(correction: Correction, now: datetime) -> bool:
    _locked(correction.opportunity)
    correction = _row(correction)
    is_open = correction.withdrawn_at is None and not correction.ground
    if not is_open or correction.objections.standing().exists():
        return False
    known = FACTS[correction.fact]
    is_moved = correction.against is not None and not is_same(
        known, correction.against, current_value(correction)
    )
    if is_moved or _is_past(known, correction.value, now) or not _has_holder(correction):
        return False
    _counted(correction, Ground.UNOPPOSED, None, timezone.localdate(now))
    return True


def current_value(correction: Correction) -> Any:
    """What counts today of the fact that a proposed correction contradicts."""
    return _Told.of(correction.opportunity, FACTS[correction.fact], correction.lot_id).counts_now()


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told today of one fact, of the whole (`lot` "") or of a lot."""

    fact: FactDefinition
    lot: str
    understanding: Understanding
    found: InferenceByFact

    @classmethod
    def of(cls, opportunity: Opportunity, fact: FactDefinition, lot: str) -> Self:
        # What was said before two opportunities were joined shows on the one that stands.
        whole = Opportunity.objects.get(pk=opportunity.joined_to_id or opportunity.pk)
        return cls(fact, lot, whole.understood, infer(whole))

    def read(self, lot: str) -> WasRead:
        return was_read(self.fact, lot, self.understanding, self.found)

    def counts_now(self) -> Any:
        standing = self.understanding.correction_of(self.fact.name, self.lot)
        return next(iter(self.stated()), None) if standing is None else standing.value

    def stated(self) -> list[Any]:
        """What was read: of the lot or the whole itself, else of the other of the two."""
        fact, read = self.fact, self.understanding.as_read
        own = self.read(self.lot).value
        if own is None and fact.name == "negated" and (clause := read.social_clause):
            own = None if clause.kind is ClauseKind.NONE else False
        if own not in (None, []):
            return [own]
        said: list[Any] = []
        if self.lot and fact.name in _OF_EVERY_LOT:
            said = [self.read("").value]
        elif not self.lot and fact.per_lot:
            said = [fact.read(one) for one in read.lots]
            if fact.shape is FactInput.EUROS:
                said = [sum(said)] if said and None not in said else []
        return [one for one in said if one not in (None, [])]


def _ground(
    told: _Told, value: Any, by: User, quote: str, standing: Correction | None, now: datetime
) -> str:
    """Why a correction counts at once; "" where it has to be confirmed."""
    if _is_past(told.fact, value, now):
        return ""
    if quote:
        return Ground.QUOTES
    # Who said it alone may say it better; what others said, or confirmed, they contradict.
    if standing is None or (standing.by == by and standing.ground in Correction.OF_ONE):
        said = told.stated()
    else:
        said = [] if standing.value is None else [standing.value]
    return "" if said and not any(is_same(told.fact, one, value) for one in said) else Ground.FILLS


def _is_past(fact: FactDefinition, value: Any, now: datetime) -> bool:
    """A deadline that is past would close the notice for everybody."""
    is_deadline = fact.shape is FactInput.MOMENT and value is not None
    return is_deadline and datetime.fromisoformat(value) <= now


def _refuse_unless_quoted(told: _Told, value: Any, quote: str) -> None:
    if not passages.stands_in(told.understanding, quote):
        cure = "Recopiez une phrase de l’avis, mot pour mot, ou laissez ce champ vide."
        raise ValidationError({"quote": f"L’avis n’écrit pas «\u00a0{quote[:80]}\u00a0». {cure}"})
    if not passages.says(told.fact, value, quote):
        cure = "Citez la phrase qui la donne, ou laissez ce champ vide."
        raise ValidationError({"quote": f"Ces mots ne disent pas votre réponse. {cure}"})


def _locked(opportunity: Opportunity) -> Opportunity:
    """Two people who correct at once wait for each other."""
    return Opportunity.objects.select_for_update().get(pk=opportunity.pk)


def _row(correction: Correction) -> Correction:
    rows = Correction.objects.select_related("opportunity__joined_to", "by")
    return rows.get(pk=correction.pk)


def _again(correction: Correction) -> Correction:
    """The row as it is, under the lock of its opportunity, unless it was taken back."""
    _locked(correction.opportunity)
    found = _row(correction)
    if found.withdrawn_at is not None or not _has_holder(found):
        raise ValidationError("Cette correction a été retirée, ou remplacée. Relisez l’avis.")
    return found


def _has_holder(correction: Correction) -> bool:
    """Whether the notice still has its lot."""
    opportunity = correction.opportunity.joined_to or correction.opportunity
    return holder_of(opportunity.current().as_read, correction.lot_id) is not None


def _standing(opportunity: Opportunity, fact: str, lot: str) -> Correction | None:
    held = Correction.objects.standing().filter(opportunity=opportunity, fact=fact, lot_id=lot)
    return held.select_related("by").first()


def _proposed(opportunity: Opportunity, fact: str, lot: str) -> Sequence[Correction]:
    found = Correction.objects.proposed().of_opportunity(opportunity).filter(fact=fact, lot_id=lot)
    return list(found.select_related("opportunity__joined_to", "by"))


def _counted(correction: Correction, ground: str, by: User | None, on: date) -> Correction:
    """Have it count in the place of what stood, note what was misread, and write it everywhere."""
    now, lot = timezone.now(), correction.lot_id
    told = _Told.of(correction.opportunity, FACTS[correction.fact], lot)
    before = _standing(correction.opportunity, correction.fact, lot)
    if before is not None:
        _withdraw(before, by)
    correction.ground = ground
    if ground not in Correction.OF_ONE:
        correction.settled_at, correction.settled_by = now, by
    correction.save(update_fields=["ground", "settled_at", "settled_by"])
    note_misreading(
        correction=correction,
        replaced=before,
        read=told.read(lot),
        reading_pk=told.understanding.main.reading_pk,
    )
    is_first = ground in Correction.OF_ONE
    verb = "correct_fact" if is_first else "settle_correction"
    _record(verb, correction, by, before=before.value if before else correction.against)
    tell_leaders(correction, "counts" if is_first else "settled", by=by, now=now)
    _refresh(correction, correction.by, on)
    return correction


def _withdraw(correction: Correction, by: User | None) -> None:
    correction.withdrawn_at, correction.withdrawn_by = timezone.now(), by
    correction.save(update_fields=["withdrawn_at", "withdrawn_by"])


def _record(
    verb: str, correction: Correction, by: User | None, *, before: Any = None, is_gone: bool = False
) -> None:
    which = {"fact": correction.fact, "lot": correction.lot_id}
    said = which | {"value": correction.value}
    journal.record(
        f"opportunities.{verb}",
        correction.opportunity,
        by=by,
        before=said if is_gone else which | {"value": before},
        after={} if is_gone else said,
    )


def _refresh_deadline(correction: Correction, on: date) -> None:
    """Until it is settled, the first of the deadlines commands."""
    if correction.fact == "deadline":
        _refresh(correction, None, on)


def _refresh(correction: Correction, by: User | None, on: date) -> None:
    opportunity = Opportunity.objects.get(pk=correction.opportunity_id)
    refresh_opportunity(
        # What was said before two opportunities were joined shows on the one that stands.
        opportunity=opportunity.joined_to or opportunity,
        by=by if FACTS[correction.fact].shapes_work else None,
        origin=Breakdown.Origin.CORRECTION,
        on=on,
    )
