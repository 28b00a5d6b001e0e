"""Opening an alliance: from a kept team, or from scratch.

With whom an alliance may start: who answered a campaign, or an earlier team that agreed to it.

RULE-38: answers are those that the user's own network reads; an earlier team is shown to who was
in it, and only those who said they would be found again; a link is read by its two structures
alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cordee.accounts.models import User
from cordee.accounts.requests import SignedInRequest
from cordee.agreement import Terms
from cordee.agreement.limits import own_cents
from cordee.alliances.access import own_parts_in
from cordee.alliances.endorsements.pages import MOST_SHOWN, links_of
from cordee.alliances.frame.listing import own_teams_on, sides_of
from cordee.alliances.models import Alliance, AllianceParty, StandingMember, StandingTeam
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.requirements import line_of, lot_of
from cordee.base.ui import french
from cordee.base.ui.fields import RadioField, TicksField
from cordee.base.ui.forms import ChoosingForm, offer_choices, posted, refusals_in
from cordee.composing.access import is_withheld, proposal_for
from cordee.composing.problem.proposal_shares import NotATeam, ProposalShare, proposal_shares
from cordee.members.acting import viewer_of
from cordee.members.models import Network, Structure
from cordee.mobilisation.campaigns.access import campaigns_for
from cordee.mobilisation.campaigns.boards import BoardState, recipients_of, rows_of
from cordee.opportunities.access import published_opportunity_for
from cordee.opportunities.models import Breakdown, Opportunity
from cordee.rules.figures import lot_name
from cordee.rules.sharing_out import shared_out

ALONE = "seule"
MOST_TEAMS = 5
SAID_YES = "structure qui a dit oui", "structures qui ont dit oui"


@dataclass(frozen=True, slots=True)
class Source:
    """One way to start: its key in a form, its words, and what comes along."""

    key: str
    words: str
    start: Start


def sources_for(person: User, opportunity: Opportunity, breakdown: Breakdown) -> list[Source]:
    """Every way open to the user, the plainest first."""
    searches = opportunity.need_kind == "subcontractor"
    origin = Alliance.Origin.PARTNER if searches else Alliance.Origin.SCRATCH
    alone = Source(ALONE, "Personne encore", Start(origin=origin))
    return [
        alone,
        *_ready(person, breakdown),
        *_linked(person),
        *_answers(person, opportunity),
        *_teams(person, breakdown),
    ]


def _ready(person: User, breakdown: Breakdown) -> list[Source]:
    """Standing teams that the user keeps or is in, of a trade of the notice."""
    trades = {package.trade for package in breakdown.packages.all()}
    kept = StandingTeam.objects.kept_by(person) | StandingTeam.objects.with_member(
        person, [StandingMember.State.IN]
    )
    sources = []
    for team in kept.open().distinct().order_by("name", "pk"):
        if not trades & set(team.trades):
            continue
        rows = team.members.filter(state=StandingMember.State.IN)
        structures = [
            row.structure
            for row in rows.select_related("structure__organisation").order_by("pk")
            if not row.structure.is_closed
        ]
        if structures:
            how_many = french.count(len(structures), "structure")
            sources.append(
                Source(
                    key=f"prete-{team.pk}",
                    words=f"La cordée prête «\u00a0{team.name}\u00a0»\u00a0: {how_many}",
                    start=Start(
                        origin=Alliance.Origin.STANDING, structures=structures, standing=team
                    ),
                )
            )
    return sources


def _linked(person: User) -> list[Source]:
    """Those with which the user's structures would work again, and which say the same."""
    links = list(links_of(person).values())[:MOST_SHOWN]
    if not links:
        return []
    names = ", ".join(link.structure.shown_name for link in links)
    return [
        Source(
            key="liens",
            words=f"Celles avec qui vous retravailleriez\u00a0: {names}",
            start=Start(
                origin=Alliance.Origin.SCRATCH, structures=[link.structure for link in links]
            ),
        )
    ]


def _answers(person: User, opportunity: Opportunity) -> list[Source]:
    """The structures that said yes to a campaign of a network the user relays for, by network."""
    found: dict[int, dict[int, Structure]] = {}
    names: dict[int, str] = {}
    campaigns = campaigns_for(person).sent().filter(opportunities=opportunity)
    for campaign in campaigns.select_related("network").distinct():
        recipients = recipients_of([campaign]).filter(opportunity=opportunity)
        for row in rows_of(recipients, campaign.network):
            if row.standing is BoardState.YES:
                found.setdefault(campaign.network_id, {})[row.structure.pk] = row.structure
                names[campaign.network_id] = str(campaign.network)
    sources = []
    for network, structures in found.items():
        rows = Structure.objects.active().select_related("organisation").filter(pk__in=structures)
        kept = list(rows.order_by("name", "pk"))
        if kept:
            sources.append(
                Source(
                    key=f"campagne-{network}",
                    words=f"{french.count(len(kept), *SAID_YES)} à la campagne de {names[network]}",
                    start=Start(origin=Alliance.Origin.CAMPAIGN, structures=kept),
                )
            )
    return sources


