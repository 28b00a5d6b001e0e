"""The sentences of a repair: what moves and why, what is proven, what blocks, what would do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from cordee.agreement.breaks import PRIVATE, Break, Code
from cordee.agreement.terms import Terms
from cordee.alliances.problem.repairing import Newcomer, Pinned, Repaired
from cordee.base.ui import french
from cordee.members.sharing import FigureClass, Viewer

LAW = {"eligibility", "staff_supply", "certification", "reach"}


@dataclass(frozen=True, slots=True)
class Move:
    """One cell that a repair changes."""

    name: str
    line: str
    before: str
    after: str
    gap: str
    work: str
    why: str


def moves_of(
    before: Terms,
    after: Terms,
    names: Mapping[str, str],
    found: Sequence[Break],
    seen: Mapping[str, str],
) -> list[Move]:
    private = {each.party for each in found if each.code in PRIVATE}
    barred = {
        (each.party, each.line): each.text for each in found if each.code is Code.NOT_ELIGIBLE
    }
    sums = {each.line: each.text for each in found if each.code in {Code.PRICE, Code.WORK}}
    moves = []
    for party in after.parties:
        for line in after.lines:
            old, new = before.cell(party.key, line.key), after.cell(party.key, line.key)
            if (old.cents, old.cfte) == (new.cents, new.cfte):
                continue
            gap = (new.cents or 0) - (old.cents or 0)
            if (party.key, line.key) in barred:
                why = barred[party.key, line.key]
            elif gap < 0 and party.key in seen:
                why = seen[party.key]
            elif gap < 0 and party.key in private:
                why = "Sa part dépasse les moyens que l’équipe lui connaît."
            elif line.key in sums:
                why = sums[line.key]
            elif gap < 0:
                why = "Laisse de la place à qui ne tient pas ailleurs."
            else:
                why = "Reprend ce que d’autres ne peuvent pas tenir."
            moves.append(
                Move(
                    name=names[party.key],
                    line=line.label,
                    before=french.euros(old.cents or 0, rounded=True),
                    after=french.euros(new.cents or 0, rounded=True),
                    gap=f"{'+' if gap > 0 else ''}{french.euros(gap, rounded=True)}",
                    work=f"{french.fte_number(old.cfte or 0)} → {french.fte(new.cfte or 0)}",
                    why=why,
                )
            )
    return moves


def moved_cents(before: Terms, after: Terms) -> int:
    """What changes hands, in cents: among members, or among those who work for them if more.

    The amount of a subcontractor is a part of its member's: the two are not added.
    """
    members = {member.key for member in after.members}
    others = {party.key for party in after.parties} - members
    return sum(
        max(_changing_hands(before, after, line.key, keys) for keys in (members, others))
        for line in after.lines
    )


def _changing_hands(before: Terms, after: Terms, line: str, keys: Collection[str]) -> int:
    """What comes to some parties on a line, or what leaves them if that is more."""
    gaps = [
        (after.cell(key, line).cents or 0) - (before.cell(key, line).cents or 0) for key in keys
    ]
    return max(sum(gap for gap in gaps if gap > 0), -sum(gap for gap in gaps if gap < 0))


def proof_of(answer: Repaired, waiting: Sequence[str]) -> list[str]:
    """Over what the split is the nearest. `waiting`: those in it who have not said yes."""
    if answer.is_proven:
        sentences = ["Entre ces structures, aucune répartition qui tient ne déplace moins d’euros."]
    else:
        left = answer.answer.moved_cents - answer.answer.bound_cents
        sentences = [
            f"Cette répartition tient. Une autre pourrait déplacer jusqu’à "
            f"{french.euros(left // 2, rounded=True)} de moins\u00a0: le temps a manqué pour le "
            f"savoir."
        ]
    if waiting:
        names = " et ".join(waiting)
        verb = "n’ont pas" if len(waiting) > 1 else "n’a pas"
        lines = "leurs lignes attendent leur" if len(waiting) > 1 else "ses lignes attendent sa"
        sentence = f"{names} {verb} encore dit oui\u00a0: {lines} réponse."
        sentences.append(f"{sentence[:1].upper()}{sentence[1:]}")
    return sentences


def newcomer_words(newcomer: Newcomer, labels: Mapping[str, str]) -> list[str]:
    """What the newcomer would take, and how far that is proven."""
    takes = "\u202f; ".join(
        f"{labels[line]}, {french.euros(cents, rounded=True)} et {french.fte(cfte)} par mois"
        for line, cfte, cents in newcomer.takes
    )
    whole = (
        f" {french.euros(newcomer.cents, rounded=True)} en tout" if len(newcomer.takes) > 1 else ""
    )
    sentences = [f"{newcomer.name} prendrait{whole}\u00a0: {takes}."]
    if newcomer.among > 1:
        who = f"Parmi les {newcomer.among} structures du métier les plus proches"
        sentences.append(
            f"{who}, aucune ne déplacerait moins d’euros à elle seule."
            if newcomer.is_nearest
            else f"{who}, une autre déplacerait peut-être moins d’euros\u00a0: le temps a manqué."
        )
    if not newcomer.is_known:
        sentences.append(
            "Nous ne connaissons pas tous ses moyens\u00a0: elle seule dira si c’est tenable."
        )
    return sentences


def problems_of(
    answer: Repaired,
    names: Mapping[str, str],
    labels: Mapping[str, str],
    seen: Mapping[str, str],
    viewer: Viewer,
    team: Viewer,
) -> list[str]:
    """What stands in the way. A figure is written only where it may be seen."""
    if answer.is_undecided:
        return ["Le temps a manqué. Épinglez moins de cases, puis recommencez."]
    pinned = [_pinned(each, names, labels, seen) for each in answer.in_the_way]
    sentences = list(dict.fromkeys(pinned))
    # What is missing is the need less the means of everybody: as good as their figures.
    may_count = all(team.usable[each] <= viewer.seen[each] for each in FigureClass)
    for line, cfte in answer.short:
        missing = f"il manque {french.fte(cfte)} par mois" if may_count else "il manque du monde"
        sentences.append(f"{labels[line]}\u00a0: {missing}, dans les moyens connus de l’équipe.")
    return sentences or ["Aucune répartition ne respecte toutes les limites."]


def _pinned(
    each: Pinned,
    names: Mapping[str, str],
    labels: Mapping[str, str],
    seen: Mapping[str, str],
) -> str:
    lines = " et ".join(labels[line] for line in each.lines)
    many = len(each.lines) > 1
    if each.party is None:
        over = _over(each)
        return f"{lines}\u00a0: les cases épinglées ne laissent pas une répartition juste ({over})."
    name = names[each.party]
    pinned = "cases épinglées" if many else "case épinglée"
    verb = "dépassent" if many else "dépasse"
    if each.limit in LAW:
        return f"{name}, {lines}\u00a0: {pinned}, mais ce lot ne lui est pas ouvert."
    if each.is_private and each.party in seen:
        return f"{name}, {lines}\u00a0: {pinned}. {seen[each.party]}"
    if each.is_private:
        return f"{name}, {lines}\u00a0: {pinned}, qui {verb} ses moyens connus."
    return f"{name}, {lines}\u00a0: {pinned}, que l’équipe ne peut pas garder."


def _over(each: Pinned) -> str:
    """What the pins of a line leave or lack, which everybody may count."""
    parts = []
    for amount, text in ((each.cfte, french.fte), (each.cents, french.euros)):
        if amount:
            parts.append(f"{text(abs(amount))} {'de trop' if amount > 0 else 'de reste'}")
    return " et ".join(parts)


def ways_out_of(answer: Repaired, names: Mapping[str, str], labels: Mapping[str, str]) -> list[str]:
    if not answer.lift:
        return []
    cells = " ; ".join(f"{names[party]}, {labels[line]}" for party, line in answer.lift)
    pins = "l’épingle" if len(answer.lift) == 1 else "les épingles"
    return [f"Retirez {pins}\u00a0: {cells}."]
