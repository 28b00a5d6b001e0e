"""What a structure opens to a network, and what a network asks it to open."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.ui import french
from cordee.members.actions import network_mails
from cordee.members.models import Membership, Network, SharingAgreement, SharingRequest, Structure
from cordee.members.models.requests import Answer

FigureClass = SharingAgreement.FigureClass
# Our own rule: a structure is not asked again and again.
DAYS_BETWEEN = 90


@transaction.atomic
def grant_sharing(
    *,
    structure: Structure,
    network: Network,
    figure_class: FigureClass,
    may_see: bool,
    may_compose: bool,
    by: User | None,
    on: date,
) -> SharingAgreement:
    """Let a network see, or compose with, one class of a structure's figures from a day on.

    Replaces the agreement in force, which is ended the day before and kept. Raises
    ValidationError where nothing is granted, or where the structure belongs neither to the
    network nor to one of its delegations.
    """
    if not (may_see or may_compose):
        raise ValidationError("Choisissez au moins un droit : voir, ou composer.")
    # On its last day a member opens nothing any more: who would close it?
    if not Membership.objects.lasting(on).under(network).filter(structure=structure).exists():
        raise ValidationError(
            f"{structure} n’appartient pas à {network} : "
            "un accord se donne à l’un de ses propres réseaux."
        )
    current = _in_force(structure, network, figure_class, on)
    if current and (current.may_see, current.may_compose) == (may_see, may_compose):
        return current
    before = _end(current, on) if current else {}
    granted, _ = SharingAgreement.objects.update_or_create(
        structure=structure,
        network=network,
        figure_class=figure_class,
        starts_on=on,
        defaults={"may_see": may_see, "may_compose": may_compose, "ends_on": None},
    )
    journal.record("members.grant_sharing", structure, by=by, before=before, after=_rights(granted))
    SharingRequest.objects.waiting().filter(
        structure=structure, network=network, figure_class=figure_class
    ).update(answer=Answer.YES, answered_on=on)
    return granted


@transaction.atomic
def revoke_sharing(
    *,
    structure: Structure,
    network: Network,
    figure_class: FigureClass,
    by: User | None,
    on: date,
) -> None:
    """Close one class of figures to a network at once: from this day on it sees nothing more.

    The agreement is kept, ended the day before; one granted this very day is emptied instead.
    Does nothing where none is in force.
    """
    current = _in_force(structure, network, figure_class, on)
    if current is None:
        return
    before = _end(current, on)
    journal.record(
        "members.revoke_sharing", structure, by=by, before=before, after=_rights(current)
    )


def close_figures(*, structure: Structure, network: Network, by: User | None, on: date) -> None:
    """Close every class of figures, as `revoke_sharing` does."""
    for figure_class in FigureClass:
        revoke_sharing(
            structure=structure, network=network, figure_class=figure_class, by=by, on=on
        )


def _in_force(
    structure: Structure, network: Network, figure_class: FigureClass, on: date
) -> SharingAgreement | None:
    return (
        SharingAgreement.objects.current(on)
        .filter(structure=structure, network=network, figure_class=figure_class)
        .filter(Q(may_see=True) | Q(may_compose=True))
        .order_by("-starts_on")
        .first()
    )


def _end(agreement: SharingAgreement, on: date) -> dict[str, object]:
    """End an agreement so that nothing of it holds on `on`; give its rights before."""
    before = _rights(agreement)
    if agreement.starts_on < on:
        agreement.ends_on = on - timedelta(days=1)
    else:
        agreement.may_see = agreement.may_compose = False
        agreement.ends_on = agreement.starts_on
    agreement.save(update_fields=["may_see", "may_compose", "ends_on"])
    return before


def _rights(agreement: SharingAgreement) -> dict[str, object]:
    rights = journal.values(agreement, "figure_class", "may_see", "may_compose", "ends_on")
    return {"network": agreement.network.slug, **rights}


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
