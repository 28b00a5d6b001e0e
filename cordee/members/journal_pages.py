"""Structures, networks and programmes in the journal: their names, and who reads of them.

A structure's journal is for whoever holds a seat in it; that of a network for its desk (its staff,
its delegates, the staff of its parent), with what it agreed with its members; that of a programme
for its team. Nobody else learns that there is something to read.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.urls import reverse

from cordee.accounts import journal
from cordee.accounts.journal import Named, Subject, about, named
from cordee.accounts.models import User
from cordee.members import network_access
from cordee.members.access import structures_for
from cordee.members.models import Chantier, Membership, Network, Programme, RoleSeat, Structure
from cordee.members.roles import May

NOTHING = "Ce journal n’existe pas, ou ne vous est pas ouvert."
# What a structure and a network do with each other is written on the structure, with the network's
# identifier: both read it.
BETWEEN = (
    *("members.record_membership", "members.resume_membership", "members.prove_membership"),
    *("members.end_membership", "members.ask_membership", "members.withdraw_membership_request"),
    *("members.accept_membership", "members.decline_membership", "members.grant_sharing"),
    *("members.revoke_sharing", "members.ask_sharing", "members.accept_sharing_request"),
    "members.decline_sharing_request",
)


def numbers(ids: Collection[str]) -> list[int]:
    """Those of the identifiers that may be keys of a table."""
    return [int(each) for each in ids if each.isascii() and each.isdigit() and len(each) < 19]


def uuids(ids: Collection[str]) -> list[UUID]:
    """`numbers` where the keys are UUIDs."""
    found = []
    for each in ids:
        with suppress(ValueError):
            found.append(UUID(each))
    return found


def structures(person: User, ids: Collection[str], on: date) -> Mapping[str, Named]:
    found = structures_for(person).filter(pk__in=numbers(ids))
    return named(found, "shown_name", "members:structure")


def chantiers(person: User, ids: Collection[str], on: date) -> Mapping[str, Named]:
    """By the name of their structure, whose page holds them."""
    seen = Chantier.objects.filter(structure__in=structures_for(person), pk__in=numbers(ids))
    rows = seen.select_related("structure")
    return named(rows, "structure", "members:structure", "structure_id")


def networks(person: User, ids: Collection[str], on: date) -> Mapping[str, Named]:
    found = network_access.networks_for(person).filter(pk__in=numbers(ids))
    return named(found, "name", "networks:page", "slug")


def programmes(person: User, ids: Collection[str], on: date) -> Mapping[str, Named]:
    """Every programme is public; its page is of a higher room."""
    return {str(one.pk): Named(one.name) for one in Programme.objects.filter(pk__in=numbers(ids))}


def structure(person: User, pk: str, on: date) -> Subject:
    held = RoleSeat.objects.filter(person=person, structure__in=numbers([pk]))
    if not held.exists():
        raise Http404(NOTHING)
    found = structures(person, [pk], on)[pk]
    lines = about(Structure, [pk])
    lines |= about(
        Chantier, Chantier.objects.filter(structure=int(pk)).values_list("pk", flat=True)
    )
    return Subject(found.name, found.url, lines)


def network(person: User, pk: str, on: date) -> Subject:
    found = network_access.networks_for(person).filter(pk__in=numbers([pk])).first()
    if found is None or network_access.desk_or_none(person, found) is None:
        raise Http404(NOTHING)
    between = Q(target_kind=Structure._meta.label_lower, verb__in=BETWEEN)
    between &= Q(after__network=found.slug) | Q(before__network=found.slug)
    url = reverse("networks:page", args=[found.slug])
    return Subject(found.name, url, about(Network, [pk]) | between)


def programme(person: User, pk: str, on: date) -> Subject:
    seats = RoleSeat.objects.held_by(person).that_may(May.RUN_PROGRAMME)
    seats = seats.filter(programme__in=numbers([pk]))
    seat = seats.select_related("programme").first()
    if seat is None or seat.programme is None:
        raise Http404(NOTHING)
    return Subject(
        seat.programme.name,
        reverse("programmes:programme", args=[seat.programme.slug]),
        about(Programme, [pk]),
    )


def acquaintances(person: User) -> set[int]:
    """Those with whom the user shares a structure, network or programme, or a membership of these.

    So that a director reads who in their network did something, and the network who in its members.
    """
    seats = RoleSeat.objects.filter(person=person)
    structure_ids = set(seats.exclude(structure=None).values_list("structure", flat=True))
    network_ids = set(seats.exclude(network=None).values_list("network", flat=True))
    # Past ones too: what was done then was done by people one worked with then.
    joined = Membership.objects.filter(structure__in=structure_ids).values("network")
    members = Membership.objects.filter(network__in=network_ids).values("structure")
    programme_ids = seats.exclude(programme=None).values("programme")
    known = RoleSeat.objects.filter(
        Q(structure__in=structure_ids)
        | Q(structure__in=members)
        | Q(network__in=network_ids)
        | Q(network__in=joined)
        | Q(programme__in=programme_ids)
    )
    return set(known.values_list("person", flat=True))


def register() -> None:
    kinds: list[tuple[str, Any, str, Any, Callable[..., Subject] | None]] = [
        ("structure", Structure, "Structure", structures, structure),
        ("chantier", Chantier, "Structure", chantiers, None),
        ("reseau", Network, "Réseau", networks, network),
        ("programme", Programme, "Programme", programmes, programme),
    ]
    for slug, model, label, names, subject in kinds:
        journal.register(slug, model, label, names=names, subject=subject)
