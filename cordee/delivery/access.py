"""The only way to get a contract that is carried out. Each docstring is the rule.

Who keeps it: who directs the structure that wrote it, and who coordinates its alliance. Who directs
a partner reads it; a subcontractor or a supplier of staff its own part, and whom it works for. The
facilitator it names reads its hours, the buyer it names its report, while they hold that role:
neither reads an amount.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Prefetch
from django.http import Http404

from cordee.accounts.access import Person
from cordee.accounts.models import User
from cordee.alliances.models import Alliance
from cordee.base.found import first_or_404
from cordee.delivery.models import Delivery, DeliveryLot, LetterName, MonthlyHours, Partner
from cordee.delivery.models.contracts import DeliveryQuerySet
from cordee.members.models import RoleSeat, Structure
from cordee.members.network_access import seats_read
from cordee.members.roles import May
from cordee.opportunities.models import AwardedContract, ContractHolder

ABSENT = "Ce marché n’existe pas, ou ne vous est pas ouvert."
MEMBER = Partner.Role.MEMBER


@dataclass(frozen=True)
class DeliveryAccess:
    """What a person may read and do in a contract. `own`: the partners that the user speaks for."""

    user: User
    delivery: Delivery
    partners: tuple[Partner, ...]
    own: tuple[Partner, ...]
    keeps: bool
    facilitates: bool
    buys: bool

    @cached_property
    def is_inside(self) -> bool:
        """Whether the user carries the contract out: reads its pages, and amounts of its own."""
        return self.keeps or bool(self.own)

    @cached_property
    def reads_whole(self) -> bool:
        """Whether the user reads hours and shares of all partners: not a subcontractor."""
        return self.keeps or any(each.role == MEMBER for each in self.own)

    @cached_property
    def part(self) -> tuple[Partner, ...] | None:
        """The partners whose hours alone the user reads; None where those of all are."""
        return None if self.reads_whole or self.facilitates else self.own

    @cached_property
    def hours_of(self) -> tuple[Partner, ...]:
        """The partners whose hours the user reads."""
        return self.partners if self.part is None else self.part

    @cached_property
    def by_key(self) -> dict[int, Partner]:
        """Each partner by its key: known already, no page joins it to its rows."""
        return {each.pk: each for each in self.partners}

    @cached_property
    def named(self) -> tuple[Partner, ...]:
        """The partners whose name the user reads: of a part, one's own and whom one works for."""
        if self.part is None:
            return self.partners
        known = {each.pk for each in self.own} | {each.of_id for each in self.own}
        return tuple(each for each in self.partners if each.pk in known)

    @cached_property
    def money_of(self) -> tuple[Partner, ...]:
        """The partners whose amounts the user reads: one's own, those who work for one; all for
        whoever keeps the contract, who must check them."""
        if self.keeps:
            return self.partners
        own = {each.pk for each in self.own}
        return tuple(each for each in self.partners if each.pk in own or each.of_id in own)

    @cached_property
    def states(self) -> tuple[Partner, ...]:
        """The partners whose hours the user states: one's own; for whoever keeps the contract,
        those that no sheet stands for too."""
        own = {each.pk for each in self.own}
        return tuple(
            each
            for each in self.partners
            if each.pk in own or (self.keeps and each.structure_id is None)
        )


def deliveries_for(person: Person, *, whole: bool = False) -> DeliveryQuerySet:
    """Those the user keeps, takes part in, or is named in as facilitator or buyer; `whole`: but
    those of which a subcontractor reads its own part."""
    if isinstance(person, AnonymousUser):
        return Delivery.objects.none()
    return Delivery.objects.read_by(person, whole=whole)


def delivery_for(person: Person, pk: int, *joined: str) -> DeliveryAccess:
    """What the user may read and do in one of them, or 404: as `read_by` says of many, told from
    the user's seats, which are read once. `joined`: what the page says of the contract too;
    "structure", of the user's own partners as well."""
    if isinstance(person, AnonymousUser):
        raise Http404(ABSENT)
    found = first_or_404(Delivery.objects.filter(pk=pk).select_related(*(joined or [None])), ABSENT)
    with_structures = "structure" in joined
    seats = seats_read(person, with_structures=with_structures)
    roles = {each.role for each in seats}
    directing = [each for each in seats if each.may(May.DIRECT_STRUCTURE)]
    directed = {each.structure_id: each for each in directing if each.structure_id is not None}
    partners = tuple(Partner.objects.filter(delivery=found))
    by_key = {each.pk: each for each in partners}
    for each in partners:
        # Known already: forty partners are not joined with their sheets, nor with each other.
        if each.of_id is not None:
            each.of = by_key[each.of_id]
        if with_structures and each.structure_id in directed:
            each.structure = directed[each.structure_id].structure
    own = tuple(each for each in partners if each.structure_id in directed)
    keeps = found.structure_id in directed
    if not keeps and found.baseline_id is not None:
        led = Alliance.objects.coordinated_by(person).filter(baseline=found.baseline_id)
        keeps = led.exists()
    facilitates = found.facilitator_id == person.pk and RoleSeat.Role.FACILITATOR in roles
    buys = found.buyer_id == person.pk and RoleSeat.Role.BUYER in roles
    if not (keeps or own or facilitates or buys):
        raise Http404(ABSENT)
    return DeliveryAccess(person, found, partners, own, keeps, facilitates, buys)


