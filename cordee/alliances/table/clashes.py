"""Two people wrote in the same place of the table: who wrote what there, in sentences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cordee.accounts.models import User
from cordee.agreement.changes import Conflict, changes
from cordee.agreement.terms import Terms
from cordee.alliances.models import Alliance, AllianceRevision
from cordee.alliances.table.measures import EUROS, MEASURES
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
