"""A campaign from its first draft to its end. Nothing leaves before `send_campaign`."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.ui import french
from cordee.members.models import Department, Programme, Structure
from cordee.members.sharing import Viewer
from cordee.mobilisation.campaigns import concerned
from cordee.mobilisation.campaigns.access import RelayPost, may_relay
from cordee.mobilisation.models import Campaign, Recipient
from cordee.opportunities.models import Opportunity

# What a draft proposes at first; the network adds and unticks. More than forty is a list that
# nobody reads over; those beyond are shown, unticked.
TICKED_AT_FIRST = 40
LISTED_AT_FIRST = 120
# A mail that lists more is not read.
MOST_OPPORTUNITIES = 8
# Days left between the answers and the buyer's deadline, to build a team and write the bid.
DAYS_TO_BID = 7
DAYS_TO_ANSWER = 14


State = Recipient.State


@transaction.atomic
def start_campaign(
    *,
    post: RelayPost,
    opportunities: Sequence[Opportunity],
    by: User,
    now: datetime,
    on: date,
    programme: Programme | None = None,
    rule: tuple[str, Department | None, int] | None = None,
) -> Campaign:
    """Open a draft with the members whom the opportunities concern, best placed first.

    The same person asking twice for the same thing gets the draft the person has. Raises
    ValidationError where there is nothing to propose, or too much, or what may not be relayed.
    """
    if not opportunities:
        raise ValidationError("Aucune opportunité ouverte à proposer.")
    if len(opportunities) > MOST_OPPORTUNITIES:
        raise ValidationError(
            f"Un courrier propose {MOST_OPPORTUNITIES} opportunités au plus\u00a0: "
            "resserrez la règle."
        )
    if not all(may_relay(post, each) for each in opportunities):
        raise ValidationError("Ce besoin s’adresse à un autre réseau.")
    known = _same_draft(post, opportunities, by)
    if known is not None:
        return known
    origin = Campaign.Origin.OPPORTUNITY
    if programme is not None:
        origin = Campaign.Origin.PROGRAMME
    elif rule is not None:
        origin = Campaign.Origin.RULE
    trade, department, days = rule or ("", None, None)
    campaign = Campaign.objects.create(
        network=post.network,
        origin=origin,
        programme=programme,
        rule_trade=trade,
        rule_department=department,
        rule_days=days,
        subject=_first_subject(opportunities),
        answer_by=first_answer_by(opportunities, on=on),
        by=by,
        created_at=now,
    )
    campaign.opportunities.set(opportunities)
    _list_first(campaign, opportunities, post, viewer=Viewer(by, on, post.network))
    journal.record(
        "mobilisation.start_campaign",
        campaign,
        by=by,
        after={"network": post.network.slug, "opportunities": [each.pk for each in opportunities]},
    )
    return campaign


def _list_first(
    campaign: Campaign, opportunities: Sequence[Opportunity], post: RelayPost, *, viewer: Viewer
) -> None:
    """The members whom each opportunity of a new draft concerns, best placed first."""
    for opportunity in opportunities:
        found = concerned.concerned(opportunity, post.members(on=viewer.on), viewer=viewer)
        Recipient.objects.bulk_create(
            Recipient(
                campaign=campaign,
                structure_id=each.structure_id,
                opportunity=opportunity,
                rank=rank,
                reason=each.reason,
                state=State.CHOSEN if rank <= TICKED_AT_FIRST else State.LEFT_OUT,
            )
            for rank, each in enumerate(found[:LISTED_AT_FIRST], start=1)
        )


def _same_draft(post: RelayPost, opportunities: Sequence[Opportunity], by: User) -> Campaign | None:
    asked = {each.pk for each in opportunities}
    drafts = Campaign.objects.filter(network=post.network, by=by, state=Campaign.State.DRAFT)
    for draft in drafts.prefetch_related("opportunities"):
        if {each.pk for each in draft.opportunities.all()} == asked:
            return draft
    return None


def _first_subject(opportunities: Sequence[Opportunity]) -> str:
    if len(opportunities) == 1:
        return opportunities[0].title[:150]
    # No number: each structure reads in its mail only what concerns it, often one of them.
    return "Des opportunités près de chez vous"


def first_answer_by(opportunities: Sequence[Opportunity], *, on: date) -> date:
    """Two weeks, and a week before the first buyer's deadline; tomorrow at the earliest."""
    deadlines = [timezone.localdate(each.deadline) for each in opportunities if each.deadline]
    latest = on + timedelta(days=DAYS_TO_ANSWER)
    if deadlines:
        latest = min(latest, min(deadlines) - timedelta(days=DAYS_TO_BID))
    return max(latest, on + timedelta(days=1))


