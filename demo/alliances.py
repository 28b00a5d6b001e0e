"""An alliance of the demo: three structures share out the banks of the Verdoire.

The network leads it, two structures have said yes and one of them has accepted its share; the
director who can sign in is invited and has not answered yet.
"""

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from cordee.accounts.models import User
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.models import Alliance
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.requirements import lot_of
from cordee.alliances.shares import actions as shares_actions
from cordee.composing.actions import keep_proposal
from cordee.composing.models import Composition
from cordee.composing.problem.proposal_shares import proposal_shares
from cordee.members.models import Network, RoleSeat, Structure
from demo.people import DOMAIN
from demo.people_of import director_of
from demo.valley import NATIONAL

LEADER = f"reseau@{DOMAIN}"


@transaction.atomic
def load_alliance(composition: Composition, day: date) -> Alliance | None:
    """Open it from a team of the valley; nothing where there is one, or no team."""
    leader = User.objects.filter(email=LEADER).first()
    network = Network.objects.filter(slug=NATIONAL).first()
    if leader is None or network is None or Alliance.objects.exists() or not composition.is_team:
        return None
    now = timezone.make_aware(datetime.combine(day, time(9)))
    proposal = keep_proposal(composition=composition, origin="best", by=leader)
    shares = proposal_shares(proposal)
    ids = list(dict.fromkeys(share.structure_id for share in shares))
    found = Structure.objects.select_related("organisation").filter(pk__in=ids)
    rows = {row.pk: row for row in found}
    breakdown = composition.breakdown
    alliance = start_alliance(
        breakdown=breakdown,
        lots={lot_of(package) for package in breakdown.packages.all()},
        title="Les berges de la Verdoire, à trois",
        start=Start(
            origin=Alliance.Origin.PROPOSAL,
            proposal=proposal,
            structures=[rows[pk] for pk in ids],
            shares=shares,
        ),
        network=network,
        by=leader,
        now=now,
    )
    for party in alliance.parties.select_related("structure"):
        invitations_actions.invite(party=party, by=leader, now=now)
        if RoleSeat.objects.directing(party.structure).people().filter(email=f"direction@{DOMAIN}"):
            continue
        person = director_of(party.structure)
        invitations_actions.answer_invitation(party=party, is_yes=True, by=person, now=now)
    first = alliance.parties.filter(state="interested").first()
    if first is not None:
        shares_actions.accept(party=first, version=1, by=director_of(first.structure), now=now)
    return alliance
