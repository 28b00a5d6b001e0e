"""The links of the mails: signed, for one question and one person, good for nothing else.

They carry two numbers and no address. Until when they work follows from the question itself
(`campaign_access.opened_by`): a deadline that moves moves them too.
"""

from django.core import signing
from django.urls import reverse

from cordee.accounts.models import User
from cordee.mobilisation.models import Answer, Ask

SALT = "cordee.mobilisation.answer"

# How the answers are named in addresses.
CHOICES = {
    "seule": Answer.Choice.ALONE,
    "equipe": Answer.Choice.TEAM,
    "les-deux": Answer.Choice.EITHER,
    "pas-maintenant": Answer.Choice.NOT_NOW,
    "pas-pour-nous": Answer.Choice.NOT_FOR_US,
}
SLUGS = {choice: slug for slug, choice in CHOICES.items()}


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")


def token_for(ask: Ask, person: User) -> str:
    return _signer().sign(f"{ask.pk}-{person.pk}")


def read(token: str) -> tuple[int, int] | None:
    """The question and the person that a token names; None where we did not sign it."""
    try:
        ask, _, person = _signer().unsign(token).partition("-")
    except signing.BadSignature:
        return None
    return int(ask), int(person)


def path_for(ask: Ask, person: User, choice: Answer.Choice | None = None) -> str:
    """The address of the page, without its site; prepared with an answer where one is given."""
    path = reverse("campaigns:answer", args=[token_for(ask, person)])
    return f"{path}?reponse={SLUGS[choice]}" if choice else path
