"""Networks and delegations opened and described."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.models import Department, Network, Region

SLUG_LENGTH = 50


def check_parent(parent: Network) -> None:
    """Raise ValidationError where the parent is a delegation: two levels, no more."""
    if parent.parent_id is not None:
        raise ValidationError(
            f"{parent} est une délégation\u00a0: elle n’a pas de délégations à elle. "
            f"Choisissez son réseau, {parent.parent}."
        )


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
    if parent is not None:
        check_parent(parent)
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
) -> Network:
    """Open a delegation of a network; one open under this name and parent is given back.

    Raises ValidationError where the name is taken, or where the parent is itself a delegation.
    """
    # The parent's row is the lock: two delegations opened at once cannot take one name.
    parent = Network.objects.select_for_update().get(pk=parent.pk)
    check_parent(parent)
    known: Network | None = Network.objects.filter(name=name, parent=parent).first()
    if known is not None:
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
    regions: Collection[Region],
    departments: Collection[Department],
    by: User | None,
) -> bool:
    """Change what a network says of itself; tell whether anything changed.

    Earlier charters stay in the journal. Raises ValidationError.
    """
    network = Network.objects.select_for_update().get(pk=network.pk)
    before = _described(network)
    network.name, network.charter = name, charter
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


def _described(network: Network) -> dict[str, Any]:
    return {
        "name": network.name,
        "charter": network.charter,
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
