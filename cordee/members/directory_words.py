"""What the directory says about its answer, in sentences."""

from typing import Any

from django.http import QueryDict

from cordee.base.ui import french
from cordee.members.communes import label_of
from cordee.members.directory import Search
from cordee.members.models import Commune
from cordee.rules import territory

SORTED_BY = {
    "nom": "Triées par nom.",
    "distance": "Triées par distance.",
    "sorte": "Triées par sorte.",
    "equipe": "Triées par taille d’équipe, les inconnues à la fin.",
}


def page_words(search: Search, params: QueryDict) -> dict[str, Any]:
    """The words of the page, and the links that widen or make precise what was asked."""
    count = len(search.found)
    beyond = None if count else search.beyond()
    these = "cette ligne" if count == 1 else f"ces {french.count(count, 'ligne')}"
    return {
        "subtitle": _subtitle(search, count),
        "sorted_by": SORTED_BY[search.sort],
        "export_label": f"Exporter {these}",
        "nothing_title": _nothing(search),
        "beyond": beyond,
        "beyond_text": (
            french.count(beyond[1], "structure convient", "structures conviennent")
            if beyond
            else ""
        ),
        "widen_link": _link(params, rayon=str(beyond[0])) if beyond else "",
        "commune_links": [
            (_choice(commune), _link(params, autour=label_of(commune)))
            for commune in search.commune_choices
        ],
    }


def _subtitle(search: Search, count: int) -> str:
    where = ""
    if search.commune is not None:
        where = f" à moins de {french.km(search.query.radius_km)} de {search.commune.name}"
    counted = french.count(count, "structure") if count else "Aucune structure"
    among = f", sur {french.number(search.total)}" if count != search.total else ""
    return f"{counted}{where}{among}"


def _choice(commune: Commune) -> str:
    department = territory.DEPARTMENT_NAMES[commune.department_id]
    return f"{commune.name}, {department} ({commune.department_id})"


def _nothing(search: Search) -> str:
    if search.commune is None:
        return "Aucune structure ne répond à ces filtres"
    return f"Rien à moins de {french.km(search.query.radius_km)} de {label_of(search.commune)}"


def _link(params: QueryDict, **changed: str) -> str:
    query = params.copy()
    query.pop("page", None)
    for name, value in changed.items():
        query[name] = value
    return f"?{query.urlencode()}"
