"""What links a notice to those we know, and a contract of the essential data to the call it ends.

Of notices: what one names, its procedure, what both say. The links are stored with their reasons;
`joining` makes opportunities of them. Essential data name no notice: buyer, title, codes and days
tell. Only the link is written; the notices alone say in what stage an opportunity is.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from cordee.notices.notice import Kind, Notice, Source
from cordee.opportunities.models import (
    AwardedContract,
    EarlierNotice,
    NoticeLink,
    NoticeTraits,
    NoticeVersion,
    Publication,
)
from cordee.opportunities.models.lives import TRAITS
from cordee.opportunities.notice_matching import (
    LAST_AWARD,
    PUBLISHED_WITHIN,
    Traits,
    awarded_by,
    contract_traits,
    identifier,
    likeness_percent,
    same_need,
    takes_up,
    traits_of,
    writings,
)

_ORDER = NoticeLink.Kind.values
MAX_OF_BUYER = 2_000


@dataclass(frozen=True, slots=True)
class Kin:
    """A publication that this notice is linked to; `is_later`: this notice comes after it."""

    publication: Publication
    kind: NoticeLink.Kind
    why: str
    is_later: bool
    likeness: int = 100

    @property
    def rank(self) -> tuple[int, int, str, str]:
        known = self.publication
        return (_ORDER.index(self.kind), -self.likeness, known.source, known.source_id)


def kin_of(traits: Traits, named: Iterable[str]) -> list[Kin]:
    """Every known publication that this notice is linked to, the surest first.

    `named`: the identifiers that it gives as its predecessors.
    """
    cited, citing = _named_by(named), _naming(traits)
    found: dict[int, Kin] = {}
    for row in _candidates(traits, {*cited, *citing}):
        publication = row.publication
        # A later version of the same notice is not kin, it is itself.
        if (publication.source, publication.source_id) == (traits.source, traits.source_id):
            continue
        kin = _kin(traits, row, publication.pk in cited, publication.pk in citing)
        if kin and (row.publication_id not in found or kin.rank < found[row.publication_id].rank):
            found[row.publication_id] = kin
    return sorted(found.values(), key=lambda kin: kin.rank)


def _named_by(named: Iterable[str]) -> set[int]:
    ids = {identifier(one) for one in named}
    if not ids:
        return set()
    # As they may stand in the base: TED pads its numbers with zeros in some files.
    written = [writing for one in ids for writing in writings(one)]
    public = Publication.objects.exclude(source=Source.PRIVATE.value)
    known = public.filter(Q(source_id__in=written) | Q(traits__uuid__in=ids))
    return set(known.values_list("pk", flat=True))


def _naming(traits: Traits) -> set[int]:
    own = {identifier(traits.source_id), *([traits.uuid] if traits.uuid else [])}
    naming = EarlierNotice.objects.filter(source_id__in=own)
    return set(naming.values_list("publication_id", flat=True))


def _candidates(traits: Traits, linked: Collection[int]) -> Iterable[NoticeTraits]:
    """Versions of the publications already linked, of the same procedure, or near in all."""
    wanted = Q(publication__in=linked) if linked else Q()
    if traits.procedure:
        wanted |= Q(procedure=traits.procedure)
    if traits.uuid:
        wanted |= Q(uuid=traits.uuid)
    if (day := traits.published_on) is not None:
        # Bounded by days, so that an index serves: a national base holds millions of notices.
        near = Q(published_on__range=(day - PUBLISHED_WITHIN, day + PUBLISHED_WITHIN))
        if traits.buyer_key:
            wanted |= near & Q(buyer_key=traits.buyer_key)
        if siren := traits.buyer_siret[:9]:
            wanted |= near & Q(buyer_siret__range=(f"{siren}00000", f"{siren}99999"))
        if traits.title_key:
            wanted |= near & Q(title_key=traits.title_key)
    if not wanted:
        return []
    return NoticeTraits.objects.filter(wanted).select_related("publication__opportunity")


def _kin(traits: Traits, row: NoticeTraits, is_cited: bool, is_citing: bool) -> Kin | None:
    """What links a notice to one version of another publication."""
    other, publication, link = row.as_traits(), row.publication, NoticeLink.Kind
    if is_cited or is_citing:
        later, earlier = (traits, other) if is_cited else (other, traits)
        why = f"L’avis {later.source_id} nomme l’avis {earlier.source_id}."
        kind = link.RENEWS if takes_up(later, earlier) else link.NAMED
        return Kin(publication, kind, why, is_later=is_cited)
    # Neither names the other: an order that does not depend on the moment of import.
    is_later = (traits.source, traits.source_id) > (publication.source, publication.source_id)
    if traits.uuid and traits.uuid == other.uuid:
        return Kin(publication, link.PROCEDURE, "Le même avis eForms (BT-701).", is_later)
    if traits.procedure and traits.procedure == other.procedure:
        return Kin(publication, link.PROCEDURE, "La même procédure eForms (BT-04).", is_later)
    if traits.source == publication.source:
        return None
    alike = same_need(traits, other)
    if alike is None:
        return None
    return Kin(publication, link.ALIKE, alike, is_later, likeness_percent(traits, other))


def note_traits(version: NoticeVersion, notice: Notice) -> Traits:
    """Keep what this version is recognised by; a newer reading replaces an older one."""
    traits = traits_of(notice, version.publication.source_id)
    told = {name: getattr(traits, name) for name in TRAITS}
    listed = {name: list(told[name]) for name in ("cpv", "departments")}
    values = {"publication_id": version.publication_id, **told, **listed}
    NoticeTraits.objects.bulk_create(
        [NoticeTraits(version=version, **values)],
        update_conflicts=True,
        unique_fields=["version"],
        update_fields=list(values),
    )
    return traits


def link(publication: Publication, kin: Sequence[Kin]) -> None:
    """Keep the links of a publication; of two between the same ones, the surest."""
    known = {
        (row.later_id if row.earlier_id == publication.pk else row.earlier_id): row
        for row in NoticeLink.objects.filter(Q(later=publication) | Q(earlier=publication))
    }
    for one in kin:
        held = known.get(one.publication.pk)
        if held is not None and _rank(held) <= (_ORDER.index(one.kind), -one.likeness, one.why):
            continue
        if held is not None:
            # The surer reason replaces the weaker: one link between two, with the best why.
            held.delete()
        ends = (publication, one.publication) if one.is_later else (one.publication, publication)
        NoticeLink.objects.create(
            later=ends[0], earlier=ends[1], kind=one.kind, likeness=one.likeness, why=one.why[:300]
        )


def _rank(row: NoticeLink) -> tuple[int, int, str]:
    return (_ORDER.index(row.kind), -row.likeness, row.why)


def settle_contracts(contracts: Iterable[AwardedContract]) -> int:
    """Link contracts to the calls they end, in three queries however many; how many are linked."""
    essential = [c for c in contracts if c.source == Source.DECP.value and c.buyer_siret]
    days = [c.notified_on for c in essential if c.notified_on]
    if not days:
        return 0
    calls = NoticeTraits.objects.filter(
        kind=Kind.CALL.value,
        buyer_siret__in={c.buyer_siret for c in essential},
        published_on__range=(min(days) - LAST_AWARD, max(days)),
    ).select_related("publication")
    by_siret: dict[str, list[NoticeTraits]] = {}
    for call in calls:
        by_siret.setdefault(call.buyer_siret, []).append(call)
    return _link(essential, by_siret)


def settle_call(traits: Traits) -> int:
    """Link the contracts that end a call which comes after them."""
    if traits.kind != Kind.CALL or not traits.buyer_siret or traits.published_on is None:
        return 0
    first = traits.published_on
    contracts = AwardedContract.objects.filter(
        source=Source.DECP.value,
        buyer_siret=traits.buyer_siret,
        notified_on__range=(first, first + LAST_AWARD),
    )[:MAX_OF_BUYER]
    alike = [c for c in contracts if awarded_by(traits, contract_traits(c)) is not None]
    return settle_contracts(alike)


def _link(contracts: Sequence[AwardedContract], by_siret: dict[str, list[NoticeTraits]]) -> int:
    changed = []
    for contract in contracts:
        theirs = contract_traits(contract)
        ranked = []
        for call in by_siret.get(contract.buyer_siret, []):
            mine = call.as_traits()
            if (likeness := awarded_by(mine, theirs)) is not None:
                day = mine.published_on
                ranked.append((likeness, day, mine.source, mine.source_id, call.publication))
        if not ranked:
            continue
        best = max(ranked, key=lambda one: one[:4])[4].opportunity_id
        if contract.opportunity_id != best:
            contract.opportunity_id = best
            changed.append(contract)
    AwardedContract.objects.bulk_update(changed, ["opportunity"])
    return len(changed)
