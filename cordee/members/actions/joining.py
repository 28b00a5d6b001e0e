"""Joining a structure: asking, and what those who decide answer.

A sheet may be begun before one has an account. What was typed then waits in the link of a mail and
nowhere else, so that an address that nobody confirms leaves nothing behind; the link ends after
thirty days. What it holds then waits as a claim, until its request is answered.
"""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cordee.accounts import journal, mailing
from cordee.accounts.models import User
from cordee.base.search import index as search
from cordee.members.actions import claims
from cordee.members.actions.people import grant_seat
from cordee.members.actions.structures import add_structure, vouch_for
from cordee.members.claim_answers import Answers, ClaimStep, TradesAnswer
from cordee.members.models import Claim, Commune, JoinRequest, RoleSeat, Structure
from cordee.rules.kinds import Kind

MAIL = "join_requests"
LINK_KEPT = timedelta(days=30)
BEGUN_MAIL = "sheets_begun"
TEMPLATE = "members/mail/sheet_begun"
# Salted: a signature made here opens nothing elsewhere.
SALT = "cordee.members.beginnings"


@transaction.atomic
def ask_to_join(
    *, person: User, structure: Structure, role: RoleSeat.Role, message: str, now: datetime
) -> JoinRequest:
    """Ask for a seat in a structure; the request that waits already is given back.

    Those who decide get a mail each. Raises ValidationError for somebody who holds the seat, or
    for a structure that is closed.
    """
    if structure.is_closed:
        raise ValidationError("Cet établissement est fermé : personne ne peut le rejoindre.")
    if RoleSeat.objects.filter(person=person, structure=structure, role=role).exists():
        raise ValidationError("Vous tenez déjà ce rôle dans cette structure.")
    waiting = JoinRequest.objects.pending().filter(person=person, structure=structure).first()
    if waiting is not None:
        return waiting
    request = JoinRequest(
        person=person, structure=structure, role=role, message=message.strip(), asked_at=now
    )
    request.full_clean()
    request.save()
    journal.record("members.ask_to_join", structure, by=person, after={"role": role.value})
    # Each mail has a key of request and reader: a task that is run again writes to nobody twice.
    for decider in _deciders(structure, timezone.localdate(now)):
        mailing.write_to(
            decider,
            kind=MAIL,
            template="members/mail/join_request",
            context={"request": request},
            key=f"join-request:{request.pk}:{decider.pk}",
        )
    return request


@transaction.atomic
def accept_join_request(*, request: JoinRequest, by: User | None, now: datetime) -> RoleSeat:
    """Give the seat that was asked for. The first director makes the structure claimed.

    Accepted twice, it gives the same seat. Raises ValidationError where it was refused or
    withdrawn meanwhile, or where the seat has ended since.
    """
    locked = _lock(request)
    held = RoleSeat.objects.filter(
        person=locked.person_id, role=locked.role, structure=locked.structure_id
    ).first()
    if locked.state == JoinRequest.State.ACCEPTED and held is not None:
        return held
    _must_be_pending(locked)
    role, was_claimed = RoleSeat.Role(locked.role), locked.structure.is_claimed
    vouch_for([locked.structure])
    seat = grant_seat(person=locked.person, role=role, structure=locked.structure, by=by)
    _decide(locked, JoinRequest.State.ACCEPTED, by, now, "")
    # Where somebody directs it already, the sheet is theirs: no earlier answer is written over it,
    # nor offered to be taken up again.
    if was_claimed:
        claims.forget_waiting_claim(structure=locked.structure, person=locked.person)
    else:
        claims.apply_waiting_claim(structure=locked.structure, person=locked.person, by=by, now=now)
    journal.record(
        "members.accept_join_request",
        locked.structure,
        by=by,
        after={"role": locked.role, "person": locked.person_id},
    )
    _notify(locked)
    return seat


@transaction.atomic
def refuse_join_request(
    *, request: JoinRequest, by: User | None, now: datetime, reason: str
) -> None:
    """Say no, and why. Refused twice is refused once; ValidationError where it was accepted."""
    locked = _lock(request)
    if locked.state == JoinRequest.State.REFUSED:
        return
    _must_be_pending(locked)
    if not reason.strip():
        raise ValidationError("Dites pourquoi en une phrase : la personne la lira.")
    _decide(locked, JoinRequest.State.REFUSED, by, now, reason.strip())
    claims.drop_waiting_claim(structure=locked.structure, person=locked.person, by=by)
    journal.record(
        "members.refuse_join_request",
        locked.structure,
        by=by,
        after={"role": locked.role, "person": locked.person_id},
    )
    _notify(locked)


@transaction.atomic
def withdraw_join_request(*, request: JoinRequest, by: User, now: datetime) -> None:
    """Ask no more; nothing where it was decided already."""
    locked = _lock(request)
    if not locked.is_pending:
        return
    _decide(locked, JoinRequest.State.WITHDRAWN, by, now, "")
    claims.drop_waiting_claim(structure=locked.structure, person=locked.person, by=by)
    journal.record(
        "members.withdraw_join_request", locked.structure, by=by, after={"role": locked.role}
    )


