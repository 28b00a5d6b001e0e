"""Who may see and correct an opportunity, see and keep a programme. Each docstring is the rule.

The only way to get one for somebody.
"""

import uuid
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from cordee.accounts.access import Person
from cordee.accounts.models import User
from cordee.base.found import first_or_404
from cordee.members.access import is_staff_of_national_network
from cordee.members.models import (
    Membership,
    Network,
    Programme,
    ProgrammeCommitment,
    ProgrammeFact,
    RoleSeat,
)
from cordee.members.models.programmes import ProgrammeQuerySet
from cordee.members.roles import ROLES, May
from cordee.notices.notice import Source
from cordee.opportunities.models import (
    Audience,
    AwardedContract,
    Correction,
    Misreading,
    NeedDraft,
    Opportunity,
    ProgrammeAttachment,
    ProgrammeRule,
    SavedSearch,
    SourceState,
)
from cordee.opportunities.models.contracts import AwardedContractQuerySet
from cordee.opportunities.models.misreadings import MisreadingQuerySet
from cordee.opportunities.models.needs import AudienceQuerySet
from cordee.opportunities.models.opportunities import OpportunityQuerySet


def networks_of(person: User, *, on: date) -> QuerySet[Network]:
    """The networks whose people this person is among, on a day.

    By a seat in it or in one of its delegations, or in a structure that is a member of those.
    """
    seated = RoleSeat.objects.filter(person=person).values("network")
    joined = Membership.objects.current(on).filter(structure__seats__person=person)
    direct = Network.objects.filter(Q(pk__in=seated) | Q(pk__in=joined.values("network")))
    return Network.objects.filter(Q(pk__in=direct) | Q(delegations__in=direct))


def opportunities_for(person: Person, *, on: date) -> OpportunityQuerySet:
    """Every public notice; a private need for the people of a network that has published it.

    Before that it is only there for its author, and for who reads it over in a network that it is
    addressed to. A person without an account sees nothing.
    """
    if isinstance(person, AnonymousUser):
        return Opportunity.objects.none()
    relayed = Audience.objects.published().filter(network__in=networks_of(person, on=on))
    read_over = Audience.objects.filter(network__in=networks_moderated_by(person))
    return Opportunity.objects.filter(
        Q(network__isnull=True)
        | Q(pk__in=relayed.values("opportunity"))
        | Q(pk__in=read_over.values("opportunity"))
        | Q(created_by=person)
    )


def published_opportunities_for(person: Person, *, on: date) -> OpportunityQuerySet:
    """Those of `opportunities_for` that are published: a need still read over mobilises nobody."""
    return opportunities_for(person, on=on).published()


def published_opportunity_for(person: Person, pk: int, *, on: date) -> Opportunity:
    """`opportunity_for` where others than author and readers may see it, or Http404."""
    found = opportunity_for(person, pk, on=on)
    if not found.is_published:
        raise Http404
    return found


def opportunity_for(person: Person, pk: int, *, on: date) -> Opportunity:
    """One of `opportunities_for`, or Http404: who may not see a need does not learn it exists.

    For one that was joined to another, the one that speaks for both.
    """
    found = first_or_404(opportunities_for(person, on=on).select_related("joined_to").filter(pk=pk))
    return found.joined_to or found


def public_opportunity(pk: int) -> Opportunity | None:
    """A public notice, for whoever has no account; nothing for a private need."""
    one = Opportunity.objects.public().filter(pk=pk).select_related("joined_to").first()
    return (one.joined_to or one) if one else None


def contracts_for(person: Person) -> AwardedContractQuerySet:
    """Every awarded contract: what was published is open to whoever is signed in."""
    if isinstance(person, AnonymousUser):
        return AwardedContract.objects.none()
    return AwardedContract.objects.all()


def may_correct(person: Person) -> bool:
    """Anyone who holds a seat: corrections are signed, kept and can be withdrawn."""
    if isinstance(person, AnonymousUser):
        return False
    return RoleSeat.objects.filter(person=person).exists()


def correctable_for(person: Person, pk: int, no_seat: str, *, on: date) -> Opportunity:
    """`opportunity_for` whoever may correct; 403 with these words for who holds no seat."""
    opportunity = opportunity_for(person, pk, on=on)
    if not may_correct(person):
        raise PermissionDenied(no_seat)
    return opportunity


