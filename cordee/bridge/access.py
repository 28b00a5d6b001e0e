"""The only way to get what a structure keeps of immersions and exits. Each docstring is the rule.

Supervisor, counsellor and direction of the structure keep them; who directs reads no name. The
employer reads its own, once the person said yes; a network reads no single one.
"""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from cordee.accounts.access import Person
from cordee.base.found import first_or_404
from cordee.bridge.models import Immersion, PersonExit
from cordee.bridge.models.immersions import ImmersionQuerySet
from cordee.delivery.models import Delivery
from cordee.members.models import Structure
from cordee.notices.notice import NeedKind
from cordee.opportunities.access import published_opportunities_for
from cordee.opportunities.models.opportunities import OpportunityQuerySet
from cordee.rules.exits import COUNTED_KINDS
from cordee.skills.access import ABSENT, training_structure_for


def bridge_structure_for(user: Person, pk: int) -> Structure:
    """A structure whose immersions the user keeps: who teaches there or directs it; or 404."""
    return training_structure_for(user, pk)


def immersion_for(user: Person, pk: int, key: int) -> Immersion:
    """An immersion of such a structure, of nobody erased; or 404."""
    rows = Immersion.objects.filter(structure=bridge_structure_for(user, pk), pk=key)
    related = rows.exclude(company="").select_related("structure", "learner", "delivery", "renews")
    return first_or_404(related, ABSENT)


def exits_structure_for(user: Person, pk: int) -> Structure:
    """The same, where the book counts exits. No network, programme or buyer reads one of them."""
    structure = bridge_structure_for(user, pk)
    if structure.kind not in COUNTED_KINDS:
        raise Http404("Les sorties ne se comptent qu’en ACI, EI, AI et ETTI.")
    return structure


def exit_for(user: Person, pk: int, key: int) -> PersonExit:
    """An exit of such a structure, taken back or not; or 404."""
    rows = PersonExit.objects.filter(structure=exits_structure_for(user, pk), pk=key)
    return first_or_404(rows.select_related("structure"), ABSENT)


def hosted_for(user: Person) -> ImmersionQuerySet:
    """Those that the user's company takes, as who directs a sheet of its SIREN or posted the post:
    once the person said yes."""
    if isinstance(user, AnonymousUser):
        return Immersion.objects.none()
    sirens = Structure.objects.directed_by(user).order_by().values("organisation__siren")
    own = Q(siren__in=sirens) | Q(opportunity__created_by=user)
    return Immersion.objects.standing().filter(own, is_yes=True)


def hosted_immersion_for(user: Person, key: int) -> Immersion:
    """One of them, or 404."""
    return first_or_404(hosted_for(user).filter(pk=key).select_related("structure"), ABSENT)


def contracts_of(structure: Structure) -> QuerySet[Delivery]:
    """The contracts that a structure, opened already, keeps or takes part in."""
    part = Q(structure=structure) | Q(partners__structure=structure)
    return Delivery.objects.filter(part).distinct()


def posts_for(user: Person, *, on: date) -> OpportunityQuerySet:
    """The posts that employers publish, of those that the user sees: needs of labour, open."""
    visible = published_opportunities_for(user, on=on).filter(need_kind=NeedKind.LABOUR)
    return visible.open(timezone.now())
