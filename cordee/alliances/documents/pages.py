"""What the page of documents shows: each document, what it lacks and where that is filled; and what
lacks before a step, counted in every title alike."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from cordee.agreement.life import Obstacle, Place
from cordee.alliances.access import AllianceAccess
from cordee.alliances.dossier_builder import dossier_and_convention, opened_parties
from cordee.alliances.models import Alliance, AllianceParty
from cordee.base.documents import Document, Gap
from cordee.base.ui import french
from cordee.dossier.catalogue import Entry, cover, entries, lacking, own_entries, whole
from cordee.dossier.model import Dossier
from cordee.dossier.phrases import OUTSIDE

# In the order in which they are settled: singular, plural, and "un" or "une".
SORTS: tuple[tuple[str, str, str], ...] = (
    ("invitation", "invitations", "une"),
    ("réponse", "réponses", "une"),
    ("accord", "accords", "un"),
    ("signataire", "signataires", "un"),
    ("approbation", "approbations", "une"),
    ("élément", "éléments", "un"),
    ("dossier fermé", "dossiers fermés", "un"),
    ("chose", "choses", "une"),
)
OF_PLACE = {Place.SIGNATORIES: "signataire", Place.APPROVALS: "approbation"}
SETTLED: Mapping[Place, str] = {
    Place.TABLE: "alliances:table",
    Place.FORM: "alliances:legal_form",
    Place.REASONS: "alliances:reasons",
    Place.SIGNATORIES: "alliances:signatories",
    Place.APPROVALS: "alliances:approvals",
    Place.FILING: "alliances:filing",
    Place.RESULT: "alliances:result",
    Place.WITHDRAWALS: "alliances:withdrawals",
}
# Which page of its structure fills what a party tells, where it is not its answer file.
OWN: Mapping[str, tuple[str, str]] = {
    "sheet": ("members:sheet", ""),
    "papers": ("members:sheet", "#papiers"),
    "accounts": ("answer_files:show", "#chiffres"),
}
# Which page of the alliance fills what whoever coordinates decides.
SHARED: Mapping[str, str] = {
    "table": "alliances:table",
    "insertion": "alliances:common_terms",
    "form": "alliances:legal_form",
    "reasons": "alliances:reasons",
    "labour": "alliances:subcontracts",
}


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that documents lack, once wherever it is used: by key of the party that can tell
    it ("" where nobody alone can), who that is, and the page that fills it ("" where another one,
    or paper, does). `at_filing`: written by hand on the day."""

    what: str
    who: str
    url: str
    party: str
    at_filing: bool


