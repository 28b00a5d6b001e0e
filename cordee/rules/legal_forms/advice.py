"""Which way to take on this case, and who leads, with the reasons (RULE-21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cordee.rules.groups import GroupForm, LeadCandidate, PartyRole, recommended_lead
from cordee.rules.kinds import Kind, supplies_staff
from cordee.rules.legal_forms.model import Case, NoticeForm, Way
from cordee.rules.legal_forms.parts import is_shut_out


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadFacts:
    """What is known of a member that could lead; None is unknown."""

    key: str
    siren: str
    kind: Kind
    can_lead: bool | None
    contracts_led: int | None
    permanent_staff: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A way, a lead, and why. `shut_out`: who has to take another place first."""

    way: Way
    lead: str | None
    reasons: tuple[str, ...]
    shut_out: tuple[str, ...]
    to_ask: tuple[str, ...]


def advise(case: Case, facts: Sequence[LeadFacts], *, on: date) -> Advice:
    """Recommend a way: conjoint, unless the notice asks otherwise of the holder, or bans groups.

    The lead is the most experienced member that may answer, then the biggest. Solidarity is
    taken only where the notice imposes it: a small ACI cannot answer for the whole.

    Source: Code de la commande publique R2142-22, R2142-24; RULE-15, RULE-21 (own advice).
    Not covered: who wants to lead, who gets on with whom, insurance.
    """
    shut_out = tuple(party.key for party in case.members if is_shut_out(case, party, on))
    may_answer = [party for party in case.members if party.key not in shut_out]
    lead, reasons_of_lead, to_ask = _lead([f for f in facts if f.key not in shut_out])
    reasons = []
    if shut_out:
        reasons.append(
            "Le lot est réservé : l’entreprise sort du groupe. "
            "Elle peut fournir, être tutrice, ou embaucher ensuite."
        )
    if _is_staffed(case):
        way, reasons_of_lead, to_ask = Way.MISE_A_DISPOSITION, [], ()
        reasons.append("Un seul répond et dirige le travail : du personnel lui est fourni.")
    elif case.notice is NoticeForm.FORBIDDEN:
        way = Way.SOUS_TRAITANCE
        reasons.append(
            "L’avis écarte les groupements, que la loi permet (R2142-19) : posez la question à "
            "l’acheteur. S’il le confirme, un seul répond et les autres sous-traitent."
        )
    elif len({party.siren for party in may_answer}) < 2:
        way = Way.SOUS_TRAITANCE
        reasons.append("Un seul membre peut répondre : les autres viennent en sous-traitance.")
    elif case.notice in (NoticeForm.UNKNOWN, NoticeForm.FREE):
        way = Way.CONJOINT
        reasons.append("Chacun répond de sa part seulement : la forme la plus sûre pour un petit.")
        if case.is_public:
            reasons.append("L’acheteur paie chacun directement.")
    else:
        form = GroupForm(case.notice.value)
        way = Way(form.value)
        reasons.append(f"L’avis veut cette forme de qui est retenu : {form.label.lower()}.")
        if form is not GroupForm.CONJOINT:
            reasons.append("Mesurez le risque en euros avant de dire oui.")
    return Advice(
        way=way,
        lead=lead,
        reasons=(*reasons, *reasons_of_lead),
        shut_out=shut_out,
        to_ask=to_ask,
    )


def _is_staffed(case: Case) -> bool:
    """Whether one member answers and others only supply it with staff, or hire afterwards."""
    others = [party.role for party in case.parties if party.role is not PartyRole.MEMBER]
    return (
        len(case.members) == 1
        and PartyRole.STAFFING in others
        and set(others) <= {PartyRole.STAFFING, PartyRole.EMPLOYER}
    )


def _lead(facts: Sequence[LeadFacts]) -> tuple[str | None, list[str], tuple[str, ...]]:
    able = [f for f in facts if f.can_lead is not False and not supplies_staff(f.kind)]
    if not able:
        return None, ["Personne dans le groupe ne peut le mener : cherchez un mandataire."], ()
    known = [f for f in able if f.contracts_led is not None or f.permanent_staff is not None]
    unknown = tuple(f.key for f in able if f.contracts_led is None or f.permanent_staff is None)
    if not known:
        return None, ["Pour mener, à choisir : personne n’a dit son expérience."], unknown
    chosen = recommended_lead(
        [LeadCandidate(f.siren, f.contracts_led or 0, f.permanent_staff or 0) for f in known]
    )
    found = next(f for f in known if f.siren == chosen)
    most = max(f.contracts_led or 0 for f in known)
    first = [f for f in known if (f.contracts_led or 0) == most]
    biggest = max(f.permanent_staff or 0 for f in first)
    is_biggest = sum((f.permanent_staff or 0) == biggest for f in first) == 1
    if most and len(first) == 1:
        who = "celui qui a le plus d’expérience des marchés"
    else:
        among = "parmi les plus expérimentés, " if most else ""
        one = "celui qui a" if is_biggest else "un de ceux qui ont"
        who = f"{among}{one} la plus grande équipe permanente"
    reason = f"Pour mener : {who}."
    if unknown:
        reason = f"{reason.removesuffix('.')}, d’après ce que nous savons."
    return found.key, [reason], unknown
