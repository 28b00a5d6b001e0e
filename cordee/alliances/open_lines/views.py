"""« Il manque quelqu’un »: who could take what lacks, asked in one gesture or sought by a need."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cordee.accounts.models import User
from cordee.accounts.requests import SignedInRequest, by_now
from cordee.agreement.open_lines import OpenLine, lines_left_by, lines_to_cover
from cordee.alliances import access as alliance_access
from cordee.alliances.access import AllianceAccess
from cordee.alliances.endorsements.pages import links_of
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.invitations import actions
from cordee.alliances.invitations.views import NOBODY_THERE
from cordee.alliances.law import trades_of
from cordee.alliances.models import AllianceParty, Withdrawal
from cordee.alliances.problem.means import able_for, booked_by
from cordee.base.found import page_of
from cordee.base.ui import french, months
from cordee.base.ui.forms import refusals_as_messages
from cordee.members.acting import viewer_of
from cordee.members.actions.network_mails import directors_of
from cordee.members.models import Structure
from cordee.mobilisation.pages import TERM_LABELS
from cordee.mobilisation.pages import RankingRow as RankedLine
from cordee.mobilisation.problem import NotComposable
from cordee.notices.notice import NeedKind
from cordee.opportunities.access import may_post_needs
from cordee.opportunities.actions.needs import start_draft
from cordee.opportunities.models import WorkPackage
from cordee.opportunities.need_content import WHAT, WHERE
from cordee.rules import crafts

State = AllianceParty.State
# Who is in the team, was asked, or said no once: nobody is asked twice from here.
SETTLED = (*AllianceParty.ACTIVE, State.DECLINED, State.WITHDRAWN)
SORTS = {"note": "Note", "trajet": "Trajet", "equipes": "Équipes libres"}
REACHES_KM = (20, 40, 60)
LONGEST_TYPED = 100
CREWS = TERM_LABELS["capacity"]
# What a gesture carries back to the list that it came from.
CARRIED = ("ligne", "nom", "type", "km", "tri", "page")


@dataclass(frozen=True, slots=True)
class WantedLine:
    """One line, as the page names what lacks of it."""

    open: OpenLine
    label: str
    trade: str
    when: str
    lacks: Sequence[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A structure that could take it; `known` says what the user's own did with it."""

    line: RankedLine
    known: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen above the list."""

    name: str = ""
    kind: str = ""
    km: int | None = None
    sort: str = "note"

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Filters":
        """What a query string says; what it says badly is left out."""
        km = given.get("km", "")
        return cls(
            name=given.get("nom", "").strip()[:LONGEST_TYPED],
            kind=given.get("type", "")[:20],
            km=int(km) if km in {str(each) for each in REACHES_KM} else None,
            sort=given.get("tri", "") if given.get("tri") in SORTS else "note",
        )


def missing_page(
    access: AllianceAccess, person: User, key: str, filters: Filters, *, on: date
) -> dict[str, Any]:
    """What lacks of the terms in force, and who could take it on one line: fixed queries."""
    alliance = access.alliance
    read, withdrawal = _lines(access)
    wanted = [each for each in read if each.open.is_open]
    # Lines that lack nothing, for who looks further.
    others = [each for each in read if not each.open.is_open and alliance.step.is_editable]
    by_key = {each.open.line.key: each for each in (*wanted, *others)}
    chosen = by_key.get(key) or next(iter(wanted), None)
    able: Sequence[RankedLine] = ()
    aside: Sequence[tuple[int, str]] = ()
    problem = ""
    if chosen is not None:
        try:
            able, aside = able_for(
                chosen.open,
                package_of(access, chosen),
                access.viewer,
                without={row.structure_id for row in access.rows if row.state in SETTLED},
                sirens={party.siren for party in alliance.terms.parties},
                on=on,
                apart_from=booked_by(alliance.pk),
            )
        except NotComposable as gap:
            problem = str(gap)
    links = links_of(person)
    team = frozenset(row.structure_id for row in access.rows if row.is_active)
    candidates = [
        Candidate(line, link.words_for(team) if (link := links.get(line.structure_id)) else "")
        for line in able
    ]
    kept = [each for each in candidates if _passes(each, filters)]
    return {
        "wanted": wanted,
        "others": others,
        "chosen": chosen,
        "candidates": _sorted(kept, filters.sort),
        "found": len(candidates),
        "kinds": sorted({each.line.kind for each in candidates}),
        "aside": aside,
        "problem": problem,
        # There once the composition is frozen: from then on the buyer decides.
        "withdrawal": withdrawal,
    }


def line_of(access: AllianceAccess, key: str) -> WantedLine | None:
    """One line, with what lacks of it."""
    return next((each for each in _lines(access)[0] if each.open.line.key == key), None)


def _lines(access: AllianceAccess) -> tuple[list[WantedLine], Withdrawal | None]:
    """The lines with what lacks of each; once filed, those that a withdrawal leaves, and it."""
    terms = access.alliance.terms
    if access.alliance.step.is_editable:
        trades = trades_of((row for row in access.rows if row.is_active), supposed=True)
        return [_wanted(each) for each in lines_to_cover(terms, trades)], None
    leaving = list(access.alliance.withdrawals.under_way())
    left = lines_left_by(terms, [str(each.party_id) for each in leaving])
    return [_wanted(each) for each in left], next(iter(leaving), None)


def package_of(access: AllianceAccess, wanted: WantedLine) -> WorkPackage:
    """The package that a line stands for."""
    rows = access.alliance.breakdown.packages.select_related("commune")
    return rows.get(position=int(wanted.open.line.key))


def _wanted(each: OpenLine) -> WantedLine:
    line = each.line
    lacks = []
    if each.cents:
        lacks.append(french.euros(each.cents, rounded=True))
    if each.cfte:
        lacks.append(f"{french.fte(each.cfte)} par mois")
    if each.hours:
        lacks.append(f"{french.count(each.hours, 'heure')} d’insertion")
    if each.lacks_trade:
        lacks.append("le métier, que personne n’a dit exercer")
    trade = crafts.label_of(line.trade)
    return WantedLine(each, line.label, trade, months.span(line.first_month, line.months), lacks)


def _passes(each: Candidate, filters: Filters) -> bool:
    line = each.line
    words = filters.name.casefold().split()
    text = f"{line.name} {line.city}".casefold()
    return (
        all(word in text for word in words)
        and (not filters.kind or line.kind == filters.kind)
        and (filters.km is None or line.distance_km <= filters.km)
    )


def _sorted(found: Sequence[Candidate], sort: str) -> list[Candidate]:
    """Links first, whatever the order; equals stay as they are ranked."""

    def place(each: Candidate) -> float | Decimal:
        if sort == "trajet":
            return each.line.distance_km
        if sort != "equipes":
            return 0
        points = next((term.points for term in each.line.terms if term.label == CREWS), None)
        # What is unknown comes after what is known to be none.
        return 1 if points is None else -points

    return sorted(found, key=lambda each: (not each.known, place(each)))


def need_of(
    wanted: WantedLine, access: AllianceAccess, package: WorkPackage
) -> dict[str, dict[str, str]]:
    """What a need of a subcontractor begins with: the work alone.

    Neither the contract, nor the price, nor the team: those who read it are asked nothing yet
    (RULE-38).
    """
    line, cfte = wanted.open.line, wanted.open.cfte or wanted.open.line.need_cfte
    year, month = divmod(line.first_month, 12)
    commune = package.commune
    place = "" if commune is None else f"{commune.name} ({commune.department_id})"
    return {
        WHAT: {"title": line.label, "buyer": access.alliance.coordinator_name},
        WHERE: {
            "trade": crafts.trade_of(line.trade),
            "place": place,
            "start": f"{year}-{month + 1:02d}-01",
            "months": str(line.months),
            "need_fte": "" if not cfte else f"{cfte / 100:.2f}".replace(".", ","),
        },
    }


@require_safe
def missing(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What nobody has taken yet, and who could, line by line."""
    access = alliance_access.coordinator_for(request.user, pk)
    filters = Filters.of(request.GET)
    key = request.GET.get("ligne", "")
    seen = access.seen_by(viewer_of(request))
    found = missing_page(seen, request.user, key, filters, on=timezone.localdate())
    page: Any = page_of(request, found["candidates"])
    shown = [each.line.structure_id for each in page if found["withdrawal"]]
    sirets = dict(Structure.objects.filter(pk__in=shown).values_list("pk", "siret"))
    terms = access.alliance.terms
    context = alliance_context(access, "alliances:open_lines") | {
        "missing": found,
        "page": page,
        "filters": filters,
        "reaches": REACHES_KM,
        "sorts": SORTS.items(),
        "rows": [(each, sirets.get(each.line.structure_id, "")) for each in page],
        "carried": [(name, request.GET[name]) for name in CARRIED if request.GET.get(name)],
        "may_post": may_post_needs(request.user),
        "takes_behind": terms.arrangement.takes_behind(terms),
    }
    return render(request, "alliances/open_lines/open_lines.html", context)


