"""Who may open a kept search. Each docstring is the rule."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cordee.base.found import first_or_404
from cordee.opportunities.access import Person
from cordee.opportunities.models import SavedSearch


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
