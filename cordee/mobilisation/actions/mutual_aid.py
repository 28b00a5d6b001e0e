"""Writing, answering and closing a « coup de main », or an urgent question to peers.

Neither prices of people nor what a competitor could use may be written.
"""

import re
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
from cordee.mobilisation.campaigns.mail_times import rooms
from cordee.mobilisation.models import (
    MutualOffer,
    MutualReply,
    UrgentAnswer,
    UrgentCall,
    UrgentCallReach,
)
from cordee.mobilisation.mutual.peers import ASKED_A_WEEK, at_weekly_limit, may_ask, peers
from cordee.notices.text import fold
from cordee.rules import staff_loan

MAIL_KIND, CALLS = "mutual_aid", "urgent_calls"
HOURLY = (
    "Écrivez sans prix à l’heure ni au jour : ce serait vendre une personne, pas donner un coup "
    "de main (code du travail, L8241-1)."
)
PERMANENT_ONLY = (
    "Cordée ne prête pas de personnes en insertion : leur parcours tient à leur encadrant·e. "
    "Proposez plutôt une sous-traitance : votre équipe, avec elle ou lui."
)
NO_BID = (
    "Écrivez sans prix, sans montant, sans partenaire ni offre en cours. Entre structures, "
    "ces choses ne se disent pas pour un marché ouvert (code de commerce, L420-1)."
)
# An hourly or daily price: what the law calls the illicit loan of labour (RULE-40).
_PER_HOUR = re.compile(
    r"\d[\d\s,.]{0,30}(?:€|euros?|eur\b)\s{0,5}(?:ht\b|ttc\b)?\s{0,5}"
    r"(?:/|par|(?:de\s{1,5})?l[' ]|la)\s{0,5}(?:demi-)?(?:h\b|heures?|jour|j\b)"
    r"|taux\s{1,5}horaire|prix\s{1,5}(?:horaire|de\s{1,5}l'heure)"
)
_AMOUNT = re.compile(r"\d[\d\s,.]{0,30}(?:k?€|euros?\b)|€\s{0,5}\d")
_BID = re.compile(
    r"\b(?:notre|nos|votre|vos|leur|leurs|mon|mes)\s{1,5}"
    r"(?:prix|offres?|tarifs?|partenaires?|marges?)\b"
    r"|\b(?:quel|a quel|quels)\s{1,5}(?:prix|tarifs?)\b"
    r"|\bqui\s{1,5}(?:repond|va repondre|candidate)\b"
)


def _plain(text: str) -> str:
    """Folded, with one space between words: the patterns count on it, and stay linear."""
    return " ".join(fold(text).split())


def has_hourly_price(text: str) -> bool:
    """ "25 €/h", "180 euros par jour", "taux horaire"."""
    return bool(_PER_HOUR.search(_plain(text)))


def mentions_a_bid(text: str) -> bool:
    """An amount, a price, an offer or a partner: nothing of it goes to peers (RULE-38)."""
    folded = _plain(text)
    return bool(_AMOUNT.search(folded) or _BID.search(folded))


def refuse_bids(**texts: str) -> None:
    """Raises ValidationError for each text that tells of a bid, by the name of its field."""
    refused = {name: NO_BID for name, text in texts.items() if mentions_a_bid(text)}
    if refused:
        raise ValidationError(refused)


def write_to_directors(
    structures: Collection[int], kind: str, template: str, about: Model, context: Mapping[str, Any]
) -> None:
    """A mail, that shows no address, to each who directs one of these structures: once about it."""
    key = f"{template.rpartition('/')[2].replace('_', '-')}-{about.pk}"
    people = RoleSeat.objects.directors().filter(structure__in=structures).people()
    letters = [mailing.Letter(person, f"{key}-{person.pk}", context) for person in people]
    mailing.write_to_many(letters, kind=kind, template=template)


# Offers and requests.


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


# Urgent calls.


