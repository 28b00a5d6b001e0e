from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.actions.networks import check_parent
from cordee.members.actions.people import grant_seat
from cordee.members.models import Network, Programme, RoleSeat, Structure


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
def invite(
    *,
    email: str,
    role: RoleSeat.Role,
    network: Network | None = None,
    structure: Structure | None = None,
    programme: Programme | None = None,
    by: User | None,
) -> RoleSeat:
    """Give a person a seat, opening their account where the person has none; a seat held is
    given back.

    The account has no password: the person chooses it through a link. Whoever invites vouches for
    the address. Raises ValidationError for a wrong address, or a role without its network or
    structure.
    """
    email = email.strip().lower()
    validate_email(email)
    person = User.objects.filter(email=email).first() or User.objects.create_user(email)
    EmailAddress.objects.update_or_create(
        user=person, email=email, defaults={"verified": True, "primary": True}
    )
    return grant_seat(
        person=person, role=role, network=network, structure=structure, programme=programme, by=by
    )
