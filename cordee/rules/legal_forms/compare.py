"""The ways to work together on one contract, side by side and in euros."""

from collections.abc import Mapping
from datetime import date

from cordee.rules.groups import GroupForm, PartyRole
from cordee.rules.kinds import Kind, supplies_staff
from cordee.rules.labour import LENDING, staffing_findings
from cordee.rules.legal_forms import parts
from cordee.rules.legal_forms.model import (
    Case,
    CaseParty,
    Feasibility,
    NoticeForm,
    Outcome,
    Payer,
    Position,
    Stance,
    Way,
    WayOutcome,
)
from cordee.rules.legal_forms.parts import CCP, CONFIRM, SUBCONTRACT_LAW
from cordee.rules.reservation import ARTICLES, Reservation

GROUP_ARTICLES: Mapping[Way, str] = {
    Way.CONJOINT: f"{CCP}R2142-20 (1°)",
    Way.CONJOINT_MANDATAIRE_SOLIDAIRE: f"{CCP}R2142-20 (1°) et R2142-24",
    Way.SOLIDAIRE: f"{CCP}R2142-20 (2°)",
}
_RESERVED_CAUTION = (
    "La règle sur les groupes mixtes vient d’une fiche de 2011, écrite pour le handicap. " + CONFIRM
)


PRIVATE_ARTICLES: Mapping[Way, str] = {
    Way.CONJOINT: "Code civil, art. 1309",
    Way.CONJOINT_MANDATAIRE_SOLIDAIRE: "Code civil, art. 1309 et 1310",
    Way.SOLIDAIRE: "Code civil, art. 1310 et 1313",
}


def compare(case: Case, *, on: date) -> tuple[WayOutcome, ...]:
    """Arrange the team in each way and give, for each party, what it risks and who pays it.

    Source: Code de la commande publique R2142-19 to R2142-25, L2193-1 to L2193-14, R2193-10,
    L2113-12 to L2113-16; loi du 31 décembre 1975; Code du travail L8241-1; RULE-15, 19, 21, 22, 40.
    Not covered: penalties and insurance, work done again, price revision, late payment.
    """
    return tuple(_BUILDERS[way](case, way, on) for way in Way)


def _group(case: Case, way: Way, on: date) -> WayOutcome:
    form = way.form
    assert form is not None
    outcomes = [parts.in_group(case, party, form, on) for party in case.parties]
    refusals = []
    # By SIREN: two establishments of one company are one candidate.
    if len({party.siren for party in case.members}) < 2:
        refusals.append("Il faut au moins deux membres de SIREN différents.")
    cautions = [*_common_cautions(case), *_form_cautions(case, form)]
    stance = _stance(case.notice, form)
    return _way(
        case,
        way,
        stance,
        outcomes,
        refusals,
        cautions,
        ((PRIVATE_ARTICLES if case.is_public is False else GROUP_ARTICLES)[way],),
    )


def _subcontract(case: Case, way: Way, on: date) -> WayOutcome:
    holder = next((party for party in case.parties if party.key == case.lead), None)
    if holder is None:
        return _without_holder(case, way)
    outcomes = []
    given = 0
    for party in case.parties:
        if party.key == holder.key:
            continue
        if party.role is PartyRole.EMPLOYER:
            outcomes.append(parts.employer(party))
        elif party.role is PartyRole.STAFFING:
            outcomes.append(parts.staffing(case, party, party.of or holder.key, on))
        elif party.of in (None, holder.key):
            outcomes.append(parts.subcontractor(case, party, holder.key, 1, on))
        else:
            outcomes.append(parts.subcontractor(case, party, party.of, 2, on))
        # Of its direct followers: what those give on is inside their own share.
        given += _given(party, holder.key)
    keeps = case.total_cents - given
    refusals = []
    if outcomes and all(each.place in (Position.STAFFING, Position.EMPLOYER) for each in outcomes):
        refusals.append(
            "Personne ne sous-traite : fournir du personnel, ou embaucher ensuite, n’est pas une "
            "sous-traitance."
        )
    # L2193-3: a part may be subcontracted, never the whole.
    if keeps <= 0:
        refusals.append("Le titulaire ne peut pas tout sous-traiter : il garde une partie.")
    first = parts.holder(
        case,
        holder,
        keeps if _all_known(case, holder.key) else None,
        "Il répond seul du tout devant l’acheteur, pour ses sous-traitants aussi.",
        on,
        f"{CCP}L2193-2",
    )
    articles = (
        (f"{SUBCONTRACT_LAW}, titre III",)
        if case.is_public is False
        else (f"{CCP}L2193-1 à L2193-14 et R2193-10",)
    )
    cautions = [*_common_cautions(case)]
    # Unknown counts as public here: the caution costs a look, its lack a contract.
    if case.is_public is not False:
        cautions.append(
            "L’acheteur peut garder des tâches pour le titulaire (L2193-3) : lisez le règlement."
        )
        cautions.append(
            "Un DC4 par sous-traitant et par lot. L’acheteur l’accepte avant tout travail."
        )
        cautions.append("Des fournitures seules, sans pose, ne se sous-traitent pas (L2193-1).")
    return _way(
        case, way, Stance.ALLOWED, [first, *outcomes], refusals, cautions, articles, order=True
    )


