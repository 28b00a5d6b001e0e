"""What a network reads of its campaigns: who was asked, what was answered to it, who is silent.

Only answers that name the network among their readers are shown; of any other, that there is one;
of what its delegations asked and were told, nothing.

What would become of a draft if it were sent now: said in the list, before anything leaves.

Of what this network did alone: a draft costs nothing, so it would be a way to find whom another
network asks, or how often. Its page says what happens then, and never to whom (decision 17).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import Any

from django.utils import timezone

from cordee.accounts import mailing
from cordee.base.tables.writing import Column
from cordee.members.models import Network, Structure
from cordee.mobilisation.actions.relaying import LAST_MAIL
from cordee.mobilisation.campaigns import mail_times
from cordee.mobilisation.campaigns.access import RelayPost, people_of
from cordee.mobilisation.campaigns.mail_times import rooms
from cordee.mobilisation.models import Answer, Campaign, Recipient
from cordee.opportunities.models import Opportunity

State = Recipient.State
_MANY = {
    "interessees": "Intéressées",
    "pas-pour-elles": "Pas pour elles",
    "ailleurs": "Ont répondu à un autre réseau",
    "par-vous": "Déjà sollicitées par votre réseau",
    "deja": "Sollicitées par un autre réseau",
    "en-attente": "Pas encore parties",
    "retirees": "Retirées",
}


class BoardState(Enum):
    """Where a member stands: its slug in addresses, its words, and how it is drawn."""

    YES = ("interessees", "Intéressée", "sur", "sur")
    LATER = ("pas-maintenant", "Pas maintenant", "vigilance", "attente")
    NO = ("pas-pour-elles", "Pas pour elle", "bloque", "refus")
    ELSEWHERE = ("ailleurs", "A répondu à un autre réseau", "inconnu", "prive")
    SILENT = ("silence", "Sans réponse", "inconnu", "attente")
    TO_CALL = ("a-appeler", "À appeler", "inconnu", "tel")
    OURS = ("par-vous", "Déjà sollicitée par votre réseau", "inconnu", "attente")
    ALREADY = ("deja", "Sollicitée par un autre réseau", "inconnu", "prive")
    WAITING = ("en-attente", "Pas encore partie", "inconnu", "courrier")
    WITHDRAWN = ("retirees", "Retirée", "inconnu", "croix")

    def __init__(self, slug: str, label: str, kind: str, icon: str) -> None:
        self.slug, self.label, self.kind, self.icon = slug, label, kind, icon

    def words(self, count: int) -> str:
        """Below a number, in small: `2 intéressées`."""
        return (_MANY.get(self.slug, self.label) if count > 1 else self.label).lower()


ANSWERED = (BoardState.YES, BoardState.LATER, BoardState.NO, BoardState.ELSEWHERE)
# Whom to call: the user had their mail and says nothing, or nobody could write to them.
CALLED = (BoardState.TO_CALL, BoardState.SILENT)
SILENT = (*CALLED, BoardState.OURS, BoardState.ALREADY)


@dataclass(frozen=True, slots=True)
class Row:
    recipient: Recipient
    standing: BoardState
    answer: Answer | None
    # The campaign of the same network that had asked before.
    asked_by: Campaign | None = None

    @property
    def structure(self) -> Structure:
        return self.recipient.structure

    @property
    def opportunity(self) -> Opportunity:
        return self.recipient.opportunity

    @property
    def pair(self) -> tuple[int, int]:
        """Which structure about which opportunity."""
        return self.recipient.structure_id, self.recipient.opportunity_id

    @property
    def can_be_heard(self) -> bool:
        return self.recipient.relayed_at is not None

    @property
    def can_be_phoned(self) -> bool:
        """Whether its mail still waits: it may be asked on the telephone instead."""
        return self.recipient.state == Recipient.State.HELD


def rows_of(recipients: Iterable[Recipient], network: Network) -> list[Row]:
    """Where each recipient stands, as this network may know: three queries.

    `recipients` with their structure, opportunity and campaign at hand.
    """
    listed = list(recipients)
    asks = {each.ask_id for each in listed if each.ask_id is not None}
    last = Answer.objects.standing().filter(ask__in=asks).select_related("by").last_by_ask()
    readers: dict[int, set[tuple[int, int | None]]] = {}
    through: Any = Answer.readers.through.objects
    for pk, reader, parent in through.filter(
        answer__in=[each.pk for each in last.values()]
    ).values_list("answer_id", "network_id", "network__parent_id"):
        readers.setdefault(pk, set()).add((reader, parent))
    ours: dict[int, Campaign] = {}
    relayed = Recipient.objects.relayed().filter(ask__in=asks, campaign__network=network)
    for row in relayed.select_related("campaign__by").order_by("-relayed_at", "-pk"):
        ours[row.ask_id or 0] = row.campaign
    return [
        _row(each, last.get(each.ask_id or 0), readers, ours.get(each.ask_id or 0), network)
        for each in listed
    ]


def _row(
    recipient: Recipient,
    answer: Answer | None,
    readers: dict[int, set[tuple[int, int | None]]],
    first: Campaign | None,
    network: Network,
) -> Row:
    """An answer that this network reads; that there is one elsewhere; else where the ask stands."""
    if answer is not None:
        pairs = readers.get(answer.pk, set())
        if any(reader == network.pk for reader, _ in pairs):
            return Row(recipient, _BY_CHOICE.get(answer.choice, BoardState.YES), answer)
        if any(parent != network.pk for _, parent in pairs):
            return Row(recipient, BoardState.ELSEWHERE, None)
    if recipient.state == State.ALREADY and first not in (None, recipient.campaign):
        return Row(recipient, BoardState.OURS, None, first)
    return Row(recipient, _UNANSWERED[State(recipient.state)], None)


_BY_CHOICE = {
    str(Answer.Choice.NOT_NOW): BoardState.LATER,
    str(Answer.Choice.NOT_FOR_US): BoardState.NO,
}
_UNANSWERED = {
    State.SENT: BoardState.SILENT,
    State.BY_PHONE: BoardState.TO_CALL,
    State.ALREADY: BoardState.ALREADY,
    State.WITHDRAWN: BoardState.WITHDRAWN,
    State.TO_SEND: BoardState.WAITING,
    State.HELD: BoardState.WAITING,
    State.CHOSEN: BoardState.WAITING,
    State.LEFT_OUT: BoardState.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many questions stand where; a structure asked about two opportunities counts twice."""

    by_standing: Counter[BoardState]
    reasons: Sequence[tuple[str, int]]
    by_phone: int
    silent_structures: int

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Tally":
        refused = [
            row.answer
            for row in rows
            if row.answer is not None and row.standing in (BoardState.LATER, BoardState.NO)
        ]
        reasons = Counter(
            Answer.Reason(each.reason).label if each.reason else "Sans raison dite"
            for each in refused
        )
        return cls(
            Counter(row.standing for row in rows),
            sorted(reasons.items(), key=lambda each: (-each[1], each[0])),
            sum(
                row.answer is not None and row.answer.channel == Answer.Channel.TELEPHONE
                for row in rows
            ),
            len({row.structure.pk for row in rows if row.standing in SILENT}),
        )

    def _sum(self, standings: Iterable[BoardState]) -> int:
        return sum(self.by_standing[each] for each in standings)

    @property
    def asked(self) -> int:
        return self._sum((*ANSWERED, *SILENT))

    @property
    def answered(self) -> int:
        return self._sum(ANSWERED)

    @property
    def silent(self) -> int:
        return self._sum(SILENT)

    @property
    def to_call(self) -> int:
        return self._sum(CALLED)

    @property
    def interested(self) -> int:
        return self.by_standing[BoardState.YES]

    @property
    def waiting(self) -> int:
        return self.by_standing[BoardState.WAITING]

    @property
    def share(self) -> float | None:
        """Of answers among the questions; None where nothing was asked yet."""
        return self.answered / self.asked if self.asked else None

    @property
    def lines(self) -> list[tuple[BoardState, int, str]]:
        """Each standing that is met, how often, and in which words."""
        return [
            (each, count, each.words(count))
            for each in BoardState
            if (count := self.by_standing[each])
        ]