def acts_for_network(person: Person) -> bool:
    """Whether this person is of the team of a network: its staff or a delegate."""
    return RoleSeat.objects.held_by(person).of_networks().exists()


def may_settle(person: Person, correction: Correction) -> bool:
    """A second person who may correct, of another organisation; or one of a network's team.

    Never the author: neither a rival nor a colleague of theirs confirms what they say of a notice.
    """
    if isinstance(person, AnonymousUser) or correction.by_id == person.pk:
        return False
    if acts_for_network(person):
        return True
    theirs = RoleSeat.objects.filter(person=correction.by_id) if correction.by_id else None
    return may_correct(person) and (theirs is None or not _share_a_house(person, theirs))


def may_object(person: Person, correction: Correction) -> bool:
    """Whoever may correct, but the author, who takes it back instead."""
    return may_correct(person) and correction.by_id != person.pk


def may_withdraw(person: Person, correction: Correction) -> bool:
    """Whoever may correct, of what one person said and that counts at once.

    What was confirmed, or waits to be, goes back with those who said it or a network's team.
    """
    if correction.ground in Correction.OF_ONE:
        return may_correct(person)
    return person.pk in (correction.by_id, correction.settled_by_id) or acts_for_network(person)


def _share_a_house(person: User, theirs: QuerySet[RoleSeat]) -> bool:
    """Whether one of these seats is held in an organisation, network or programme of the person."""
    mine = RoleSeat.objects.filter(person=person)
    return any(
        mine.filter(**{f"{where}__in": theirs.exclude(**{where: None}).values(where)}).exists()
        for where in ("structure__organisation", "network", "programme")
    )


def are_acquainted(person: Person, other: User) -> bool:
    """Whether two people are the same, or hold seats in a same structure or network."""
    if isinstance(person, AnonymousUser):
        return False
    if person.pk == other.pk:
        return True
    theirs = RoleSeat.objects.filter(person=other)
    return RoleSeat.objects.filter(
        Q(structure__in=theirs.exclude(structure=None).values("structure"))
        | Q(network__in=theirs.exclude(network=None).values("network")),
        person=person,
    ).exists()


def may_post_needs(person: Person) -> bool:
    """Buyers, companies, facilitators, directors of a structure, and the people of networks."""
    return need_roles(person)[0]


def need_roles(person: Person) -> tuple[bool, bool]:
    """(whether this person may post needs, whether they read some over), in one query."""
    if isinstance(person, AnonymousUser):
        return False, False
    roles = RoleSeat.objects.filter(person=person).values_list("role", flat=True)
    rights = frozenset().union(*(ROLES[role].may for role in roles))
    return May.POST_NEEDS in rights, May.ACT_FOR_NETWORK in rights


def networks_to_address(person: Person) -> QuerySet[Network]:
    """Networks to which this person may address a need: each decides for itself."""
    return Network.objects.all() if may_post_needs(person) else Network.objects.none()


def networks_moderated_by(person: Person) -> QuerySet[Network]:
    """The networks whose needs this person reads over: those of their seats of staff or delegate.

    Neither their parent nor their delegations: each network decides for itself.
    """
    seats = RoleSeat.objects.held_by(person).of_networks()
    return Network.objects.filter(pk__in=seats.values("network"))


def audiences_for(person: Person) -> AudienceQuerySet:
    """What is addressed to the networks for which this person reads needs over."""
    return Audience.objects.filter(network__in=networks_moderated_by(person)).select_related(
        "opportunity", "network"
    )


def audience_for(person: Person, pk: int) -> Audience:
    """One of `audiences_for`, or Http404."""
    return first_or_404(audiences_for(person).filter(pk=pk))


def own_needs_for(person: Person) -> OpportunityQuerySet:
    """The needs that this person posted."""
    if isinstance(person, AnonymousUser):
        return Opportunity.objects.none()
    return Opportunity.objects.filter(source=Source.PRIVATE.value, created_by=person)


def own_need_for(person: Person, pk: int) -> Opportunity:
    """One of `own_needs_for`, or Http404: nobody else corrects, withdraws or closes it."""
    return first_or_404(own_needs_for(person).filter(pk=pk))


def draft_for(person: Person, pk: uuid.UUID) -> NeedDraft:
    """A draft that this person writes, while the person may post needs; or Http404."""
    found = NeedDraft.objects.filter(by=person.pk, pk=pk).select_related("revises").first()
    if found is None or not may_post_needs(person):
        raise Http404
    return found


