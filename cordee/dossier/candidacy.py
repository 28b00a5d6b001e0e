"""One DC2 for each candidate and each lot, and what other documents say of a party as it does; of
staff supplied too, which is told where means are, never as a subcontract (RULE-40)."""

from decimal import Decimal

from cordee.agreement import Party, PartyRole
from cordee.base.documents import (
    Block,
    Bullets,
    Document,
    Gap,
    Heading,
    Inline,
    Paragraph,
    Sheet,
    Strong,
    Table,
    Words,
    inlines,
)
from cordee.base.ui import french
from cordee.dossier import phrases
from cordee.dossier.model import CrewFacts, Dossier, LotFacts, PartyFacts, boxes, form, yes_no
from cordee.dossier.phrases import gap, on_paper, ours
from cordee.rules import capacity, reservation
from cordee.rules.kinds import SIAE_KINDS, Kind, supplies_staff
from cordee.rules.labour import supply_article
from cordee.rules.reservation import Reservation

MANY_YEARS = 3
# Called as the list of proofs calls them: one thing that lacks is asked for once.
INSURANCE, TEN_YEARS = "Assurance responsabilité civile professionnelle", "Assurance décennale"
AUTHORISATIONS = ("Agrément", "Certiphyto", "Qualiopi")
STATUSES = (
    ("entreprise adaptée (article L5213-13 du Code du travail)", {Kind.EA, Kind.EATT}),
    ("ESAT (article L344-2 du Code de l’action sociale et des familles)", {Kind.ESAT}),
    ("structure d’insertion (article L5132-4 du Code du travail)", SIAE_KINDS),
    ("opérateur qui produit en prison (article L2113-13-1)", ()),
    ("entreprise de l’économie sociale et solidaire (article L2113-15), si c’est le cas", ()),
)
CONDITIONS = (
    ("inscrit sur une liste officielle d’opérateurs agréés, à nommer", False),
    (
        "satisfait à toutes les conditions de participation, si l’acheteur permet de ne dire que "
        "cela (article R2143-4)",
        False,
    ),
)


def dc2(dossier: Dossier, member: Party, lot: LotFacts) -> Document:
    """The declaration of one member for one lot, rubrics A to H."""
    dc2, facts = form("dc2"), dossier.of(member)
    return Document(
        title=f"{dc2.model.name} : {facts.brand or facts.name}",
        subtitle=f"{dossier.contract.title}\n{phrases.lot_name(lot)}",
        blocks=dc2.filled(
            A=Sheet(phrases.buyer_rows(dossier)),
            B=Sheet.of(
                *phrases.object_rows(dossier),
                ("Cette déclaration porte sur", phrases.lot_name(lot)),
            ),
            C1=Sheet.of(
                *phrases.identity_rows(dossier, member.key),
                ("Petite ou moyenne entreprise", small_words(facts)),
                *phrases.signatory_rows(facts),
            ),
            C2=_reserved(dossier, facts, lot),
            C3=(Paragraph(boxes(CONDITIONS)), Paragraph("À cocher si c’est le cas.", quiet=True)),
            D=phrases.online(facts),
            E1=Sheet.of(("Inscription à un registre", _register(facts))),
            E2=_authorisations(facts),
            E3=Paragraph("Les mêmes qu’en D."),
            F1=_turnovers(facts),
            F2=_insurance(dossier, facts, lot, INSURANCE),
            F3=_ten_years(dossier, facts, lot),
            F4=phrases.NOT_ONLINE,
            G1=_technical(dossier, member, lot),
            G2=phrases.NOT_ONLINE,
            H=_others(dossier, member, lot),
            I=Paragraph("Sans objet : seul un marché de défense ou de sécurité le demande."),
        ),
    )


def small_words(facts: PartyFacts) -> Words:
    """Whether it is a small or medium enterprise, as two boxes."""
    if facts.is_public_body:
        return "sans objet : personne publique"
    if facts.is_small is None:
        return gap("si c’est une petite ou moyenne entreprise", facts, where="file")
    return yes_no(facts.is_small)


def _register(facts: PartyFacts) -> Words:
    if facts.is_public_body and not facts.registered_at:
        return "sans objet : personne publique"
    return facts.registered_at or gap(
        "l’inscription au registre (association, commerce, métiers)", facts, where="file"
    )


