"""Contracts in the journal, for who keeps them: a partner's own business is among their lines."""

from collections.abc import Collection, Mapping
from datetime import date

from django.urls import reverse

from cordee.accounts import journal
from cordee.accounts.journal import Named, Subject, about, named
from cordee.accounts.models import User
from cordee.delivery.access import deliveries_for, kept_for
from cordee.delivery.models import Delivery


def deliveries(person: User, ids: Collection[str], on: date) -> Mapping[str, Named]:
    """Those the user reads."""
    rows = deliveries_for(person).filter(pk__in=[pk for pk in ids if pk.isdecimal()])
    return named(rows, "title", "delivery:contract")


def delivery(person: User, pk: str, on: date) -> Subject:
    """All that was written of it, for who keeps it; or 404."""
    row = kept_for(person, int(pk) if pk.isdecimal() else 0).delivery
    page = reverse("delivery:contract", args=[row.pk])
    return Subject(row.title, page, about(Delivery, [row.pk]))


def register() -> None:
    """Called once, when the application starts."""
    journal.register("marche", Delivery, "Marché", names=deliveries, subject=delivery)
