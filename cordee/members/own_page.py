"""« Mon chantier »: one's own structure on one page, in an answer and entries with their state.

Rooms above say what they know of it: figures in `today/figures.py`, entries in `readers` here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse

from cordee.base.ui import french
from cordee.members.models import RoleSeat, Structure
from cordee.members.sharing import Viewer
from cordee.members.structure_page import StructurePage


@dataclass(frozen=True, slots=True)
class Entry:
    """A part of one's structure and where it stands; `badge`: (sort of state, words), if any."""

    title: str
    state: str
    url: str
    badge: tuple[str, str] | None = None


type EntryReader = Callable[[Viewer, Structure], Iterable[Entry]]

TO_SAY = ("inconnu", "À dire")
# What each room above keeps of a structure, by the name of the room.
readers: dict[str, EntryReader] = {}


def title_of(gaps: int) -> str:
    """The answer first: how much the structure has still to say."""
    if not gaps:
        return "Rien ne manque à votre fiche"
    words = f"{french.in_letters(gaps)} chose{'s' if gaps > 1 else ''} à dire"
    return words.capitalize()


class OwnPage(StructurePage):
    """The page of a structure as who directs it reads it."""

    @property
    def entries(self) -> Iterator[Entry]:
        """What one does is first, then what others may see; a fixed number of queries."""
        sheet = reverse("members:sheet", args=[self.structure.pk])
        yield self._trades(sheet)
        yield self._crews(f"{sheet}#equipes")
        for reader in readers.values():
            yield from reader(self.viewer, self.structure)
        yield self._papers(f"{sheet}#papiers")
        people = RoleSeat.objects.live().filter(structure=self.structure).people().count()
        yield Entry(
            "Personnes",
            french.count(people, "personne agit", "personnes agissent"),
            reverse("members:structure_people", args=[self.structure.pk]),
        )
        opened = len({each.network.pk for each in self.openings if each.is_open})
        yield Entry(
            "Qui voit mes chiffres",
            f"ouverts à {french.count(opened, 'réseau', 'réseaux')}" if opened else "fermés à tous",
            reverse("members:share", args=[self.structure.pk]),
        )

    def _trades(self, url: str) -> Entry:
        guessed = sum(trade.is_guessed for trade in self.trades)
        if not self.trades:
            return Entry("Fiche et métiers", "métiers inconnus", url, TO_SAY)
        told = french.count(len(self.trades), "métier", "métiers")
        if not guessed:
            return Entry("Fiche et métiers", told, url)
        told = f"{told}, dont {french.count(guessed, 'supposé', 'supposés')}"
        return Entry("Fiche et métiers", told, url, ("inconnu", "À confirmer"))

    def _crews(self, url: str) -> Entry:
        if at_work := self.teams:
            places = french.count(sum(crew.places for crew in at_work), "place", "places")
            told = f"{french.count(len(at_work), 'équipe', 'équipes')}, {places}"
            return Entry("Équipes et mois", told, url)
        if self.team_cfte is None:
            return Entry("Équipes et mois", "équipes inconnues", url, TO_SAY)
        return Entry("Équipes et mois", f"{french.fte(self.team_cfte)}, sans détail", url)

    def _papers(self, url: str) -> Entry:
        if not self.papers:
            return Entry("Papiers", "rien de noté", url, TO_SAY)
        paper, state, _ = self.papers[0]
        if state.kind == "sur":
            return Entry("Papiers", french.count(len(self.papers), "valable", "valables"), url)
        told = f"{paper.name}, {state.when}"
        return Entry("Papiers", told, url, (state.kind, state.words))
