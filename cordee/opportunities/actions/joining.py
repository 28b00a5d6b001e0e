"""Notices of one need come together, and apart, as links and people say.

The opportunities are what the stored links and decisions make of them (`notice_matching.groups`),
so that no order of import matters.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.search import index
from cordee.notices.notice import Notice
from cordee.opportunities.actions.linking import Kin, link, note_traits, settle_call
from cordee.opportunities.actions.refreshing import refresh_opportunity
from cordee.opportunities.models import (
    Breakdown,
    JoinDecision,
    NoticeLink,
    NoticeTraits,
    NoticeVersion,
    Opportunity,
    Publication,
)
from cordee.opportunities.notice_matching import GroupedPublication, Strength, Tie, groups
from cordee.opportunities.places import PlaceFinder

_STRENGTH = {
    NoticeLink.Kind.NAMED: Strength.NAMED,
    NoticeLink.Kind.PROCEDURE: Strength.PROCEDURE,
    NoticeLink.Kind.ALIKE: Strength.ALIKE,
}


def join_notice(version: NoticeVersion, notice: Notice, kin: Sequence[Kin]) -> set[int]:
    """Keep what a version is recognised by and linked to; the opportunities that changed by it.

    `version.publication.opportunity` is the right one afterwards.
    """
    traits = note_traits(version, notice)
    publication = version.publication
    # Before the links: a contract that waited for this call needs no kin of it.
    settle_call(traits)
    if not kin:
        return set()
    link(publication, kin)
    changed = regroup(publication)
    if changed:
        publication.refresh_from_db()
    return changed


def regroup(*started: Publication) -> set[int]:
    """Put what is linked to publications under the right opportunities; those that changed.

    What lives with them without any link (read before links were kept) stays where it is.
    """
    reached, ties = _closure({publication.pk for publication in started})
    if len(reached) == 1:
        return set()
    known = Publication.objects.filter(pk__in=reached).select_related("opportunity", "home")
    publications = {row.pk: row for row in known}
    kinds: dict[int, set[str]] = {pk: set() for pk in publications}
    noted = NoticeTraits.objects.filter(publication__in=reached)
    for pk, kind in noted.values_list("publication", "kind"):
        kinds[pk].add(kind)
    members = {
        pk: GroupedPublication(row.source, row.source_id, frozenset(kinds[pk]))
        for pk, row in publications.items()
    }
    apart = JoinDecision.objects.filter(one__in=reached, other__in=reached, is_one_need=False)
    # « Not one need » holds against every link, also those found later.
    parted = {frozenset(pair) for pair in apart.values_list("one", "other")}
    return _settle(groups(members, ties, parted), publications)


def _closure(started: set[int]) -> tuple[set[int], list[Tie]]:
    """Every publication reached by links that join or by decisions, and those ties."""
    reached, fresh = set(started), set(started)
    ties: dict[frozenset[int], Tie] = {}
    # Transitive closure, breadth first: one query a step, however many are met.
    while fresh:
        links = NoticeLink.objects.joining().filter(Q(later__in=fresh) | Q(earlier__in=fresh))
        for row in links:
            ties[frozenset((row.later_id, row.earlier_id))] = Tie(
                row.later_id, row.earlier_id, _STRENGTH[NoticeLink.Kind(row.kind)], row.likeness
            )
        decided = JoinDecision.objects.filter(
            Q(one__in=fresh) | Q(other__in=fresh), is_one_need=True
        )
        for one, other in decided.values_list("one", "other"):
            tie = Tie(one, other, Strength.PERSON)
            # What a person said replaces what was computed between the same two.
            ties[frozenset((one, other))] = tie
        met = {pk for pair in ties for pk in pair}
        fresh = met - reached
        reached |= fresh
    return reached, list(ties.values())


def _settle(found: Sequence[frozenset[int]], publications: dict[int, Publication]) -> set[int]:
    """Move publications so that each group has one opportunity: the first that knew of the need."""
    homes = {pk: row.home or row.opportunity for pk, row in publications.items()}
    left: dict[int, tuple[Opportunity, Publication]] = {}
    taken: set[int] = set()
    changed: set[int] = set()
    # In the order of the oldest: the opportunity that people know keeps its address.
    for group in sorted(found, key=lambda g: min((homes[pk].pk, pk) for pk in g)):
        free = {homes[pk].pk: homes[pk] for pk in group if homes[pk].pk not in taken}
        # The first that knew of the need: nothing depends on which was imported last.
        chosen = free[min(free)] if free else _new_opportunity(publications[min(group)])
        taken.add(chosen.pk)
        for pk in sorted(group):
            row = publications[pk]
            left |= {homes[pk].pk: (homes[pk], row), row.opportunity_id: (row.opportunity, row)}
            if row.opportunity_id != chosen.pk:
                changed |= {row.opportunity_id, chosen.pk}
                row.home = homes[pk] if free else chosen
                row.opportunity = chosen
                row.save(update_fields=["home", "opportunity"])
    _mark_joined(left)
    return changed


def _new_opportunity(publication: Publication) -> Opportunity:
    """For a part that was split off what it came in with; the refresh writes its columns."""
    return Opportunity.objects.create(
        title=publication.opportunity.title, source=publication.source
    )


def _mark_joined(left: dict[int, tuple[Opportunity, Publication]]) -> None:
    """An opportunity left without publications points to the one that has them; others stand."""
    filled = set(
        Publication.objects.filter(opportunity__in=left).values_list("opportunity", flat=True)
    )
    for pk, (opportunity, publication) in sorted(left.items()):
        target = None if pk in filled else publication.opportunity
        if opportunity.joined_to_id == (target.pk if target else None):
            continue
        opportunity.joined_to = target
        opportunity.save(update_fields=["joined_to"])
        if target is not None:
            # It stands for nothing any more: lists must not find it beside the other one.
            index.remove_rows(Opportunity, [pk])
            opportunity.contracts.update(opportunity=target)
            # Whoever was joined to it before follows.
            Opportunity.objects.filter(joined_to=pk).update(joined_to=target)


def refresh_all(keys: Collection[int], *, on: date, finder: PlaceFinder | None = None) -> None:
    """Write again the opportunities that have publications, in the order of their keys."""
    if not keys:
        return
    standing = Opportunity.objects.standing().filter(pk__in=keys, publications__isnull=False)
    for opportunity in standing.distinct().order_by("pk"):
        refresh_opportunity(
            opportunity=opportunity, by=None, origin=Breakdown.Origin.READING, on=on, finder=finder
        )


@transaction.atomic
def join_opportunities(
    *, opportunity: Opportunity, other: Opportunity, by: User, on: date
) -> Opportunity:
    """A person says that two opportunities are one need; gives the one that now speaks for both.

    Raises ValueError where one is a private need: it has its own audience.
    """
    if opportunity.is_private or other.is_private:
        raise ValueError("opportunity: a private need is never joined to another one.")
    ours, theirs = _publications_of(opportunity), _publications_of(other)
    apart = Q(one__in=ours, other__in=theirs) | Q(one__in=theirs, other__in=ours)
    JoinDecision.objects.filter(apart, is_one_need=False).delete()
    _decide([(ours[0], theirs[0])], is_one_need=True, by=by)
    return _decided(ours, "opportunities.join", opportunity, other, by=by, on=on)


@transaction.atomic
def split_publication(*, publication: Publication, by: User, on: date) -> Opportunity:
    """A person says that this publication speaks of another need than the rest of its opportunity.

    Those that it is tied to by identifiers go with it. No later import puts them together again.
    Gives the opportunity where it stands now; raises ValueError where it is alone.
    """
    publication = Publication.objects.select_related("opportunity").get(pk=publication.pk)
    opportunity = publication.opportunity
    everyone = _publications_of(opportunity)
    mine = _side_of(publication, everyone)
    rest = [row for row in everyone if row.pk not in mine]
    if not rest:
        mine = {publication.pk}
        rest = [row for row in everyone if row.pk != publication.pk]
    if not rest:
        raise ValueError("publication: nothing else is under its opportunity.")
    pairs = [(row, left) for row in everyone if row.pk in mine for left in rest]
    _decide(pairs, is_one_need=False, by=by)
    parts = [publication, *(row for row in everyone if row.pk != publication.pk)]
    return _decided(parts, "opportunities.split", opportunity, None, by=by, on=on)


def _publications_of(opportunity: Opportunity) -> list[Publication]:
    return list(opportunity.publications.order_by("pk"))


def _side_of(publication: Publication, everyone: Sequence[Publication]) -> set[int]:
    """The publications of an opportunity tied to one of them by identifiers."""
    keys = [row.pk for row in everyone]
    pairs = NoticeLink.objects.filter(
        later__in=keys,
        earlier__in=keys,
        kind__in=[NoticeLink.Kind.NAMED, NoticeLink.Kind.PROCEDURE],
    ).values_list("later", "earlier")
    side = {publication.pk}
    # At most so many steps lead from one to another: then nothing new is reached.
    for _ in keys:
        side |= {pk for pair in pairs if side & set(pair) for pk in pair}
    return side


def _decide(
    pairs: Iterable[tuple[Publication, Publication]], *, is_one_need: bool, by: User
) -> None:
    for one, other in pairs:
        # One row for the two, whichever was named first.
        first, second = sorted((one.pk, other.pk))
        JoinDecision.objects.update_or_create(
            one_id=first, other_id=second, defaults={"is_one_need": is_one_need, "by": by}
        )


def _decided(
    publications: Sequence[Publication],
    verb: str,
    opportunity: Opportunity,
    other: Opportunity | None,
    *,
    by: User,
    on: date,
) -> Opportunity:
    """Put the decision into effect; gives where the first publication stands by now."""
    refresh_all(regroup(*publications), on=on)
    for row in NoticeTraits.objects.filter(publication__in=publications):
        settle_call(row.as_traits())
    first = Publication.objects.select_related("opportunity").get(pk=publications[0].pk)
    journal.record(
        verb,
        opportunity,
        by=by,
        after={
            "publication": first.source_id,
            "other": other.pk if other else None,
            "now": first.opportunity_id,
        },
    )
    return first.opportunity
