"""A sheet begun before one has an account: what was typed waits in the link of a mail.

It is kept nowhere else, so that an address that nobody confirms leaves nothing behind; the link
ends after thirty days. What it holds then waits as a claim, until its request is answered.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.base.search import index as search
from cordee.members.actions import claims
from cordee.members.actions.joining import ask_to_join
from cordee.members.actions.structures import add_structure
from cordee.members.claim_answers import Answers, ClaimStep, TradesAnswer, as_json
from cordee.members.models import Claim, Commune, JoinRequest, RoleSeat, Structure
from cordee.rules.kinds import Kind

KEPT = timedelta(days=30)
MAIL = "sheets_begun"
TEMPLATE = "members/mail/sheet_begun"
# Salted: a signature made here opens nothing elsewhere.
SALT = "cordee.members.beginnings"


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
        answer = as_json(self.trades)
        typed = [self.address, self.name, self.structure, self.commune, answer]
        return signing.dumps(typed, salt=SALT, compress=True)

    @classmethod
    def read(cls, token: str) -> "Beginning":
        """Raises BadSignature for what we did not sign, or more than thirty days ago."""
        address, name, pk, commune, answer = signing.loads(token, salt=SALT, max_age=KEPT)
        trades = Answers.read({ClaimStep.TRADES.value: answer}).trades
        return cls(address, name, pk, commune, trades or TradesAnswer())


def send_link(beginning: Beginning, *, now: datetime) -> None:
    """Write to the address, which may be anybody's: its owner goes on, or does nothing."""
    mailing.write_to_address(
        beginning.address,
        kind=MAIL,
        template=TEMPLATE,
        context=mail_context(beginning, now),
        key=f"sheet_begun:{uuid4()}",
        is_secret=True,
    )


def mail_context(beginning: Beginning, now: datetime) -> dict[str, Any]:
    path = reverse("members:begun", args=[beginning.token])
    return {"name": beginning.name, "path": path, "until": now + KEPT}


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
    old = Structure.objects.unlisted().filter(updated_at__lt=now - KEPT, seats=None)
    keys = list(old.exclude(pk__in=waiting).values_list("pk", flat=True))
    search.remove_rows(Structure, keys)
    Structure.objects.filter(pk__in=keys).delete()
    return len(keys)
