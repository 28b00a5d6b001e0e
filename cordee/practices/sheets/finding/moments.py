"""Where « Ce que d’autres ont fait » stands, and what of each page it goes by. Each reader asks the
access of the page itself: who may not open it gets 404."""

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from django.db.models import Sum
from django.http import Http404

from cordee.accounts.models import User
from cordee.alliances.access import taking_part_for
from cordee.base.found import first_or_404, number
from cordee.members.access import edited_structure_for
from cordee.members.models import Activity, Crew, Structure
from cordee.opportunities.access import opportunity_for
from cordee.opportunities.models import Opportunity
from cordee.practices.access import structures_written_for
from cordee.practices.models.sheets import Places, Territory
from cordee.practices.sheets.finding.others import Around, Moment
from cordee.skills.access import course_for
from cordee.skills.frameworks.in_use import frameworks_of
from cordee.skills.models import Course

ABSENT = "Cette page n’existe pas, ou ne vous est pas ouverte."
# Inhabitants of the commune: below the first, INSEE calls no commune urban by itself; from the
# second on, a town has its own services. It only orders practices, no right hangs on it.
URBAN, CITY = 2_000, 20_000


def around(user: User, slot: str, key: str, on: date) -> tuple[Moment, Around]:
    """What somebody does on a page that they may open; or 404."""
    if slot not in PAGES:
        raise Http404(ABSENT)
    moment, read = PAGES[slot]
    return moment, read(user, key, on)


def _opportunity(user: User, key: str, on: date) -> Around:
    return _asked(user, opportunity_for(user, _number(key), on=on))


def _alliance(user: User, key: str, on: date) -> Around:
    try:
        found = taking_part_for(user, UUID(key)).alliance
    except ValueError:
        raise Http404(ABSENT) from None
    return _asked(user, found.opportunity)


def _ceiling(user: User, key: str, on: date) -> Around:
    structure = edited_structure_for(user, _number(key))
    return _at(structure, _trades(structure))


def _course(user: User, key: str, on: date) -> Around:
    row = first_or_404(Course.objects.filter(pk=_number(key)).select_related("learner"), ABSENT)
    found = course_for(user, row.learner.structure_id, row.pk)
    structure = found.learner.structure
    framework = frameworks_of(structure).get(found.framework)
    trade = framework.trade if framework else ""
    return _at(structure, {trade} if trade else _trades(structure))


def _asked(user: User, opportunity: Opportunity) -> Around:
    """The work of an opportunity, at the size of the one structure that the reader directs."""
    trades = set(opportunity.trades.values_list("trade", flat=True))
    departments = list(opportunity.departments.values_list("pk", flat=True))
    own = list(structures_written_for(user).select_related("commune")[:2])
    return _at(own[0] if len(own) == 1 else None, trades, departments)


def _at(
    structure: Structure | None, trades: set[str], departments: list[str] | None = None
) -> Around:
    if structure is None:
        return Around(trades=trades, departments=departments or ())
    crews = Crew.objects.filter(chantier__structure=structure)
    places = crews.aggregate(all=Sum("places"))["all"]
    own = [structure.department_id] if structure.department_id else []
    return Around(
        trades=trades,
        departments=own if departments is None else departments,
        places=Places.of(places) if places else "",
        territory=_territory(structure),
    )


def _territory(structure: Structure) -> str:
    people = structure.commune.population if structure.commune else None
    if people is None:
        return ""
    if people < URBAN:
        return Territory.RURAL
    return Territory.TOWN if people < CITY else Territory.CITY


def _trades(structure: Structure) -> set[str]:
    rows = Activity.objects.filter(chantier__structure=structure)
    return set(rows.values_list("trade", flat=True))


def _number(key: str) -> int:
    if (found := number(key)) is None:
        raise Http404(ABSENT)
    return found


# By slot. Words as a title says them.
PAGES: Mapping[str, tuple[Moment, Callable[[User, str, date], Around]]] = {
    "opportunity": (
        Moment(
            "pour répondre",
            "répondre réponse offre marché consultation groupement cotraitance",
            ("alliance", "appel"),
        ),
        _opportunity,
    ),
    "alliance_next": (
        Moment(
            "pour travailler à plusieurs",
            "répondre groupement cotraitance alliance partager mutualiser commun",
            ("alliance", "marche"),
        ),
        _alliance,
    ),
    "ceiling_months": (
        Moment("pour rester sous le plafond", "plafond vendre vente recettes", ("exercice",), True),
        _ceiling,
    ),
    "afest_running": (
        Moment(
            "pour former au travail",
            "afest apprendre former formation geste compétence réflexive",
            ("afest",),
            True,
        ),
        _course,
    ),
}
