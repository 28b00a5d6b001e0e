"""What waits in mobilisation for a person: questions of networks, proposals of programmes, urgent
calls and replies between structures; for a network, whom to telephone; for who directs a structure,
its free crew of next month."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french, months
from cordee.members.member_list import TRADES
from cordee.members.models import Activity, Chantier, Membership, Network, Structure
from cordee.members.models.capacity import Certainty
from cordee.members.models.networks import PeriodQuerySet
from cordee.members.models.structures import StructureQuerySet
from cordee.members.sharing import FigureClass, Viewer
from cordee.members.today.figures import Figure
from cordee.members.today.waiting import Call, Sort, Waiting, by_when, for_whom
from cordee.mobilisation.campaigns import access, boards
from cordee.mobilisation.models import (
    Answer,
    Ask,
    MutualReply,
    ProgrammeProposal,
    Recipient,
    UrgentAnswer,
    UrgentCallReach,
)
from cordee.mobilisation.problem.figures import free_capacity
from cordee.mobilisation.proposals.access import proposals_for
from cordee.opportunities.models import Opportunity
from cordee.rules.grammar import agreed
from cordee.rules.months import month_number

# The nearest days of each sort: the page shows five lines in all.
MOST_OF_A_SORT = 20
# Among so many silences the three to call are found: answers given elsewhere are few.
MOST_SILENCES = 40
DECIDE_WITHIN = timedelta(days=7)


def lines(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    """For a director and for a network alike, and what a network begins with."""
    if viewer.user is None:
        return
    answered = Answer.objects.standing().filter(ask=OuterRef("pk"))
    asks = access.asks_for(viewer.user).filter(~Exists(answered), answer_by__gte=viewer.on)
    yield Sort(asks, _questions)
    if viewer.structure_ids:
        yield Sort(_calls_to(viewer), _urgent_calls)
        replies = MutualReply.objects.filter(
            Exists(_ties("offer__structure", "offer__network", viewer)),
            state=MutualReply.State.WAITING,
            offer__structure__in=viewer.structure_ids,
            offer__shown_until__gte=viewer.on,
        )
        yield Sort(replies, _replies)
    if viewer.network is not None:
        yield Sort(_proposed_to(viewer), _proposals)
        # A delegation that relays has begun for its network too.
        relays = Q(campaign__network=viewer.network) | Q(campaign__network__parent=viewer.network)
        relayed = Recipient.objects.relayed().filter(relays)
        own = Network.objects.filter(~Exists(relayed.order_by()), pk=viewer.network.pk)
        yield Sort(own.filter(Exists(_members(viewer.network, viewer).order_by())), _first_steps)


def _members(network: Network, viewer: Viewer) -> StructureQuerySet:
    return Structure.objects.of_network(network, viewer.on, each=True).active()


def _first_steps(viewer: Viewer, now: datetime, rows: QuerySet[Network]) -> Iterator[Waiting]:
    """Until a network has relayed a first contract to its members: what makes that one of use.

    What a programme proposes is that first contract: relaying stands once on a day.
    """
    [network] = rows
    members = _members(network, viewer)
    guessed = Activity.objects.filter(
        chantier__structure__in=members.values("pk"), certainty=Certainty.GUESSED
    )
    count = guessed.order_by().values("chantier__structure").distinct().count()
    if count:
        yield Waiting(
            by_when(viewer, days=4),
            "Confirmer les métiers supposés",
            f"{french.count(count, 'membre')}\u00a0: une équipe avec eux reste à confirmer.",
            "Voir qui appeler",
            f"{reverse('networks:members', args=[network.slug])}?etat={TRADES}",
        )
    if not any(_proposals(viewer, now, _proposed_to(viewer))):
        yield Waiting(
            by_when(viewer, days=5),
            "Relayer un premier marché",
            "Choisissez-en un\u00a0: vos membres disent oui ou non en un clic.",
            "Choisir un marché",
            reverse("opportunities:list"),
        )


def _questions(viewer: Viewer, now: datetime, rows: QuerySet[Ask]) -> Iterator[Waiting]:
    for ask in rows.order_by("answer_by", "pk")[:MOST_OF_A_SORT]:
        if ask.is_open(now):
            title = french.ended(french.cut(ask.need.title, 60))
            yield Waiting(
                timezone.localdate(ask.closes_at),
                "Ce marché vous intéresse\u202f?",
                f"{title}{for_whom(viewer, ask.structure)} Oui ou non suffit.",
                "Répondre",
                reverse("campaigns:ask", args=[ask.pk]),
                (ask.structure_id, ask.need.pk),
            )


def _proposed_to(viewer: Viewer) -> QuerySet[ProgrammeProposal]:
    rows = proposals_for(viewer.user or AnonymousUser())
    return rows.in_state("pending").filter(network=viewer.network)


def _proposals(
    viewer: Viewer, now: datetime, rows: QuerySet[ProgrammeProposal]
) -> Iterator[Waiting]:
    """One line a programme: all that it proposes is decided on one page."""
    found: dict[str, list[ProgrammeProposal]] = {}
    for row in rows.order_by("at", "pk")[:MOST_OF_A_SORT]:
        if row.opportunity.is_open(now):
            found.setdefault(row.programme.name, []).append(row)
    for programme, own in found.items():
        count = len(own)
        title = f"«\u00a0{french.cut(own[0].opportunity.title, 40)}\u00a0»"
        several = f"{french.in_letters(count)} marchés"
        yield Waiting(
            max(viewer.on, timezone.localdate(own[0].at) + DECIDE_WITHIN),
            f"Relayer {title if count == 1 else several}\u202f?",
            f"Proposé{'s' * (count > 1)} par {programme}. "
            f"{_facts([row.opportunity for row in own], viewer)}",
            "Décider",
            reverse("proposals:received"),
        )


def _facts(opportunities: Sequence[Opportunity], viewer: Viewer) -> str:
    """What decides at a glance: the amount where it is known, and the first day of the offers."""
    found = []
    amounts = [each.amount_cents for each in opportunities if each.amount_cents is not None]
    if len(amounts) == len(opportunities):
        found.append(french.euros(sum(amounts), rounded=True))
    deadlines = [each.deadline for each in opportunities if each.deadline is not None]
    if deadlines:
        day = french.day(timezone.localdate(min(deadlines)), viewer.on)
        found.append(f"offres avant le {day}")
    return french.ended(", ".join(found).capitalize()) if found else ""


def _ties(structure: str, network: str, viewer: Viewer) -> PeriodQuerySet:
    """What still binds a structure to a network, or to a delegation of it: once it has left, what
    was written there does not open any more (`mutual.access`)."""
    tied = Membership.objects.current(viewer.on).filter(structure=OuterRef(structure))
    return tied.filter(Q(network=OuterRef(network)) | Q(network__parent=OuterRef(network)))


def _calls_to(viewer: Viewer) -> QuerySet[UrgentCallReach]:
    answered = UrgentAnswer.objects.filter(
        call=OuterRef("call"), structure__in=viewer.structure_ids
    )
    return UrgentCallReach.objects.filter(
        ~Exists(answered),
        Exists(_ties("structure", "call__network", viewer)),
        structure__in=viewer.structure_ids,
        call__closed_at__isnull=True,
        call__needed_by__gte=viewer.on,
    )


def _urgent_calls(
    viewer: Viewer, now: datetime, rows: QuerySet[UrgentCallReach]
) -> Iterator[Waiting]:
    found, seen = rows.select_related("call__structure", "call__network"), set()
    for row in found.order_by("call__needed_by", "pk")[:MOST_OF_A_SORT]:
        if row.call_id not in seen:
            seen.add(row.call_id)
            yield Waiting(
                row.call.needed_by,
                agreed(row.call.structure.shown_name, "cherche du renfort", "cherchent du renfort"),
                french.ended(row.call.title),
                "Lire l’appel",
                reverse("mutual:call", args=[row.call.network.slug, row.call_id]),
            )


def _replies(viewer: Viewer, now: datetime, rows: QuerySet[MutualReply]) -> Iterator[Waiting]:
    found = rows.select_related("offer__network", "structure")
    for row in found.order_by("offer__shown_until", "pk")[:MOST_OF_A_SORT]:
        yield Waiting(
            row.offer.shown_until,
            agreed(
                row.structure.shown_name,
                "répond à votre coup de main",
                "répondent à votre coup de main",
            ),
            french.ended(row.offer.title),
            "Lire la réponse",
            reverse("mutual:offer", args=[row.offer.network.slug, row.offer_id]),
        )


def calls(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    """Members whose answer would come in time, and that say nothing: each once, a telephone first.

    Where a member stands is what the board of the campaign says of it, and no more: an answer given
    to another network silences the line, without a word of it.
    """
    if viewer.user is None or viewer.network is None:
        return
    running = access.campaigns_for(viewer.user).running().filter(network=viewer.network)
    heard = Answer.objects.standing().filter(ask=OuterRef("ask"), readers=viewer.network)
    silent = Recipient.objects.relayed().filter(
        ~Exists(heard),
        campaign__in=running,
        campaign__answer_by__gte=viewer.on,
        state__in=[Recipient.State.SENT, Recipient.State.BY_PHONE],
    )
    yield Sort(silent, _calls)


def _calls(viewer: Viewer, now: datetime, rows: QuerySet[Recipient]) -> Iterator[Call]:
    if viewer.network is None:
        return
    silent = rows.select_related("campaign", "structure", "opportunity")
    silent = silent.order_by("campaign__answer_by", "rank", "pk")[:MOST_SILENCES]
    seen = set()
    for row in boards.rows_of(silent, viewer.network):
        if row.standing not in boards.CALLED or row.structure.pk in seen:
            continue
        seen.add(row.structure.pk)
        yield Call(
            row.structure.shown_name,
            _why(row, viewer, now),
            row.structure.phone,
            reverse("campaigns:heard", args=[row.recipient.campaign_id, row.recipient.pk]),
        )


def _why(row: boards.Row, viewer: Viewer, now: datetime) -> str:
    about = french.ended(french.cut(row.opportunity.title, 40))
    if row.standing is boards.BoardState.TO_CALL or row.recipient.relayed_at is None:
        return f"{about} Aucun courrier ne lui parvient."
    days = (viewer.on - timezone.localdate(row.recipient.relayed_at)).days
    since = "depuis aujourd’hui" if days < 1 else f"depuis {french.count(days, 'jour')}"
    return f"{about} Sans réponse {since}."


def free_crew(viewer: Viewer, structure: Structure) -> Iterator[Figure]:
    """FTE free next month, once seasons, months apart and what is promised are counted.

    Nothing where one of the chantiers said neither crews nor FTE: a part is not the whole.
    """
    if structure.pk not in viewer.seen[FigureClass.NETWORK]:
        return
    month = month_number(viewer.on) + 1
    free = free_capacity({structure.pk}, viewer, month, 1)
    teams = [cfte for _, cfte in Chantier.objects.filter(structure=structure).teams(viewer.on)]
    known = [cfte for cfte in teams if cfte is not None]
    if free and len(free) == len(known) == len(teams):
        left = sum(by_month.get(month, 0) for by_month in free.values())
        when = f"{months.span(month, 1)}, sur {french.fte_number(sum(known))}"
        yield Figure(
            french.fte_number(left), "ETP", f"{'libre' if left < 200 else 'libres'} {when}"
        )
