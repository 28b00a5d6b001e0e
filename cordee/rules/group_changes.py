"""A group that changes: how, at each moment, and what the others then owe (RULE-39)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cordee.rules import parameters
from cordee.rules.groups import GroupForm
from cordee.rules.sharing_out import shared_out


class Phase(StrEnum):
    """Where the bid stands."""

    BEFORE_FILING = "BEFORE_FILING"
    FILED = "FILED"
    SIGNED = "SIGNED"


class Change(StrEnum):
    """What changes."""

    WITHDRAWAL = "WITHDRAWAL"
    NEW_MEMBER = "NEW_MEMBER"
    SHARES = "SHARES"
    FORM = "FORM"
    LEAD = "LEAD"
    SUBCONTRACTOR = "SUBCONTRACTOR"


class Path(StrEnum):
    """By what the change is made."""

    AGREEMENT = "AGREEMENT"
    REQUEST = "REQUEST"
    DC4 = "DC4"
    AMENDMENT = "AMENDMENT"
    CLOSED = "CLOSED"

    @property
    def label(self) -> str:
        """In plain French, for screens."""
        return PATH_LABELS[self]


PATH_LABELS: Mapping[Path, str] = {
    Path.AGREEMENT: "accord de ceux que cela concerne",
    Path.REQUEST: "demande motivée à l’acheteur",
    Path.DC4: "déclaration de sous-traitance (DC4)",
    Path.AMENDMENT: "avenant signé avec l’acheteur",
    Path.CLOSED: "impossible à ce moment",
}
FREEZE = "Code de la commande publique, art. R2142-26"
AMENDMENT = "Code de la commande publique, art. L2194-1 et R2194-6"
CAPACITIES = "Code de la commande publique, art. R2142-3"
SUBCONTRACT = "Code de la commande publique, art. L2193-1 et R2193-1 à R2193-3"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRule:
    """How one change is made in one phase: the paths open, the best first."""

    paths: tuple[Path, ...]
    sentences: tuple[str, ...]
    articles: tuple[str, ...]


def change_rule(
    change: Change | str,
    phase: Phase | str,
    *,
    at_fault: bool | None,
    negotiated: bool | None,
    on: date,
) -> ChangeRule:
    """Give how a change is made: freely, by asking the buyer, by a DC4, by an amendment.

    `at_fault`: whether the member falls out by the group's own doing (None: not told yet).
    `negotiated`: whether the procedure has a negotiation or a dialogue (None: unknown).

    Source: Code de la commande publique R2142-26, R2193-1 and following, R2194-6; RULE-39.
    Not covered: what the documents of the consultation add, defence contracts, private contracts,
    which follow what the parties wrote.
    """
    change, phase = Change(change), Phase(phase)
    if phase is Phase.BEFORE_FILING:
        return _before_filing("le groupe")
    if phase is Phase.FILED:
        return _filed(change, at_fault, negotiated, on)
    return _signed(change)


def staffing_rule(phase: Phase | str) -> ChangeRule:
    """Give how who supplies staff leaves: it is in no group, and its work is no subcontract.

    Source: RULE-40; Code de la commande publique R2142-3 (own reading, to be confirmed with the
    buyer: the offer may rest on these people).
    Not covered: private contracts.
    """
    if Phase(phase) is Phase.BEFORE_FILING:
        return _before_filing("l’équipe")
    return ChangeRule(
        paths=(Path.REQUEST,),
        sentences=(
            "Qui fournit du personnel n’est ni membre, ni sous-traitant\u00a0: aucun DC4 n’est à "
            "faire.",
            "L’offre s’appuie peut-être sur ces personnes. Écrivez à l’acheteur comment vous "
            "gardez cette capacité. À confirmer avec lui.",
        ),
        articles=(CAPACITIES,),
    )


def _before_filing(who: str) -> ChangeRule:
    return ChangeRule(
        paths=(Path.AGREEMENT,),
        sentences=(
            f"Avant le dépôt, {who} change librement.",
            "Ceux que le changement concerne donnent de nouveau leur accord.",
        ),
        articles=(),
    )


def sole_change_rule(change: Change | str, phase: Phase | str) -> ChangeRule:
    """Give how the team of who answers alone changes: there is no group to freeze, but an offer.

    `change`: WITHDRAWAL where who answers alone falls out, SUBCONTRACTOR for those who work for it.

    Source: Code de la commande publique L2193-1, R2193-1 to R2193-3, R2194-6; RULE-39 (own reading
    between filing and signature, to be confirmed with the buyer).
    Not covered: an offer that rests on the means of the subcontractor; private contracts.
    """
    change, phase = Change(change), Phase(phase)
    if phase is Phase.BEFORE_FILING:
        return _before_filing("l’équipe")
    if change is Change.SUBCONTRACTOR:
        return _sole_subcontractor(phase)
    if phase is Phase.FILED:
        return ChangeRule(
            paths=(Path.CLOSED,),
            sentences=(
                "Le candidat répond seul : sans lui, il n’y a plus d’offre.",
                "Il tient son offre, ou il la retire.",
            ),
            articles=(),
        )
    return ChangeRule(
        paths=(Path.AMENDMENT,),
        sentences=(
            "Le titulaire répond de tout, seul. Il peut sous-traiter davantage (DC4), pas tout.",
            "Céder le marché à une autre structure demande un avenant. L’acheteur n’y est pas "
            "tenu.",
        ),
        articles=(AMENDMENT,),
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


def _filed(change: Change, at_fault: bool | None, negotiated: bool | None, on: date) -> ChangeRule:
    frozen = "Entre le dépôt et la signature, la composition du groupe est figée."
    asks = parameters.codes("group_changes.asked_without_fault", on=on)
    # Not told yet counts as without fault: the request is prepared, and the question is put.
    if change in asks and at_fault is not True:
        sentences = [
            frozen,
            "Demandez à l’acheteur de continuer sans ce membre, ou avec un remplaçant.",
            "Prouvez que la cause ne vient pas du groupe, et que vous pouvez tout faire.",
        ]
        if at_fault is None:
            sentences.append("Dites d’abord si la cause vient du groupe : cela décide de tout.")
        return ChangeRule(paths=(Path.REQUEST,), sentences=tuple(sentences), articles=(FREEZE,))
    if change not in parameters.codes("group_changes.frozen_in_negotiation", on=on):
        if negotiated:
            return ChangeRule(
                paths=(Path.REQUEST,),
                sentences=(
                    frozen,
                    "La procédure est négociée : l’acheteur peut autoriser le changement.",
                    "Montrez que vos moyens suffisent encore. L’égalité entre candidats demeure.",
                ),
                articles=(FREEZE,),
            )
        # Unknown is not no: the reader is told what to look for before giving up.
        if negotiated is None:
            return ChangeRule(
                paths=(Path.CLOSED,),
                sentences=(
                    frozen,
                    "Une procédure négociée permettrait de demander. Lisez le règlement.",
                ),
                articles=(FREEZE,),
            )
    return ChangeRule(
        paths=(Path.CLOSED,),
        sentences=(frozen, "Attendez la signature, ou renoncez à l’offre ensemble."),
        articles=(FREEZE,),
    )


def _sole_subcontractor(phase: Phase) -> ChangeRule:
    if phase is Phase.FILED:
        return ChangeRule(
            paths=(Path.REQUEST,),
            sentences=(
                "L’offre est déposée : elle ne change plus sans l’acheteur.",
                "Écrivez-lui qui fera ce travail : le candidat lui-même, ou un autre "
                "sous-traitant.",
                "Le prix et les délais restent ceux de l’offre.",
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


def _signed(change: Change) -> ChangeRule:
    if change is Change.SUBCONTRACTOR:
        return ChangeRule(
            paths=(Path.DC4,),
            sentences=("Déclarez le sous-traitant par un DC4. L’acheteur l’accepte d’abord.",),
            articles=(SUBCONTRACT,),
        )
    if change in (Change.WITHDRAWAL, Change.NEW_MEMBER):
        return ChangeRule(
            paths=(Path.DC4, Path.AMENDMENT),
            sentences=(
                "Le plus simple : un sous-traitant reprend le travail, déclaré par un DC4.",
                "Sinon, un avenant change les membres. L’acheteur n’y est pas tenu.",
            ),
            articles=(SUBCONTRACT, AMENDMENT),
        )
    return ChangeRule(
        paths=(Path.AMENDMENT,),
        sentences=("Un avenant signé avec l’acheteur le change.",),
        articles=(AMENDMENT,),
    )


def _in_proportion(cents: int, members: Sequence[MemberShare]) -> dict[str, int]:
    """Split to the cent by shares; alike where no share is known."""
    if not members:
        return {}
    parts = shared_out(cents, [member.share_cents for member in members])
    return {member.key: part for member, part in zip(members, parts, strict=True)}
