"""Writes of a contract to follow: the three ways in, who is named in it, what its clause asks."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement import Cell, PartyRole, Terms
from cordee.agreement.limits import own_cents, own_insertion_hours, span_of
from cordee.alliances.models import AllianceBaseline, AllianceParty
from cordee.base.ui.months import month
from cordee.delivery.models import Delivery, DeliveryLot, MonthlyHours, Partner, Share
from cordee.dossier.money import known_sum
from cordee.members.models import Structure
from cordee.opportunities.models import AwardedContract
from cordee.rules.crafts import trade_of
from cordee.rules.months import month_number
from cordee.rules.sharing_out import shared_out


@transaction.atomic
def open_from_alliance(*, baseline: AllianceBaseline, by: User) -> Delivery:
    """Follow what an alliance signed; twice is once. Parties, lots, shares and months are those of
    its terms; who speaks to the buyer keeps the contract.

    Raises `ValidationError` where the terms name nobody who speaks to the buyer.
    """
    # Held, so that a second click waits and finds the first one's.
    baseline = AllianceBaseline.objects.select_for_update().get(pk=baseline.pk)
    if known := Delivery.objects.filter(baseline=baseline).first():
        return known
    alliance, terms = baseline.alliance, baseline.revision.read()
    rows = {row.key: row for row in alliance.parties.select_related("structure__organisation")}
    lead = rows.get(terms.speaker or "")
    if lead is None or not terms.lines:
        raise ValidationError("Personne ne parle à l’acheteur dans ces termes. Dites qui d’abord.")
    first = min(line.first_month for line in terms.lines)
    made = Delivery.objects.create(
        structure=lead.structure,
        baseline=baseline,
        title=alliance.title,
        buyer_name=alliance.opportunity.buyer_name,
        notified_on=baseline.signed_on,
        first_month=first,
        months=max(line.end_month for line in terms.lines) - first,
    )
    lots = {key: _lot_of_terms(made, terms, key) for key in {line.lot for line in terms.lines}}
    _share_out(terms, lots, _partners_of(made, terms, rows))
    journal.record("delivery.open_contract", made, by=by, after={"from": "alliance"})
    return made


@transaction.atomic
def open_from_award(*, award: AwardedContract, structure: Structure, by: User) -> Delivery:
    """Follow a contract that a structure holds, by what was published; twice is once.

    Raises `ValidationError` where its day or its duration was not published: none is supposed.
    """
    Structure.objects.select_for_update().get(pk=structure.pk)
    if known := Delivery.objects.filter(award=award, structure=structure).first():
        return known
    notified = award.notified_on or award.published_on
    if notified is None or (months := _months_of(award, notified)) is None:
        lacks = "sa date" if notified is None else "sa durée"
        raise ValidationError(f"L’attribution ne dit pas {lacks}. Suivez ce marché à la main.")
    made = Delivery.objects.create(
        structure=structure,
        award=award,
        title=str(award)[:300],
        buyer_name=award.buyer_name or "acheteur non dit",
        notified_on=notified,
        first_month=month_number(notified),
        months=months,
    )
    only_lot(made, trade=award.trade, amount_cents=award.amount_cents)
    journal.record("delivery.open_contract", made, by=by, after={"from": "award"})
    return made


@transaction.atomic
def open_by_hand(*, contract: Delivery, minutes: int | None, by: User) -> Delivery:
    """Follow any other contract, from its title, buyer, day, months and hours; twice is once."""
    Structure.objects.select_for_update().get(pk=contract.structure_id)
    same = Delivery.objects.filter(
        structure=contract.structure, title=contract.title, notified_on=contract.notified_on
    )
    if known := same.filter(buyer_name=contract.buyer_name).first():
        return known
    contract.first_month = month_number(contract.notified_on)
    contract.save()
    only_lot(contract, stated_minutes=minutes)
    journal.record("delivery.open_contract", contract, by=by, after={"from": "hand"})
    return contract


def only_lot(contract: Delivery, **values: Any) -> DeliveryLot:
    """The whole of a contract as one lot, carried by who keeps it, with no share promised yet."""
    Partner.objects.create(
        delivery=contract,
        structure=contract.structure,
        name=contract.structure.shown_name,
        role=Partner.Role.MEMBER,
        is_lead=True,
    )
    return DeliveryLot.objects.create(delivery=contract, **values)


@transaction.atomic
def write_contract(*, contract: Delivery, fields: Collection[str], by: User) -> None:
    """Who is named in it, its penalty, its dates. Without an alliance, which says its own months,
    it begins with the month of its day, and so do all shares.

    Raises `ValidationError` where hours are stated before.
    """
    if contract.baseline is None:
        contract.first_month = month_number(contract.notified_on)
        early = MonthlyHours.objects.in_force().filter(
            lot__delivery=contract, month__lt=contract.first_month
        )
        if early.exists():
            told = f"Des heures sont dites avant {month(contract.first_month)}. Corrigez ce jour."
            raise ValidationError({"notified_on": told})
        span = {"first_month": contract.first_month, "months": contract.months}
        Share.objects.filter(lot__delivery=contract).update(**span)
        fields = [*fields, "first_month"]
    contract.save(update_fields=[*fields])
    journal.record("delivery.write_contract", contract, by=by, after={"fields": sorted(fields)})


@transaction.atomic
def write_lot(*, lot: DeliveryLot, by: User) -> None:
    """What its clause asks: hours stated, or what RULE-17 needs."""
    lot.save()
    after = {"lot": lot.key, "stated_minutes": lot.stated_minutes}
    journal.record("delivery.write_lot", lot.delivery, by=by, after=after)


@transaction.atomic
def add_partner(*, partner: Partner, share: Share, by: User) -> Partner:
    """Somebody else who does a part of a lot; the same twice is once."""
    Delivery.objects.select_for_update().get(pk=partner.delivery_id)
    same = Partner.objects.filter(
        delivery=partner.delivery, name=partner.name, role=partner.role, of=partner.of
    )
    if known := same.first():
        return known
    partner.full_clean()
    partner.save()
    share.partner = partner
    share.full_clean()
    share.save()
    after = {"partner": partner.name, "role": partner.role}
    journal.record("delivery.add_partner", partner.delivery, by=by, after=after)
    return partner


@transaction.atomic
def write_promises(*, partner: Partner, minutes: Mapping[int, int | None], by: User) -> None:
    """The hours a partner promises of each lot, by its key; None: nothing is promised yet.

    Over the months of what it takes of the lot, in proportion to what was promised of each; over
    the whole contract where it took nothing of it.
    """
    contract = Delivery.objects.select_for_update().get(pk=partner.delivery_id)
    for lot, promised in minutes.items():
        shares = list(Share.objects.filter(lot=lot, partner=partner))
        if not shares and promised is not None:
            span = {"first_month": contract.first_month, "months": contract.months}
            shares = [Share.objects.create(lot_id=lot, partner=partner, **span)]
        parts = shared_out(promised or 0, [share.minutes or 0 for share in shares])
        for share, part in zip(shares, parts, strict=True):
            share.minutes = None if promised is None else part
            share.save(update_fields=["minutes"])
    after = {"partner": partner.name, "minutes": {str(key): each for key, each in minutes.items()}}
    journal.record("delivery.write_promises", contract, by=by, after=after)


@transaction.atomic
def remove_partner(*, partner: Partner, by: User) -> None:
    """Take out somebody who did nothing of it. Raises `ValidationError` where it leads, did
    something, or where others work for it."""
    contract = Delivery.objects.select_for_update().get(pk=partner.delivery_id)
    if partner.is_lead:
        raise ValidationError("Qui tient le marché y reste.")
    for link in Partner._meta.related_objects:
        # Whatever a room keeps of a partner holds it, but for what it only promises.
        rows: Any = link.related_model
        if rows is not Share and rows.objects.filter(**{link.field.name: partner}).exists():
            what = rows._meta.verbose_name_plural
            raise ValidationError(f"{partner.name} reste\u00a0: ce marché lui garde des {what}.")
    partner.delete()
    journal.record("delivery.remove_partner", contract, by=by, after={"partner": partner.name})


def _months_of(award: AwardedContract, notified: date) -> int | None:
    """As published, or to its last day."""
    if award.months is None and award.ends_on is not None:
        return month_number(award.ends_on) - month_number(notified) + 1
    return award.months


def _lot_of_terms(made: Delivery, terms: Terms, key: str) -> DeliveryLot:
    lines = [line for line in terms.lines if line.lot == key]
    # Hours of some lines only say nothing of the lot.
    hours, common = known_sum(line.insertion_hours for line in lines), terms.common
    return DeliveryLot.objects.create(
        delivery=made,
        key=key,
        title=lines[0].label if len(lines) == 1 else "",
        trade=trade_of(lines[0].trade),
        amount_cents=sum(line.price_cents for line in lines),
        stated_minutes=None if hours is None else hours * 60,
        labour_share=_rate(common.labour_share_percent),
        insertion_rate=_rate(common.insertion_rate_percent),
        hourly_cost_cents=common.hourly_cost_cents,
    )


def _rate(percent: int | None) -> Decimal | None:
    return None if percent is None else Decimal(percent) / 100


def _partners_of(
    made: Delivery, terms: Terms, rows: dict[str, AllianceParty]
) -> dict[str, Partner]:
    """Those that have a share, as the terms place them."""
    found: dict[str, Partner] = {}
    # Members first: the others point to them.
    for party in sorted(terms.parties, key=lambda each: each.role is not PartyRole.MEMBER):
        if party.role.has_share:
            structure = rows[party.key].structure
            found[party.key] = Partner.objects.create(
                delivery=made,
                structure=structure,
                name=structure.shown_name,
                role=Partner.Role(party.role.value),
                of=found.get(party.of or ""),
                is_lead=party.key == terms.speaker,
            )
    return found


def _share_out(terms: Terms, lots: dict[str, DeliveryLot], partners: dict[str, Partner]) -> None:
    """Shares net of those who work for each: what a member's cell says includes them."""
    parts: defaultdict[tuple[str, str, int, int], list[Cell]] = defaultdict(list)
    for cell in terms.cells:
        if cell.party in partners:
            line = terms.line(cell.line)
            parts[line.lot, cell.party, *span_of(cell, line)].append(cell)
    for (lot, party, first, end), cells in parts.items():
        cents = [max(0, own_cents(terms, each)) for each in cells if each.cents is not None]
        hours = [own for each in cells if (own := own_insertion_hours(terms, each)) is not None]
        Share.objects.create(
            lot=lots[lot],
            partner=partners[party],
            amount_cents=sum(cents) if cents else None,
            minutes=sum(hours) * 60 if hours else None,
            first_month=first,
            months=end - first,
        )