@dataclass(frozen=True)
class Board:
    campaign: Campaign
    rows: Sequence[Row]

    @cached_property
    def tally(self) -> Tally:
        return Tally.of(self.rows)


def recipients_of(campaigns: Iterable[Campaign]) -> Any:
    """The recipients of campaigns that were sent, with what their rows read."""
    return (
        Recipient.objects.filter(campaign__in=list(campaigns))
        .exclude(state__in=[State.CHOSEN, State.LEFT_OUT])
        .select_related("campaign", "structure__commune", "structure__department", "opportunity")
        .order_by("rank", "pk")
    )


def boards_of(campaigns: Sequence[Campaign]) -> list[Board]:
    """One board a campaign, in three queries for each network among them."""
    rows: dict[int, list[Row]] = {each.pk: [] for each in campaigns}
    for network in dict.fromkeys(each.network for each in campaigns):
        of_it = [each for each in campaigns if each.network == network]
        for row in rows_of(recipients_of(of_it), network):
            rows[row.recipient.campaign_id].append(row)
    return [Board(each, rows[each.pk]) for each in campaigns]


EXPORT = (
    Column("Structure", lambda row: row.structure.shown_name),
    Column("Sorte", lambda row: row.structure.kind),
    Column("Commune", lambda row: row.structure.place_name),
    Column("Téléphone", lambda row: row.structure.phone),
    Column("Opportunité", lambda row: row.opportunity.title),
    Column("Pourquoi elle", lambda row: row.recipient.reason),
    Column("Où elle en est", lambda row: row.standing.label),
    Column("Réponse", lambda row: row.answer.get_choice_display() if row.answer else None),
    Column("Raison", lambda row: row.answer.get_reason_display() if row.answer else None),
    Column("En quelques mots", lambda row: row.answer.words if row.answer else None),
    Column("Reçue", lambda row: row.answer.get_channel_display() if row.answer else None),
    Column("Dite le", lambda row: _given_on(row.answer)),
    Column("Entendue de", lambda row: row.answer.heard_from if row.answer else None),
    Column("Relayée le", lambda row: row.recipient.relayed_at),
    Column("Rappels", lambda row: row.recipient.reminders),
)


