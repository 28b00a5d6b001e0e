"""Which documents a dossier makes, in the order of the file; and the cover that lists them."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from cordee.agreement import Party, PartyRole, Terms
from cordee.base.documents import (
    Block,
    Document,
    Gap,
    Heading,
    Notice,
    Paragraph,
    Sheet,
    Table,
    Words,
    document_sha256,
    short_fingerprint,
)
from cordee.base.ui import french
from cordee.dossier import money, phrases
from cordee.dossier.candidacy import dc2
from cordee.dossier.convention import AGREEMENT, convention
from cordee.dossier.insertion import insertion
from cordee.dossier.letter import dc1, mandate
from cordee.dossier.memo import memo
from cordee.dossier.model import Dossier, LotFacts
from cordee.dossier.offer import attri1, private_name, private_split
from cordee.dossier.proofs import proofs, with_the_offer
from cordee.dossier.subcontract import dc4, is_direct, lent_words
from cordee.rules.reservation import ARTICLES, Reservation, is_eligible

# By the first word of a key. A platform asks for the application and for the offer apart; what the
# group agreed on, what is still to be written and what is still to be joined are no papers to file.
FOLDERS = {
    **dict.fromkeys(("dc1", "habilitation", "dc2"), "1-candidature"),
    **dict.fromkeys(("attri1", "repartition", "dc4", "insertion"), "2-offre"),
    **dict.fromkeys(("convention", "memoire", "justificatifs"), "3-a-garder"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One document of a file. `key` stands in addresses and names of files.

    `of` is the party whose paper it is, where it is one party's.
    """

    key: str
    name: str
    whose: str
    build: Callable[[], Document]
    of: str = ""

    @property
    def folder(self) -> str:
        """Where it lies in the folder to file: with the application, with the offer, or at home."""
        return FOLDERS.get(self.key.partition("-")[0], "")


# Whose paper the agreement is, where one answers alone.
ALL_ALONE = "le candidat et ses sous-traitants"


def whole(terms: Terms) -> str:
    """Whose paper it is, where it is everybody's who answers."""
    return terms.arrangement.pick(group="tout le groupement", sole="le candidat")


def entries(dossier: Dossier, agreed: Document | None = None) -> tuple[Entry, ...]:
    """All documents but the cover, in the order in which a buyer reads them.

    `agreed`: the convention as the whole group reads it, with who approved it.
    """
    pick = dossier.terms.arrangement.pick
    group = whole(dossier.terms)
    found = (
        _public_forms(dossier, group) if dossier.contract.is_public else _private(dossier, group)
    )
    if dossier.terms.has_paper:
        found.append(
            Entry(
                key="convention",
                name=pick(group="Convention de groupement", sole=AGREEMENT),
                whose=pick(group=group, sole=ALL_ALONE),
                build=(lambda: agreed) if agreed else partial(convention, dossier),
            )
        )
    found += [
        Entry(
            key="memoire",
            name="Plan du mémoire technique",
            whose=group,
            build=partial(memo, dossier),
        ),
        Entry(
            key="insertion",
            name="Proposition d’insertion",
            whose=group,
            build=partial(insertion, dossier),
        ),
        Entry(
            key="justificatifs",
            name="Liste des justificatifs",
            whose=group,
            build=partial(proofs, dossier),
        ),
    ]
    return tuple(found)


def own_entries(
    dossier: Dossier, keys: Collection[str], agreed: Document | None
) -> tuple[Entry, ...]:
    """Those of a subcontractor: its declarations, its proofs, and the paper that it approves.

    `agreed`: as `entries`; None where it approves none.
    """
    found = [
        each
        for each in entries(dossier, agreed)
        if each.of in keys or (agreed is not None and each.key == "convention")
    ]
    names = ", ".join(dossier.name(party) for party in dossier.terms.parties if party.key in keys)
    found.append(
        Entry(
            key="justificatifs",
            name="Liste des justificatifs",
            whose=names,
            build=partial(proofs, dossier, keys),
        )
    )
    return tuple(found)


