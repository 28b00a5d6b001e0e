"""The way from a thing to its journal, for those who may read it."""

from typing import Any

from django import template
from django.http import Http404
from django.utils import timezone

from cordee.accounts import access
from cordee.accounts.models import User

register = template.Library()


@register.inclusion_tag("accounts/journal_link.html", takes_context=True)
def journal_link(
    context: template.Context, slug: str, pk: Any, is_open: bool | None = None
) -> dict[str, Any]:
    """A line with a link; nothing for who may not read it, nor for a visitor.

    `is_open`: where the page already knows whether the user may, nothing more is asked of the base.
    """
    reader = context["request"].user
    may_read = bool(is_open) and isinstance(reader, User)
    if is_open is None and isinstance(reader, User):
        try:
            access.journal_for(reader, slug, str(pk), on=timezone.localdate())
            may_read = True
        except Http404:
            pass
    return {"slug": slug, "pk": pk, "may_read": may_read}
