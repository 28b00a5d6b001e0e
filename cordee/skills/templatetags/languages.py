"""`{% said "Je sais" %}`: a French sentence of her page, and the same in her language below."""

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("skills/card/said.html", takes_context=True)
def said(
    context: template.Context, french: str, *, beside: bool = False, aloud: bool = False
) -> dict[str, Any]:
    """The French alone where the page is in French, or where nobody translated this sentence.
    `beside`: it stands there already. `aloud`: where the team read it, it can be heard."""
    spoken, token = context.get("spoken"), context.get("token")
    return {
        "french": "" if beside else french,
        "language": spoken and spoken.language,
        "words": spoken and spoken.words.get(french),
        "sound": aloud and spoken and spoken.sounds.get(french),
        "token": token,
    }