def _supply(case: Case, way: Way, on: date) -> WayOutcome:
    holder = next((party for party in case.parties if party.key == case.lead), None)
    if holder is None:
        return _without_holder(case, way)
    outcomes, refusals, cautions = [], [], list(_common_cautions(case))
    left = given = 0
    for party in case.parties:
        if party.key == holder.key:
            continue
        if party.role is PartyRole.EMPLOYER:
            outcomes.append(parts.employer(party))
        elif supplies_staff(party.kind):
            outcomes.append(parts.staffing(case, party, holder.key, on))
            given += case.own_cents(party) or 0
        else:
            found = staffing_findings(party.kind, on=on)[0]
            outcomes.append(parts.out(party, refusals=(f"{found.sentence} {found.cure}",)))
            left += case.own_cents(party) or 0
    if supplies_staff(holder.kind):
        refusals.append("Le titulaire vend un résultat : ce n’est pas le métier de ce mandataire.")
    if not any(each.place is Position.STAFFING for each in outcomes):
        refusals.append(
            "Personne dans l’équipe ne fournit du personnel : cherchez une AI, une ETTI."
        )
    first = parts.holder(
        case,
        holder,
        case.total_cents - given if _all_known(case, holder.key) else None,
        "Il dirige les personnes mises à disposition, et répond seul du tout.",
        on,
    )
    return _way(
        case,
        way,
        Stance.ALLOWED,
        [first, *outcomes],
        refusals,
        cautions,
        ("Code du travail, art. L5132-6, L5132-7, L5213-13-3 et L1253-1", LENDING),
        order=True,
        left=left,
    )


def _hiring(case: Case, way: Way, on: date) -> WayOutcome:
    companies = [party for party in case.parties if party.kind is Kind.ENTREPRISE]
    cautions = list(_common_cautions(case))
    if not companies:
        outcomes = [parts.out(party) for party in case.parties]
        nobody = "Aucune entreprise dans l’équipe : cherchez celle qui embauchera."
        return _way(case, way, Stance.ALLOWED, outcomes, [nobody], cautions, ())
    reserved = [company for company in companies if parts.is_shut_out(case, company, on)]
    if reserved:
        return _hiring_outside(case, way, companies, cautions, on)
    # The one that would lead if it may, else the one with the most work.
    holder = max(companies, key=lambda each: (each.key == case.lead, each.share_cents or 0))
    note = "Présente et accompagne des personnes. Le marché ne la paie pas."
    outcomes = [parts.out(party, notes=(note,)) for party in case.parties if party != holder]
    note = "Elle embauche les personnes, et répond seule du tout."
    first = parts.holder(case, holder, case.total_cents, note, on)
    cautions.append(
        "Les heures comptent pour la clause si l’acheteur admet ces personnes. " + CONFIRM
    )
    articles = (f"{CCP}L2112-2",)
    return _way(case, way, Stance.ALLOWED, [first, *outcomes], [], cautions, articles, order=True)


def _hiring_outside(
    case: Case, way: Way, companies: list[CaseParty], cautions: list[str], on: date
) -> WayOutcome:
    """On a reserved lot the company is outside: the others answer, it hires afterwards."""
    outside = {company.key for company in companies}
    outcomes = [
        parts.employer(party)
        if party.key in outside
        else parts.in_group(case, party, GroupForm.CONJOINT, on)
        for party in case.parties
    ]
    left = sum(case.own_cents(company) or 0 for company in companies)
    return _way(case, way, Stance.ALLOWED, outcomes, [], cautions, (), left=left)


def _without_holder(case: Case, way: Way) -> WayOutcome:
    outcomes = [
        Outcome(
            key=party.key, place=Position.OUT, owes_cents=None, paid_cents=None, payer=Payer.NOBODY
        )
        for party in case.parties
    ]
    refusal = "Choisissez d’abord qui porterait le marché : le mandataire."
    return _way(case, way, Stance.ALLOWED, outcomes, [refusal], list(_common_cautions(case)), ())