def _given_on(answer: Answer | None) -> datetime | Any:
    if answer is None:
        return None
    return answer.heard_on or answer.given_at


class Fate(Enum):
    NOW = ("Courrier tout de suite", "")
    MORNING = ("Courrier au prochain jour ouvré, 8\u202fh", "attente")
    CAP = ("Assez de courriers cette semaine\u00a0: plus tard", "attente")
    CALL = ("À appeler\u00a0: personne n’a de compte", "tel")
    CALL_CAP = ("À appeler\u00a0: trop de courriers d’ici la fin", "tel")
    ALREADY = ("Déjà sollicitée par votre réseau\u00a0: pas de second courrier", "prive")
    FOREIGN = ("Plus dans votre réseau ou votre territoire", "vigilance")

    def __init__(self, label: str, icon: str) -> None:
        self.label, self.icon = label, icon

    @property
    def is_mail(self) -> bool:
        """Whether something is written to the user, now or later."""
        return self in (Fate.NOW, Fate.MORNING, Fate.CAP)


@dataclass(frozen=True, slots=True)
class Forecast:
    """By id of recipient; the campaigns are those of the network itself that asked already."""

    fates: Mapping[int, Fate]
    asked_by: Mapping[int, Campaign]

    def counted(self, chosen: Sequence[Recipient]) -> list[tuple[Fate, int]]:
        """How many structures meet each fate; one asked twice meets the kindest."""
        best: dict[int, Fate] = {}
        order = list(Fate)
        for each in chosen:
            fate = self.fates[each.pk]
            known = best.get(each.structure_id)
            if known is None or order.index(fate) < order.index(known):
                best[each.structure_id] = fate
        counts = Counter(best.values())
        return [(fate, counts[fate]) for fate in Fate if counts[fate]]


def forecast(
    campaign: Campaign, recipients: Collection[Recipient], *, post: RelayPost, now: datetime
) -> Forecast:
    """The fate of each recipient of a draft, in a fixed number of queries."""
    structures = {each.structure_id: each.structure for each in recipients}
    mine = set(
        post.members(on=timezone.localdate(now))
        .filter(pk__in=structures)
        .values_list("pk", flat=True)
    )
    relayed = Recipient.objects.relayed().filter(
        campaign__network=campaign.network, structure__in=structures
    )
    asked = {
        (row.structure_id, row.opportunity_id): row.campaign
        for row in relayed.select_related("campaign__by").order_by("-relayed_at", "-pk")
    }
    people = people_of(structures.values())
    everybody = [person for some in people.values() for person in some]
    wanting = mailing.people_who_want(everybody, kind="asks")
    room = rooms(structures, now, network=campaign.network)
    is_open = mail_times.is_open(now)
    fates = {}
    for each in recipients:
        if each.structure_id not in mine:
            fate = Fate.FOREIGN
        elif (each.structure_id, each.opportunity_id) in asked:
            fate = Fate.ALREADY
        elif not any(person.pk in wanting for person in people[each.structure_id]):
            fate = Fate.CALL
        elif room[each.structure_id] > now:
            leaves_at = mail_times.next_opening(room[each.structure_id])
            late = leaves_at > campaign.answers_close_at - LAST_MAIL
            fate = Fate.CALL_CAP if late else Fate.CAP
        else:
            fate = Fate.NOW if is_open else Fate.MORNING
        fates[each.pk] = fate
    by = {
        each.pk: asked[each.structure_id, each.opportunity_id]
        for each in recipients
        if fates[each.pk] is Fate.ALREADY
    }
    return Forecast(fates, by)
