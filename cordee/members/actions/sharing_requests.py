from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.ui import french
from cordee.members.actions import network_mails
from cordee.members.actions.sharing import grant_sharing
from cordee.members.models import Membership, Network, SharingAgreement, SharingRequest, Structure
from cordee.members.models.requests import Answer

# Our own rule: a structure is not asked again and again.
DAYS_BETWEEN = 90


def may_next_ask_on(structure: Structure, network: Network) -> date | None:
    """The first day on which the network may ask this structure again; None if it never asked."""
    last: date | None = (
        SharingRequest.objects.filter(structure=structure, network=network)
        .order_by("-asked_on")
        .values_list("asked_on", flat=True)
        .first()
    )
    return None if last is None else last + timedelta(days=DAYS_BETWEEN)


@transaction.atomic
def ask_sharing(
    *,
    structure: Structure,
    network: Network,
    figure_class: SharingAgreement.FigureClass,
    words: str,
    by: User,
    on: date,
) -> SharingRequest:
    """Ask a member to open one class of its figures; its directors are told.

    Raises ValidationError where it is no member, or was asked less than ninety days ago.
    """
    if not Membership.objects.lasting(on).under(network).filter(structure=structure).exists():
        raise ValidationError(f"{structure} n’est pas membre du réseau {network}.")
    next_on = may_next_ask_on(structure, network)
    if next_on is not None and on < next_on:
        raise ValidationError(
            f"{structure} a déjà été sollicitée. "
            f"Vous pourrez redemander le {french.day(next_on, on)}."
        )
    request = SharingRequest.objects.create(
        structure=structure,
        network=network,
        figure_class=figure_class,
        words=words,
        asked_on=on,
        asked_by=by,
    )
    journal.record(
        "members.ask_sharing",
        structure,
        by=by,
        after={"network": network.slug, "figure_class": str(figure_class)},
    )
    network_mails.notify_sharing_asked(request)
    return request


@transaction.atomic
def answer_sharing(
    *, request: SharingRequest, may_see: bool, may_compose: bool, by: User, on: date
) -> SharingRequest:
    """Open what was asked, in whole or part, or decline; who asked is told.

    A request already answered stays as it is. Raises ValidationError as `grant_sharing` does.
    """
    request = SharingRequest.objects.select_for_update().get(pk=request.pk)
    if request.answer != Answer.NONE:
        return request
    accepted = may_see or may_compose
    if accepted:
        grant_sharing(
            structure=request.structure,
            network=request.network,
            figure_class=SharingAgreement.FigureClass(request.figure_class),
            may_see=may_see,
            may_compose=may_compose,
            by=by,
            on=on,
        )
    request.answer = Answer.YES if accepted else Answer.NO
    request.answered_on = on
    request.save(update_fields=["answer", "answered_on"])
    journal.record(
        "members.accept_sharing_request" if accepted else "members.decline_sharing_request",
        request.structure,
        by=by,
        after={"network": request.network.slug, "figure_class": request.figure_class},
    )
    network_mails.notify_sharing_answered(request)
    return request
