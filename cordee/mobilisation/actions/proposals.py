"""A programme proposes; a network decides. Relaying is a campaign, and needs no word here."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from cordee.accounts import journal, mailing
from cordee.accounts.models import User
from cordee.members.models import Network, Programme, RoleSeat
from cordee.mobilisation.models import ProgrammeProposal
from cordee.opportunities.models import Opportunity
from cordee.opportunities.programmes.progress import attached_to

MAIL_KIND = "programme_proposals"
MAIL_TEMPLATE = "mobilisation/mail/proposals"
LISTED_IN_MAIL = 4


@transaction.atomic
def propose(
    *,
    programme: Programme,
    opportunities: Iterable[Opportunity],
    networks: Iterable[Network],
    message: str,
    by: User | None,
    now: datetime,
) -> list[ProgrammeProposal]:
    """Propose opportunities of a programme to networks, each once; returns what is new.

    What is closed, or is not of the programme, is left out. People of each network get one mail
    for all that is new to it.
    """
    # One at a time: a double click finds what the first one wrote.
    Programme.objects.select_for_update().get(pk=programme.pk)
    asked = [each.pk for each in opportunities]
    held = list(attached_to(programme).open(now).filter(pk__in=asked).order_by("deadline", "pk"))
    made: list[ProgrammeProposal] = []
    for network in networks:
        known = set(
            ProgrammeProposal.objects.filter(programme=programme, network=network).values_list(
                "opportunity_id", flat=True
            )
        )
        new = ProgrammeProposal.objects.bulk_create(
            ProgrammeProposal(
                programme=programme,
                opportunity=opportunity,
                network=network,
                message=message.strip(),
                by=by,
                at=now,
            )
            for opportunity in held
            if opportunity.pk not in known
        )
        if new:
            _report(new)
            made += new
    if made:
        journal.record(
            "mobilisation.propose_to_networks",
            programme,
            by=by,
            after={
                "opportunities": len({row.opportunity_id for row in made}),
                "networks": len({row.network_id for row in made}),
            },
        )
    return made


def people_of(network: Network) -> QuerySet[User]:
    """Staff and delegates of a network who can sign in."""
    return RoleSeat.objects.of_networks().filter(network=network).people()


def _report(new: list[ProgrammeProposal]) -> None:
    """One mail to each of a network's people about all that is new to it."""
    deadlines = [row.opportunity.deadline for row in new if row.opportunity.deadline]
    context = {
        "programme": new[0].programme,
        "network": new[0].network,
        "until": min(deadlines, default=None),
        "message": new[0].message,
        "proposals": new[:LISTED_IN_MAIL],
        "count": len(new),
        "more": max(0, len(new) - LISTED_IN_MAIL),
    }
    key = f"programme-proposals-{min(row.pk for row in new)}"
    people = people_of(new[0].network)
    letters = [mailing.Letter(person, f"{key}-{person.pk}", context) for person in people]
    mailing.write_to_many(letters, kind=MAIL_KIND, template=MAIL_TEMPLATE)


@transaction.atomic
def decline_proposal(
    *,
    proposal: ProgrammeProposal,
    reason: ProgrammeProposal.Reason,
    words: str,
    by: User | None,
    now: datetime,
) -> None:
    """Say that a network does not relay, and why. Raises ValidationError without a reason."""
    proposal.state = ProgrammeProposal.State.DECLINED
    proposal.reason, proposal.words = reason, words.strip()
    proposal.decided_by, proposal.decided_at = by, now
    # Who proposed may have been erased since.
    proposal.full_clean(exclude=["by"])
    proposal.save()
    journal.record(
        "mobilisation.decline_proposal",
        proposal,
        by=by,
        after={"reason": str(reason), "network": proposal.network.slug},
    )


@transaction.atomic
def reopen_proposal(*, proposal: ProgrammeProposal, by: User | None) -> None:
    """Take a refusal back: the network has to decide again."""
    if proposal.state == ProgrammeProposal.State.PENDING:
        return
    journal.record(
        "mobilisation.reopen_proposal",
        proposal,
        by=by,
        before={"reason": proposal.reason, "network": proposal.network.slug},
    )
    proposal.state = ProgrammeProposal.State.PENDING
    proposal.reason = proposal.words = ""
    proposal.decided_by = proposal.decided_at = None
    proposal.save()
