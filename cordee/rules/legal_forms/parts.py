"""What one party is, owes and is paid, in one place of one way."""

from datetime import date
from decimal import Decimal
from math import floor

from cordee.rules import parameters
from cordee.rules.findings import blocks
from cordee.rules.groups import GroupForm, PartyRole, max_commitment_cents
from cordee.rules.kinds import supplies_staff
from cordee.rules.labour import LENDING, staffing_findings, supply_article
from cordee.rules.legal_forms.model import Case, CaseParty, Outcome, Payer, Position
from cordee.rules.reservation import ARTICLES, is_eligible
from cordee.rules.subcontracting import is_paid_directly

CCP = "Code de la commande publique, art. "
SUBCONTRACT_LAW = "loi du 31 décembre 1975"
CONFIRM = "À confirmer avec l’acheteur."


def member(case: Case, party: CaseParty, form: GroupForm, on: date) -> Outcome:
    is_lead = party.key == case.lead
    owes: int | None
    if form is GroupForm.SOLIDAIRE or party.share_cents is not None:
        owes = max_commitment_cents(
            form,
            is_lead=is_lead,
            share_cents=party.share_cents or 0,
            total_cents=case.total_cents,
        )
    else:
        whole = is_lead and form is GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE
        owes = case.total_cents if whole else None
    notes = []
    is_direct: bool | None = True if case.is_public else None
    if form is GroupForm.SOLIDAIRE and not is_lead:
        # The general terms of contract pay a solidary group on one account, unless it says not.
        is_direct = None
        notes.append("Paiement sur le compte du mandataire, sauf répartition écrite dans l’offre.")
    if supplies_staff(party.kind):
        notes.append(f"{party.kind} : son métier est de fournir du personnel. {CONFIRM}")
    return Outcome(
        key=party.key,
        place=Position.LEAD if is_lead else Position.MEMBER,
        owes_cents=owes,
        paid_cents=case.own_cents(party),
        payer=Payer.BUYER,
        is_direct=is_direct,
        refusals=reserved_refusals(case, party, "membre", on),
        notes=tuple(notes),
    )


def subcontractor(case: Case, party: CaseParty, client: str | None, rank: int, on: date) -> Outcome:
    is_direct: bool | None = False
    notes, articles = [], []
    if case.is_public is False:
        notes.append("Non payé par le client : exigez une caution, ou une délégation de paiement.")
        notes.append("Impayé un mois après mise en demeure, il se retourne vers le client.")
        articles.append(f"{SUBCONTRACT_LAW}, art. 12 et 14")
    elif rank > 1:
        notes.append("Second rang : pas de paiement direct. Exigez une caution ou une délégation.")
        articles.append(f"{CCP}L2193-14 ; {SUBCONTRACT_LAW}, art. 6 et 14")
    else:
        is_direct = None if case.is_public is None else direct_payment(party, on)
        articles.append(f"{CCP}L2193-11 et R2193-10")
        if is_direct:
            notes.append("Payé par l’acheteur, dès qu’il est accepté (DC4).")
        elif case.is_public is None:
            notes.append("Payé par l’acheteur s’il est public, par son client sinon.")
        elif party.share_cents is not None and is_direct is None:
            notes.append(_undecided(party, on))
        elif is_direct is False:
            notes.append("Trop petit pour le paiement direct : son client le paie.")
    return Outcome(
        key=party.key,
        place=Position.SUBCONTRACTOR if rank == 1 else Position.SECOND_RANK,
        owes_cents=party.share_cents,
        paid_cents=case.own_cents(party),
        payer=Payer.BUYER if is_direct else Payer.PARTY,
        paid_by=None if is_direct else client,
        is_direct=is_direct,
        refusals=reserved_refusals(case, party, "sous-traitant", on),
        notes=tuple(notes),
        articles=tuple(articles),
    )


