"""Counts over tens of thousands of rows, kept some minutes; what is done by them says their hour.

Only of what depends on no reader: rights are asked at each reading, and never kept (decision 6).
"""

from collections.abc import Callable
from datetime import datetime

from django.core.cache import cache
from django.utils import timezone

KEPT_S = 600
# Below so many, counting costs less than anybody could notice.
FEW = 2_000


def kept[Counts](
    name: str, read: Callable[[], Counts], size: Callable[[Counts], int]
) -> tuple[Counts, datetime | None]:
    """What `read` counts, and when, where that was kept: None says that it is counted now."""
    found: tuple[Counts, datetime] | None = cache.get(name)
    if found is not None:
        return found
    counts = read()
    if size(counts) > FEW:
        cache.set(name, (counts, timezone.now()), KEPT_S)
    return counts, None
