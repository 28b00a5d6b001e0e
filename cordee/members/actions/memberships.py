from datetime import date
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.actions import network_mails
from cordee.members.actions.sharing import close_figures
from cordee.members.actions.structures import vouch_for
from cordee.members.models import Membership, MembershipRequest, Network, SharingRequest, Structure
from cordee.members.models.requests import Answer

Proof = Membership.Proof


class Side(StrEnum):
    """Who ends a membership."""

    STRUCTURE = "structure"
    NETWORK = "network"


@transaction.atomic
def record_membership(
    *,
    structure: Structure,
    network: Network,
    by: User | None,
    on: date,
    proof: Proof = Proof.UNKNOWN,
    proof_reference: str = "",
    proof_on: date | None = None,
) -> Membership:
    """Make a structure a member of a network from a day on; a membership in force is given back.

    One whose last day is `on` goes on instead.
    """
    current: Membership | None = (
        Membership.objects.current(on).filter(structure=structure, network=network).first()
    )
    if current is not None:
        # Left and back on the same day: one membership that goes on, not two that touch.
        if current.ends_on == on:
            current.ends_on = None
            current.save(update_fields=["ends_on"])
            journal.record(
                "members.resume_membership",
                structure,
                by=by,
                before={"network": network.slug, "ends_on": on},
                after={"network": network.slug, "ends_on": None},
            )
        return current
    vouch_for([structure])
    membership = Membership.objects.create(
        structure=structure,
        network=network,
        starts_on=on,
        proof=proof,
        proof_reference=proof_reference,
        proof_on=proof_on,
    )
    journal.record(
        "members.record_membership",
        structure,
        by=by,
        after={"network": network.slug, "starts_on": on, "proof": str(proof)},
    )
    # A list or a delegate answered by deed: nobody need answer the request any more.
    MembershipRequest.objects.waiting().filter(structure=structure, network=network).update(
        answer=Answer.YES, answered_on=on
    )
    return membership


@transaction.atomic
def prove_membership(
    *,
    membership: Membership,
    proof: Proof,
    proof_reference: str,
    proof_on: date | None,
    by: User | None,
) -> None:
    """Say how a membership is known. What was said before stays in the journal."""
    before = _proof_of(membership)
    membership.proof, membership.proof_reference = proof, proof_reference
    membership.proof_on = proof_on
    membership.full_clean()
    membership.save(update_fields=["proof", "proof_reference", "proof_on"])
    after = _proof_of(membership)
    if before != after:
        journal.record(
            "members.prove_membership", membership.structure, by=by, before=before, after=after
        )


@transaction.atomic
def end_membership(
    *, membership: Membership, by: User | None, on: date, side: Side | None = None
) -> None:
    """End a membership; its last day is `on`. What was shared with that network closes at once.

    An agreement with the parent network closes too, where no other membership leads to it.
    Raises ValidationError where the membership had not begun.
    """
    if membership.starts_on > on:
        raise ValidationError("L’adhésion n’a pas commencé : choisissez un jour plus tardif.")
    membership.ends_on = on
    membership.save(update_fields=["ends_on"])
    journal.record(
        "members.end_membership",
        membership.structure,
        by=by,
        after={
            "network": membership.network.slug,
            "ends_on": on,
            "side": side.value if side else None,
        },
    )
    # Agreements with a national network rest on a membership of it or of a delegation below.
    for network in (membership.network, membership.network.parent):
        if network is not None and not _other_way_in(membership, network, on):
            SharingRequest.objects.waiting().filter(
                structure=membership.structure, network=network
            ).update(answer=Answer.WITHDRAWN, answered_on=on)
            # Closed in the same transaction: no moment in which a former network still reads.
            close_figures(structure=membership.structure, network=network, by=by, on=on)


@transaction.atomic
def leave_network(
    *, structure: Structure, network: Network, side: Side, by: User | None, on: date
) -> list[Membership]:
    """End what ties a structure to a network and to its delegations; give what ended.

    The other side is told. Nothing happens, and nobody is told, where nothing ties them.
    """
    ending = list(
        Membership.objects.lasting(on)
        .under(network)
        .filter(structure=structure)
        .select_related("network__parent", "structure")
        .order_by("network__parent", "pk")
    )
    for membership in ending:
        end_membership(membership=membership, by=by, on=on, side=side)
    if ending:
        network_mails.notify_left(ending[0], network, side == Side.STRUCTURE, on)
    return ending


@transaction.atomic
def ask_membership(
    *, structure: Structure, network: Network, words: str, by: User, on: date
) -> MembershipRequest:
    """Ask to join a network, which is told; a request that waits is given back.

    Raises ValidationError where the structure is a member already.
    """
    if Membership.objects.lasting(on).filter(structure=structure, network=network).exists():
        raise ValidationError(f"{structure} est déjà membre du réseau {network}.")
    # A constraint allows one that waits: two clicks make one request and one mail.
    request, is_new = MembershipRequest.objects.get_or_create(
        structure=structure,
        network=network,
        answer=Answer.NONE,
        defaults={"words": words, "asked_on": on, "asked_by": by},
    )
    if is_new:
        journal.record("members.ask_membership", structure, by=by, after={"network": network.slug})
        network_mails.notify_asked(request)
    return request


@transaction.atomic
def answer_membership(
    *, request: MembershipRequest, accepted: bool, reason: str = "", by: User, on: date
) -> MembershipRequest:
    """Accept a request, which makes the structure a member, or decline it; the structure is told.

    A request already answered stays as it is.
    """
    # Two of the staff may answer at once: the first answer stands, the second changes nothing.
    request = MembershipRequest.objects.select_for_update().get(pk=request.pk)
    if request.answer != Answer.NONE:
        return request
    request.answer = Answer.YES if accepted else Answer.NO
    request.answered_on, request.reason = on, reason
    request.save(update_fields=["answer", "answered_on", "reason"])
    journal.record(
        "members.accept_membership" if accepted else "members.decline_membership",
        request.structure,
        by=by,
        after={"network": request.network.slug},
    )
    if accepted:
        record_membership(
            structure=request.structure,
            network=request.network,
            by=by,
            on=on,
            proof=Proof.REQUEST,
            proof_reference=f"demande du {request.asked_on:%d/%m/%Y}",
            proof_on=request.asked_on,
        )
    network_mails.notify_answered(request)
    return request


@transaction.atomic
def withdraw_request(*, request: MembershipRequest, by: User, on: date) -> None:
    """Take back a request that waits; one already answered stays as it is."""
    taken = (
        MembershipRequest.objects.waiting()
        .filter(pk=request.pk)
        # The filter decides and not what was read before: an answer given meanwhile wins.
        .update(answer=Answer.WITHDRAWN, answered_on=on)
    )
    if taken:
        journal.record(
            "members.withdraw_membership_request",
            request.structure,
            by=by,
            after={"network": request.network.slug},
        )


def _proof_of(membership: Membership) -> dict[str, object]:
    return {
        "network": membership.network.slug,
        "proof": str(membership.proof),
        "reference": membership.proof_reference,
        "proof_on": membership.proof_on,
    }


def _other_way_in(ended: Membership, network: Network, on: date) -> bool:
    """Whether another membership, that goes on past this day, leads to the network."""
    return (
        Membership.objects.lasting(on)
        .under(network)
        .filter(structure=ended.structure)
        .exclude(pk=ended.pk)
        .exists()
    )