def _private(dossier: Dossier, group: str) -> list[Entry]:
    """A private client has no form of its own: the split alone."""
    name = private_name(dossier.terms)
    return [Entry(key="repartition", name=name, whose=group, build=partial(private_split, dossier))]


def _public_forms(dossier: Dossier, group: str) -> list[Entry]:
    """What public buyers ask for, in the form of the official models."""
    terms = dossier.terms
    found = [Entry(key="dc1", name="DC1", whose=group, build=partial(dc1, dossier))]
    empowering = terms.arrangement.pick(group=terms.members, sole=())
    found += [
        Entry(
            key=f"habilitation-{member.key}",
            name="Habilitation du mandataire",
            whose=dossier.name(member),
            build=partial(mandate, dossier, member),
            of=member.key,
        )
        for member in empowering
        if member.key != terms.lead
    ]
    found += [
        Entry(
            key=f"dc2-{member.key}-{_slug(lot.number)}",
            name=f"DC2{_where(dossier, lot)}",
            whose=dossier.name(member),
            build=partial(dc2, dossier, member, lot),
            of=member.key,
        )
        for member in terms.members
        # Who speaks for the group signs the contract of each lot, with a part in it or not.
        for lot in (dossier.lots if member == dossier.lead else dossier.lots_of(member))
    ]
    found += [
        Entry(
            key=f"attri1-{_slug(lot.number)}",
            name=f"ATTRI1{_where(dossier, lot)}",
            whose=group,
            build=partial(attri1, dossier, lot),
        )
        for lot in dossier.lots
    ]
    found += [
        Entry(
            key=f"dc4-{party.key}-{_slug(lot.number)}" if lot else f"dc4-{party.key}",
            name=f"DC4{_where(dossier, lot)}",
            whose=dossier.name(party),
            build=partial(dc4, dossier, party, lot),
            of=party.key,
        )
        for party in dossier.with_role(PartyRole.SUBCONTRACTOR)
        for lot in dossier.contracts_of(party)
    ]
    return found


def _where(dossier: Dossier, lot: LotFacts | None) -> str:
    """ ", lot 2", where there are lots."""
    if lot is None or dossier.is_whole:
        return ""
    called = phrases.lot_called(lot)
    return f", {called[0].lower()}{called[1:]}"


def lacking(documents: Iterable[Document]) -> tuple[list[Gap], list[Gap]]:
    """What documents lack, each thing once wherever it is used: to say now; and to write by hand or
    to join on the day of filing."""
    found = dict.fromkeys(gap for document in documents for gap in document.gaps)
    return (
        [gap for gap in found if gap.where != phrases.OUTSIDE],
        [gap for gap in found if gap.where == phrases.OUTSIDE],
    )


def cover(dossier: Dossier, built: tuple[tuple[Entry, Document], ...]) -> Document:
    """What the file holds, what is missing where, and the fingerprint of each piece."""
    rows: list[tuple[Words, ...]] = [
        (
            f"{number}. {entry.name}",
            entry.whose,
            entry.folder,
            *(french.number(len(gaps)) for gaps in lacking([document])),
            short_fingerprint(document_sha256(document)),
        )
        for number, (entry, document) in enumerate(built, start=1)
    ]
    now, later = lacking(document for _, document in built)
    contract = dossier.contract
    lead = dossier.lead
    told: tuple[tuple[str, Words], ...] = (
        ("Acheteur", contract.buyer.name if contract.buyer else "non dit par l’avis"),
        ("Objet", contract.title),
        ("Lots", "\n".join(phrases.lot_name(lot) for lot in dossier.lots)),
        (
            "Réponse avant",
            phrases.moment(contract.deadline) if contract.deadline else "non dit par l’avis",
        ),
        (
            dossier.terms.arrangement.speaker.capitalize(),
            dossier.name(lead) if lead else phrases.ours("le mandataire du groupement", "form"),
        ),
        ("Prix de l’offre, hors taxes", phrases.euros(dossier.terms.price_cents)),
        (
            "Manques",
            f"{french.number(len(now))} à dire maintenant, "
            f"{french.number(len(later))} à joindre ou à écrire le jour du dépôt",
        ),
    )
    return Document(
        title="Pièces du dossier",
        subtitle=contract.title,
        blocks=(
            Heading("Le dossier"),
            Sheet(told),
            *_not_eligible(dossier),
            Heading("Les pièces"),
            Table(
                "Pièces faites par Cordée",
                ("Pièce", "De qui", "Rangée dans", "À dire", "Au dépôt", "Empreinte"),
                tuple(rows),
                numeric=frozenset({3, 4}),
                widths=(4, 4, 4, 2, 2, 3),
            ),
            Paragraph(
                "Ce qui manque est encadré dans les pièces, et compte une fois en tout. "
                "Une empreinte change dès qu’un mot change. Comparez-la au pied de chaque pièce."
            ),
            Heading("Ce que la plateforme demande encore"),
            Table(
                "À joindre vous-même, ou à vérifier",
                ("Quoi", "Qui l’a"),
                tuple(_still_asked(dossier)),
                widths=(6, 4),
            ),
        ),
    )


