"""The navigation: base names the bar and the account menu, rooms register their entries.

The bar holds five entries at most, those of the person's role; an entry that is for somebody else
stands in the account menu, so that every page is reached by everybody who may open it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

type When = Callable[[HttpRequest], bool]
type Address = Callable[[HttpRequest], tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """`address` gives its label and its URL, or None where it leads this person nowhere.

    `under`: where more of its pages are, that are not below its URL.
    """

    address: Address
    order: int
    in_bar: When
    in_menu: When
    under: tuple[str, ...] = ()


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


_entries: dict[str, Entry] = {}
# Pages by namespace of their addresses, and the page below which they stand all the same.
_places: dict[str, str] = {}
_account_entries: dict[str, AccountEntry] = {}
_public: dict[str, str] = {}
# Each gives the page where a person begins after signing in, or nothing where that is not its own.
first_pages: list[Callable[[HttpRequest], str]] = []


def always(_: HttpRequest) -> bool:
    """For whoever is signed in."""
    return True


def never(_: HttpRequest) -> bool:
    """For nobody."""
    return False


def register(
    label: str, url_name: str, *, order: int, in_bar: When = always, in_menu: When = always
) -> None:
    """An entry that leads everybody to the same page."""
    _entries[label] = Entry(lambda _: (label, _url(url_name)), order, in_bar, in_menu)


def register_own(
    name: str, address: Address, *, order: int, in_bar: When = always, under: tuple[str, ...] = ()
) -> None:
    """An entry whose label and page are the person's own; `name` tells it from the others."""
    _entries[name] = Entry(address, order, in_bar, always, under)


def stand_below(name: str, under: str) -> None:
    """Pages that a room above has at `under` are those of an entry of a room below."""
    _entries[name] = replace(_entries[name], under=(*_entries[name].under, under))


def place(namespace: str, url_name: str) -> None:
    """Pages whose address begins elsewhere are those of the entry of `url_name`."""
    _places[namespace] = url_name


def entries(request: HttpRequest) -> list[ShownEntry]:
    """The bar of whoever is signed in, in order."""
    return _shown(request, lambda entry: entry.in_bar(request))


def other_entries(request: HttpRequest) -> list[ShownEntry]:
    """What is not in the user's bar, for the account menu."""
    return _shown(request, lambda entry: not entry.in_bar(request) and entry.in_menu(request))


@cache
def _url(name: str) -> str:
    """Of a page that is the same for everybody: found once, and not at each page."""
    return reverse(name)


def first_page(request: HttpRequest) -> str:
    """Where whoever is signed in begins: what waits, unless a room has a page for the person."""
    found = next(filter(None, (page(request) for page in first_pages)), "")
    return found or reverse(settings.LOGIN_REDIRECT_URL)


def _shown(request: HttpRequest, is_wanted: Callable[[Entry], bool]) -> list[ShownEntry]:
    if not getattr(getattr(request, "user", None), "is_authenticated", False):
        return []
    found = []
    for entry in sorted(_entries.values(), key=lambda each: each.order):
        address = entry.address(request) if is_wanted(entry) else None
        if address is not None:
            found.append((*address, (address[1], *entry.under)))
    # Of two entries that begin the same way, the longer address is the page one is on.
    match = request.resolver_match
    placed = _places.get(match.namespace) if match else None
    path = _url(placed) if placed else request.path
    here = max(
        (
            (len(begins), url)
            for _, url, under in found
            for begins in under
            if path.startswith(begins)
        ),
        default=(0, ""),
    )[1]
    return [ShownEntry(label, url, url == here) for label, url, _ in found]


def register_public(label: str, url_name: str) -> None:
    """A page that needs no account: strangers find it at the foot of every page."""
    _public[label] = url_name


def register_account(label: str, url_name: str, *, order: int, live: str = "") -> None:
    _account_entries[url_name] = AccountEntry(label, url_name, order, live)


def account_entries() -> list[tuple[str, str, str]]:
    """(label, URL, URL of its fragment) of the lines of the account menu, in order: everybody's."""
    every = sorted(_account_entries.values(), key=lambda entry: (entry.order, entry.label))
    return [(e.label, _url(e.url_name), _url(e.live) if e.live else "") for e in every]


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page needs: the entries of the navigation, and whether this is the demo world."""
    # Found where a page draws them, and once for its two menus: of this request, and no other.
    return {
        "navigation": cache(lambda: entries(request)),
        "other_entries": cache(lambda: other_entries(request)),
        "account_entries": cache(account_entries),
        "public_pages": cache(lambda: [(label, _url(name)) for label, name in _public.items()]),
        "is_demo": settings.DEMO,
    }
