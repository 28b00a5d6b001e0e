"""The life of an opportunity as its page shows it: what happened, who won, what came before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from cordee.accounts.access import Person
from cordee.base.ui import french
from cordee.members.access import structures_for
from cordee.notices.notice import Kind, Source, Winner
from cordee.opportunities.history import Event, history_of
from cordee.opportunities.models import (
    AwardedContract,
    JoinDecision,
    NoticeLink,
    NoticeTraits,
    NoticeVersion,
    Opportunity,
    Publication,
)
from cordee.opportunities.notice_matching import Traits, contract_traits, renews, traits_of
from cordee.opportunities.outcomes import Outcome
from cordee.opportunities.understanding import Understanding
from cordee.opportunities.wording import shown_name
from cordee.rules.figures import lot_name

SHOWN_OUTCOMES = 10
SHOWN_NEIGHBOURS = 3
BUYER_NOTICES = 500
"""How many notices of one buyer are looked through for the contract before and the one after."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event. `why` says by what its notice was joined; `split` is the publication to part."""

    event: Event
    source: str
    why: str
    split: Publication | None


@dataclass(frozen=True, slots=True)
class Holder:
    """A winner; `url` leads to it where it is a structure of the directory."""

    name: str
    siret: str
    url: str


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What became of one lot; no holders: nobody, or nobody named."""

    name: str
    title: str
    outcome: Outcome
    holders: tuple[Holder, ...]
    subcontractors: tuple[Holder, ...]
    form: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The contract before or after: what it is, when, how we know, and where to see it."""

    title: str
    when: date | None
    words: str
    why: str
    url: str


@dataclass(frozen=True, slots=True)
class Life:
    """`waiting`: the lots of which no result is known although others have one.

    `hidden`: how many outcomes are left out.

    `contracts`: what the essential data tell of it, with their holders.
    """

    events: list[EventRow]
    outcomes: list[OutcomeRow]
    waiting: list[str]
    hidden: int
    contracts: list[AwardedContract]
    before: list[Neighbour]
    after: list[Neighbour]


def life_of(
    opportunity: Opportunity,
    understanding: Understanding,
    versions: Iterable[NoticeVersion],
    person: Person,
    *,
    is_whole: bool = False,
) -> Life:
    """Everything the page tells of the life of an opportunity, in a fixed number of queries.

    Of many lots the first outcomes only, unless `is_whole`.
    """
    publications = {version.pk: version.publication for version in versions}
    keys = {publication.pk for publication in publications.values()}
    links = list(
        NoticeLink.objects.filter(Q(later__in=keys) | Q(earlier__in=keys)).select_related(
            "later__opportunity", "earlier__opportunity"
        )
    )
    reasons = _reasons(keys, links) if len(keys) > 1 else {}
    main = publications.get(understanding.main.version_pk)
    rows: list[EventRow] = []
    # The notice that the page is about stands on top: it is not announced a second time.
    seen: set[int] = {main.pk} if main else set()
    for event in history_of(understanding.versions):
        publication = publications[event.version_pk]
        is_first = publication.pk not in seen
        seen.add(publication.pk)
        rows.append(
            EventRow(
                event,
                str(publication),
                reasons.get(publication.pk, "") if is_first else "",
                publication if is_first else None,
            )
        )
    contracts: list[AwardedContract] = []
    before: list[Neighbour] = []
    after: list[Neighbour] = []
    if not opportunity.is_private:
        contracts, before, after = _neighbours(opportunity, understanding, links)
    outcomes = understanding.outcomes
    shown = outcomes if is_whole else outcomes[:SHOWN_OUTCOMES]
    known = {outcome.lot_id for outcome in outcomes}
    lots = understanding.notice.lots
    waiting = [lot_name(lot.id) for lot in lots if lot.id not in known]
    return Life(
        rows,
        _outcome_rows(shown, person),
        # A result of the whole answers for every lot; without any, nothing is waited for yet.
        waiting if outcomes and "" not in known else [],
        len(outcomes) - len(shown),
        contracts,
        before,
        after,
    )


def _reasons(keys: set[int], links: Sequence[NoticeLink]) -> dict[int, str]:
    """Why each publication stands with the others; what a person said comes first."""
    found: dict[int, str] = {}
    decided = JoinDecision.objects.filter(one__in=keys, other__in=keys, is_one_need=True)
    for decision in decided.select_related("by"):
        # A decision of a person stands above any likeness that was computed.
        words = f"Réunis par {shown_name(decision.by)}." if decision.by else "Réunis à la main."
        found.setdefault(decision.one_id, words)
        found.setdefault(decision.other_id, words)
    surest = NoticeLink.Kind.values.index
    for link in sorted(links, key=lambda link: (surest(link.kind), link.pk)):
        if link.kind != NoticeLink.Kind.RENEWS and {link.later_id, link.earlier_id} <= keys:
            found.setdefault(link.later_id, link.why)
            found.setdefault(link.earlier_id, link.why)
    return found