@transaction.atomic
def send_call(*, call: UrgentCall, by: User | None, now: datetime) -> UrgentCall:
    """Send a question to those who did it before; returns the call, its reach kept.

    Raises ValidationError where it tells of a bid, reaches nobody, is past, or is one too many.
    """
    on = timezone.localdate(now)
    reached = peers(network=call.network, structure=call.structure, trade=call.trade, on=on)
    # One at a time: a double click finds the first call, and a campaign that writes to one of those
    # it reaches at this moment sees it. In one order, so that two calls never wait for each other.
    held = Structure.objects.select_for_update().filter(pk__in={call.structure_id, *reached})
    list(held.order_by("pk").values_list("pk"))
    same: UrgentCall | None = UrgentCall.objects.filter(
        structure=call.structure,
        network=call.network,
        title=call.title,
        question=call.question,
        needed_by=call.needed_by,
        closed_at__isnull=True,
    ).first()
    if same is not None:
        return same
    if call.needed_by < on:
        raise ValidationError({"needed_by": "Ce jour est passé."})
    refuse_bids(title=call.title, question=call.question)
    if not may_ask(structure=call.structure, now=now):
        raise ValidationError(
            f"Votre structure a déjà lancé {ASKED_A_WEEK} appels en sept jours. "
            "Attendez un peu, ou appelez votre réseau."
        )
    if not reached:
        raise ValidationError(
            "Personne dans ce réseau n’a déclaré bien exercer ce métier. "
            "Demandez à l’équipe du réseau."
        )
    call.by, call.at = by, now
    call.full_clean(exclude=["by"])
    call.save()
    # One week, one limit: what networks wrote to them counts too.
    room = rooms(list(reached), now)
    tired = at_weekly_limit(structures=set(reached), now=now)
    mailed = {pk for pk in _who_have_readers(set(reached)) if pk not in tired and room[pk] <= now}
    UrgentCallReach.objects.bulk_create(
        UrgentCallReach(call=call, structure_id=pk, why=why, is_mailed=pk in mailed, at=now)
        for pk, why in reached.items()
    )
    journal.record(
        "mobilisation.send_urgent_call",
        call,
        by=by,
        after={"structure": call.structure_id, "trade": call.trade, "reached": len(reached)},
    )
    write_to_directors(mailed, CALLS, "mobilisation/mail/urgent_call", call, {"call": call})
    return call


@transaction.atomic
def answer_call(
    *, call: UrgentCall, structure: Structure, words: str, by: User | None, now: datetime
) -> UrgentAnswer:
    """Answer for a structure that the call reaches; said again, the last words stay.

    Raises ValidationError once it is closed, or where the words tell of a bid.
    """
    if not call.is_standing(timezone.localdate(now)):
        raise ValidationError("Cet appel est clos. Merci tout de même.")
    if not UrgentCallReach.objects.filter(call=call, structure=structure).exists():
        raise ValidationError("Cet appel n’est pas adressé à cette structure.")
    refuse_bids(words=words)
    known: UrgentAnswer | None = call.answers.filter(structure=structure).first()
    answer = known or UrgentAnswer(call=call, structure=structure)
    if known is not None and known.words == words.strip():
        return known
    answer.words, answer.by, answer.at = words.strip(), by, now
    answer.full_clean(exclude=["by"])
    answer.save()
    journal.record(
        "mobilisation.answer_urgent_call",
        call,
        by=by,
        after={"structure": structure.pk, "again": known is not None},
    )
    if known is None:
        context, template = {"call": call, "answer": answer}, "mobilisation/mail/urgent_answer"
        write_to_directors([call.structure_id], CALLS, template, answer, context)
    return answer


@transaction.atomic
def close_call(*, call: UrgentCall, thanks: str, by: User | None, now: datetime) -> None:
    """Close a call and thank those who answered, once.

    Raises ValidationError where the thanks tell of a bid: all who answered read them.
    """
    if call.closed_at is not None:
        return
    refuse_bids(thanks=thanks)
    call.closed_at, call.thanks = now, thanks.strip()
    call.full_clean(exclude=["by"])
    call.save()
    answered = list(call.answers.values_list("structure", flat=True))
    journal.record(
        "mobilisation.close_urgent_call",
        call,
        by=by,
        after={"structure": call.structure_id, "answers": len(answered)},
    )
    write_to_directors(answered, CALLS, "mobilisation/mail/urgent_thanks", call, {"call": call})


def _who_have_readers(structures: set[int]) -> set[int]:
    """Those where somebody takes these mails: what nobody is sent counts in no week."""
    seats = RoleSeat.objects.live().directors().filter(structure__in=structures)
    directing = [(seat.structure_id, seat.person) for seat in seats.select_related("person")]
    wanting = mailing.people_who_want([person for _, person in directing], kind=CALLS)
    return {pk for pk, person in directing if pk is not None and person.pk in wanting}
