"""What members may still sell, on the home of a network: a panel, and a page of its own."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import page_of
from cordee.economics.network.headroom import NetworkHeadroom
from cordee.members.network_access import desk_for

IN_PANEL, PAGE_SIZE = 5, 25


@require_safe
def headroom(request: SignedInRequest, slug: str) -> HttpResponse:
    """For who works in the network, over the members that the user follows."""
    desk = desk_for(request.user, slug)
    found = NetworkHeadroom(desk, timezone.localdate())
    is_panel = bool(request.headers.get("HX-Request"))
    size = IN_PANEL if is_panel else PAGE_SIZE
    page = page_of(request, found.near, size)
    context = {
        "network": desk.network,
        "found": found,
        "departments": found.departments[:IN_PANEL] if is_panel else found.departments,
        "page": page,
        "more": page.paginator.count - len(page.object_list) if is_panel else 0,
        "is_panel": is_panel,
    }
    template = "economics/network/headroom.html"
    return render(request, f"{template}#panel" if is_panel else template, context)