def _deciders(structure: Structure, on: date) -> list[User]:
    """The user's directors, else their networks, else the keepers of the server."""
    seats = RoleSeat.objects.deciding_on(structure, on)
    found = list(User.objects.filter(pk__in=seats.order_by().values("person")))
    return found or list(User.objects.filter(is_superuser=True, is_active=True))


def _lock(request: JoinRequest) -> JoinRequest:
    return (
        JoinRequest.objects.select_for_update(of=("self",))
        .select_related("structure", "person")
        .get(pk=request.pk)
    )


def _must_be_pending(request: JoinRequest) -> None:
    if not request.is_pending:
        raise ValidationError(f"Cette demande est déjà {request.get_state_display()}.")


def _decide(
    request: JoinRequest, state: JoinRequest.State, by: User | None, now: datetime, reason: str
) -> None:
    request.state, request.decided_by = state, by
    request.decided_at, request.reason = now, reason
    request.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def _notify(request: JoinRequest) -> None:
    mailing.write_to(
        request.person,
        kind=MAIL,
        template="members/mail/join_answer",
        context={"request": request},
        key=f"join-request:{request.pk}:answer",
    )


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a stranger typed. `structure` is None where the directory does not have theirs."""

    address: str
    name: str
    structure: int | None = None
    commune: str | None = None
    trades: TradesAnswer = field(default_factory=TradesAnswer)

    @property
    def token(self) -> str:
        """All of it, signed, as an address takes it."""
        answer = asdict(self.trades)
        typed = [self.address, self.name, self.structure, self.commune, answer]
        return signing.dumps(typed, salt=SALT, compress=True)

    @classmethod
    def read(cls, token: str) -> "Beginning":
        """Raises BadSignature for what we did not sign, or more than thirty days ago."""
        address, name, pk, commune, answer = signing.loads(token, salt=SALT, max_age=LINK_KEPT)
        trades = Answers.read({ClaimStep.TRADES.value: answer}).trades
        return cls(address, name, pk, commune, trades or TradesAnswer())


def send_link(beginning: Beginning, *, now: datetime) -> None:
    """Write to the address, which may be anybody's: its owner goes on, or does nothing."""
    mailing.write_to_address(
        beginning.address,
        kind=BEGUN_MAIL,
        template=TEMPLATE,
        context=mail_context(beginning, now),
        key=f"sheet_begun:{uuid4()}",
        is_secret=True,
    )


def mail_context(beginning: Beginning, now: datetime) -> dict[str, Any]:
    path = reverse("members:begun", args=[beginning.token])
    return {"name": beginning.name, "path": path, "until": now + LINK_KEPT}


@transaction.atomic
def take_up(
    *, beginning: Beginning, person: User, siret: str, kind: str, now: datetime
) -> JoinRequest:
    """Ask to direct the structure, and keep the answers until somebody decides.

    One that the directory does not have is added by its SIRET and kind, and shown to nobody else
    before (`StructureQuerySet.listed`). Taken up twice, nothing is written over. Raises
    ValidationError as `ask_to_join`, or where the structure is gone.
    """
    named = {"pk": beginning.structure} if beginning.structure else {"siret": siret, "kind": kind}
    structure = Structure.objects.filter(**named).first()
    if structure is None and beginning.structure is None:
        structure = add_structure(
            siret=siret,
            kind=Kind(kind).value,
            name=beginning.name,
            commune=Commune.objects.get(pk=beginning.commune),
            by=person,
            source=Structure.Source.DECLARED,
        )
    if structure is None:
        raise ValidationError("Cette structure n’est plus dans l’annuaire. Cherchez-la de nouveau.")
    asked = ask_to_join(
        person=person, structure=structure, role=RoleSeat.Role.DIRECTOR, message="", now=now
    )
    # Whoever directs it by now keeps the sheet: these answers would be written over theirs.
    if (
        not structure.is_claimed
        and not Claim.objects.filter(person=person, structure=structure).exists()
    ):
        claims.answer_claim(
            structure=structure,
            person=person,
            step=ClaimStep.TRADES,
            answer=beginning.trades,
            now=now,
        )
    return asked


@transaction.atomic
def forget_declared(now: datetime) -> int:
    """What the schedule does each day: structures that nobody accepted go; how many."""
    waiting = JoinRequest.objects.pending().values("structure")
    old = Structure.objects.unlisted().filter(updated_at__lt=now - LINK_KEPT, seats=None)
    keys = list(old.exclude(pk__in=waiting).values_list("pk", flat=True))
    search.remove_rows(Structure, keys)
    Structure.objects.filter(pk__in=keys).delete()
    return len(keys)
