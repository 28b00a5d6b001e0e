"""The only way to get what was learnt. Each docstring is the rule.

What is published is everybody's, without account. Who writes: the direction of an author structure,
and who acts for the network of the sheet. Who may be named, a structure's direction says alone.
"""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.http import Http404

from cordee.accounts.access import Person
from cordee.base.found import first_or_404
from cordee.members.models import Membership, Network, RoleSeat, Structure
from cordee.members.models.networks import NetworkQuerySet
from cordee.members.models.structures import StructureQuerySet
from cordee.members.roles import May
from cordee.practices.models import (
    Review,
    Sheet,
    SheetAuthor,
    SheetComment,
    SheetVersion,
)
from cordee.practices.models.sheets import SheetQuerySet

ABSENT = "Cette fiche n’existe pas, ou elle est retirée. Les autres sont dans les pratiques."
NOT_YOURS = "Cette page est pour qui écrit la fiche. La fiche publiée se lit sans compte."


def networks_written_for(user: Person) -> NetworkQuerySet:
    """Those for which the user writes: where they act for the network."""
    if isinstance(user, AnonymousUser):
        return Network.objects.none()
    seats = RoleSeat.objects.held_by(user).that_may(May.ACT_FOR_NETWORK)
    return Network.objects.filter(pk__in=seats.order_by().values("network"))


def network_written_for(user: Person, slug: str) -> Network:
    """One of them, or 404."""
    words = "Les fichiers d’un réseau sont à son équipe."
    return first_or_404(networks_written_for(user).filter(slug=slug), words)


def structures_written_for(user: Person) -> StructureQuerySet:
    """Those that the user directs."""
    return Structure.objects.directed_by(user)


def places_written_for(user: Person) -> dict[str, Network | Structure]:
    """For whom the user writes: structures and networks, by a key that forms send. Two queries,
    none for a visitor."""
    if isinstance(user, AnonymousUser):
        return {}
    places: list[tuple[str, Network | Structure]] = [
        *(("structure", each) for each in structures_written_for(user)),
        *(("reseau", each) for each in networks_written_for(user)),
    ]
    return {f"{sort}-{place.pk}": place for sort, place in places}


def places_to_write_for(user: Person) -> dict[str, Network | Structure]:
    """The same; 404 where there is none."""
    if not (found := places_written_for(user)):
        raise Http404("Une fiche s’écrit pour une structure que l’on dirige, ou pour un réseau.")
    return found


def written_sheets_for(user: Person) -> SheetQuerySet:
    """Those that the user writes, published or not, withdrawn ones too."""
    if isinstance(user, AnonymousUser):
        return Sheet.objects.none()
    own = Sheet.objects.by_structures(structures_written_for(user))
    return Sheet.objects.filter(
        Q(network__in=networks_written_for(user).order_by().values("pk"))
        | Q(pk__in=own.order_by().values("pk"))
    )


def may_write(user: Person, sheet: Sheet) -> bool:
    """Whether the user writes this one."""
    return written_sheets_for(user).filter(pk=sheet.pk).exists()


def sheet_for(user: Person, pk: int) -> Sheet:
    """One that is published, for everybody; a draft, for who writes it; or 404."""
    rows = Sheet.objects.for_list().select_related("network")
    sheet = first_or_404(rows.filter(pk=pk), ABSENT)
    if not (sheet.is_published or may_write(user, sheet)):
        raise Http404(ABSENT)
    return sheet


def published_sheet_for(user: Person, pk: int) -> Sheet:
    """One that is published, for everybody; or 404."""
    return first_or_404(Sheet.objects.published().with_context().filter(pk=pk), ABSENT)


def written_sheet_for(user: Person, pk: int) -> Sheet:
    """One that the user writes, or 404."""
    rows = Sheet.objects.with_context().filter(pk=pk, pk__in=written_sheets_for(user).order_by())
    return first_or_404(rows, NOT_YOURS)


def version_of(sheet: Sheet, number: int) -> SheetVersion:
    """A version of a sheet opened already, with all that its formats say; or 404."""
    rows = sheet.versions.with_names().filter(number=number)
    return first_or_404(rows, f"La fiche n’a pas de version {number}.")


def beside(sheet: Sheet, on: date) -> StructureQuerySet:
    """Members of the networks of a sheet and of its authors, who did not write it."""
    members = Membership.objects.current(on)
    authors = sheet.authors.order_by().values("structure")
    networks = members.filter(structure__in=authors).order_by().values("network")
    near = members.filter(Q(network__in=networks) | Q(network=sheet.network_id))
    found = Structure.objects.filter(pk__in=near.order_by().values("structure"))
    return found.exclude(pk__in=authors).select_related("organisation")


def removable_authors_for(user: Person, sheet: Sheet) -> "models.QuerySet[SheetAuthor]":
    """Authors that the user may take off: structures that the user directs; all of them, for the
    network of the sheet; those that have not answered yet, for who began it."""
    is_unanswered = Q(agreed_at__isnull=True, refused_at__isnull=True)
    may = Q(structure__in=structures_written_for(user))
    may |= Q(sheet__network__in=networks_written_for(user).order_by().values("pk"))
    may |= is_unanswered & Q(sheet__created_by=user.pk or 0)
    return sheet.authors.filter(may)


def removable_author_for(user: Person, pk: int, key: int) -> SheetAuthor:
    """One of them, of a sheet that the user writes, or 404."""
    rows = removable_authors_for(user, written_sheet_for(user, pk)).filter(pk=key)
    words = "Une structure qui a répondu ne se retire qu’elle-même, ou par le réseau de la fiche."
    return first_or_404(rows.select_related("sheet", "structure"), words)


def naming_for(user: Person, pk: int, key: int) -> SheetAuthor:
    """Whether a structure that the user directs may be named as an author; or 404."""
    rows = SheetAuthor.objects.filter(sheet=pk, pk=key, structure__in=structures_written_for(user))
    words = "Seule la direction de la structure dit si on peut la nommer."
    return first_or_404(rows.select_related("sheet__network", "structure__department"), words)


def reviewed_sheet_for(user: Person, pk: int) -> Sheet:
    """A published monograph that the user writes, or 404."""
    sheet = written_sheet_for(user, pk)
    if not (sheet.is_monograph and sheet.is_published):
        raise Http404("Seule une monographie publiée se fait relire.")
    return sheet


def review_for(user: Person, key: int) -> Review:
    """One asked of a structure that the user directs, of a monograph that stands; or 404."""
    rows = Review.objects.filter(pk=key, version__sheet__removed_at__isnull=True)
    rows = rows.filter(structure__in=structures_written_for(user))
    words = "Cette relecture est demandée à une autre structure, ou n’existe plus."
    return first_or_404(rows.select_related("version__sheet", "structure__department"), words)


def own_comment_for(user: Person, pk: int, key: int) -> SheetComment:
    """An improvement that the user proposed, or 404."""
    rows = SheetComment.objects.filter(sheet=published_sheet_for(user, pk), pk=key)
    words = "Cette proposition n’est pas de vous, ou n’existe plus."
    return first_or_404(rows.filter(noted_by_id=user.pk or 0).select_related("sheet"), words)


def comment_for(user: Person, pk: int, key: int) -> SheetComment:
    """An improvement of a sheet that the user writes, or 404."""
    rows = SheetComment.objects.filter(sheet=written_sheet_for(user, pk), pk=key)
    return first_or_404(rows.select_related("sheet"), NOT_YOURS)
