"""Delegations opened, described, moved and closed. Nothing is deleted: what ends keeps its date."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.actions import network_mails
from cordee.members.actions.memberships import end_membership, record_membership
from cordee.members.actions.sharing import close_figures
from cordee.members.models import Department, Membership, Network, Organisation, Region, Structure

SLUG_LENGTH = 50


def check_parent(network: Network | None, parent: Network | None, on: date | None) -> None:
    """Raise ValidationError unless the parent runs and is no delegation: two levels, no more."""
    if parent is None:
        return
    if parent.parent_id is not None:
        raise ValidationError(
            f"{parent} est une délégation : elle n’a pas de délégations à elle. "
            f"Choisissez son réseau, {parent.parent}."
        )
    if network is not None and network.pk == parent.pk:
        raise ValidationError("Un réseau n’est pas sa propre délégation.")
    if network is not None and network.delegations.exists():
        raise ValidationError(
            f"{network} a des délégations : il ne peut pas devenir celle d’un autre réseau."
        )
    if on is not None and parent.is_closed(on):
        raise ValidationError(f"{parent} est fermé : choisissez un réseau ouvert.")


@transaction.atomic
def open_network(*, slug: str, name: str, parent: Network | None, by: User | None) -> Network:
    """Open a network, or a delegation of `parent`; one already open under this slug is given back.

    Raises ValidationError where the slug or the name cannot be taken, or names something else.
    """
    known: Network | None = Network.objects.filter(slug=slug).first()
    if known is not None:
        if (known.name, known.parent) != (name, parent):
            raise ValidationError(f"L’identifiant {slug} est déjà celui de « {known.name} ».")
        return known
    check_parent(None, parent, None)
    network = Network(slug=slug, name=name, parent=parent)
    network.full_clean()
    network.save()
    journal.record(
        "members.open_network",
        network,
        by=by,
        after={"slug": slug, "parent": parent.slug if parent else None},
    )
    return network


@transaction.atomic
def open_delegation(
    *,
    parent: Network,
    name: str,
    regions: Collection[Region] = (),
    departments: Collection[Department] = (),
    by: User | None,
    on: date,
) -> Network:
    """Open a delegation of a network; one that runs under this name and parent is given back.

    Raises ValidationError where the name is taken, or where the parent is itself a delegation.
    """
    # The parent's row is the lock: two delegations opened at once cannot take one name.
    parent = Network.objects.select_for_update().get(pk=parent.pk)
    check_parent(None, parent, on)
    known: Network | None = Network.objects.filter(name=name, parent=parent).first()
    if known is not None and not known.is_closed(on):
        return known
    network = Network(name=name, slug=_free_slug(name), parent=parent)
    network.full_clean()
    network.save()
    network.regions.set(regions)
    network.departments.set(departments)
    journal.record(
        "members.open_network",
        network,
        by=by,
        after={"slug": network.slug, "parent": parent.slug, **_territory(network)},
    )
    return network


@transaction.atomic
def describe_network(
    *,
    network: Network,
    name: str,
    charter: str,
    organisation: tuple[str, str] | None,
    regions: Collection[Region],
    departments: Collection[Department],
    by: User | None,
) -> bool:
    """Change what a network says of itself; tell whether anything changed.

    `organisation` is (SIREN, name). Earlier charters stay in the journal. Raises ValidationError.
    """
    network = Network.objects.select_for_update().get(pk=network.pk)
    before = _described(network)
    network.name, network.charter = name, charter
    network.organisation = None if organisation is None else _organisation(*organisation)
    network.full_clean()
    network.save()
    network.regions.set(regions)
    network.departments.set(departments)
    after = _described(network)
    changed = {key for key in after if before[key] != after[key]}
    if changed:
        journal.record(
            "members.describe_network",
            network,
            by=by,
            before={key: before[key] for key in sorted(changed)},
            after={key: after[key] for key in sorted(changed)},
        )
    return bool(changed)


@transaction.atomic
def move_delegation(
    *, network: Network, parent: Network | None, by: User | None, on: date
) -> Network:
    """Put a delegation under another network, or make it stand alone.

    What its members opened to the network it leaves closes at once, save for those who belong to
    that one otherwise. Raises ValidationError.
    """
    network = (
        Network.objects.select_for_update(of=("self",)).select_related("parent").get(pk=network.pk)
    )
    left: Network | None = network.parent
    if left == parent:
        return network
    if network.is_closed(on):
        raise ValidationError(f"{network} est fermé : rouvrez-le d’abord.")
    check_parent(network, parent, on)
    network.parent = parent
    network.full_clean()
    network.save(update_fields=["parent"])
    journal.record(
        "members.move_network",
        network,
        by=by,
        before={"parent": left.slug if left else None},
        after={"parent": parent.slug if parent else None},
    )
    if left is not None:
        still = set(
            Membership.objects.lasting(on).under(left).values_list("structure_id", flat=True)
        )
        moved = Membership.objects.current(on).filter(network=network)
        for membership in moved.select_related("structure"):
            if membership.structure_id not in still:
                close_figures(structure=membership.structure, network=left, by=by, on=on)
    return network


@transaction.atomic
def close_network(
    *, network: Network, moved_to: Network | None, by: User | None, on: date
) -> list[Structure]:
    """Close a network: its memberships end, and begin in `moved_to` where one is given.

    Each member is told. Gives the members concerned. Raises ValidationError where it still has
    open delegations, or where members would move to it or to a closed one.
    """
    network = Network.objects.select_for_update().get(pk=network.pk)
    if network.is_closed(on):
        return []
    open_below = Network.objects.running(on).filter(parent=network)
    if open_below.exists():
        names = ", ".join(open_below.values_list("name", flat=True)[:5])
        raise ValidationError(f"Fermez ou déplacez d’abord ses délégations : {names}.")
    if moved_to is not None and (moved_to.pk == network.pk or moved_to.is_closed(on)):
        raise ValidationError("Choisissez un réseau ouvert, autre que celui que vous fermez.")
    ending = list(
        Membership.objects.lasting(on).filter(network=network).select_related("structure")
    )
    left = [membership.structure for membership in ending]
    for membership in ending:
        if moved_to is not None:
            record_membership(
                structure=membership.structure,
                network=moved_to,
                by=by,
                on=on,
                proof=Membership.Proof.MOVED,
                proof_reference=network.name[:120],
                proof_on=on,
            )
        end_membership(membership=membership, by=by, on=on)
    network.closed_on = on
    network.save(update_fields=["closed_on"])
    journal.record(
        "members.close_network",
        network,
        by=by,
        after={
            "closed_on": on,
            "members": len(ending),
            "moved_to": moved_to.slug if moved_to else None,
        },
    )
    network_mails.notify_closed(network, moved_to, left, on)
    return left


@transaction.atomic
def reopen_network(*, network: Network, by: User | None, on: date) -> None:
    """Open a closed network again. Memberships that ended stay ended."""
    network = (
        Network.objects.select_for_update(of=("self",)).select_related("parent").get(pk=network.pk)
    )
    if not network.is_closed(on):
        return
    if network.parent is not None and network.parent.is_closed(on):
        raise ValidationError(f"{network.parent} est fermé : rouvrez-le d’abord.")
    before = journal.values(network, "closed_on")
    network.closed_on = None
    network.save(update_fields=["closed_on"])
    journal.record(
        "members.reopen_network", network, by=by, before=before, after={"closed_on": None}
    )


def _organisation(siren: str, name: str) -> Organisation:
    found, _ = Organisation.objects.get_or_create(siren=siren, defaults={"name": name})
    return found


def _described(network: Network) -> dict[str, Any]:
    return {
        "name": network.name,
        "charter": network.charter,
        "siren": network.organisation.siren if network.organisation else None,
        **_territory(network),
    }


def _territory(network: Network) -> dict[str, Any]:
    return {
        "regions": sorted(network.regions.values_list("code", flat=True)),
        "departments": sorted(network.departments.values_list("code", flat=True)),
    }


def _free_slug(name: str) -> str:
    stem = slugify(name)[: SLUG_LENGTH - 4].strip("-") or "reseau"
    taken = set(Network.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (stem, *numbered) if slug not in taken)
