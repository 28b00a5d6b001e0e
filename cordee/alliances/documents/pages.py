"""What the page of documents shows: each document, what it lacks and where that is filled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from cordee.alliances.access import AllianceAccess
from cordee.alliances.dossier_builder import dossier_and_convention, opened_parties
from cordee.alliances.models import AllianceParty, IssuedDocument
from cordee.base.documents import Document, Gap, document_sha256
from cordee.dossier.catalogue import Entry, cover, entries, lacking, own_entries, whole
from cordee.dossier.model import Dossier
from cordee.dossier.phrases import OUTSIDE


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
    """One document on the page. `state`: "new", "same" or "changed" since the user took it out."""

    entry: Entry
    missing: int
    state: str
    issued_at: datetime | None


@dataclass(frozen=True, slots=True)
class Own:
    """A party the user speaks for.

    Whether its declaration is open, and where its file is written.
    """

    party: AllianceParty
    is_open: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The page of documents for one reader."""

    rows: Sequence[DocumentRow]
    papers: Papers
    own: Sequence[Own]


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


def listing(
    access: AllianceAccess, made: Sequence[tuple[Entry, Document]], person_pk: int
) -> Listing:
    """What the page says; a fixed number of queries beside those of the dossier."""
    taken = {
        row.key: row
        for row in IssuedDocument.objects.filter(alliance=access.alliance, person=person_pk)
    }
    opened = opened_parties(access.alliance)
    return Listing(
        rows=[_row(entry, document, taken) for entry, document in made],
        papers=papers_in(access, made),
        own=[
            Own(party, party.pk in opened)
            for party in access.own
            if party.state == AllianceParty.State.INTERESTED
        ],
    )


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
    places = Places(access)
    found = [
        Missing(
            gap.what,
            gap.who,
            places.url(gap),
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


def _row(entry: Entry, document: Document, taken: Mapping[str, IssuedDocument]) -> DocumentRow:
    last = taken.get(entry.key)
    state = "new"
    if last is not None:
        state = "same" if last.sha256 == document_sha256(document) else "changed"
    return DocumentRow(
        entry=entry,
        missing=len(lacking([document])[0]),
        state=state,
        issued_at=last.issued_at if last else None,
    )


class Places:
    """From the `where` of a gap to the page that fills it, for one reader."""

    def __init__(self, access: AllianceAccess) -> None:
        self.access = access
        self.own = {party.key: party.structure_id for party in access.own}

    def url(self, gap: Gap) -> str:
        """The address, or "" where the user cannot fill it themselves."""
        if gap.where == OUTSIDE or not gap.where:
            return ""
        if gap.where == "opportunity":
            return reverse("opportunities:detail", args=[self.access.alliance.opportunity_id])
        if not gap.where.startswith("party:"):
            return self._shared(gap.where)
        _, key, page = gap.where.split(":")
        return self._own(key, page)

    def _shared(self, where: str) -> str:
        if not self.access.coordinates:
            return ""
        return reverse(SHARED.get(where, "alliances:detail"), args=[self.access.alliance.pk])

    def _own(self, key: str, page: str) -> str:
        structure = self.own.get(key)
        if structure is None:
            return ""
        if page == "vat":
            return reverse("alliances:vat", args=[self.access.alliance.pk, int(key)])
        if page == "sheet":
            return reverse("members:sheet", args=[structure])
        if page == "papers":
            return reverse("members:sheet", args=[structure]) + "#papiers"
        if page == "signatory":
            return reverse("alliances:signatory", args=[self.access.alliance.pk, int(key)])
        if page == "accounts":
            return reverse("answer_files:show", args=[structure]) + "#chiffres"
        return reverse("answer_files:edit", args=[structure])


# Which page of the alliance fills what whoever coordinates decides.
SHARED: Mapping[str, str] = {
    "table": "alliances:table",
    "insertion": "alliances:common_terms",
    "form": "alliances:legal_form",
    "reasons": "alliances:reasons",
    "labour": "alliances:subcontracts",
}