@transaction.atomic
def write_campaign(
    *,
    campaign: Campaign,
    subject: str,
    message: str,
    answer_by: date,
    chosen: Collection[int],
    by: User,
) -> None:
    """Keep the words of a draft and which recipients (ids) to ask: no journal line yet."""
    campaign.subject, campaign.message, campaign.answer_by = subject, message, answer_by
    campaign.save(update_fields=["subject", "message", "answer_by"])
    campaign.recipients.filter(pk__in=chosen).update(state=Recipient.State.CHOSEN)
    campaign.recipients.exclude(pk__in=chosen).update(state=Recipient.State.LEFT_OUT)


@transaction.atomic
def add_to_campaign(*, campaign: Campaign, structure: Structure, post: RelayPost, on: date) -> None:
    """Add a member of the network to a draft, about all that it proposes.

    Raises ValidationError for a structure to which this post may not write.
    """
    if not post.members(on=on).filter(pk=structure.pk).exists():
        raise ValidationError(
            "Cette structure n’est pas membre de votre réseau, ou n’est pas chez vous."
        )
    for opportunity in campaign.opportunities.all():
        known = campaign.recipients.filter(opportunity=opportunity)
        Recipient.objects.update_or_create(
            campaign=campaign,
            structure=structure,
            opportunity=opportunity,
            defaults={"state": Recipient.State.CHOSEN},
            create_defaults={
                "state": Recipient.State.CHOSEN,
                "rank": known.count() + 1,
                "reason": concerned.why(opportunity, structure),
            },
        )


@transaction.atomic
def drop_draft(*, campaign: Campaign, by: User) -> None:
    """Forget a draft, of which nobody has heard."""
    if not campaign.is_draft:
        raise ValidationError("Cette campagne est partie\u00a0: elle ne s’efface plus.")
    journal.record("mobilisation.drop_draft", campaign, by=by)
    campaign.delete()


@transaction.atomic
def send_campaign(
    *, campaign: Campaign, post: RelayPost, by: User, now: datetime, on: date
) -> bool:
    """Send a draft; True for whoever did, False where it was sent meanwhile (a double click).

    Mails leave from the queue, each when it may (`actions.relaying`). Raises ValidationError where
    nobody is chosen, a choice is not theirs to write to, or nothing proposed is open any more.
    """
    # Here, since tasks import actions.
    from cordee.mobilisation.tasks import relay_campaign

    chosen = campaign.recipients.filter(state=Recipient.State.CHOSEN)
    if not campaign.is_draft:
        return False
    if not chosen.exists():
        raise ValidationError("Personne n’est coché\u00a0: cochez au moins une structure.")
    if campaign.answer_by < on:
        raise ValidationError("La date de réponse est passée\u00a0: choisissez-en une autre.")
    if not any(each.is_open(now) for each in campaign.opportunities.all()):
        raise ValidationError("Plus aucune de ces opportunités n’est ouverte.")
    foreign = chosen.exclude(structure__in=post.members(on=on)).count()
    if foreign:
        raise ValidationError(
            f"{french.count(foreign, 'structure n’est', 'structures ne sont')} plus de votre "
            "réseau ou de votre territoire\u00a0: retirez de la liste celles qui sont signalées."
        )
    # The update decides who sent it: of two clicks, one finds no draft any more.
    was_draft = Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.DRAFT).update(
        state=Campaign.State.SENT, sent_at=now
    )
    if not was_draft:
        return False
    campaign.recipients.filter(state=Recipient.State.LEFT_OUT).delete()
    asked = chosen.update(state=Recipient.State.TO_SEND)
    campaign.refresh_from_db(fields=["state", "sent_at"])
    journal.record("mobilisation.send_campaign", campaign, by=by, after={"recipients": asked})
    # On commit: a worker that is quicker than us must find the campaign sent.
    transaction.on_commit(partial(relay_campaign.enqueue, campaign.pk))
    return True


@transaction.atomic
def close_campaign(*, campaign: Campaign, by: User | None, now: datetime) -> None:
    """End a campaign: what has not left stays, reminders stop. Whoever was asked may still answer.

    `by` is None where its time has come. Closed twice, it is closed once.
    """
    closed = Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.SENT).update(
        state=Campaign.State.CLOSED, closed_at=now
    )
    if not closed:
        return
    stopped = campaign.recipients.filter(
        state__in=[Recipient.State.TO_SEND, Recipient.State.HELD]
    ).update(state=Recipient.State.WITHDRAWN, held="")
    campaign.refresh_from_db(fields=["state", "closed_at"])
    journal.record("mobilisation.close_campaign", campaign, by=by, after={"withdrawn": stopped})
