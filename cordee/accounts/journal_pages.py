"""Accounts in the journal. Nobody reads of another's: only her own name is given back."""

from collections.abc import Collection, Mapping
from datetime import date

from django.urls import reverse

from cordee.accounts import journal_kinds
from cordee.accounts.journal_kinds import Named
from cordee.accounts.models import User


def people(person: User, ids: Collection[str], on: date) -> Mapping[str, Named]:
    return {str(person.pk): Named("Votre compte", reverse("account_email"))}


def register() -> None:
    journal_kinds.register("compte", User, "Compte", names=people)