def _reserved(dossier: Dossier, facts: PartyFacts, lot: LotFacts) -> tuple[Block, ...]:
    contract = dossier.contract
    reserved = contract.reserved
    concerns = not contract.reserved_lots or lot.number in contract.reserved_lots
    whom = dossier.terms.arrangement.pick(group="membre", sole="candidat")
    ticks = boxes((words, facts.kind in kinds) for words, kinds in STATUSES)
    status: list[tuple[str, Words]] = [
        (f"Statut du {whom}", phrases.status_words(facts)),
        ("Il est", ticks),
    ]
    if phrases.is_siae(facts):
        status.append(("Convention avec l’État", phrases.convention_words(facts)))
    if reserved is None:
        told: Words = ours("si le marché est réservé, et par quel article", "opportunity")
    elif reserved is Reservation.NONE or not concerns:
        told = "non réservé"
    else:
        article = reservation.ARTICLES.get(reserved, "")
        cited = ", ".join(contract.reserved_articles) or article
        told = f"{reserved.label}, article {cited} du Code de la commande publique"
        if not reservation.is_eligible(facts.kind, reserved, on=dossier.on):
            wrong = f"qui répond à la place de ce {whom} : son statut ne le permet pas"
            status.append((f"Ouvert à ce {whom}", ours(wrong, "parties")))
    return (Sheet.of(("Réservation", told), *status),)


def _turnovers(facts: PartyFacts) -> tuple[Block, ...]:
    if facts.hides_turnovers:
        # Its own to write: who reads this has no page where to say them.
        return (Paragraph(on_paper("les trois chiffres d’affaires", facts.brand or facts.name)),)
    told = facts.turnovers or ()
    rows: list[tuple[Words, ...]] = [
        (
            str(each.year),
            phrases.euros(each.cents),
            phrases.euros(each.field_cents)
            if each.field_cents is not None
            else gap(f"la part de {each.year} dans ce métier", facts, where="accounts"),
        )
        for each in sorted(told, key=lambda each: -each.year)[:MANY_YEARS]
    ]
    table = Table(
        "En euros, hors taxes",
        ("Exercice", "Global", "Dans le métier du marché"),
        tuple(rows),
        numeric=frozenset({1, 2}),
        widths=(2, 3, 4),
    )
    missing = MANY_YEARS - len(rows)
    if not missing:
        return (table,)
    count = french.count(missing, "exercice")
    told_gap = Paragraph(
        gap(f"le chiffre d’affaires de {count}, ou la date de création", facts, where="accounts")
    )
    return (table, told_gap) if rows else (told_gap,)


def _authorisations(facts: PartyFacts) -> tuple[Block, ...]:
    """The approvals of its sheet, which some services require."""
    if facts.hides_papers:
        return (Paragraph(phrases.not_shown("Ses agréments", facts)),)
    held = [
        paper.name
        for paper in facts.papers
        # One as a solidarity enterprise (ESUS) opens no trade.
        if paper.held and paper.name.startswith(AUTHORISATIONS) and "solidaire" not in paper.name
    ]
    return (Bullets(tuple(held)),) if held else (Paragraph("Aucune déclarée."),)


def _insurance(dossier: Dossier, facts: PartyFacts, lot: LotFacts, name: str) -> tuple[Block, ...]:
    """One insurance, and until when; what ends before the work begins has to be renewed."""
    if facts.hides_papers:
        return (Paragraph(phrases.not_shown("Son assurance", facts)),)
    paper = next((each for each in facts.papers if each.held and each.name == name), None)
    if paper is None:
        return (Paragraph(gap(f"{name}, à fournir", facts, where="papers")),)
    if paper.valid_until is None:
        return (Paragraph(gap(f"{name}, sa date de fin", facts, where="papers")),)
    said = f"{name}, valable jusqu’au {phrases.day(paper.valid_until)}. Montants : à l’attestation."
    late = phrases.to_renew(dossier, paper, facts, lot)
    return (Paragraph((f"{said} ", late) if late else said),)


def _ten_years(dossier: Dossier, facts: PartyFacts, lot: LotFacts) -> tuple[Block, ...]:
    if lot.is_works is False:
        return (Paragraph("Sans objet : ce n’est pas un marché de travaux."),)
    held = any(paper.held and paper.name == TEN_YEARS for paper in facts.papers)
    insured = "assuré pour la responsabilité décennale (article L241-1 du Code des assurances)"
    if lot.is_works is None and not held:
        return (Paragraph(boxes([(f"{insured}, s’il s’agit de travaux", False)])),)
    # The candidate signs this box: only what will still hold is ticked.
    judged = phrases.judged_on(dossier)
    held_then = [paper.name for paper in facts.papers if phrases.is_good(paper, judged)]
    return (
        Paragraph(boxes([(insured, TEN_YEARS in held_then)])),
        *_insurance(dossier, facts, lot, TEN_YEARS),
    )


def _technical(dossier: Dossier, member: Party, lot: LotFacts) -> tuple[Block, ...]:
    facts = dossier.of(member)
    where = "ce marché" if lot.whole else "ce lot"
    part = phrases.part_words(dossier, member, lot)
    return (
        Sheet.of((f"Sa part dans {where}", part), *capacity_rows(dossier, facts)),
        Heading("Références", 3),
        *references(facts),
    )


