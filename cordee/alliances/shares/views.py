"""One party reads its own share, accepts it, takes its acceptance back."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.agreement.breaks import PartyFacts
from cordee.agreement.checks import breaks
from cordee.agreement.limits import YearRoom, cells_by_chantier, months_of, years_of
from cordee.agreement.terms import Terms
from cordee.alliances import access as alliance_access
from cordee.alliances.access import AllianceAccess
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.models import AllianceParty
from cordee.alliances.problem.means import facts_of, span_of
from cordee.alliances.requirements import asked_of
from cordee.alliances.shares import actions
from cordee.alliances.state.current import accepted_keys
from cordee.base.ui import french, months
from cordee.base.ui.fields import read_version
from cordee.base.ui.forms import refusals_as_messages
from cordee.dossier.texts import MODEL, told
from cordee.members.acting import viewer_of
from cordee.members.models import Chantier
from cordee.members.sharing import Viewer
from cordee.members.today.way_back import coming_back
from cordee.rules import crafts
from cordee.skills.frameworks.values import PROPOSED, situations_for

type Words = Callable[[int], str]
# As the table of the share says of a cell that nobody filled.
TO_FILL = "à dire"


def share_page(
    access: AllianceAccess, party: AllianceParty, *, now: datetime
) -> dict[str, Any] | None:
    """The share of a party with its own limits; None where it has left the terms."""
    alliance, terms = access.alliance, access.alliance.terms
    found = terms.find(party.key)
    if found is None:
        return None
    names = access.called
    facts = facts_of([party], terms, access.figures)
    mine = breaks(terms, facts, asked_of(alliance), on=timezone.localdate(now))
    cells = [(terms.line(cell.line), cell) for cell in terms.cells_of(party.key)]
    rows = [(line.label, cell, line.span(cell)[1]) for line, cell in cells]
    return {
        "party": party,
        "in_terms": found,
        "version": alliance.version,
        # What, how much of it, for how many months.
        "rows": rows,
        "situations": [
            (each, owner.sentences(each))
            for owner, each in situations_for(crafts.trade_of(line.trade) for line, _ in cells)
        ][:PROPOSED],
        # A future employer has no work to read: it agrees to its place, which the others await.
        "may_accept": bool(rows) or not found.role.has_share,
        "share_cents": terms.share_cents(party.key),
        "own_cents": terms.own_cents(party.key),
        "behind": [
            (names[other.key], terms.place_of(other.key), terms.share_cents(other.key))
            for other in terms.behind(party.key)
        ],
        "breaks": [each for each in mine if each.party == party.key],
        "margins": margins_of(party, terms, facts[party.key], access.figures),
        "has_accepted": party.key in accepted_keys(alliance, terms),
        "lead_name": "" if terms.speaker is None else names[terms.speaker],
        "form_label": terms.arrangement.form_label(terms),
        "role": terms.place_of(party.key),
        "arrangement": terms.arrangement,
        # The two that a subcontractor does not read are empty for it.
        "price_cents": terms.price_cents if access.reads_shares else None,
        "member_names": [names[each.key] for each in terms.members] if access.reads_shares else [],
        "of_name": names.get(found.of or "", ""),
        # What the members chose beside the words of the model: a part of what a member accepts.
        "choices": told(terms, model=alliance.paper_model or MODEL)
        if found in terms.members
        else [],
        # What it may write from here, where it does not read the table, and on which other lines.
        "may_type": not access.reads_shares and alliance.step.is_editable and found.role.has_share,
        "others": [line for line in terms.lines if terms.cell(party.key, line.key).is_empty],
    }


def margins_of(
    party: AllianceParty, terms: Terms, facts: PartyFacts, viewer: Viewer
) -> dict[str, Any]:
    """Each accounting year of the work under the ceiling, and the fullest month of the crews.

    Of the chantiers that do the work; of the usual one, where no work is shared out yet.
    """
    whole = cells_by_chantier(terms, party.key, facts)
    used = {chantier: cells for chantier, cells in whole.items() if cells}
    cells = used or dict(list(whole.items())[:1])
    named = Chantier.objects.filter(pk__in=list(cells) if len(cells) > 1 else ())
    names = dict(named.values_list("pk", "name"))
    first, length = span_of(terms)
    years = [
        each
        for each in years_of(terms, cells, facts)
        if first < each.first_month + each.months and each.first_month < first + length
    ]
    busy = months_of(terms, cells, facts)
    has_cents = any(cell.cents is not None for of_it in cells.values() for cell in of_it)
    has_cfte = any(cell.cfte is not None for of_it in cells.values() for cell in of_it)
    rows = [
        _margin(
            _of("Recettes sous le plafond", each.chantier, names),
            _span(each),
            (each.headroom_cents, each.taken_cents, each.headroom_cents - each.taken_cents),
            french.euros,
            is_filled=has_cents,
        )
        for each in years
        if each.headroom_cents is not None
    ]
    fullest = {
        chantier: min(mine, key=lambda each: (each.left_cfte, each.month))
        for chantier in cells
        if (mine := [each for each in busy if each.chantier == chantier])
    }
    rows += [
        _margin(
            _of("Équipes", each.chantier, names),
            f"en {months.month(each.month)}, le mois le plus juste",
            (each.free_cfte, each.taken_cfte, each.left_cfte),
            french.fte,
            is_filled=has_cfte,
        )
        for each in fullest.values()
    ]
    known = {each.chantier for each in years if each.headroom_cents is not None}
    structure = party.structure_id
    unknown = []
    untold = [each for each in years if each.headroom_cents is None]
    if untold or any(facts.means[each].is_capped and each not in known for each in cells):
        when = f" {_span(untold[0])}" if len(untold) == 1 else ""
        text = f"Vos recettes{when} sont inconnues : nous ne savons pas si le plafond tient."
        # Its director alone states them; whoever else acts for it reads where it stands.
        route = "economics:state" if structure in viewer.structure_ids else "economics:ceiling"
        here = reverse("alliances:share", args=[party.alliance_id, party.pk])
        url = coming_back(reverse(route, args=[structure]), here)
        unknown.append((text, "Dire mes recettes", url))
    if not cells or set(cells) - set(fullest):
        text = "Vos équipes sont inconnues : nous ne savons pas si elles suffisent."
        url = reverse("members:sheet", args=[structure])
        unknown.append((text, "Dire mes équipes", url))
    return {
        "rows": rows,
        # What nobody told, with the words and the address of the button that tells it.
        "unknown": unknown,
        # Whether its receipts have a ceiling.
        "is_capped": any(facts.means[chantier].is_capped for chantier in cells),
    }


def _margin(
    what: str, when: str, figures: tuple[int, int, int], words: Words, *, is_filled: bool
) -> dict[str, Any]:
    """One limit. `figures`: what was free, what the share takes of it, what is left, in the unit of
    `words`."""
    free, taken, left = figures
    over = f"{words(-left)} de trop" if left < 0 else words(left)
    return {
        "what": what,
        "when": when,
        "free": words(free),
        "taken": words(taken) if is_filled else TO_FILL,
        "left": over if is_filled else TO_FILL,
        "is_over": left < 0,
    }


def _span(room: YearRoom) -> str:
    return months.span(room.first_month, room.months)


def _of(what: str, chantier: int, names: dict[int, str]) -> str:
    return f"{what}, {names[chantier]}" if chantier in names else what


@require_safe
def share(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """What one's own structure would take, with its own limits, before accepting it."""
    access, party = alliance_access.party_for(request.user, pk, party_pk)
    page = None
    if party.state == AllianceParty.State.INTERESTED:
        seen = access.seen_by(viewer_of(request))
        page = share_page(seen, party, now=timezone.now())
    if page is None:
        return redirect("alliances:detail", pk=pk)
    context = alliance_context(access, "alliances:share") | {"page": page}
    return render(request, "alliances/shares/share.html", context)


@require_POST
def accept(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Accept one's share as it was read."""
    _, party = alliance_access.party_for(request.user, pk, party_pk)
    with refusals_as_messages(request):
        actions.accept(
            party=party, version=read_version(request.POST.get("version", "")), **by_now(request)
        )
        messages.success(request, "Votre part est acceptée. Si elle change, on vous redemande.")
    return redirect("alliances:share", pk=pk, party_pk=party_pk)


@require_POST
def take_back(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Take one's acceptance back before filing."""
    _, party = alliance_access.party_for(request.user, pk, party_pk)
    with refusals_as_messages(request):
        actions.take_back_acceptance(party=party, **by_now(request))
        messages.success(request, "Votre acceptation est reprise.")
    return redirect("alliances:share", pk=pk, party_pk=party_pk)