def direct_payment(party: CaseParty, on: date) -> bool | None:
    """Whether the buyer pays it; None where its VAT decides and is unknown, or the lot does."""
    if party.share_cents is None:
        return None
    contracts = party.contracts_cents or (party.share_cents,)
    answers = {_is_direct(cents, party, on) for cents in contracts}
    return answers.pop() if len(answers) == 1 else None


def _undecided(party: CaseParty, on: date) -> str:
    answers = {_is_direct(cents, party, on) for cents in party.contracts_cents}
    if answers == {True, False}:
        return "Un contrat par lot : l’acheteur paie les plus grands, son client les plus petits."
    return "Au seuil du paiement direct : son régime de TVA décide qui le paie."


def _is_direct(cents: int, party: CaseParty, on: date) -> bool | None:
    """Whether the buyer pays one contract."""
    # No rate is higher than the standard one.
    highest = parameters.rate("vat.standard_rate", on=on)
    known = None if party.vat_percent is None else party.vat_percent / 100
    rates = [Decimal(0), highest] if known is None else [known]
    answers = {
        is_paid_directly(
            rank=1,
            accepted=True,
            amount_ttc_cents=floor(cents * (1 + rate)),
            on=on,
        )
        for rate in rates
    }
    return answers.pop() if len(answers) == 1 else None


def staffing(case: Case, party: CaseParty, client: str | None, on: date) -> Outcome:
    findings = staffing_findings(party.kind, on=on)
    article = supply_article(party.kind)
    return Outcome(
        key=party.key,
        place=Position.STAFFING,
        owes_cents=0,
        paid_cents=case.own_cents(party),
        payer=Payer.PARTY,
        paid_by=client,
        is_direct=False,
        refusals=tuple(f"{each.sentence} {each.cure}" for each in findings if blocks((each,))),
        notes=(
            "Facture des heures à son client, et ne répond pas du résultat.",
            *(f"{each.sentence} {each.cure}" for each in findings if not blocks((each,))),
        ),
        articles=(article,) if article else (LENDING,),
    )


def employer(party: CaseParty) -> Outcome:
    return Outcome(
        key=party.key,
        place=Position.EMPLOYER,
        owes_cents=0,
        paid_cents=0,
        payer=Payer.NOBODY,
        is_direct=False,
        notes=("Embauche pendant ou après le marché. Rien ne l’engage devant l’acheteur.",),
    )


def out(party: CaseParty, refusals: tuple[str, ...] = (), notes: tuple[str, ...] = ()) -> Outcome:
    return Outcome(
        key=party.key,
        place=Position.OUT,
        owes_cents=0,
        paid_cents=0,
        payer=Payer.NOBODY,
        is_direct=False,
        refusals=refusals,
        notes=notes,
    )


def holder(
    case: Case, party: CaseParty, paid_cents: int | None, note: str, on: date, *articles: str
) -> Outcome:
    return Outcome(
        key=party.key,
        place=Position.HOLDER,
        owes_cents=case.total_cents,
        paid_cents=paid_cents,
        payer=Payer.BUYER,
        is_direct=True if case.is_public else None,
        refusals=reserved_refusals(case, party, "titulaire", on),
        notes=(note,),
        articles=articles,
    )


def in_group(case: Case, party: CaseParty, form: GroupForm, on: date) -> Outcome:
    """Keep the role of the table: member, behind a member, or outside."""
    match party.role:
        case PartyRole.MEMBER:
            return member(case, party, form, on)
        case PartyRole.EMPLOYER:
            return employer(party)
        case PartyRole.STAFFING:
            return staffing(case, party, party.of, on)
    return subcontractor(case, party, party.of, 1, on)


def is_shut_out(case: Case, party: CaseParty, on: date) -> bool:
    return case.reservation is not None and not is_eligible(party.kind, case.reservation, on=on)


def reserved_refusals(case: Case, party: CaseParty, place: str, on: date) -> tuple[str, ...]:
    if not is_shut_out(case, party, on) or case.reservation is None:
        return ()
    article = ARTICLES[case.reservation]
    return (f"{case.reservation.label} ({article}) : elle ne peut pas être {place}.",)