def capacity_rows(dossier: Dossier, facts: PartyFacts) -> tuple[tuple[str, Words], ...]:
    """With whom and with what it works; also in a DC4."""

    def people(how_many: int | None, of_whom: str) -> Words:
        missing = gap(f"le nombre de salariés {of_whom}", facts, where="file")
        return missing if how_many is None else french.count(how_many, "personne")

    insertion = ("Salariés en insertion", people(facts.insertion_staff, "en insertion"))
    teams = team_words(dossier, facts)
    # A company has no page to tell its teams on.
    is_asked = facts.kind is not Kind.ENTREPRISE or not isinstance(teams, Gap)
    return (
        ("Effectif permanent", people(facts.permanent_staff, "permanents")),
        *((insertion,) if phrases.is_siae(facts) else ()),
        *((("Équipes", teams),) if is_asked else ()),
        ("Moyens", facts.means or gap("le matériel et les véhicules", facts, where="file")),
    )


def team_words(dossier: Dossier, facts: PartyFacts) -> Words:
    """Its crews, or its full-time equivalents, as far as its sheet tells; no name."""
    if facts.hides_team:
        return phrases.not_shown("Ses équipes", facts)
    if facts.crews:
        return "\n".join(_crew(crew, dossier) for crew in facts.crews)
    if facts.team_cfte is not None:
        return f"{french.fte(facts.team_cfte)} en tout"
    if supplies_staff(facts.kind):
        return "met des personnes à disposition"
    return gap("les équipes et leurs places", facts, where="sheet")


def _crew(crew: CrewFacts, dossier: Dossier) -> str:
    weekly = Decimal(crew.weekly_minutes) / 60
    full_time = Decimal(capacity.full_time_weekly_hours(on=dossier.on))
    cfte = capacity.crew_cfte(crew.places, weekly, full_time_weekly_hours=full_time)
    hours = french.with_unit(french.number(weekly.normalize()), "h")
    vehicle = ", un véhicule" if crew.has_vehicle else ""
    return (
        f"{french.count(crew.places, 'place')} avec encadrement, {hours} par semaine{vehicle} "
        f"({french.fte(cfte)})"
    )


def references(facts: PartyFacts) -> tuple[Block, ...]:
    """What a party has done before, as it tells; also in the technical memo."""
    if facts.references is None:
        missing = gap("les références, ou « aucune »", facts, where="file")
        return (Paragraph(missing),)
    if not facts.references:
        return (Paragraph("Aucune référence."),)
    rows: tuple[tuple[Words, ...], ...] = tuple(
        (
            each.title,
            each.client,
            str(each.year),
            phrases.euros(each.cents) if each.cents is not None else "non dit",
        )
        for each in facts.references
    )
    return (
        Table(
            f"Travaux déjà faits par {facts.brand or facts.name}",
            ("Travail", "Pour qui", "Année", "Montant HT"),
            rows,
            numeric=frozenset({3}),
            widths=(5, 4, 2, 3),
        ),
    )


def _others(dossier: Dossier, member: Party, lot: LotFacts) -> tuple[Block, ...]:
    """Those on whose means it relies for this lot."""
    behind = [
        p
        for p in dossier.terms.behind(member.key)
        if p.role.has_share and lot in dossier.lots_of(p)
    ]
    who = dossier.terms.arrangement.pick(group="Ce membre", sole="Le candidat")
    if not behind:
        return (Paragraph(f"{who} ne s’appuie sur aucune autre entreprise."),)
    where, name = phrases.lot_called(lot), dossier.name(member)
    rows: tuple[tuple[Words, ...], ...] = tuple(
        (where, name, (*inlines(phrases.contact_words(dossier, other)), f"\n{other.role.label}"))
        for other in behind
    )
    return (
        Table(
            f"{who} s’appuie sur",
            ("Lot", "Pour qui", "Nom, adresse, courriel, téléphone, SIRET"),
            rows,
            widths=(2, 3, 6),
        ),
    )


def staff_supplied(dossier: Dossier) -> tuple[Block, ...]:
    """Who supplies whom with how many people, and under whose orders they work."""
    items = tuple(_supplied(dossier, party) for party in dossier.with_role(PartyRole.STAFFING))
    if not items:
        return ()
    return (
        Paragraph("Personnel mis à disposition :"),
        Bullets(items),
        Paragraph(
            "Ces personnes travaillent sous la direction de la structure qui les accueille. Qui "
            "les met à disposition reste leur employeur. Ce n’est pas une sous-traitance."
        ),
    )


def _supplied(dossier: Dossier, party: Party) -> Words:
    terms = dossier.terms
    client = ours(f"pour qui vient « {dossier.name(party)} »")
    said: list[Inline] = [Strong(dossier.name(party))]
    article = supply_article(party.kind)
    said.append(f" ({article}), pour " if article else ", pour ")
    said.append(client if party.of is None else dossier.name(party.of))
    said += [
        f" ; {terms.line(cell.line).label} : {french.fte(cell.cfte)} par mois"
        for cell in terms.cells_of(party.key)
        if cell.cfte
    ]
    return tuple(said)