@require_POST
def call(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Bring a structure in and write to it; asked twice, it is written to once."""
    access = alliance_access.coordinator_for(request.user, pk)
    structure = alliance_access.structure_to_call(access, request.POST.get("structure", ""))
    back = {name: request.POST[name] for name in CARRIED if request.POST.get(name)}
    address = f"{reverse('alliances:open_lines', args=[pk])}?{urlencode(back)}"
    with refusals_as_messages(request):
        actions.call_in(alliance=access.alliance, structure=structure, **by_now(request))
        messages.success(request, f"{structure.shown_name} est invitée.")
        if not directors_of(structure):
            messages.warning(request, NOBODY_THERE)
    return redirect(address)


@require_POST
def post_need(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin a need of a subcontractor for one line; nothing is sent before the coordinator reads it
    over."""
    access = alliance_access.coordinator_for(request.user, pk)
    if not may_post_needs(request.user):
        raise Http404("Il faut un rôle pour écrire un besoin.")
    wanted = line_of(access, request.POST.get("ligne", ""))
    if wanted is None:
        raise Http404("Cette prestation n’est pas dans l’alliance.")
    draft = start_draft(
        kind=NeedKind.SUBCONTRACTOR,
        typed=need_of(wanted, access, package_of(access, wanted)),
        by=request.user,
    )
    return redirect("opportunities:need_step", pk=draft.pk, step=WHAT)