def _not_eligible(dossier: Dossier) -> tuple[Block, ...]:
    """Who works on a reserved lot that its status shuts out: no paper to file says so (RULE-14)."""
    contract = dossier.contract
    reserved = contract.reserved
    if reserved is None or reserved is Reservation.NONE:
        return ()
    told: list[Words] = [
        f"{phrases.lot_called(lot)}, réservé (article {ARTICLES[reserved]}) : le statut de "
        f"« {dossier.name(party)} » n’y donne pas droit. À confirmer avec l’acheteur."
        for party in dossier.terms.parties
        if party.role.has_share and not is_eligible(party.kind, reserved, on=dossier.on)
        for lot in dossier.lots_of(party)
        if not contract.reserved_lots or lot.number in contract.reserved_lots
    ]
    return tuple(map(Notice, told))


def _still_asked(dossier: Dossier) -> Iterator[tuple[Words, ...]]:
    """What we neither hold nor make: papers themselves, the buyer's own pieces, signatures."""
    lead = dossier.lead
    speaker = f"le {dossier.terms.arrangement.speaker}"
    if lead:
        speaker = dossier.of(lead).brand or dossier.name(lead)
    for party in dossier.terms.parties:
        facts = dossier.of(party)
        held = [each.name for each in with_the_offer(facts) if each.held]
        if party.role.has_share and held:
            yield "\n".join(held), facts.name
        if party.role is PartyRole.SUBCONTRACTOR and (wrong := lent_words(party)):
            yield (
                f"La part de {facts.name}, à revoir avant le dépôt : {wrong} ressemble à un "
                "prêt de main-d’œuvre (articles L8231-1 et L8241-1 du Code du travail)",
                phrases.COORDINATION,
            )
        if party.role.has_share and facts.is_public_body:
            yield "La délibération qui l’autorise à s’engager, exécutoire", facts.name
    if dossier.contract.is_public:
        yield "Les pièces que l’acheteur joint : bordereau ou décomposition du prix", speaker
        yield "Son propre DC1, DC2 ou acte d’engagement, s’il en joint un : remplissez-le", speaker
        yield "Une signature électronique, seulement si le règlement la demande au dépôt", speaker
    else:
        yield "Les pièces que le client demande", speaker
    yield "Le mémoire technique, rédigé d’après son plan", speaker
    paid = (*dossier.terms.members, *_paid_directly(dossier))
    yield "Les relevés d’identité bancaire", "\n".join(map(dossier.name, paid)) or speaker


def _paid_directly(dossier: Dossier) -> Iterator[Party]:
    """The subcontractors that the buyer pays itself on a lot, or may where an amount lacks."""
    for party in dossier.with_role(PartyRole.SUBCONTRACTOR):
        lots = (lot.number if lot else None for lot in dossier.contracts_of(party))
        amounts = (money.share(dossier.terms, party, lot) for lot in lots)
        if dossier.contract.is_public and any(
            is_direct(dossier, party, amount) is not False for amount in amounts
        ):
            yield party


def _slug(number: str) -> str:
    kept = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in number)
    return kept or "0"
