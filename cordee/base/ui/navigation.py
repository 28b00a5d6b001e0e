"""The navigation: base names the bar and the account menu, rooms register their entries."""

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


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """A line of the account menu. `live` names the fragment that replaces it when the menu opens.

    What waits for a person is read there, not on every page that the person opens.
    """

    label: str
    url_name: str
    order: int
    live: str = ""


@dataclass(frozen=True, slots=True)
class ShownAccountEntry:
    label: str
    url: str
    live_url: str


_entries: dict[str, Entry] = {}
_account_entries: dict[str, AccountEntry] = {}


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


def register_account(label: str, url_name: str, *, order: int, live: str = "") -> None:
    _account_entries[url_name] = AccountEntry(label, url_name, order, live)


def account_entries() -> list[ShownAccountEntry]:
    """The lines of the account menu, in order: the same for whoever is signed in."""
    return [
        ShownAccountEntry(
            entry.label, reverse(entry.url_name), reverse(entry.live) if entry.live else ""
        )
        for entry in sorted(_account_entries.values(), key=lambda e: (e.order, e.label))
    ]