def _way(
    case: Case,
    way: Way,
    stance: Stance,
    outcomes: list[Outcome],
    refusals: list[str],
    cautions: list[str],
    articles: tuple[str, ...],
    *,
    order: bool = False,
    left: int = 0,
) -> WayOutcome:
    if order:
        rank = {party.key: place for place, party in enumerate(case.parties)}
        outcomes = sorted(outcomes, key=lambda each: rank[each.key])
    is_reserved = case.reservation not in (None, Reservation.NONE)
    if is_reserved and case.reservation is not None:
        cautions.append(_RESERVED_CAUTION)
        articles = (*articles, CCP + ARTICLES[case.reservation])
    # One party that may not be there shuts the whole way.
    shut = refusals or any(each.refusals for each in outcomes)
    doubtful = any(CONFIRM in text for each in outcomes for text in each.notes)
    doubtful = doubtful or any(CONFIRM in text for text in cautions)
    standing = Feasibility.REFUSED if shut else Feasibility.POSSIBLE
    # Our own readings of the law are said as such, and never better than « to confirm ».
    if standing is Feasibility.POSSIBLE and (doubtful or stance is Stance.UNKNOWN):
        standing = Feasibility.TO_CONFIRM
    return WayOutcome(
        way=way,
        stance=stance,
        standing=standing,
        outcomes=tuple(outcomes),
        left_cents=left,
        refusals=tuple(refusals),
        cautions=tuple(dict.fromkeys(cautions)),
        articles=articles,
    )


def _stance(notice: NoticeForm, form: GroupForm) -> Stance:
    match notice:
        case NoticeForm.UNKNOWN:
            return Stance.UNKNOWN
        case NoticeForm.FREE:
            return Stance.ALLOWED
        case NoticeForm.FORBIDDEN:
            return Stance.FORBIDDEN
    return Stance.IMPOSED if notice.value == form.value else Stance.TO_TRANSFORM


def _common_cautions(case: Case) -> list[str]:
    found = []
    if case.reservation is None and case.is_public is not False:
        found.append("Nous ne savons pas si ce lot est réservé. " + CONFIRM)
    if case.is_public is None:
        found.append("Nous ne savons pas si l’acheteur est public : le paiement en dépend.")
    return found


def _form_cautions(case: Case, form: GroupForm) -> list[str]:
    found = []
    if case.notice is NoticeForm.FORBIDDEN:
        found.append(
            "L’avis écarte les groupements, que la loi permet (R2142-19) : posez la question. "
            + CONFIRM
        )
    if case.notice is NoticeForm.UNKNOWN:
        found.append("L’avis ne dit rien de la forme : lisez le règlement. " + CONFIRM)
    if _stance(case.notice, form) is Stance.TO_TRANSFORM:
        imposed = GroupForm(case.notice.value)
        found.append(
            f"L’acheteur veut de qui est retenu, pas pour répondre : {imposed.label.lower()} "
            "(R2142-22). Décidez comme si vous y étiez déjà."
        )
    if form is GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE:
        if case.notice is not NoticeForm.CONJOINT_MANDATAIRE_SOLIDAIRE:
            # Solidarity is never presumed in public contracts: it must be written.
            found.append("Le mandataire n’est solidaire que si le marché le prévoit (R2142-24).")
        if case.lead is None:
            found.append("Choisissez un mandataire : lui seul répondrait du tout.")
    if case.is_public is False:
        found.append(
            "Contrat privé : écrivez « sans solidarité ». Entre commerçants, elle se présume."
        )
    return found


def _given(party: CaseParty, holder: str) -> int:
    """What of the price leaves the holder through this party; its own followers are inside."""
    if party.role is PartyRole.EMPLOYER or (party.of is not None and party.of != holder):
        return 0
    return party.share_cents or 0


def _all_known(case: Case, holder: str) -> bool:
    return all(
        party.share_cents is not None
        for party in case.parties
        if party.key != holder and party.role is not PartyRole.EMPLOYER
    )


_BUILDERS = {
    Way.CONJOINT: _group,
    Way.CONJOINT_MANDATAIRE_SOLIDAIRE: _group,
    Way.SOLIDAIRE: _group,
    Way.SOUS_TRAITANCE: _subcontract,
    Way.MISE_A_DISPOSITION: _supply,
    Way.EMBAUCHE: _hiring,
}
