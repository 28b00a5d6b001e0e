"""What the team of a programme learns of what became of its proposals: counts, never who.

Counts of structures are told in bands of five, and only where at least three networks relayed,
those of the reader left out. So neither a network that relays alone, nor a reader who knows their
own network, nor two counts subtracted tell what a structure said (docs/decisions/0018). Nothing is
summed over opportunities: a total minus its parts would tell the part that is hidden.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from cordee.base.masking import SOURCES_AT_LEAST, band
from cordee.members.models import Programme
from cordee.mobilisation.models import Answer, ProgrammeProposal, Recipient
from cordee.mobilisation.models.answers import INTERESTED


@dataclass(frozen=True, slots=True)
class StructureCounts:
    """Bands as words: "moins de 5", "5 à 9"…"""

    asked: str
    answered: str
    interested: str


@dataclass(slots=True)
class OpportunityCounts:
    """What became of one opportunity. `structures` is None where it would tell too much."""

    pending: int = 0
    relayed: int = 0
    declined: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    structures: StructureCounts | None = None

    @property
    def networks(self) -> int:
        return self.pending + self.relayed + self.declined

    @property
    def reason_words(self) -> str:
        labels = dict(ProgrammeProposal.Reason.choices)
        counted = sorted(self.reasons.items(), key=lambda item: (-item[1], item[0]))
        return ", ".join(f"{labels[reason].lower()} ({count})" for reason, count in counted)


def counts_of(
    programme: Programme, opportunities: Collection[int], *, known_networks: Collection[int]
) -> Mapping[int, OpportunityCounts]:
    """By opportunity; three queries at most, however many there are.

    `known_networks`: those whose answers the reader may know otherwise.
    """
    found: dict[int, OpportunityCounts] = {pk: OpportunityCounts() for pk in opportunities}
    relaying: dict[int, set[int]] = defaultdict(set)
    proposals = ProgrammeProposal.objects.filter(
        programme=programme, opportunity__in=opportunities
    ).with_relay()
    for row in proposals.order_by():
        counts = found[row.opportunity_id]
        if row.is_relayed:  # type: ignore[attr-defined]
            counts.relayed += 1
            relaying[row.opportunity_id].add(row.network_id)
        elif row.state == ProgrammeProposal.State.DECLINED:
            counts.declined += 1
            counts.reasons[row.reason] = counts.reasons.get(row.reason, 0) + 1
        else:
            counts.pending += 1
    countable = {
        pk: networks - set(known_networks)
        for pk, networks in relaying.items()
        if len(networks - set(known_networks)) >= SOURCES_AT_LEAST
    }
    for pk, structures in _structures(countable).items():
        found[pk].structures = structures
    return found


def _structures(relaying: Mapping[int, set[int]]) -> Mapping[int, StructureCounts]:
    """Of the networks that relayed each opportunity, each structure counted once."""
    asks: dict[int, set[int]] = defaultdict(set)
    asking: dict[int, set[int]] = defaultdict(set)
    recipients = Recipient.objects.relayed().filter(opportunity__in=list(relaying))
    rows = recipients.order_by().values_list("opportunity_id", "campaign__network_id", "ask_id")
    for opportunity, network, ask in rows:
        if ask is not None and network in relaying[opportunity]:
            asks[opportunity].add(ask)
            asking[opportunity].add(network)
    last = _last_choices(relaying)
    return {
        opportunity: StructureCounts(
            band(len(asks[opportunity])),
            band(sum(ask in last for ask in asks[opportunity])),
            band(sum(last.get(ask) in INTERESTED for ask in asks[opportunity])),
        )
        for opportunity in relaying
        # A network that asked nobody adds nothing to hide among.
        if len(asking[opportunity]) >= SOURCES_AT_LEAST
    }


def _last_choices(relaying: Mapping[int, set[int]]) -> Mapping[int, str]:
    """The last word of each ask, among those that one of these networks may read."""
    rows = Answer.objects.standing().filter(ask__opportunity__in=list(relaying))
    answers = rows.order_by("given_at", "pk").values_list(
        "ask_id", "ask__opportunity_id", "choice", "readers"
    )
    return {
        ask: choice
        for ask, opportunity, choice, reader in answers
        if reader in relaying[opportunity]
    }