def inside_for(person: Person, pk: int, *joined: str) -> DeliveryAccess:
    """The access of who carries the contract out, or 404."""
    return _where(delivery_for(person, pk, *joined), lambda access: access.is_inside)


def kept_for(person: Person, pk: int, *joined: str) -> DeliveryAccess:
    """The access of who keeps the contract, or 404."""
    return _where(delivery_for(person, pk, *joined), lambda access: access.keeps)


def hours_for(person: Person, pk: int, *joined: str) -> DeliveryAccess:
    """The access of who reads hours: those who carry the contract out, and its facilitator."""
    return _where(delivery_for(person, pk, *joined), lambda a: a.is_inside or a.facilitates)


def facilitated_for(person: Person, pk: int) -> DeliveryAccess:
    """The access of the facilitator whom the contract names, or 404."""
    return _where(delivery_for(person, pk), lambda access: access.facilitates)


def report_for(person: Person, pk: int) -> DeliveryAccess:
    """The access of who reads the report on the hours of all: not one that reads its own part."""
    found = delivery_for(person, pk, "structure")
    return _where(found, lambda a: a.reads_whole or a.facilitates or a.buys)


def facilitated_by(person: User) -> DeliveryQuerySet:
    """The contracts that name the user as their facilitator, while that role is held."""
    held = RoleSeat.objects.held_by(person).filter(role=RoleSeat.Role.FACILITATOR)
    return Delivery.objects.filter(Exists(held.order_by()), facilitator=person)


def letter_name_for(person: User, key: int) -> LetterName:
    """Whether a letter may name a structure: asked of who directs it, or 404."""
    own = Structure.objects.directed_by(person)
    rows = LetterName.objects.filter(structure__in=own, pk=key)
    rows = rows.select_related("letter__network", "structure__commune")
    return first_or_404(rows, "Cette demande n’existe pas, ou ne vous est pas adressée.")


def own_partner(access: DeliveryAccess, key: int) -> Partner:
    """A partner that the user speaks for, or 404."""
    for each in access.own:
        if each.pk == key:
            return each
    raise Http404(ABSENT)


def partner_of(access: DeliveryAccess, key: int) -> Partner:
    """A partner of a contract that one keeps, or 404."""
    return first_or_404(access.delivery.partners.filter(pk=key), ABSENT)


def lot_of(access: DeliveryAccess, key: int) -> DeliveryLot:
    """A lot of a contract that one has already, or 404."""
    return first_or_404(access.delivery.lots.filter(pk=key), ABSENT)


def hours_row(access: DeliveryAccess, key: int) -> MonthlyHours:
    """Hours of a month that the user reads, in force or replaced, or 404."""
    rows = MonthlyHours.objects.of_contract(access.delivery, access.hours_of)
    return first_or_404(rows.filter(pk=key).select_related("lot", "partner"), ABSENT)


def awards_to_follow(person: User) -> list[tuple[AwardedContract, Structure]]:
    """Contracts held by a structure that the user directs and not followed yet, newest first, each
    with that structure. Ten at most."""
    own = {row.siret: row for row in Structure.objects.directed_by(person) if row.siret}
    held = ContractHolder.objects.filter(siret__in=own, role=ContractHolder.Role.HOLDER)
    followed = Delivery.objects.filter(structure__in=own.values(), award__isnull=False)
    rows = AwardedContract.objects.filter(pk__in=held.order_by().values("contract"))
    rows = rows.exclude(pk__in=followed.order_by().values("award")).counted_once()
    mine = Prefetch("holders", held)
    found = rows.order_by("-notified_on", "-pk").prefetch_related(mine)[:10]
    return [(each, own[each.holders.all()[0].siret]) for each in found]


def _where(access: DeliveryAccess, may: Callable[[DeliveryAccess], bool]) -> DeliveryAccess:
    if not may(access):
        raise Http404(ABSENT)
    return access
