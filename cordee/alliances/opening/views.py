"""Opening an alliance: from a kept team, or from scratch."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cordee.accounts.requests import SignedInRequest
from cordee.alliances.frame.listing import own_teams_on, sides_of
from cordee.alliances.models import Alliance, AllianceParty
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.opening.sources import Source, sources_for
from cordee.alliances.requirements import lot_of
from cordee.base.ui.fields import RadioField, TicksField
from cordee.base.ui.forms import ChoosingForm, offer_choices, posted, refusals_in
from cordee.composing.access import is_withheld, proposal_for
from cordee.composing.problem.proposal_shares import NotATeam, proposal_shares
from cordee.members.acting import viewer_of
from cordee.members.models import Network, Structure
from cordee.opportunities.access import published_opportunity_for
from cordee.opportunities.models import Breakdown
from cordee.rules.figures import lot_name


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
