"""From what somebody typed in the table to terms, and from conflicts to sentences."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from cordee.accounts.models import User
from cordee.agreement.changes import Conflict, changes
from cordee.agreement.model import Cell
from cordee.agreement.terms import Terms
from cordee.alliances.access import AllianceAccess
from cordee.alliances.models import Alliance, AllianceRevision
from cordee.alliances.table.measures import (
    AMOUNTS,
    BY_SLUG,
    EUROS,
    MEASURES,
    MOST_MONTHS,
    NotANumber,
)
from cordee.base.ui import french

# What a party does of a line that it shares: a place, months or tasks.
MOST_WORDS = 200
BY_FIELD = {measure.field: measure for measure in MEASURES}


@dataclass(frozen=True, slots=True)
class Typed:
    """Terms with what was typed in them, and what could not be read, by name of field."""

    terms: Terms
    faults: Mapping[str, str]


def editable(access: AllianceAccess, terms: Terms) -> frozenset[str]:
    """Keys of the parties whose cells the user may write.

    All for who coordinates; for a party its own and those of who comes for it. None once filed.
    """
    if not access.alliance.step.is_editable:
        return frozenset()
    if access.coordinates:
        return frozenset(party.key for party in terms.parties if party.role.has_share)
    own = {party.key for party in access.own if party.state == party.State.INTERESTED}
    return frozenset(
        party.key
        for party in terms.parties
        if party.role.has_share and (party.key in own or party.of in own)
    )


def typed(base: Terms, post: Mapping[str, str], may: frozenset[str], *, may_price: bool) -> Typed:
    """The terms from which the user began, with what the user typed.

    Fields are named `v-<measure>-<party>-<line>` and `prix-<line>`; `epingler` names the cell
    whose pin is put or taken out. What the user may not write, or what is as it was, changes
    nothing.
    """
    found, faults = base, {}
    lines = {line.key for line in base.lines}
    for name, text in post.items():
        kind, _, rest = name.partition("-")
        try:
            if kind == "v":
                slug, party, line = _split(rest, 3)
                if slug in BY_SLUG and party in may and line in lines:
                    measure = BY_SLUG[slug]
                    value: Any = {measure.field: measure.read(text)}
                    found = found.with_cell(replace(found.cell(party, line), **value))
            elif kind == "prix" and may_price and rest in lines:
                found = _with_price(found, rest, EUROS.read(text))
        except NotANumber as wrong:
            faults[name] = str(wrong)
    party, line = _split(post.get("epingler", ""), 2)
    if party in may and line in lines:
        cell = found.cell(party, line)
        found = found.with_cell(replace(cell, pinned=not cell.pinned))
    return Typed(found, faults)


def _split(text: str, parts: int) -> list[str]:
    found = text.split("-")
    return found if len(found) == parts else [""] * parts


def _with_price(terms: Terms, key: str, cents: int | None) -> Terms:
    if not cents:
        raise NotANumber("Une prestation a un prix\u00a0: écrivez un montant au-dessus de 0.")
    lines = tuple(
        replace(line, price_cents=cents) if line.key == key else line for line in terms.lines
    )
    return replace(terms, lines=lines)


def whole_cell(base: Terms, cell: Cell, post: Mapping[str, str]) -> Typed:
    """The terms with everything that the page of one cell says of it."""
    faults: dict[str, str] = {}
    values: dict[str, Any] = {"pinned": post.get("epinglee") == "oui"}
    for measure in AMOUNTS:
        try:
            values[measure.field] = measure.read(post.get(measure.slug, ""))
        except NotANumber as wrong:
            faults[measure.slug] = str(wrong)
    work = " ".join(post.get("travail", "").split())
    values["work"] = work or None
    if len(work) > MOST_WORDS:
        faults["travail"] = (
            f"{french.count(len(work), 'caractère')}\u00a0: {MOST_WORDS} au plus. Dites les zones, "
            f"les mois ou les tâches, sans les détails."
        )
    first, months = post.get("debut", "").strip(), post.get("mois", "").strip()
    values["first_month"] = values["months"] = None
    if first:
        year, _, month = first.partition("-")
        # A long row of figures is no month, and more than Python reads; nor is a year 0.
        if re.fullmatch(r"2[0-9]{3}-[0-9]{1,2}", first) and 1 <= int(month) <= 12:
            values["first_month"] = int(year) * 12 + int(month) - 1
        else:
            faults["debut"] = f"«\u00a0{first}\u00a0»\u00a0: écrivez un mois, par exemple 2027-03."
    if months:
        if re.fullmatch(r"[0-9]{1,4}", months) and 1 <= int(months) <= MOST_MONTHS:
            values["months"] = int(months)
        else:
            faults["mois"] = (
                f"«\u00a0{months}\u00a0»\u00a0: écrivez un nombre de mois, par exemple 6."
            )
    return Typed(base if faults else base.with_cell(replace(cell, **values)), faults)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two people wrote in the same place: both values, and how to write one's own after all.

    `name` and `text` are the field that writes it again, from the version in force.
    """

    where: str
    who: str
    theirs: str
    mine: str
    name: str
    text: str

    @property
    def sentences(self) -> str:
        """What each did there."""
        hers = f"a écrit {self.theirs}" if self.theirs else "a vidé cette case"
        own = f"Vous avez écrit {self.mine}." if self.mine else "Vous l’avez vidée."
        return f"{self.who} {hers}. {own}"

    @property
    def keeping(self) -> str:
        """The words of the button that keeps what is there."""
        return f"Garder {self.theirs}" if self.theirs else "La laisser vide"

    @property
    def writing(self) -> str:
        """The words of the button that writes one's own after all."""
        return f"Écrire {self.mine}" if self.mine else "La vider"


