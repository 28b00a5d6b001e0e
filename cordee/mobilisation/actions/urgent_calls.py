"""An urgent question to peers, its answers, and the thanks that close it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal, mailing
from cordee.accounts.models import User
from cordee.members.models import RoleSeat, Structure
from cordee.mobilisation.actions.mutual_aid import write_to_directors
from cordee.mobilisation.campaigns.weekly_cap import rooms
from cordee.mobilisation.models import UrgentAnswer, UrgentCall, UrgentCallReach
from cordee.mobilisation.mutual.peers import ASKED_A_WEEK, at_weekly_limit, may_ask, peers
from cordee.mobilisation.mutual.words import mentions_a_bid

MAIL_KIND = "urgent_calls"
NO_BID = (
    "Écrivez sans prix, sans montant, sans partenaire ni offre en cours. Entre structures, "
    "ces choses ne se disent pas pour un marché ouvert (code de commerce, L420-1)."
)


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
    for field in ("title", "question"):
        if mentions_a_bid(getattr(call, field)):
            raise ValidationError({field: NO_BID})
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
    write_to_directors(mailed, MAIL_KIND, "mobilisation/mail/urgent_call", call, {"call": call})
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
    if mentions_a_bid(words):
        raise ValidationError({"words": NO_BID})
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
        write_to_directors([call.structure_id], MAIL_KIND, template, answer, context)
    return answer


@transaction.atomic
def close_call(*, call: UrgentCall, thanks: str, by: User | None, now: datetime) -> None:
    """Close a call and thank those who answered, once.

    Raises ValidationError where the thanks tell of a bid: all who answered read them.
    """
    if call.closed_at is not None:
        return
    if mentions_a_bid(thanks):
        raise ValidationError({"thanks": NO_BID})
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
    write_to_directors(answered, MAIL_KIND, "mobilisation/mail/urgent_thanks", call, {"call": call})


def _who_have_readers(structures: set[int]) -> set[int]:
    """Those where somebody takes these mails: what nobody is sent counts in no week."""
    seats = RoleSeat.objects.live().directors().filter(structure__in=structures)
    directing = [(seat.structure_id, seat.person) for seat in seats.select_related("person")]
    wanting = mailing.people_who_want([person for _, person in directing], kind=MAIL_KIND)
    return {pk for pk, person in directing if pk is not None and person.pk in wanting}
