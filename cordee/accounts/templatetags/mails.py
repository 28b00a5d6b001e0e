"""For pages of the account that allauth's views draw: what their context lacks."""

from django import template

from cordee.accounts.models import User
from cordee.base.mail.models import DeadAddress

register = template.Library()


@register.simple_tag
def dead_address(person: User) -> DeadAddress | None:
    """The user's address where nothing is sent any more; None where mails arrive."""
    return DeadAddress.objects.filter(address=person.email.lower()).first()
