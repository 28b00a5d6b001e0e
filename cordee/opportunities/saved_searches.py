"""A kept search: from the address of the list to a name and back, and what is new in it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils import timezone

from cordee.opportunities.access import opportunities_for
from cordee.opportunities.filters import Filters
from cordee.opportunities.forms import FilterForm
from cordee.opportunities.models import SavedSearch
from cordee.opportunities.models.opportunities import OpportunityQuerySet
from cordee.opportunities.models.searches import known_between

# An import writes a row, and commits it later: what came in during the last minutes waits for the
# next time, so that nothing slips between two looks.
SETTLED_AFTER = timedelta(minutes=10)
# As long as the column: a longer address holds nothing that the form knows.
MOST_LETTERS = 500
NAME_LETTERS = 80


def canonical(asked: Mapping[str, str]) -> str:
    """The filters at work in an address, always written alike; order and page are left out."""
    form = FilterForm(asked)
    form.is_valid()
    query = QueryDict(mutable=True)
    for name in sorted(form.fields):
        value = form.cleaned_data.get(name)
        if value is True:
            query[name] = "on"
        elif value:
            query[name] = str(value)
    # A radius is one of something.
    if "autour" not in query:
        query.pop("rayon", None)
    return query.urlencode()[:MOST_LETTERS]


def filters_of(query: str) -> Filters:
    return Filters.of(FilterForm(QueryDict(query)), may_ask=False)


def words_of(query: str) -> list[str]:
    """What is asked, filter by filter, in plain words."""
    return [label for label, _ in filters_of(query).chips()]


def name_for(query: str) -> str:
    """A first name for a search."""
    name = ", ".join(words_of(query)) or "Toutes les opportunités ouvertes"
    return name if len(name) <= NAME_LETTERS else name[: NAME_LETTERS - 1] + "…"


def matches_of(search: SavedSearch, now: datetime) -> OpportunityQuerySet:
    """What it finds today for its owner, with the rights that the owner has today."""
    rows = opportunities_for(search.person, on=timezone.localdate(now)).standing()
    return filters_of(search.query).apply(rows, now)


def new_since(search: SavedSearch, after: datetime, now: datetime) -> OpportunityQuerySet:
    """What we came to know after a moment, until some minutes ago."""
    return known_between(matches_of(search, now), after, now - SETTLED_AFTER)
