"""How often one may ask: counted in fixed windows of time, in the cache of all processes."""

from django.conf import settings
from django.core.cache import cache

from cordee.base.api.problems import Refusal


def count(action: str, who: object, now_s: float) -> None:
    """Count a demand of somebody at a second. Raises `Refusal` with how long to wait."""
    most, seconds = settings.API_LIMITS[action]
    window, into = divmod(int(now_s), seconds)
    key = f"api:{action}:{who}:{window}"
    cache.add(key, 0, timeout=seconds)
    try:
        asked = cache.incr(key)
    except ValueError:
        # The window ended between the two: this is the first of the next one.
        asked = 1
    if asked > most:
        left = seconds - into
        raise Refusal(
            429,
            cure=f"{most} demandes au plus en {_words(seconds)}. Recommencez dans {left} secondes.",
            headers={"Retry-After": str(left)},
        )


def _words(seconds: int) -> str:
    return "une heure" if seconds == 3_600 else f"{seconds} secondes"