def source_states_for(person: Person) -> list[SourceState]:
    """How each live source does: whoever has an account may see it."""
    if isinstance(person, AnonymousUser):
        return []
    return SourceState.objects.in_order()


def may_judge_readings(person: Person) -> bool:
    """The staff of a national network (one without a parent): what we misread is theirs to sort."""
    return is_staff_of_national_network(person)


def misreadings_for(person: Person) -> MisreadingQuerySet:
    """What stands corrected in public notices, for those who sort it; nothing for others."""
    if not may_judge_readings(person):
        return Misreading.objects.none()
    return Misreading.objects.standing().of_public_notices()


def misreading_for(person: Person, pk: int) -> Misreading:
    """One of `misreadings_for` with its notice, or Http404."""
    return first_or_404(
        misreadings_for(person)
        .filter(pk=pk)
        .select_related("correction__opportunity", "correction__by", "judged_by")
    )


def searches_for(person: Person) -> QuerySet[SavedSearch]:
    """The user's own: nobody else reads what the user looks for."""
    if isinstance(person, AnonymousUser):
        return SavedSearch.objects.none()
    return SavedSearch.objects.filter(person=person)


def search_for(person: Person, pk: int) -> SavedSearch:
    """One of `searches_for`, or Http404."""
    return first_or_404(
        searches_for(person).filter(pk=pk), "Cette recherche n’existe pas, ou n’est pas la vôtre."
    )


def programmes_for(person: Person) -> ProgrammeQuerySet:
    """Every programme: what it promised and holds is public. Nothing without an account."""
    if isinstance(person, AnonymousUser):
        return Programme.objects.none()
    return Programme.objects.all()


def programme_for(person: Person, slug: str) -> Programme:
    """One of `programmes_for`, or 404."""
    return first_or_404(
        programmes_for(person).filter(slug=slug), "Ce programme n’existe pas, ou plus."
    )


def is_on_team(person: Person, programme: Programme) -> bool:
    """Whether the user is of the team of a programme."""
    seats = RoleSeat.objects.held_by(person).that_may(May.RUN_PROGRAMME)
    return seats.filter(programme=programme).exists()


def team_programme_for(person: Person, slug: str) -> Programme:
    """A programme whose team the user is of: 404 otherwise, as for a page that is not theirs."""
    programme = programme_for(person, slug)
    if not is_on_team(person, programme):
        raise Http404("L’équipe du programme tient cette page.")
    return programme


def team_programmes_for(person: Person) -> ProgrammeQuerySet:
    """The programmes whose team the user is of."""
    seats = RoleSeat.objects.held_by(person).that_may(May.RUN_PROGRAMME)
    return programmes_for(person).filter(pk__in=seats.values("programme"))


def refuse_opening(person: Person) -> None:
    """403 but for the staff of a national network (one without a parent)."""
    if not is_staff_of_national_network(person):
        raise PermissionDenied("L’équipe d’un réseau national ouvre un programme.")


def line_for[Line: (ProgrammeCommitment, ProgrammeFact)](
    person: Person, slug: str, kind: type[Line], pk: int
) -> Line:
    """A promise or a published fact of a programme whose team the user is of, or 404."""
    rows = kind._default_manager.filter(programme=team_programme_for(person, slug), pk=pk)
    return first_or_404(rows, "Cette ligne n’existe pas, ou plus.")


def rule_for(person: Person, slug: str, pk: int) -> ProgrammeRule:
    """A rule of a programme whose team the user is of, or 404."""
    programme = team_programme_for(person, slug)
    return first_or_404(
        ProgrammeRule.objects.filter(programme=programme, pk=pk),
        "Cette règle n’existe pas, ou plus.",
    )


def attachment_for(person: Person, slug: str, opportunity_pk: int) -> ProgrammeAttachment:
    """An opportunity of a programme whose team the user is of, detached ones too, or 404."""
    programme = team_programme_for(person, slug)
    return first_or_404(
        ProgrammeAttachment.objects.filter(
            programme=programme, opportunity=opportunity_pk
        ).select_related("opportunity", "programme"),
        "Cette opportunité n’est pas de ce programme.",
    )


def attachments_of(opportunity: Opportunity) -> list[ProgrammeAttachment]:
    """The programmes of an opportunity that the reader may open, with why."""
    rows = ProgrammeAttachment.objects.filter(opportunity=opportunity, is_detached=False)
    return list(rows.select_related("programme", "rule").order_by("programme__name"))