def _outcome_rows(outcomes: Sequence[Outcome], person: Person) -> list[OutcomeRow]:
    sirets = {
        winner.siret
        for outcome in outcomes
        for winner in (*outcome.winners, *outcome.subcontractors)
        if winner.siret
    }
    visible: dict[str, int] = {}
    if sirets:
        # Only those that this reader may open: a name is public, a link would say that it is here.
        ours = structures_for(person).filter(siret__in=sirets).order_by("-pk")
        visible = dict(ours.values_list("siret", "pk"))
    return [
        OutcomeRow(
            lot_name(outcome.lot_id) if outcome.lot_id else "Le marché",
            outcome.title,
            outcome,
            _holders(outcome.winners, visible),
            _holders(outcome.subcontractors, visible),
            _form(outcome),
        )
        for outcome in outcomes
    ]


def _holders(winners: Iterable[Winner], visible: Mapping[str, int]) -> tuple[Holder, ...]:
    return tuple(
        Holder(
            winner.name or f"SIRET {winner.siret}",
            winner.siret or "",
            reverse("members:structure", args=[visible[winner.siret]])
            if winner.siret and winner.siret in visible
            else "",
        )
        for winner in winners
    )


def _form(outcome: Outcome) -> str:
    # A framework with several holders is no group: each has a contract of its own.
    if len(outcome.awards) > 1:
        return "plusieurs titulaires, chacun pour soi"
    form = outcome.awards[0].group_form if outcome.awards else None
    if form is not None:
        return f"groupement {form.value.replace('_', ', ')}"
    return "groupement" if len(outcome.winners) > 1 else ""


def _neighbours(
    opportunity: Opportunity, understanding: Understanding, links: Sequence[NoticeLink]
) -> tuple[list[AwardedContract], list[Neighbour], list[Neighbour]]:
    """Its own contracts; those before and the calls after, by name or likeness, nearest first."""
    before: dict[str, Neighbour] = {}
    after: dict[str, Neighbour] = {}
    for link in links:
        if link.kind == NoticeLink.Kind.RENEWS:
            if link.later.opportunity_id == opportunity.pk:
                _add(before, link.earlier.opportunity, link.why)
            else:
                _add(after, link.later.opportunity, link.why)
    mine = traits_of(understanding.notice, understanding.notice.id)
    if mine.published_on is not None and (mine.buyer_key or mine.buyer_siret):
        _alike_notices(opportunity, mine, before, after)
    own = _contracts(opportunity, mine, before)
    newest = sorted(before.values(), key=lambda n: n.when or date.min, reverse=True)
    soonest = sorted(after.values(), key=lambda n: n.when or date.max)
    return own, newest[:SHOWN_NEIGHBOURS], soonest[:SHOWN_NEIGHBOURS]


def _add(found: dict[str, Neighbour], other: Opportunity, why: str) -> None:
    url = reverse("opportunities:detail", args=[other.joined_to_id or other.pk])
    words = other.get_stage_display()
    found.setdefault(url, Neighbour(other.title, other.published_on, words, why, url))


def _alike_notices(
    opportunity: Opportunity,
    mine: Traits,
    before: dict[str, Neighbour],
    after: dict[str, Neighbour],
) -> None:
    rows = (
        NoticeTraits.objects.of_buyer(mine)
        .filter(kind__in=[Kind.CALL.value, Kind.AWARD.value])
        .exclude(publication__opportunity=opportunity)
        .select_related("publication__opportunity")
        .order_by("-published_on", "-version_id")[:BUYER_NOTICES]
    )
    for row in rows:
        theirs = row.as_traits()
        if why := renews(mine, theirs):
            _add(before, row.publication.opportunity, why)
        elif why := renews(theirs, mine):
            _add(after, row.publication.opportunity, why)


def _contracts(
    opportunity: Opportunity, mine: Traits, before: dict[str, Neighbour]
) -> list[AwardedContract]:
    """What the essential data tell: the contracts of this need; `before` gets those it follows."""
    siren, day = mine.buyer_siret[:9], mine.published_on
    if not siren or day is None:
        return []
    theirs = Q(
        # A range on the index: all the SIRET of a SIREN, where LIKE would not use it.
        buyer_siret__range=(f"{siren}00000", f"{siren}99999"),
        notified_on__lt=day,
        opportunity__isnull=True,
    )
    rows = (
        AwardedContract.objects.filter(theirs | Q(opportunity=opportunity))
        .filter(source=Source.DECP.value)
        .prefetch_related("holders")
        .order_by("-notified_on", "-pk")[:BUYER_NOTICES]
    )
    own = []
    for row in rows:
        if row.opportunity_id is not None:
            own.append(row)
        elif why := renews(mine, contract_traits(row)):
            held = ", ".join(str(holder) for holder in row.holders.all()[:3])
            amount = f", {french.euros(row.amount_cents, rounded=True)}" if row.amount_cents else ""
            words = f"{held or 'titulaire inconnu'}{amount}"
            before[f"contract {row.pk}"] = Neighbour(row.title, row.notified_on, words, why, "")
    return own
