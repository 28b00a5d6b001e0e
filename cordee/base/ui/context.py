from typing import Any

from django.conf import settings
from django.http import HttpRequest

from cordee.base.ui.navigation import account_entries, entries, other_entries


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page needs: the entries of the navigation, and whether this is the demo world."""
    return {
        "navigation": entries(request),
        "other_entries": lambda: other_entries(request),
        "account_entries": account_entries,
        "is_demo": settings.DEMO,
    }
