"""The navigation: base names the bar, each room registers its entry when the application starts."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Entry:
    label: str
    url_name: str
    order: int
    signed_in_only: bool = True


@dataclass(frozen=True, slots=True)
class ShownEntry:
    label: str
    url: str
    is_current: bool


_entries: dict[str, Entry] = {}


def register(label: str, url_name: str, *, order: int, signed_in_only: bool = True) -> None:
    _entries[url_name] = Entry(label, url_name, order, signed_in_only)


def entries(request: HttpRequest) -> list[ShownEntry]:
    """Entries this visitor may follow, in order."""
    signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    shown = []
    for entry in sorted(_entries.values(), key=lambda e: (e.order, e.label)):
        if signed_in or not entry.signed_in_only:
            url = reverse(entry.url_name)
            shown.append(ShownEntry(entry.label, url, request.path.startswith(url)))
    return shown