def _teams(person: User, breakdown: Breakdown) -> list[Source]:
    """Earlier teams that the user led or whose table the user read, as far as they agreed to it."""
    known = Alliance.objects.all().joined_by(person)
    teams = list(known.exclude(opportunity=breakdown.opportunity_id).order_by("-made_at"))
    # The proportions of a split are its amounts: a subcontractor did not read them.
    without = own_parts_in(person, teams) if teams else {}
    teams = [team for team in teams if team.pk not in without]
    own = set(Structure.objects.directed_by(person).values_list("pk", flat=True))
    sources = []
    for team in teams[:MOST_TEAMS]:
        rows = [
            row
            for row in team.parties.filter(state=AllianceParty.State.INTERESTED)
            .select_related("structure__organisation")
            .order_by("pk")
            if (row.remembers or row.structure_id in own) and not row.structure.is_closed
        ]
        if len(rows) < 2:
            continue
        terms = team.terms
        members = {each.key for each in terms.signers}
        kept = [row for row in rows if row.key in members]
        sources.append(
            Source(
                key=f"equipe-{team.pk}",
                words=f"L’équipe de « {team.title} » : {len(rows)} structures qui l’ont voulu",
                start=Start(
                    origin=Alliance.Origin.RENEWED,
                    structures=[row.structure for row in rows],
                    shares=_in_proportion(terms, kept, breakdown),
                    previous=team,
                ),
            )
        )
    return sources


def _in_proportion(
    terms: Terms, rows: Sequence[AllianceParty], breakdown: Breakdown
) -> list[ProposalShare]:
    """Each new package split as the same trade was, or as the whole was where it is a new one."""
    # Of who answered alone, what it did itself: those who worked for it are beside it here.
    counted = terms.arrangement.pick(group=terms.share_cents, sole=terms.own_cents)
    whole = [counted(row.key) for row in rows]
    by_trade: Mapping[str, list[int]] = {
        trade: [
            sum(_held(terms, row.key, line.key) for line in terms.lines if line.trade == trade)
            for row in rows
        ]
        for trade in {line.trade for line in terms.lines}
    }
    shares = []
    for package in breakdown.packages.all():
        line = line_of(package)
        weights = by_trade.get(line.trade, whole)
        weights = weights if any(weights) else whole
        if not any(weights):
            continue
        cents = shared_out(line.price_cents, weights)
        cfte = shared_out(line.need_cfte or 0, weights)
        for row, amount, work in zip(rows, cents, cfte, strict=True):
            chantier = row.structure.chantiers.order_by("pk").first()
            if amount and chantier is not None:
                shares.append(
                    ProposalShare(
                        structure_id=row.structure_id,
                        chantier_id=chantier.pk,
                        package=line.key,
                        cfte=work,
                        cents=amount,
                        is_lead=terms.speaker == row.key,
                    )
                )
    return shares


def _held(terms: Terms, key: str, line: str) -> int:
    cell = terms.cell(key, line)
    return terms.arrangement.pick(group=cell.cents or 0, sole=own_cents(terms, cell))


class OpeningForm(ChoosingForm):
    """On which lots, under which name, and for whom the user coordinates."""

    title = forms.CharField(
        label="Nom de l’alliance", max_length=200, help_text="celui que l’équipe lira"
    )
    lots = TicksField(label="Lots auxquels vous répondez")
    coordinator = RadioField(label="Qui coordonne")
    with_whom = RadioField(
        label="Avec qui commencer",
        required=False,
        help_text="personne n’est prévenu avant que vous l’invitiez",
    )

    def __init__(
        self,
        lots: Sequence[tuple[str, str]],
        sides: Mapping[str, Network | Structure],
        *args: Any,
        sources: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, choices={"lots": lots, "with_whom": sources}, **kwargs)
        self.sides = sides
        self.fields["with_whom"].initial = sources[0][0] if sources else ""
        if len(sources) < 2:
            del self.fields["with_whom"]
        self.fields["lots"].initial = [lot for lot, _ in lots]
        if len(lots) == 1:
            self.fields["lots"].widget = forms.MultipleHiddenInput()
        self.fields["coordinator"].initial = next(iter(sides), "")
        offer_choices(self, "coordinator", [(key, str(side)) for key, side in sides.items()])

    @property
    def chosen(self) -> dict[str, Any]:
        """What `start_alliance` takes."""
        side = self.sides[self.cleaned_data["coordinator"]]
        return {
            "title": self.cleaned_data["title"],
            "lots": self.cleaned_data["lots"],
            "network": side if isinstance(side, Network) else None,
            "structure": side if isinstance(side, Structure) else None,
        }


