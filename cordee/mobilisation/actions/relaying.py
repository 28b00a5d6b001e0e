"""What leaves, when: the first mails, the reminders, the end. Each is idempotent, for the schedule.

One structure at a time, in one transaction that holds its row: two campaigns, or a campaign and an
urgent call, that reach it at the same moment see each other, and it is asked once.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from cordee.accounts import journal, mailing
from cordee.accounts.models import User
from cordee.members.models import Structure
from cordee.mobilisation.actions.campaigns import close_campaign
from cordee.mobilisation.campaigns import answer_page, mail_times
from cordee.mobilisation.campaigns.access import people_of
from cordee.mobilisation.campaigns.mail_times import rooms
from cordee.mobilisation.models import Answer, Ask, Campaign, Recipient
from cordee.mobilisation.models.campaigns import RecipientQuerySet, closing, until
from cordee.opportunities.wording import mail_facts

# A first mail that arrives later than this before the end is no question any more: one calls.
LAST_MAIL = timedelta(days=1)
# Days after the first mail; a reminder has its number.
REMINDERS = (3, 7)
FIRST, REMINDER = "mobilisation/mail/ask", "mobilisation/mail/reminder"


def _silent() -> RecipientQuerySet:
    """Mailed in a campaign that runs, and has not answered its network in whatever way."""
    answers = Answer.objects.standing().filter(readers=OuterRef("campaign__network"))
    mailed = Recipient.objects.filter(
        state=Recipient.State.SENT, campaign__state=Campaign.State.SENT
    )
    return mailed.filter(~Exists(answers.filter(ask=OuterRef("ask"))))


def relay(*, now: datetime, campaign: Campaign | None = None) -> int:
    """Let leave what may leave of running campaigns; returns how many structures were looked at."""
    rows = Recipient.objects.waiting()
    if campaign is not None:
        rows = rows.filter(campaign=campaign)
    pairs = rows.order_by("campaign__sent_at", "campaign_id", "rank", "pk").values_list(
        "campaign_id", "structure_id"
    )
    # Each structure once a campaign, oldest campaign first: whoever waits longest is served first.
    todo = list(dict.fromkeys(pairs))
    for campaign_id, structure_id in todo:
        _relay_to(campaign_id, structure_id, now)
    return len(todo)


@transaction.atomic
def _relay_to(campaign_id: int, structure_id: int, now: datetime) -> None:
    # Always this row and no other: with one lock a structure, no two locks can cross.
    structure = Structure.objects.select_for_update().get(pk=structure_id)
    rows = list(
        Recipient.objects.waiting()
        .filter(campaign=campaign_id, structure=structure)
        .select_related("campaign__network", "campaign__by", "opportunity", "structure")
        .order_by("rank", "pk")
    )
    if not rows:
        return
    campaign = rows[0].campaign
    # Looked at when the mail may leave and not when it was sent off: days may lie between.
    is_member = Structure.objects.active().of_network(campaign.network, timezone.localdate(now))
    still = is_member.filter(pk=structure.pk).exists() and campaign.answers_close_at > now
    new = []
    for row in rows:
        if not still or not row.opportunity.is_open(now):
            _put(row, Recipient.State.WITHDRAWN)
        elif (ask := _known_ask(row)) is not None and not _is_of_delegations(ask, campaign):
            _join(row, ask, Recipient.State.ALREADY, now)
        else:
            new.append(row)
    if not new:
        return
    # Nobody there reads our mails: the board says so, and somebody calls.
    people = _who_read_mail(structure)
    if not people:
        _ask(new, Recipient.State.BY_PHONE, now)
    elif not mail_times.is_open(now):
        _hold(new, Recipient.Held.QUIET)
    elif (room_at := rooms([structure.pk], now)[structure.pk]) > now:
        ends_at = max(closing(campaign.answer_by, row.opportunity.deadline) for row in new)
        # The cap of the week would let it leave too late to answer: it is called instead.
        if mail_times.next_opening(room_at) > ends_at - LAST_MAIL:
            _ask(new, Recipient.State.BY_PHONE, now)
        else:
            _hold(new, Recipient.Held.CAP)
    elif asked := _ask(new, Recipient.State.SENT, now):
        for person in people:
            write_ask(campaign, structure, asked, person, template=FIRST, number=0)


@transaction.atomic
def ask_by_phone(*, recipient: Recipient, by: User, now: datetime) -> Recipient:
    """A mail waits, and somebody has the structure on the telephone: it is asked there instead.

    Once is enough: nothing where it was asked meanwhile.
    """
    # The same lock as the relay: the schedule may be writing to it at this very moment.
    Structure.objects.select_for_update().get(pk=recipient.structure_id)
    row = Recipient.objects.select_related("campaign", "opportunity", "structure").get(
        pk=recipient.pk
    )
    if row.state != Recipient.State.HELD or not row.campaign.is_running:
        return row
    ask = _known_ask(row)
    if ask is not None and not _is_of_delegations(ask, row.campaign):
        _join(row, ask, Recipient.State.ALREADY, now)
    else:
        _ask([row], Recipient.State.BY_PHONE, now)
    journal.record("mobilisation.ask_by_phone", row.campaign, by=by, after={"recipient": row.pk})
    return row


def _known_ask(row: Recipient) -> Ask | None:
    """The question asked already: of this need, or of one that was joined to it since."""
    # Two notices of one need are one question: it was asked if any of them was.
    family = [row.opportunity_id, *row.opportunity.joined.values_list("pk", flat=True)]
    if row.opportunity.joined_to_id is not None:
        family.append(row.opportunity.joined_to_id)
    return Ask.objects.filter(structure=row.structure, opportunity__in=family).first()


def _is_of_delegations(ask: Ask, campaign: Campaign) -> bool:
    """Whether only delegations of this network have relayed a question: it learns nothing of that.

    It then asks as if nobody had, at the same hours and with the same reminders on its board; what
    differs is that the structure gets no second mail (decision 17).
    """
    relayed = Recipient.objects.relayed().filter(ask=ask)
    others = relayed.exclude(campaign__network__parent=campaign.network)
    return relayed.exists() and not others.exists()


def _join(row: Recipient, ask: Ask, state: Recipient.State, now: datetime) -> None:
    """Attach to a question that was asked already: the later day of both counts."""
    # Never earlier: what the structure was told first still holds.
    ask.answer_by = max(ask.answer_by, row.campaign.answer_by)
    ask.save(update_fields=["answer_by"])
    _put(row, state, ask=ask, at=now)


def _who_read_mail(structure: Structure) -> list[User]:
    people = people_of([structure])[structure.pk]
    wanting = mailing.people_who_want(people, kind="asks")
    return [person for person in people if person.pk in wanting]


def _ask(rows: list[Recipient], state: Recipient.State, now: datetime) -> list[Recipient]:
    """Ask, or join what a delegation asked; gives those that nobody had asked."""
    asked = []
    for row in rows:
        if (known := _known_ask(row)) is not None:
            _join(row, known, state, now)
            continue
        ask = Ask.objects.create(
            structure=row.structure,
            opportunity=row.opportunity,
            asked_at=now,
            answer_by=row.campaign.answer_by,
            announced_deadline=row.opportunity.deadline,
        )
        _put(row, state, ask=ask, at=now)
        asked.append(row)
    return asked


def _hold(rows: list[Recipient], why: Recipient.Held) -> None:
    for row in rows:
        _put(row, Recipient.State.HELD, held=why)


def _put(
    row: Recipient,
    state: Recipient.State,
    *,
    ask: Ask | None = None,
    at: datetime | None = None,
    held: str = "",
) -> None:
    row.state, row.ask, row.relayed_at, row.held = state, ask, at, held
    row.save(update_fields=["state", "ask", "relayed_at", "held"])


def write_ask(
    campaign: Campaign,
    structure: Structure,
    rows: list[Recipient],
    person: User,
    *,
    template: str,
    number: int,
) -> None:
    """One mail to one person about all that a campaign asks of their structure."""
    mailing.write_to(
        person,
        kind="asks",
        template=template,
        context=mail_context(campaign, structure, rows, person),
        # The key makes it idempotent: a run that was killed writes no mail twice.
        key=f"ask:{campaign.pk}:{structure.pk}:{number}:{person.pk}",
        reply_to=campaign.by.email if campaign.by else "",
        # Its links show what was answered: nobody else reads them in the outbox (RULE-38).
        is_secret=True,
    )


def mail_context(
    campaign: Campaign, structure: Structure, rows: list[Recipient], person: User | None
) -> dict[str, Any]:
    """What the mail says; without a person, as the preview shows it: its links lead nowhere."""
    return {
        "campaign": campaign,
        "network": campaign.network,
        "writer": campaign.by,
        "structure": structure,
        "questions": [_question(campaign, row, person) for row in rows],
    }


def _question(campaign: Campaign, row: Recipient, person: User | None) -> dict[str, Any]:
    def path(choice: Answer.Choice) -> str:
        return answer_page.path_for(row.ask, person, choice) if row.ask and person else ""

    return {
        "opportunity": row.opportunity,
        "reason": row.reason,
        "closes": until(campaign.answer_by, row.opportunity.deadline),
        "facts": mail_facts(row.opportunity, campaign.answer_by),
        "yes_path": path(Answer.Choice.EITHER),
        "later_path": path(Answer.Choice.NOT_NOW),
        "no_path": path(Answer.Choice.NOT_FOR_US),
    }


def remind(*, now: datetime) -> int:
    """Remind the silent, three and seven days after the first mail; returns how many mails left.

    In office hours alone. A late run sends one reminder, not two.
    """
    if not mail_times.is_open(now):
        return 0
    today = timezone.localdate(now)
    rows = (
        _silent()
        .filter(
            reminders__lt=len(REMINDERS),
            # A day less than the first reminder: days of the calendar are counted below.
            relayed_at__lt=now - timedelta(days=min(REMINDERS) - 1),
        )
        .order_by("campaign_id", "rank", "pk")
        .values_list("campaign_id", "structure_id", "relayed_at", "reminders", "reminded_at")
    )
    due: dict[tuple[int, int], int] = {}
    for campaign_id, structure_id, relayed_at, done, reminded_at in rows:
        days = (today - timezone.localdate(relayed_at)).days
        # A server that was down for a week owes one reminder, the last one.
        number = sum(days >= after for after in REMINDERS)
        rested = reminded_at is None or (today - timezone.localdate(reminded_at)).days >= min(
            REMINDERS
        )
        if number > done and rested:
            due[campaign_id, structure_id] = number
    return sum(_remind(*pair, number, now) for pair, number in due.items())


@transaction.atomic
def _remind(campaign_id: int, structure_id: int, number: int, now: datetime) -> int:
    structure = Structure.objects.select_for_update().get(pk=structure_id)
    rows = [
        row
        for row in _silent()
        .filter(campaign=campaign_id, structure=structure, reminders__lt=number)
        .select_related("campaign__network", "campaign__by", "opportunity")
        .select_related("ask__opportunity__joined_to")
        .order_by("rank", "pk")
        if row.ask is not None and row.ask.is_open(now)
    ]
    # Whoever joined a question leaves its reminders to who asked first.
    asked = [row for row in rows if row.ask is not None and row.relayed_at == row.ask.asked_at]
    people = _who_read_mail(structure) if asked else []
    for person in people:
        write_ask(asked[0].campaign, structure, asked, person, template=REMINDER, number=number)
    for row in rows:
        row.reminders, row.reminded_at = number, now
        row.save(update_fields=["reminders", "reminded_at"])
    return len(people)


def close_due(*, now: datetime) -> int:
    """Close the campaigns whose time has come: the day of answers, or the last buyer's deadline."""
    closed = 0
    for campaign in Campaign.objects.running().prefetch_related("opportunities"):
        is_over = campaign.answers_close_at <= now or not any(
            opportunity.is_open(now) for opportunity in campaign.opportunities.all()
        )
        if is_over:
            close_campaign(campaign=campaign, by=None, now=now)
            closed += 1
    return closed


def run(now: datetime) -> int:
    """What the schedule does: what is over ends, then what waits leaves, then the silent hear."""
    close_due(now=now)
    return relay(now=now) + remind(now=now)