def without(conflicts: tuple[Conflict, ...], mine: Terms, base: Terms) -> Terms:
    """What the user typed save where it clashes: that much can be kept."""
    found = mine
    for place in (each.place for each in conflicts):
        if place[0] == "cell" and place[1] in {party.key for party in base.parties}:
            value: Any = {place[3]: getattr(base.cell(place[1], place[2]), place[3])}
            found = found.with_cell(replace(found.cell(place[1], place[2]), **value))
        elif place[0] == "line" and place[2] == "price_cents":
            found = _with_price(found, place[1], base.line(place[1]).price_cents)
    return found


def clashes(
    alliance: Alliance,
    conflicts: tuple[Conflict, ...],
    *,
    base: int,
    current: AllianceRevision,
    names: Mapping[str, str],
) -> list[Clash]:
    """What to show where nothing was kept, so that nothing is lost."""
    since = list(
        alliance.revisions.filter(number__gte=base, number__lte=current.number).select_related(
            "made_by"
        )
    )
    terms = current.read()
    return [_clash(each, since, terms, names) for each in conflicts]


def _clash(
    conflict: Conflict, since: list[AllianceRevision], terms: Terms, names: Mapping[str, str]
) -> Clash:
    who = _who_wrote(conflict, since)
    place = conflict.place
    said: Callable[[Any], str] = _plain
    name, text = "", ""
    if place[0] == "cell" and place[3] in BY_FIELD:
        measure = BY_FIELD[place[3]]
        said = measure.said
        name, text = f"v-{measure.slug}-{place[1]}-{place[2]}", measure.shown(conflict.mine)
    elif place[0] == "line" and place[2] == "price_cents":
        said = EUROS.said
        name, text = f"prix-{place[1]}", EUROS.shown(conflict.mine)
    return Clash(
        where=where(place, terms, names),
        who=who,
        theirs="" if conflict.theirs is None else said(conflict.theirs),
        mine="" if conflict.mine is None else said(conflict.mine),
        name=name,
        text=text,
    )


def _plain(value: Any) -> str:
    if value is None:
        return "rien"
    if isinstance(value, bool):
        return "oui" if value else "non"
    return french.number(value) if isinstance(value, int) else str(value)


def _who_wrote(conflict: Conflict, since: list[AllianceRevision]) -> str:
    found: User | None = None
    for before, after in pairwise(since):
        if any(each.place == conflict.place for each in changes(before.read(), after.read())):
            found = after.made_by
    return "Quelqu’un" if found is None else (found.display_name or "Quelqu’un")


FIELDS = {
    **{measure.field: measure.called for measure in MEASURES},
    "first_month": "premier mois",
    "work": "ce qu’elle y fait",
    "pinned": "épingle",
    "chantier": "chantier",
}


def where(place: tuple[str, ...], terms: Terms, names: Mapping[str, str]) -> str:
    """A place of the terms as people call it."""
    labels = {line.key: line.label for line in terms.lines}
    if place[0] == "cell":
        party = names.get(place[1], "une structure")
        line = labels.get(place[2], place[2])
        return f"{party}, {line} ({FIELDS.get(place[3], place[3])})"
    if place[0] == "line":
        what = "prix" if place[2] == "price_cents" else "prestation"
        return f"{labels.get(place[1], place[1])} ({what})"
    if place[0] == "party":
        return names.get(place[1], "une structure")
    return {
        "form": "la forme",
        "lead": "le mandataire",
        "reasons": "pourquoi répondre ensemble",
        "reasons_words": "pourquoi répondre ensemble",
        "common": "les termes communs",
    }.get(place[0], "les termes")
