"""Writing, answering and closing a « coup de main »."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from cordee.accounts import journal, mailing
from cordee.accounts.models import User
from cordee.members.models import RoleSeat, Structure
from cordee.mobilisation.models import MutualOffer, MutualReply
from cordee.mobilisation.mutual.words import has_hourly_price
from cordee.rules import staff_loan

MAIL_KIND = "mutual_aid"
HOURLY = (
    "Écrivez sans prix à l’heure ni au jour : ce serait vendre une personne, pas donner un coup "
    "de main (code du travail, L8241-1)."
)
PERMANENT_ONLY = (
    "Cordée ne prête pas de personnes en insertion : leur parcours tient à leur encadrant·e. "
    "Proposez plutôt une sous-traitance : votre équipe, avec elle ou lui."
)


@transaction.atomic
def write_offer(
    *, offer: MutualOffer, post: staff_loan.Post | None, by: User | None, now: datetime
) -> MutualOffer:
    """Keep an offer or a request. `post`: who would be lent, for a loan of staff.

    Raises ValidationError for a person in insertion, a profit, or an hourly price.
    """
    if offer.kind == MutualOffer.Kind.STAFF:
        if post is None:
            raise ValidationError({"post": "Dites qui serait prêté."})
        refused = staff_loan.refusals(
            post=post, billed_cents=None, cost_cents=None, on=timezone.localdate(now)
        )
        if refused:
            raise ValidationError({"post": PERMANENT_ONLY})
        # Kept on the row: the base refuses a loan of staff that is not of permanent staff.
        offer.is_permanent = True
    else:
        offer.is_permanent = False
    if has_hourly_price(f"{offer.title}\n{offer.words}"):
        raise ValidationError({"words": HOURLY})
    offer.by, offer.at = by, now
    offer.full_clean(exclude=["by"])
    offer.save()
    journal.record(
        "mobilisation.write_mutual_offer",
        offer,
        by=by,
        after={"structure": offer.structure_id, "kind": offer.kind, "way": offer.way},
    )
    return offer


@transaction.atomic
def set_open(*, offer: MutualOffer, is_open: bool, by: User | None, now: datetime) -> None:
    """Close an offer, or show it again. Raises ValidationError to show it past its last day."""
    if is_open and offer.shown_until < timezone.localdate(now):
        raise ValidationError("Sa date est passée\u00a0: écrivez-en un nouveau.")
    before, after = offer.state, MutualOffer.State.OPEN if is_open else MutualOffer.State.CLOSED
    if before == after:
        return
    offer.state = after
    offer.save(update_fields=["state"])
    verb = "mobilisation.reopen_mutual_offer" if is_open else "mobilisation.close_mutual_offer"
    journal.record(verb, offer, by=by, before={"state": before}, after={"state": str(after)})


@transaction.atomic
def reply_to_offer(
    *, offer: MutualOffer, structure: Structure, words: str, by: User | None, now: datetime
) -> MutualReply:
    """Answer for a structure, once; its directors get a mail that shows no address.

    Raises ValidationError for one's own offer, a closed one, or an hourly price.
    """
    if offer.structure_id == structure.pk:
        raise ValidationError("C’est votre propre coup de main.")
    if not offer.is_standing(timezone.localdate(now)):
        raise ValidationError("Ce coup de main est clos : on ne peut plus y répondre.")
    if has_hourly_price(words):
        raise ValidationError({"words": HOURLY})
    known: MutualReply | None = offer.replies.filter(structure=structure).first()
    if known is not None:
        return known
    reply = MutualReply(offer=offer, structure=structure, words=words.strip(), by=by, at=now)
    reply.full_clean(exclude=["by"])
    reply.save()
    journal.record(
        "mobilisation.reply_to_mutual_offer", offer, by=by, after={"structure": structure.pk}
    )
    template = "mobilisation/mail/mutual_reply"
    write_to_directors([offer.structure_id], MAIL_KIND, template, reply, {"reply": reply})
    return reply


@transaction.atomic
def decide_on_reply(
    *, reply: MutualReply, is_accepted: bool, by: User | None, now: datetime
) -> None:
    """Say yes or no to a reply, once; who wrote it gets a mail. A yes answers the offer."""
    if reply.state != MutualReply.State.WAITING:
        return
    reply.state = MutualReply.State.ACCEPTED if is_accepted else MutualReply.State.DECLINED
    reply.decided_by, reply.decided_at = by, now
    reply.save()
    if is_accepted and reply.offer.state == MutualOffer.State.OPEN:
        reply.offer.state = MutualOffer.State.ANSWERED
        reply.offer.save(update_fields=["state"])
    journal.record(
        "mobilisation.accept_mutual_reply" if is_accepted else "mobilisation.decline_mutual_reply",
        reply.offer,
        by=by,
        after={"structure": reply.structure_id},
    )
    template = "mobilisation/mail/mutual_decision"
    write_to_directors([reply.structure_id], MAIL_KIND, template, reply, {"reply": reply})


def write_to_directors(
    structures: Collection[int], kind: str, template: str, about: Model, context: Mapping[str, Any]
) -> None:
    """A mail, that shows no address, to each who directs one of these structures: once about it."""
    key = f"{template.rpartition('/')[2].replace('_', '-')}-{about.pk}"
    people = RoleSeat.objects.directors().filter(structure__in=structures).people()
    letters = [mailing.Letter(person, f"{key}-{person.pk}", context) for person in people]
    mailing.write_to_many(letters, kind=kind, template=template)
