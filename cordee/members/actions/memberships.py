from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.actions.sharing import revoke_sharing
from cordee.members.models import Membership, Network, SharingAgreement, Structure


@transaction.atomic
def record_membership(
    *, structure: Structure, network: Network, by: User | None, on: date
) -> Membership:
    """Make a structure a member of a network from a day on; a membership in force is given back."""
    current: Membership | None = (
        Membership.objects.current(on).filter(structure=structure, network=network).first()
    )
    if current is not None:
        return current
    membership = Membership.objects.create(structure=structure, network=network, starts_on=on)
    journal.record(
        by=by,
        verb="members.record_membership",
        target=structure,
        after={"network": network.slug, "starts_on": on.isoformat()},
    )
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, by: User | None, on: date) -> None:
    """End a membership; its last day is `on`. What was shared with that network closes at once.

    An agreement with the parent network closes too, where no other membership leads to it.
    Raises ValidationError where the membership had not begun.
    """
    if membership.starts_on > on:
        raise ValidationError("L’adhésion n’a pas commencé : choisissez un jour plus tardif.")
    membership.ends_on = on
    membership.save(update_fields=["ends_on"])
    journal.record(
        by=by,
        verb="members.end_membership",
        target=membership.structure,
        after={"network": membership.network.slug, "ends_on": on.isoformat()},
    )
    for network in (membership.network, membership.network.parent):
        if network is not None and not _other_way_in(membership, network, on):
            for figure_class in SharingAgreement.FigureClass:
                revoke_sharing(
                    structure=membership.structure,
                    network=network,
                    figure_class=figure_class,
                    by=by,
                    on=on,
                )


def _other_way_in(ended: Membership, network: Network, on: date) -> bool:
    return (
        Membership.objects.current(on)
        .filter(Q(network=network) | Q(network__parent=network), structure=ended.structure)
        .exclude(pk=ended.pk)
        .exists()
    )
