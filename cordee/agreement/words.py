"""What an alliance and its parts are called: a group has a lead, who answers alone has none."""

from dataclasses import dataclass, replace

from cordee.agreement.model import Party, Reason, Terms
from cordee.rules.groups import PartyRole

ALONE = "Candidat seul, avec des sous-traitants"
STAFFED = "Candidat seul, avec du personnel mis à disposition"
# A reason of a group that is none for who answers alone: it bears the whole risk.
NOT_ALONE = frozenset({Reason.RISK})
_ROLES_ALONE = {PartyRole.MEMBER: "candidat seul"}
_REASONS_ALONE = {
    Reason.CAPACITY: "le candidat n’a pas assez d’équipes pour le tout",
    Reason.TRADES: "il faut un métier que le candidat n’a pas",
    Reason.PLACE: "une partie des lieux est trop loin de ses équipes",
    Reason.CEILING: "son plafond de recettes n’y suffit pas",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words that depend on who answers, for pages and sentences.

    `speaker`: who speaks to the buyer. `paper`: what each signer approves, with its article.
    `whole`: who answers. `one`: one of those who sign. `alone`: what stands in the place of the
    form of a group. `is_staffed`: alone, with staff supplied to it and nothing subcontracted.
    """

    is_alone: bool
    speaker: str
    paper: str
    whole: str
    one: str
    alone: str = ""
    is_staffed: bool = False


_GROUP = Words(
    is_alone=False,
    speaker="mandataire",
    paper="la convention",
    whole="le groupement",
    one="membre",
)
_SOLE = Words(
    is_alone=True,
    speaker="candidat",
    paper="l’accord de sous-traitance",
    whole="le candidat",
    one="signataire",
    alone=ALONE,
)
_STAFFED = replace(_SOLE, alone=STAFFED, is_staffed=True)


def words_of(terms: Terms) -> Words:
    """The words for who answers under these terms."""
    if terms.is_staffed:
        return _STAFFED
    return _GROUP if terms.holder is None else _SOLE


def form_called(terms: Terms) -> str:
    """The form in French; empty where it is still to be chosen."""
    if alone := words_of(terms).alone:
        return alone
    return "" if terms.form is None else terms.form.label


def role_called(terms: Terms, party: Party) -> str:
    """What a party is, in French: nobody is a member where there is no group."""
    alone = _ROLES_ALONE.get(party.role) if terms.holder is not None else None
    return alone or party.role.label


def reason_called(terms: Terms, reason: Reason) -> str:
    """Why several work on it, in French."""
    alone = _REASONS_ALONE.get(reason) if terms.holder is not None else None
    return alone or reason.label


def reasons_of(terms: Terms) -> tuple[Reason, ...]:
    """Those that count, in their order (RULE-38)."""
    out = frozenset() if terms.holder is None else NOT_ALONE
    return tuple(reason for reason in Reason if reason in terms.reasons - out)