@require_http_methods(["GET", "POST"])
def from_proposal(request: SignedInRequest, proposal_pk: int) -> HttpResponse:
    """Turn a kept team into an alliance; nobody is written to yet."""
    on = timezone.localdate()
    proposal = proposal_for(viewer_of(request), proposal_pk)
    led = Alliance.objects.coordinated_by(request.user).running()
    if (opened := led.filter(proposal=proposal).first()) is not None:
        return redirect("alliances:detail", pk=opened.pk)
    try:
        shares = proposal_shares(proposal)
        if is_withheld(proposal.composition, on=on):
            raise NotATeam
    except NotATeam:
        messages.error(request, "Cette équipe n’est plus lisible. Composez-en une autre.")
        return redirect("alliances:list")
    ids = list(dict.fromkeys(share.structure_id for share in shares))
    found = Structure.objects.select_related("organisation").filter(pk__in=ids)
    rows = {row.pk: row for row in found}
    start = Start(
        origin=Alliance.Origin.PROPOSAL,
        structures=[rows[pk] for pk in ids if pk in rows],
        shares=shares,
        proposal=proposal,
    )
    return _open(request, proposal.composition.breakdown, start)


@require_http_methods(["GET", "POST"])
def start(request: SignedInRequest, opportunity_pk: int) -> HttpResponse:
    """Open an alliance on an opportunity: with nobody yet, who answered, or an earlier team."""
    opportunity = published_opportunity_for(request.user, opportunity_pk, on=timezone.localdate())
    breakdown = opportunity.latest_breakdown()
    if breakdown is None or not breakdown.packages.exists():
        messages.error(request, "Nous ne lisons aucun travail pour nous dans cet avis.")
        return redirect("opportunities:detail", opportunity.pk)
    sources = sources_for(request.user, opportunity, breakdown)
    chosen = request.POST.get("with_whom", "")
    source = next((each for each in sources if each.key == chosen), sources[0])
    return _open(request, breakdown, source.start, sources)


def _open(
    request: SignedInRequest, breakdown: Breakdown, start: Start, sources: Sequence[Source] = ()
) -> HttpResponse:
    viewer, now = viewer_of(request), timezone.now()
    packages = list(breakdown.packages.all())
    lots: dict[str, str] = {}
    for package in packages:
        label = lots.get(lot_of(package))
        lots[lot_of(package)] = f"{label}, {package.label}" if label else package.label
    sides = sides_of(viewer)
    form = OpeningForm(
        [
            (lot, f"{lot_name(lot)} : {label}" if len(lots) > 1 else label)
            for lot, label in lots.items()
        ],
        sides,
        posted(request),
        sources=[(each.key, each.words) for each in sources],
        initial={"title": breakdown.opportunity.title[:200]},
    )
    own_teams = own_teams_on(viewer, breakdown)
    # Who is invited elsewhere on the lot is told before the alliance is there, not after.
    is_told = not own_teams or "su" in request.POST
    if form.is_valid() and is_told:
        with refusals_in(form):
            alliance = start_alliance(
                breakdown=breakdown, start=start, by=request.user, now=now, **form.chosen
            )
            messages.success(request, "L’alliance est ouverte. Personne n’a encore été invité.")
            is_asking = alliance.parties.filter(state=AllianceParty.State.PROPOSED).exists()
            next_page = "alliances:invite" if is_asking else "alliances:detail"
            return redirect(next_page, pk=alliance.pk)
    context = {
        "form": form,
        "opportunity": breakdown.opportunity,
        # Several ways to start are read in the form; one alone, above it.
        "structures": () if sources else start.structures,
        "may_coordinate": bool(sides),
        "is_open": breakdown.opportunity.is_open(now),
        "groups_banned": breakdown.opportunity.understood.notice.groups_banned,
        "own_teams": own_teams,
    }
    return render(request, "alliances/opening/open.html", context)
