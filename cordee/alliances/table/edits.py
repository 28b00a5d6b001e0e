"""From what somebody typed in the table to terms, and to the version that keeps them; where two
people wrote in the same place, who wrote what there, in sentences."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError

from cordee.accounts.models import User
from cordee.agreement.changes import Conflict, changes
from cordee.agreement.terms import Terms
from cordee.alliances.access import AllianceAccess
from cordee.alliances.models import Alliance, AllianceRevision
from cordee.alliances.revisions import write_terms
from cordee.alliances.table.measures import BY_SLUG, EUROS, MEASURES, NotANumber
from cordee.base.ui import french

BY_FIELD = {measure.field: measure for measure in MEASURES}


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
        other = f"a écrit {self.theirs}" if self.theirs else "a vidé cette case"
        own = f"Vous avez écrit {self.mine}." if self.mine else "Vous l’avez vidée."
        return f"{self.who} {other}. {own}"

    @property
    def keeping(self) -> str:
        """The words of the button that keeps what is there."""
        return f"Garder {self.theirs}" if self.theirs else "La laisser vide"

    @property
    def writing(self) -> str:
        """The words of the button that writes one's own after all."""
        return f"Écrire {self.mine}" if self.mine else "La vider"


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
    in_words: Callable[[Any], str] = _plain
    name, text = "", ""
    if place[0] == "cell" and place[3] in BY_FIELD:
        measure = BY_FIELD[place[3]]
        in_words = measure.in_words
        name, text = f"v-{measure.slug}-{place[1]}-{place[2]}", measure.shown(conflict.mine)
    elif place[0] == "line" and place[2] == "price_cents":
        in_words = EUROS.in_words
        name, text = f"prix-{place[1]}", EUROS.shown(conflict.mine)
    return Clash(
        where=where(place, terms, names),
        who=who,
        theirs="" if conflict.theirs is None else in_words(conflict.theirs),
        mine="" if conflict.mine is None else in_words(conflict.mine),
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


def editable(access: AllianceAccess, terms: Terms) -> frozenset[str]:
    """Keys of the parties whose cells the user may write.

    All for who coordinates; for a party its own and those of who comes for it. None once filed.
    """
    if not access.alliance.step.is_editable:
        return frozenset()
    if access.coordinates:
        return frozenset(party.key for party in terms.parties if party.role.has_share)
    own = access.own_keys
    return frozenset(
        party.key
        for party in terms.parties
        if party.role.has_share and (party.key in own or party.of in own)
    )


def typed(
    base: Terms, post: Mapping[str, str], may: frozenset[str], *, may_price: bool
) -> tuple[Terms, dict[str, str]]:
    """The terms from which the user began, with what the user typed; and what could not be read, by
    name of field.

    Fields are named `v-<measure>-<party>-<line>` and `prix-<line>`; `epingler` names the cell
    whose pin is put or taken out. What the user may not write, or what is as it was, changes
    nothing.
    """
    found, faults = base, dict[str, str]()
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
    return found, faults


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


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of what was typed.

    `refused`: what could not be read, by name of field. `faults`: why nothing could be written.
    `clashes`: what others wrote in the same places meanwhile; `is_rest_kept`: all else is written.
    """

    refused: Mapping[str, str]
    faults: Sequence[str] = ()
    clashes: Sequence[Clash] = ()
    is_saved: bool = False
    is_rest_kept: bool = False


def keep(
    access: AllianceAccess,
    base: AllianceRevision,
    done: Terms,
    refused: Mapping[str, str],
    *,
    by: User,
    now: datetime,
) -> Kept:
    """Write what was typed over version `base`; what clashes does not take the rest with it."""
    if done == base.read():
        return Kept(refused)
    alliance = access.alliance
    write = partial(write_terms, alliance=alliance, base=base.number, by=by, now=now)
    try:
        written = write(terms=done)
        rest = written.revision
        if written.conflicts:
            kept = without(written.conflicts, done, base.read())
            if kept != base.read():
                rest = write(terms=kept).revision
    except ValidationError as wrong:
        return Kept(refused, faults=wrong.messages)
    alliance.version = rest.number
    if not written.conflicts:
        return Kept(refused, is_saved=True)
    lost = clashes(
        alliance,
        written.conflicts,
        base=base.number,
        current=written.revision,
        names=access.called,
    )
    return Kept(refused, clashes=lost, is_rest_kept=rest.number != written.revision.number)
