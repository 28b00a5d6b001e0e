"""What pages say of a positioning: where it stands, in words; what practices count for one."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from cordee.base.ui import french
from cordee.members import evidence
from cordee.members.evidence import Counter, Proof, first_counted, since
from cordee.members.models import Structure
from cordee.members.own_page import Entry
from cordee.members.sharing import Viewer
from cordee.practices.models import CommissionSeat, Positioning, Reuse, Visit
from cordee.practices.positioning.access import VisitAccess
from cordee.practices.positioning.grid import Criterion, Function


class CriterionLine(NamedTuple):
    """`level`: its name, and `sentence` what it looks like, empty where nothing is said."""

    name: str
    level: str
    sentence: str
    word: str
    proofs: Sequence[str]


def functions_of(positioning: Positioning) -> list[tuple[Function, int, list[CriterionLine]]]:
    """Each with how many of its criteria lack a level, and all of them."""
    return [
        (each, positioning.lacks(each), [_line(positioning, one) for one in each.criteria])
        for each in positioning.value.functions
    ]


def _line(positioning: Positioning, criterion: Criterion) -> CriterionLine:
    said, level = positioning.answers.get(criterion.key, {}), positioning.level_of(criterion)
    return CriterionLine(
        criterion.name,
        positioning.value.levels[level - 1] if level else "pas encore dit",
        criterion.levels[level - 1] if level else "",
        said.get("word", ""),
        said.get("proofs", []),
    )


def next_function(positioning: Positioning, after: str = "") -> Function | None:
    """The first after the one just kept that is not wholly said; None at the end."""
    return next(filter(positioning.lacks, positioning.value.after(after)), None)


def told(positioning: Positioning) -> str:
    """How many levels are said, never how good they are."""
    every = positioning.value.criteria
    said = sum(map(bool, map(positioning.level_of, every)))
    words = french.count(said, "niveau dit", "niveaux dits")
    return f"{words} sur {len(every)}" if said else "rien n’est encore dit"


def entry(viewer: Viewer, structure: Structure) -> Iterator[Entry]:
    """On « Mon chantier »: what is said so far; one query."""
    url = reverse("practices:positionings", args=[structure.pk])
    rows = Positioning.objects.filter(structure=structure).select_related("grid")
    found = rows.order_by("-pk").first()
    said = told(found) if found else "quinze minutes, si vous voulez"
    yield Entry("Auto-positionnement", said, url)


def proofs_of(criterion: Criterion, structure: Structure, on: date) -> str:
    """What is counted for a criterion, each with its link; or what nobody knows here."""
    found, known = evidence.pick_up(criterion.counts, structure, on), evidence.counters
    picked = [proof for proof in found.values() if proof]
    lacking = [known[name].label for name in found if not found[name] and name in known]
    told = f"Inconnu ici\u00a0: {french.series(lacking)}. À dire en une phrase."
    line = 'Relevé ici\u00a0: <a href="{}">{}</a> {}. '
    lines = format_html_join("", line, ((p.url, p.figure, p.words) for p in picked))
    return format_html("{}{}", lines, told if lacking else "")


def gestures_of(found: VisitAccess) -> Iterator[tuple[str, str, str]]:
    """What a reader may do with a visit now: the route, its words, how its button looks."""
    visit = found.visit
    if found.is_visited and visit.published_at:
        yield "withdraw_visit", "Ne plus publier", "second"
    elif found.is_visited and visit.sent_at:
        yield "publish_visit", "Publier ce compte rendu", "primary"
    elif found.may_answer:
        yield "accept_visit", "Oui, venez", "primary"
        yield "refuse_visit", "Non, pas cette fois", "second"
    if found.is_visiting and visit.notes and not visit.sent_at:
        yield "send_visit", f"Envoyer à {visit.visited.shown_name}", "primary"


def _visits(structure: Structure, on: date) -> Proof | None:
    """Made or received, agreed on, of a day that is past."""
    found = Visit.objects.of(structure).made(first_counted(on), on).count()
    told = french.count(found, "visite croisée", "visites croisées")
    url = reverse("practices:visits", args=[structure.pk])
    return Proof(told, since(on), url) if found else None


def _commissions(structure: Structure, on: date) -> Proof | None:
    """Of today, where it has a seat."""
    seats = CommissionSeat.objects.in_force().filter(structure=structure)
    running = Q(commission__ends_on__isnull=True) | Q(commission__ends_on__gte=on)
    rows = seats.filter(running, commission__taken_back_at__isnull=True)
    found, url = rows.values("commission").distinct().count(), reverse("practices:own_commissions")
    return Proof(french.count(found, "commission"), "où la structure siège", url) if found else None


def _reuses(structure: Structure, on: date) -> Proof | None:
    """Of its practices, by others that had success with them."""
    rows = Reuse.objects.elsewhere().worked().filter(sheet__authors__structure=structure)
    sheets = list(rows.values_list("sheet", flat=True))
    if not sheets:
        return None
    told = french.count(len(sheets), "reprise", "reprises")
    return Proof(told, "de vos pratiques ailleurs", reverse("practices:sheet", args=[sheets[0]]))


COUNTERS = {
    "practices.reuses": Counter("pratiques reprises ailleurs", _reuses),
    "practices.visits": Counter("visites croisées faites ou reçues", _visits),
    "practices.commissions": Counter("commissions où la structure siège", _commissions),
}
