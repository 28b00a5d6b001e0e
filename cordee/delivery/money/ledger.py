"""What is noted of the money of a contract, as one reader may read it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import NamedTuple

from cordee.agreement.model import VatRegime
from cordee.agreement.settlement import Transfer, balances, once_paid, transfers
from cordee.agreement.terms import terms_from_json
from cordee.base.ui import french
from cordee.delivery.access import DeliveryAccess
from cordee.delivery.models import MoneyKind, MoneyLine, Partner, Share
from cordee.dossier.money import known_sum
from cordee.rules.grammar import agreed
from cordee.rules.groups import PartyRole
from cordee.rules.subcontracting import PaidBy, accepted_by_silence_on, paid_by
from cordee.rules.vat import with_standard_vat_cents

DUE = (MoneyKind.WORK, MoneyKind.COORDINATION)


class Owed(NamedTuple):
    """What a partner still pays another for common costs."""

    payer: Partner
    payee: Partner
    cents: int

    def __str__(self) -> str:
        owes = agreed(self.payer.name, "doit", "doivent")
        return f"{owes} {french.price(self.cents)} {french.to(self.payee.name)}"

    @property
    def key(self) -> str:
        return f"{self.payer.pk}-{self.payee.pk}-{self.cents}"


class Ledger:
    """Two queries, whatever their size. A partner reads its own lines and those of who works for
    it, who keeps the contract all; common costs are read by members, who bear them."""

    def __init__(self, access: DeliveryAccess, on: date) -> None:
        self.access, self.on, delivery = access, on, access.delivery
        self.partners = access.by_key
        self.read = {each.pk: each for each in access.money_of}
        self.members = [e for e in self.partners.values() if e.role == Partner.Role.MEMBER]
        self.shares: dict[int, int | None] = {}  # None where one of its parts is not known
        parts = Share.objects.filter(lot__delivery=delivery)
        for key, cents in parts.values_list("partner_id", "amount_cents"):
            self.shares[key] = known_sum([self.shares.get(key, 0), cents])
        noted = list(MoneyLine.objects.filter(partner__delivery=delivery))
        for line in noted:
            line.partner = self.partners[line.partner_id]
            line.payer = self.partners.get(line.payer_id or 0)
        self.readable = [e for e in noted if {e.partner_id, e.payer_id} & self.read.keys()]
        self.removed = [line for line in self.readable if line.is_removed]
        self.lines = [e for e in self.readable if e.kind in DUE and not e.is_removed]
        self.late = [line for line in self.lines if line.is_late(on)]
        self.shared = [line for line in noted if line.kind not in DUE and not line.is_removed]
        # What was paid for all, and between those that are read to settle it.
        self.costs = [e for e in self.shared if e.payer_id is None or e in self.readable]
        self._due: defaultdict[int, list[MoneyLine]] = defaultdict(list)
        for line in noted:
            if line.kind in DUE and not line.is_removed:
                self._due[line.partner_id].append(line)
        self.terms = delivery.baseline and terms_from_json(delivery.baseline.terms)
        # What the terms give to whoever leads a group for it.
        self.fee_cents = self.terms and self.terms.common.coordination_cents

    @property
    def title(self) -> str:
        if not self.late:
            return "Rien n’est en retard" if self.lines else "Aucun montant n’est noté"
        days = (self.on - min(line.due_on or self.on for line in self.late)).days
        late = french.euros(_total(self.late), rounded=True)
        since = f"{late} attendus depuis {french.count(days, 'jour')}"
        return since if len(self.late) == 1 else f"{since} pour le plus ancien"

    @property
    def demands(self) -> list[tuple[MoneyLine, date]]:
        """What a subcontractor asked and nobody answered, with the last day to answer."""
        asked = [e for e in self.lines if not e.demand_answered_on and not e.paid_on]
        return [(e, accepted_by_silence_on(e.demand_sent_on)) for e in asked if e.demand_sent_on]

    @property
    def accounts(self) -> Iterator[tuple[Partner, str, list[int | None]]]:
        """Who pays each; due, invoiced, paid, late. Of who noted nothing, nothing is known."""
        for key, partner in self.read.items():
            lines = self._due[key]
            late = [line for line in lines if line.is_late(self.on)]
            paid = [line for line in lines if line.paid_on]
            invoiced = [line for line in lines if line.invoiced_on or line.paid_on]
            told = [_total(rows) if lines else None for rows in (invoiced, paid, late)]
            yield partner, self.payer_of(partner), [self.due(partner), *told]

    def writers(self, kind: str) -> list[Partner]:
        """Of those that are read, who may have an amount of this sort."""
        every = list(self.read.values())
        if kind == MoneyKind.COORDINATION:
            return [each for each in every if each.is_lead]
        return every if kind == MoneyKind.WORK else [e for e in every if e in self.members]

    # --- What is due to each ---------------------------------------------------------------------

    def due(self, partner: Partner) -> int | None:
        """What it may ask for, without tax: its share, that of whom it pays, its fee."""
        direct, fee = PaidBy.BUYER_ONCE_ACCEPTED, self.fee_cents if partner.is_lead else 0
        paid = [each for each in self._behind(partner) if self._paid_by(each) is not direct]
        return known_sum([fee or 0, *(self.shares.get(each.pk) for each in (partner, *paid))])

    def payer_of(self, partner: Partner) -> str:
        found, client = self._paid_by(partner), self.partners.get(partner.of_id or 0)
        return client.name if client and found is PaidBy.CLIENT else found.label

    def _paid_by(self, partner: Partner) -> PaidBy:
        cents, between = self.shares.get(partner.pk), None
        if cents is not None:
            taxed = with_standard_vat_cents(cents, on=self.on)
            said = {line.vat for line in self._due[partner.pk]}
            is_free = said and said <= {VatRegime.EXEMPT, VatRegime.REVERSE_CHARGE}
            is_taxed = said == {VatRegime.STANDARD}
            between = (taxed if is_taxed else cents, cents if is_free else taxed)
        form = self.terms.form if self.terms and not self.terms.holder else None
        role, is_lead = PartyRole(partner.role), partner.is_lead
        return paid_by(role, form, is_lead=is_lead, between_ttc_cents=between, on=self.on)

    def _behind(self, partner: Partner) -> list[Partner]:
        return [each for each in self.partners.values() if each.of_id == partner.pk]

    # --- Common costs ----------------------------------------------------------------------------

    @property
    def unknown(self) -> list[Partner]:
        """Members of whom no share is known: nothing can be shared out."""
        return [each for each in self.members if self._borne(each) is None]

    @cached_property
    def transfers(self) -> list[Owed]:
        """Who still pays whom, of those that are read; nothing while a share is unknown."""
        shares = {str(each.pk): self._borne(each) or 0 for each in self.members}
        paid, done = dict.fromkeys(shares, 0), []
        for line in self.shared:
            if line.payer_id is None:
                paid[str(line.partner_id)] += line.amount_cents
            else:
                done.append(Transfer(str(line.payer_id), str(line.partner_id), line.amount_cents))
        left = [] if self.unknown else transfers(once_paid(balances(paid, shares), done))
        who = self.partners
        owed = [Owed(who[int(each.payer)], who[int(each.payee)], each.cents) for each in left]
        return [each for each in owed if {each.payer.pk, each.payee.pk} & self.read.keys()]

    def _borne(self, member: Partner) -> int | None:
        """By what a member bears them: its work, with that of who works for it."""
        return known_sum(self.shares.get(each.pk) for each in (member, *self._behind(member)))


def _total(lines: Iterable[MoneyLine]) -> int:
    return sum(line.amount_cents for line in lines)
