"""A group that changes: how, at each moment, and what the others then owe (RULE-39)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cordee.rules import parameters
from cordee.rules.groups import GroupForm
from cordee.rules.labelled import Labelled
from cordee.rules.sharing_out import shared_out


class Phase(StrEnum):
    """Where the bid stands: frozen from the application (*candidature*) to the signature.

    In an open procedure the application leaves with the offer; in two stages, well before it.
    """

    FREE = "FREE"
    FROZEN = "FROZEN"
    SIGNED = "SIGNED"


class Change(StrEnum):
    """What changes: a member falls out, and those who stay take its work (SHARES), or another
    member does (NEW_MEMBER); or the work of a subcontractor changes hands."""

    WITHDRAWAL = "WITHDRAWAL"
    SHARES = "SHARES"
    NEW_MEMBER = "NEW_MEMBER"
    SUBCONTRACTOR = "SUBCONTRACTOR"


class Ground(Labelled):
    """What allows a change of members, where something does."""

    NO_FAULT = "NO_FAULT", "la structure ne peut plus, sans faute du groupe"
    RESTRUCTURING = "RESTRUCTURING", "la structure est rachetée ou fusionne"
    NEGOTIATION = "NEGOTIATION", "la procédure prévoit une négociation ou un dialogue"
    REVIEW_CLAUSE = "REVIEW_CLAUSE", "une clause de réexamen du contrat le prévoit"
    NONE = "NONE", "rien de cela"


class Path(Labelled):
    """By what the change is made."""

    AGREEMENT = "AGREEMENT", "accord de ceux que cela concerne"
    REQUEST = "REQUEST", "demande motivée à l’acheteur"
    DC4 = "DC4", "déclaration de sous-traitance (DC4)"
    AMENDMENT = "AMENDMENT", "avenant signé avec l’acheteur"
    CLOSED = "CLOSED", "impossible à ce moment"


FREEZE = "Code de la commande publique, art. R2142-26"
NEW_HOLDER = "Code de la commande publique, art. R2194-6 et CE, 16 mai 2022, n° 459408"
CAPACITIES = "Code de la commande publique, art. R2142-3"
SUBCONTRACT = "Code de la commande publique, art. L2193-3 et R2193-1 à R2193-3"
OWN_READING = "Lecture de Cordée, à confirmer avec l’acheteur."


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRule:
    """How one change is made in one phase: the paths open, the best first."""

    paths: tuple[Path, ...]
    sentences: tuple[str, ...]
    articles: tuple[str, ...]


def grounds(phase: Phase | str, *, on: date) -> frozenset[str]:
    """Give what allows a change of members in a phase; nothing has to before the application.

    Source: Code de la commande publique R2142-26, R2194-6; RULE-39.
    Not covered: the other cases in which a contract may be modified (L2194-1).
    """
    match Phase(phase):
        case Phase.FREE:
            return frozenset()
        case Phase.FROZEN:
            return parameters.codes("group_changes.grounds_before_signature", on=on)
    return parameters.codes("group_changes.grounds_after_signature", on=on)


def change_rule(
    change: Change | str,
    phase: Phase | str,
    *,
    ground: Ground | str | None,
    alone: bool = False,
    on: date,
) -> ChangeRule:
    """Give how a change is made: freely, by asking the buyer, by a DC4, by an amendment.

    `ground`: what is said to allow it (None: nobody said yet). `alone`: whether one candidate
    answers for all, with subcontractors: there is no group to freeze, but an offer.

    Source: Code de la commande publique R2142-26, R2193-1 and following, R2194-6; Conseil d'État,
    16 May 2022, n° 459408; RULE-39. What becomes of a subcontractor before the signature, and of
    shares after it, is our own reading.
    Not covered: what the documents of the consultation add, defence contracts, private contracts,
    which follow what the parties wrote.
    """
    change, phase = Change(change), Phase(phase)
    if phase is Phase.FREE:
        return _free("l’équipe" if alone else "le groupe")
    if change is Change.SUBCONTRACTOR:
        return _subcontractor(phase)
    if phase is Phase.FROZEN and alone:
        return ChangeRule(
            paths=(Path.CLOSED,),
            sentences=(
                "Le candidat répond seul : sans lui, il n’y a plus d’offre.",
                "Il tient son offre, ou il la retire.",
            ),
            articles=(),
        )
    ground = None if ground is None else Ground(ground)
    if phase is Phase.FROZEN:
        return _frozen(ground, on)
    return _signed(change, ground, alone, on)


def staffing_rule(phase: Phase | str) -> ChangeRule:
    """Give how who supplies staff leaves: it is in no group, and its work is no subcontract.

    Source: RULE-40; Code de la commande publique R2142-3 (own reading, to be confirmed with the
    buyer: the offer may rest on these people).
    Not covered: private contracts.
    """
    if Phase(phase) is Phase.FREE:
        return _free("l’équipe")
    return ChangeRule(
        paths=(Path.REQUEST,),
        sentences=(
            "Qui fournit du personnel n’est ni membre, ni sous-traitant\u00a0: aucun DC4 n’est à "
            "faire.",
            "L’offre s’appuie peut-être sur ces personnes. Écrivez à l’acheteur comment vous "
            f"gardez cette capacité. {OWN_READING}",
        ),
        articles=(CAPACITIES,),
    )


def _free(who: str) -> ChangeRule:
    return ChangeRule(
        paths=(Path.AGREEMENT,),
        sentences=(
            f"Avant la candidature, {who} change librement.",
            "Ceux que le changement concerne donnent de nouveau leur accord.",
        ),
        articles=(),
    )


def _frozen(ground: Ground | None, on: date) -> ChangeRule:
    frozen = "De la candidature à la signature, la composition du groupe est figée."
    allowed = grounds(Phase.FROZEN, on=on)
    if ground is not None and ground not in allowed:
        return ChangeRule(
            paths=(Path.CLOSED,),
            sentences=(frozen, "Rien n’ouvre de demande : tenez la part, ou retirez l’offre."),
            articles=(FREEZE,),
        )
    if ground is Ground.NEGOTIATION:
        asks = (
            "La procédure se négocie : l’acheteur peut autoriser le changement.",
            "Montrez que vos garanties demeurent, et que l’égalité entre candidats est respectée.",
        )
    else:
        asks = (
            "Demandez à l’acheteur de continuer sans ce membre. De nouveaux membres, des "
            "sous-traitants ou des entreprises liées peuvent le remplacer, s’il les accepte.",
            "Prouvez la cause, et que vous pouvez toujours tout faire.",
        )
    # Not said yet: the request is prepared, and the question is put.
    unsaid = ("Dites d’abord ce qui permet le changement : cela décide de tout.",)
    return ChangeRule(
        paths=(Path.REQUEST,),
        sentences=(frozen, *asks, *(unsaid if ground is None else ())),
        articles=(FREEZE,),
    )


def _signed(change: Change, ground: Ground | None, alone: bool, on: date) -> ChangeRule:
    holder = (
        f"{'Céder le marché' if alone else 'Un nouveau membre'} change le titulaire : il faut une "
        "clause de réexamen du contrat, ou une restructuration. Sinon, une nouvelle mise en "
        "concurrence."
    )
    stays = (
        "Le titulaire répond de tout, seul. Il peut sous-traiter davantage, pas tout."
        if alone
        else f"Ceux qui restent se partagent le travail : un avenant le dit. {OWN_READING}"
    )
    clause = "Le CCAG cité par le contrat a des clauses sur le membre défaillant : lisez-les."
    if change is Change.NEW_MEMBER:
        # Nobody said what allows it: another holder is never supposed.
        allowed = ground in grounds(Phase.SIGNED, on=on)
        return ChangeRule(
            paths=(Path.AMENDMENT if allowed else Path.CLOSED,),
            sentences=(holder,) if alone else (holder, clause),
            articles=(NEW_HOLDER,),
        )
    if change is Change.SHARES:
        return ChangeRule(paths=(Path.AMENDMENT,), sentences=(stays,), articles=())
    subcontract = "Un sous-traitant peut faire le travail, déclaré par un DC4 : le titulaire reste."
    return ChangeRule(
        paths=(Path.DC4,) if alone else (Path.AMENDMENT, Path.DC4),
        sentences=(stays, holder) if alone else (stays, subcontract, holder, clause),
        articles=(SUBCONTRACT, NEW_HOLDER),
    )


def _subcontractor(phase: Phase) -> ChangeRule:
    if phase is Phase.FROZEN:
        return ChangeRule(
            paths=(Path.REQUEST,),
            sentences=(
                "L’offre ne change plus sans l’acheteur.",
                "Écrivez-lui qui fera ce travail : celui qui l’avait confié, ou un autre "
                f"sous-traitant. Le prix et les délais restent. {OWN_READING}",
            ),
            articles=(SUBCONTRACT,),
        )
    return ChangeRule(
        paths=(Path.DC4,),
        sentences=(
            "Le titulaire reprend ce travail, ou le confie à un autre.",
            "Un nouveau sous-traitant se déclare par un DC4. L’acheteur l’accepte d’abord.",
            "Si le titulaire le reprend, le DC4 accepté est modifié.",
        ),
        articles=(SUBCONTRACT,),
    )


@dataclass(frozen=True, slots=True)
class MemberShare:
    """A member, and its share of the price without tax."""

    key: str
    share_cents: int
    is_lead: bool


@dataclass(frozen=True, slots=True)
class Debt:
    """What one of the others may be asked for, and what it bears in the end.

    `asked_cents`: by the buyer, at most. `borne_cents`: between the members, in proportion of
    their shares; what each pays in the end where all of them pay.
    """

    key: str
    asked_cents: int
    borne_cents: int


def debts_after_withdrawal(
    form: GroupForm | str,
    members: Sequence[MemberShare],
    leaver: str,
    *,
    phase: Phase | str,
    left_cents: int | None,
) -> tuple[Debt, ...]:
    """Give what each of the others owes when one falls out, in cents without tax.

    Nothing before signature. After it: nothing more in a conjoint group; the missing part, asked
    of the lead, where the lead is solidary; of any of them in a solidary group. `left_cents` is
    what the leaver had still to do; None: its whole share.

    Source: Code de la commande publique R2142-20, R2142-24; Code civil 1313, 1317; RULE-39.
    Not covered: penalties, work done again, what the members agreed between themselves.
    """
    form, phase = GroupForm(form), Phase(phase)
    leaving = next((member for member in members if member.key == leaver), None)
    if leaving is None:
        raise ValueError(f"leaver is {leaver!r}, not one of the members: give the key of one.")
    missing = leaving.share_cents if left_cents is None else left_cents
    if not 0 <= missing <= leaving.share_cents:
        raise ValueError(f"left_cents is {missing}: give 0 to {leaving.share_cents}.")
    others = [member for member in members if member.key != leaver]
    if phase is not Phase.SIGNED or form is GroupForm.CONJOINT:
        liable = []
    elif form is GroupForm.SOLIDAIRE:
        liable = others
    else:
        # A lead that leaves was the only one to answer for the others.
        liable = [member for member in others if member.is_lead]
    borne = _in_proportion(missing, liable)
    keys = {member.key for member in liable}
    return tuple(
        Debt(member.key, missing if member.key in keys else 0, borne.get(member.key, 0))
        for member in others
    )


def _in_proportion(cents: int, members: Sequence[MemberShare]) -> dict[str, int]:
    """Split to the cent by shares; alike where no share is known."""
    if not members:
        return {}
    parts = shared_out(cents, [member.share_cents for member in members])
    return {member.key: part for member, part in zip(members, parts, strict=True)}