@dataclass(frozen=True, slots=True)
class Papers:
    """What the documents of a bid lack for one reader. `ready`: those that lack nothing before the
    day of filing, of `total`; `shut`: who has not opened its declaration to who files."""

    missing: Sequence[Missing]
    at_filing: Sequence[Missing]
    ready: int
    total: int
    shut: Sequence[str]

    @property
    def is_whole(self) -> bool:
        """Whether nothing stands between these papers and the offer."""
        return not self.missing and not self.shut

    def of(self, key: str) -> Sequence[Missing]:
        """What one party can tell."""
        return [each for each in self.missing if each.party == key]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document on the page, and how many things it lacks."""

    entry: Entry
    missing: int


def built(
    access: AllianceAccess, dossier: Dossier, agreed: Document | None = None
) -> tuple[tuple[Entry, Document], ...]:
    """Every document of a dossier, the cover first; `agreed` is the convention of the group.

    For who reads its own part alone, its own ones, and no cover.
    """
    if not access.reads_shares:
        paper = agreed if access.reads_paper else None
        return tuple(
            (entry, entry.build()) for entry in own_entries(dossier, access.own_keys, paper)
        )
    made = tuple((entry, entry.build()) for entry in entries(dossier, agreed))
    first = cover(dossier, made)
    listed = Entry(key="pieces", name=first.title, whose=whole(dossier.terms), build=lambda: first)
    return ((listed, first), *made)


def listing(access: AllianceAccess, made: Sequence[tuple[Entry, Document]]) -> dict[str, Any]:
    """What the page says; a fixed number of queries beside those of the dossier."""
    opened = opened_parties(access.alliance)
    return {
        "rows": [DocumentRow(entry, len(lacking([document])[0])) for entry, document in made],
        "papers": papers_in(access, made),
        # Each party that the user speaks for, and whether its declaration is open.
        "own": [
            (party, party.pk in opened)
            for party in access.own
            if party.state == AllianceParty.State.INTERESTED
        ],
    }


def papers_and_convention(access: AllianceAccess, *, on: date) -> tuple[Papers, Document]:
    """`papers_in` all the documents that the reader reads, and the convention, from the same rows:
    a fixed number of queries.
    """
    dossier, agreed = dossier_and_convention(access, on=on)
    return papers_in(access, built(access, dossier, agreed)), agreed


def papers_for(access: AllianceAccess, *, on: date) -> Papers:
    """The first of them."""
    return papers_and_convention(access, on=on)[0]


def papers_in(access: AllianceAccess, made: Sequence[tuple[Entry, Document]]) -> Papers:
    """What documents lack, each thing once; the reader's own first."""
    own = {party.key: party.structure_id for party in access.own}
    found = [
        Missing(
            gap.what,
            gap.who,
            _url(access, own, gap),
            gap.where.split(":")[1] if gap.where.startswith("party:") else "",
            gap.where == OUTSIDE,
        )
        for gaps in lacking(document for _, document in made)
        for gap in gaps
    ]
    # Whoever can tell something here comes with all that waits for them, in one place.
    rank: dict[str, tuple[bool, bool]] = {}
    for each in found:
        mine = (each.party not in access.own_keys, not each.url)
        rank[each.who] = min(rank.get(each.who, mine), mine)
    found.sort(key=lambda each: (rank[each.who], each.who, not each.url))
    return Papers(
        missing=[each for each in found if not each.at_filing],
        at_filing=[each for each in found if each.at_filing],
        ready=sum(not lacking([document])[0] for _, document in made),
        total=len(made),
        shut=_shut(access) if access.coordinates else [],
    )


def _shut(access: AllianceAccess) -> list[str]:
    """Those who said yes and have not opened their declaration yet."""
    rows = access.alliance.parties.filter(
        state=AllianceParty.State.INTERESTED, file_opening__isnull=True
    )
    return [row.structure.shown_name for row in rows.select_related("structure").order_by("pk")]


def _url(access: AllianceAccess, own: Mapping[str, int], gap: Gap) -> str:
    """The page that fills a gap, or "" where the user cannot; `own`: structures by party."""
    alliance = access.alliance
    if gap.where == "opportunity":
        return reverse("opportunities:detail", args=[alliance.opportunity_id])
    if gap.where.startswith("party:"):
        _, key, page = gap.where.split(":")
        if key not in own:
            return ""
        if page in ("vat", "signatory"):
            return reverse(f"alliances:{page}", args=[alliance.pk, int(key)])
        name, anchor = OWN.get(page, ("answer_files:edit", ""))
        return reverse(name, args=[own[key]]) + anchor
    if gap.where in ("", OUTSIDE) or not access.coordinates:
        return ""
    return reverse(SHARED.get(gap.where, "alliances:detail"), args=[alliance.pk])


def sort_of(found: Obstacle) -> str:
    """What an obstacle counts as, by its singular."""
    if not found.party:
        return "chose"
    return "accord" if found.place is None else OF_PLACE.get(found.place, "chose")


def in_words(
    found: Iterable[Obstacle],
    *,
    invitations: int = 0,
    answers: int = 0,
    papers: Papers | None = None,
) -> str:
    """ "deux approbations et un élément"; empty where nothing lacks."""
    counts = Counter(sort_of(each) for each in found)
    counts.update({"invitation": invitations, "réponse": answers})
    if papers is not None:
        counts.update({"élément": len(papers.missing), "dossier fermé": len(papers.shut)})
    said = [
        f"{one if counts[single] == 1 else french.in_letters(counts[single])} "
        f"{single if counts[single] == 1 else several}"
        for single, several, one in SORTS
        if counts[single]
    ]
    return french.series(said)


def settled(alliance: Alliance, found: Iterable[Obstacle]) -> list[tuple[str, str]]:
    """Each obstacle in French, with the address where it is settled, or ""."""
    return [
        (each.text, "" if each.place is None else reverse(SETTLED[each.place], args=[alliance.pk]))
        for each in found
    ]
