"""Compositions and kept teams in the journal, for those for whom they were made."""

from collections.abc import Collection, Mapping
from datetime import date

from django.http import Http404
from django.urls import reverse

from cordee.accounts import journal
from cordee.accounts.journal import Named, Subject, about
from cordee.accounts.models import User
from cordee.composing.access import compositions_for, may_keep, proposals_for
from cordee.composing.models import ANSWER_FIELDS, Composition, Proposal
from cordee.members.journal_pages import numbers, uuids
from cordee.members.models import Network, RoleSeat
from cordee.members.sharing import Viewer


def compositions(person: User, ids: Collection[str], on: date) -> Mapping[str, Named]:
    """By the opportunity that they answer."""
    found = {}
    for viewer in _viewers(person, on):
        rows = compositions_for(viewer).filter(pk__in=uuids(ids))
        for one in rows.select_related("breakdown__opportunity").defer(*ANSWER_FIELDS, "progress"):
            url = reverse("composing:detail", args=[one.pk])
            found[str(one.pk)] = Named(one.breakdown.opportunity.title, url)
    return found


def proposals(person: User, ids: Collection[str], on: date) -> Mapping[str, Named]:
    found = {}
    unread = [f"composition__{each}" for each in (*ANSWER_FIELDS, "progress")]
    for viewer in _viewers(person, on):
        rows = proposals_for(viewer).filter(pk__in=numbers(ids))
        for one in rows.select_related("composition__breakdown__opportunity").defer(*unread):
            url = reverse("composing:detail", args=[one.composition_id])
            found[str(one.pk)] = Named(one.composition.breakdown.opportunity.title, url)
    return found


def composition(person: User, pk: str, on: date) -> Subject:
    """For who may keep a team of it: what was asked, stopped, kept. Not for who only tries it."""
    found = next((one for viewer in _viewers(person, on) for one in _kept(viewer, pk)), None)
    if found is None:
        raise Http404("Ce journal n’existe pas, ou ne vous est pas ouvert.")
    kept = Proposal.objects.filter(composition=found).values_list("pk", flat=True)
    return Subject(
        found.breakdown.opportunity.title,
        reverse("composing:detail", args=[found.pk]),
        about(Composition, [found.pk]) | about(Proposal, kept),
    )


def _viewers(person: User, on: date) -> list[Viewer]:
    """Whichever of the person’s networks they act for just now: what was done for each
    stays readable."""
    seats = RoleSeat.objects.held_by(person).of_networks()
    networks = Network.objects.filter(pk__in=seats.values("network"))
    return [Viewer.of(person, on, network) for network in networks] or [Viewer.of(person, on)]


def _kept(viewer: Viewer, pk: str) -> list[Composition]:
    found = (
        compositions_for(viewer)
        .filter(pk__in=uuids([pk]))
        .select_related("breakdown__opportunity", "network")
        .defer(*ANSWER_FIELDS, "progress")
    )
    return [one for one in found if may_keep(viewer, one)]


def register() -> None:
    journal.register(
        "composition", Composition, "Équipe cherchée", names=compositions, subject=composition
    )
    journal.register("equipe", Proposal, "Équipe gardée", names=proposals)
