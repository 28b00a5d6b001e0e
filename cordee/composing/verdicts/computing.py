"""The verdicts of one structure: what is near its top, and for ten of these a composition; what the
latest team of a network says of a contract, in the words of its own page; and what an opportunity
offers its reader: the team found for them, else to look for one.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french
from cordee.composing import problem
from cordee.composing.access import compositions_for
from cordee.composing.models import ANSWER_FIELDS, Composition, Outcome, mark_outdated
from cordee.composing.pages import certainty_of
from cordee.composing.problem import sentences, size_limits
from cordee.composing.problem import verdict as judging
from cordee.members.models import Membership, Structure
from cordee.members.sharing import Viewer
from cordee.mobilisation.digests.selection import OpenPackages, open_work
from cordee.mobilisation.problem import NotComposable
from cordee.mobilisation.problem.candidates import Match, Matches, matches_of
from cordee.opportunities.actions import verdicts as actions
from cordee.opportunities.models import Opportunity, Verdict, VerdictKind, WorkPackage
from cordee.opportunities.next_steps import NextStep, Reader
from cordee.opportunities.supposed import supposition_of
from cordee.opportunities.verdicts import VerdictLine
from cordee.rules import territory
from cordee.rules.plain import from_plain

# The best of the ranking that are listed, and of them those for which a team is sought.
MOST_LISTED, MOST_COMPOSED = 60, 10
REASON_LENGTH = 400
NOT_SURE = "On ne sait pas encore"
NO_BETTER = "aucune meilleure équipe n’existe"
NOT_YET = "Pas encore calculé\u00a0: d’autres marchés vous conviennent mieux."

type IsOver = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class _Near:
    """One opportunity near the top: its best match, and all work packages of it."""

    opportunity: Opportunity
    match: Match
    rows: tuple[WorkPackage, ...]

    @property
    def is_place_unknown(self) -> bool:
        return any(row.is_place_supposed for row in self.rows)


def compute(structure: Structure, now: datetime, *, is_over: IsOver) -> bool:
    """Bring the verdicts of a structure up to date; False where the time was over before the end.

    Run twice, it changes nothing: what was computed from the same question stays.
    """
    on = timezone.localdate(now)
    viewer = Viewer.of_structures({structure.pk}, on)
    work = open_work(on=on, now=now, around=[structure.pk])
    matches = matches_of(work.packages, [structure], viewer=viewer, wishes={})
    near = _near_the_top(structure, work, matches, now)
    before = {each.opportunity_id: each for each in Verdict.objects.filter(structure=structure)}
    actions.drop_verdicts(structure=structure, but=[each.opportunity.pk for each in near])
    chosen = [each for each in near if not each.is_place_unknown][:MOST_COMPOSED]
    top = {each.opportunity.pk for each in chosen}
    keep = partial(actions.keep_verdict, structure=structure, now=now)
    for each in near:
        kept = before.get(each.opportunity.pk)
        if each.opportunity.pk not in top or kept is None or not kept.is_composed:
            keep(opportunity=each.opportunity, values=_plain(each, matches))
    for each in chosen:
        if is_over():
            return False
        values = _composed(structure, viewer, each, matches, before.get(each.opportunity.pk))
        if values is not None:
            keep(opportunity=each.opportunity, values=values)
    return True


def _near_the_top(
    structure: Structure, work: OpenPackages, matches: Matches, now: datetime
) -> list[_Near]:
    networks = _networks_of(structure, now)
    best: dict[int, Match] = {}
    for match in matches.by_structure.get(structure.pk, ()):
        opportunity = work.opportunity(match)
        audience = work.published.get(opportunity.pk)
        if audience is not None and audience.isdisjoint(networks):
            continue
        held = best.get(opportunity.pk)
        if held is None or match.order < held.order:
            best[opportunity.pk] = match
    rows: dict[int, list[WorkPackage]] = {pk: [] for pk in best}
    for row in work.rows:
        if row.breakdown.opportunity_id in rows:
            rows[row.breakdown.opportunity_id].append(row)
    found = [
        _Near(work.opportunity(match), match, tuple(rows[pk]))
        for pk, match in sorted(best.items(), key=lambda item: item[1].order)
    ]
    return found[:MOST_LISTED]


def _networks_of(structure: Structure, now: datetime) -> set[int]:
    """Networks whose private needs reach a structure: its own, and those above them."""
    tied = Membership.objects.current(timezone.localdate(now)).filter(structure=structure)
    pairs = tied.values_list("network_id", "network__parent_id")
    return {pk for pair in pairs for pk in pair if pk is not None}


def _plain(near: _Near, matches: Matches) -> dict[str, Any]:
    """What the ranking knows: trade, distance, need; the middle of a department is no place."""
    facts = matches.facts(near.match)
    candidate = matches.candidates[near.match.candidate]
    hers = {skill.trade for skill in candidate.skills}
    asked = list(dict.fromkeys(row.trade for row in near.rows))
    package = matches.packages[near.match.package]
    reason = NOT_YET
    if near.is_place_unknown:
        department = near.rows[0].department_id or ""
        name = territory.DEPARTMENT_NAMES.get(department, "un lieu à préciser")
        reason = f"Lieu exact inconnu\u00a0: {name}. Il décide si vous pouvez y aller."
    free = judging.tightest([package], [candidate])[1]
    unknown = judging.Judged(
        VerdictKind.UNKNOWN, reason, need_cfte=package.need_cfte, free_cfte=free
    )
    return {
        **asdict(unknown),
        "trade": facts["trade"],
        "is_trade_supposed": facts["is_trade_guessed"],
        "other_trades": [trade for trade in asked if trade not in hers],
        "distance_hm": None if near.is_place_unknown else facts["distance_hm"],
        "is_composed": False,
        "fingerprint": "",
    }


def _composed(
    structure: Structure, viewer: Viewer, near: _Near, matches: Matches, kept: Verdict | None
) -> dict[str, Any] | None:
    """The verdict that a composition gives; None where the one kept answers the same question."""
    breakdown = near.rows[0].breakdown
    packages = list(WorkPackage.objects.filter(breakdown=breakdown).order_by("position"))
    try:
        question = problem.pose(packages, viewer=viewer)
    except NotComposable as missing:
        return {**_plain(near, matches), "reason": french.cut(f"{missing}", REASON_LENGTH)}
    supposed = supposition_of(packages, with_place=False)
    if supposed is not None and not judging.decides(supposed, question, structure.pk):
        supposed = None
    mark = judging.fingerprint(question, structure.pk, supposed)
    if kept is not None and kept.is_composed and kept.fingerprint == mark:
        return None
    judged = judging.judge(
        question, structure.pk, viewer, seconds=settings.VERDICT_SECONDS, supposed=supposed
    )
    found = asdict(judged).items()
    return {
        **_plain(near, matches),
        **{name: value for name, value in found if value is not None or supposed},
        "reason": french.cut(judged.reason, REASON_LENGTH),
        "is_composed": judged.reason != judging.UNFINISHED,
        "fingerprint": mark,
    }


def latest_of(viewer: Viewer, opportunities: Collection[int]) -> QuerySet[Composition]:
    """Ended compositions of some opportunities that the viewer may open, the one to read first.

    Each with the `sizes` at which it changes; of its answer, the summary alone is read.
    """
    return (
        compositions_for(viewer)
        .filter(breakdown__opportunity__in=opportunities, state__in=Composition.ENDED, base=None)
        # Of the invented valley, what everybody may read comes after one's own.
        .order_by("is_public", "-made_at")
        .select_related("breakdown")
        .defer(*ANSWER_FIELDS, "progress")
        .annotate(sizes=F("study__sizes"))
    )


def answers_for(viewer: Viewer, opportunities: Collection[int]) -> Mapping[int, VerdictLine]:
    """By opportunity, for who acts for a network: a fixed number of queries.

    None where nothing was computed, or where the notice says otherwise since.
    """
    found: dict[int, Composition] = {}
    for row in latest_of(viewer, opportunities) if viewer.network else ():
        found.setdefault(row.breakdown.opportunity_id, row)
    return lines_of(found)


def lines_of(found: Mapping[int, Composition]) -> Mapping[int, VerdictLine]:
    """What each of `latest_of` says, but those that are outdated."""
    if found:
        mark_outdated(found.values())
        prefetch_related_objects([row.breakdown for row in found.values()], "packages")
    return {
        pk: replace(_line(row), is_composed=True)
        for pk, row in found.items()
        if not row.is_outdated
    }


def _line(row: Any) -> VerdictLine:
    not_yet = partial(
        VerdictLine, VerdictKind.UNKNOWN, NOT_SURE, "À confirmer", "inconnu", "inconnu"
    )
    said = row.summary
    if row.outcome == Outcome.IMPOSSIBLE:
        lacks = [(shortage, package) for shortage, package in said["lacks"]]
        if said["is_untold"] and any(each == sentences.LACKING_TRADE for each, _ in lacks):
            # As its page says (`sentences.ask_first`): nobody nearby was asked yet.
            return not_yet("Des structures proches ne disent pas leurs métiers.")
        supposed = supposition_of(row.breakdown.packages.all(), with_place=True)
        limits = from_plain(size_limits.SizeLimits, row.sizes) if row.sizes else None
        if size_limits.decides(supposed, limits, lacks):
            return not_yet("Personne ne peut tout tenir à la taille supposée.")
        title, reason = "Impossible aujourd’hui", "Personne ne peut tout tenir."
        return VerdictLine(VerdictKind.NOT_THEN, title, "Impossible", "bloque", "bloque", reason)
    if row.outcome != Outcome.COMPOSED:
        return not_yet("Aucune équipe trouvée dans le temps donné.")
    size, guesses = said["partners"], said["assumptions"]
    is_read_well = not sentences.supposed_of(row.breakdown.packages.all())
    look, words = certainty_of(said["is_optimal"], guesses, is_read_well=is_read_well)
    title = sentences.yes(size, guesses, reads_well=is_read_well)
    unsure = "\u202f?" if look == "inconnu" else ""
    if size == 1:
        return VerdictLine(
            VerdictKind.ALONE, title, f"Une suffit{unsure}", look, "sur", f"{words}."
        )
    if look == "sur":
        # Somebody who may do it all for less is asked first: no team is then called the best.
        why = "personne n’est sûr de tout tenir seul" if said["may_be_alone"] else NO_BETTER
        look, words = "duo", f"{words}\u00a0: {why}"
    short = f"À {french.in_letters(size)}{unsure}"
    return VerdictLine(VerdictKind.TOGETHER, title, short, look, "corde", f"{words}.")


def offered(person: Reader) -> Iterator[NextStep | VerdictLine]:
    """One query at most; some more for a network that has a team, which hears what that says."""
    if not person.may_answer:
        return
    found = latest_of(person.viewer, [person.opportunity.pk]).first()
    if found is None:
        url = reverse("composing:start", args=[person.opportunity.pk])
        yield NextStep(20, "Composer une alliance", url, "corde", before_team=True)
    else:
        words = "Voir l’équipe" if found.outcome == Outcome.COMPOSED else "Voir pourquoi pas"
        lines: list[VerdictLine] = []
        if person.viewer.network is not None:
            lines = list(lines_of({person.opportunity.pk: found}).values())
        # Before relaying what nobody can hold, one reads why.
        is_impossible = bool(lines) and found.outcome == Outcome.IMPOSSIBLE
        if is_impossible and lines[0].kind is VerdictKind.UNKNOWN:
            words = "Voir ce qui décide"
        url = reverse("composing:detail", args=[found.pk])
        yield NextStep(8 if is_impossible else 20, words, url, "corde")
        yield from lines
