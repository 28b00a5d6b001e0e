"""Accounts in the journal. Nobody reads of another's: only their own name is given back."""

from collections.abc import Collection, Mapping
from datetime import date

from django.urls import reverse

from cordee.accounts import access, journal
from cordee.accounts.journal import Named
from cordee.accounts.models import ApiKey, User


def people(person: User, ids: Collection[str], on: date) -> Mapping[str, Named]:
    return {str(person.pk): Named("Votre compte", reverse("account_email"))}


def api_keys(person: User, ids: Collection[str], on: date) -> Mapping[str, Named]:
    url = reverse("api_keys")
    own = access.api_keys_of(person).filter(pk__in=ids)
    return {str(key.pk): Named(f"Clé «\u00a0{key.name}\u00a0»", url) for key in own}


def register() -> None:
    journal.register("compte", User, "Compte", names=people)
    journal.register("cle-de-logiciel", ApiKey, "Clé pour un logiciel", names=api_keys)
