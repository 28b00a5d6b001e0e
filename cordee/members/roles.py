"""What each role is held in, may do, invites and opens: one table, asked by code and tests.

A role gives its rights where its seat is held (in that network, structure or programme) and nowhere
else; which objects are there is for `access.py` of each room. A new role is a line here:
constraints of the tables, and the people of the access matrix (`tests/access/matrix.py`), follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from django.db import models


class Role(models.TextChoices):
    """Roles that people hold, in the order of pages."""

    NETWORK_STAFF = "network_staff", "équipe du réseau"
    DELEGATE = "delegate", "délégué·e régional·e"
    DIRECTOR = "director", "direction de structure"
    SUPERVISOR = "supervisor", "encadrant·e technique"
    COUNSELLOR = "counsellor", "conseiller·ère en insertion (CIP)"
    PROGRAMME_TEAM = "programme_team", "équipe d’un programme"
    BUYER = "buyer", "acheteur"
    FACILITATOR = "facilitator", "facilitateur·rice"
    COMPANY = "company", "entreprise"


class Scope(Enum):
    """What a seat is held in."""

    NETWORK = auto()
    STRUCTURE = auto()
    PROGRAMME = auto()
    PLACE = auto()


class May(Enum):
    """What a role may do there."""

    # See and use what structures opened to the network, relay, read needs over.
    ACT_FOR_NETWORK = auto()
    # Shape the network, follow its delegations too, import a list of structures.
    RUN_NETWORK = auto()
    # Keep the sheet, see and open figures, answer, take part in alliances.
    DIRECT_STRUCTURE = auto()
    RUN_PROGRAMME = auto()
    # Take seats back: somebody who may always remains.
    ADMINISTER = auto()
    ANSWER_JOINING = auto()
    POST_NEEDS = auto()
    CONVERSE = auto()
    # Follow the people who learn at work: their cards, courses, what is observed.
    TEACH = auto()
    # A digest of one's own; a director has that of the structure.


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role. `opens`: what it opens, in words, read before a person accepts it and after."""

    held_in: Scope
    may: frozenset[May]
    invites: tuple[Role, ...]
    opens: tuple[str, ...]
    names_place: bool = False


AROUND = (Role.BUYER, Role.FACILITATOR, Role.COMPANY)
ANSWERING = frozenset({May.ANSWER_JOINING, May.POST_NEEDS, May.CONVERSE})
FOR_A_NETWORK = ANSWERING | {May.ACT_FOR_NETWORK}
BESIDE_DIRECTION = RoleRow(
    held_in=Scope.STRUCTURE,
    may=frozenset({May.TEACH}),
    invites=(),
    opens=(
        "la fiche de la structure",
        "les opportunités qui la concernent",
        "les personnes qui y apprennent\u00a0: leurs cartes et leurs parcours",
    ),
)

ROLES: Mapping[str, RoleRow] = {
    Role.NETWORK_STAFF: RoleRow(
        held_in=Scope.NETWORK,
        may=FOR_A_NETWORK | {May.RUN_NETWORK, May.ADMINISTER},
        invites=(Role.NETWORK_STAFF, Role.DELEGATE, Role.DIRECTOR, *AROUND),
        opens=(
            "les structures membres, et ce qu’elles ouvrent au réseau",
            "les opportunités à relayer, et les réponses des membres",
            "les équipes composées pour le réseau",
            "l’équipe du réseau : vous y invitez des collègues",
        ),
    ),
    Role.DELEGATE: RoleRow(
        held_in=Scope.NETWORK,
        may=FOR_A_NETWORK,
        invites=(Role.DIRECTOR, *AROUND),
        opens=(
            "les structures membres de votre territoire, et ce qu’elles ouvrent au réseau",
            "les opportunités à relayer, et les réponses des membres",
            "les équipes composées pour le réseau",
        ),
    ),
    Role.DIRECTOR: RoleRow(
        held_in=Scope.STRUCTURE,
        may=ANSWERING | {May.DIRECT_STRUCTURE, May.ADMINISTER},
        invites=(Role.DIRECTOR, Role.SUPERVISOR, Role.COUNSELLOR),
        opens=(
            "la fiche de la structure : vous la tenez à jour",
            "ses chiffres : vous choisissez quel réseau les voit",
            "les opportunités qui lui conviennent : vous y répondez",
            "son équipe : vous y invitez des collègues",
        ),
    ),
    Role.SUPERVISOR: BESIDE_DIRECTION,
    Role.COUNSELLOR: BESIDE_DIRECTION,
    Role.PROGRAMME_TEAM: RoleRow(
        held_in=Scope.PROGRAMME,
        may=frozenset({May.RUN_PROGRAMME, May.ADMINISTER, May.CONVERSE}),
        invites=(Role.PROGRAMME_TEAM,),
        opens=(
            "les engagements du programme et leur avancement",
            "les opportunités que vous proposez aux réseaux",
            "des totaux, jamais le nom de qui répond",
        ),
    ),
    Role.BUYER: RoleRow(
        held_in=Scope.PLACE,
        may=frozenset({May.POST_NEEDS}),
        invites=(),
        opens=("les besoins que vous publiez, et les réponses",),
        names_place=True,
    ),
    Role.FACILITATOR: RoleRow(
        held_in=Scope.PLACE,
        may=frozenset({May.POST_NEEDS}),
        invites=(),
        opens=("les opportunités de votre territoire",),
        names_place=True,
    ),
    Role.COMPANY: RoleRow(
        held_in=Scope.PLACE,
        may=frozenset({May.POST_NEEDS}),
        invites=(),
        opens=("les besoins que vous publiez, et les réponses",),
    ),
}


def roles_that(may: May) -> tuple[Role, ...]:
    """The roles that have a right."""
    return tuple(role for role in Role if may in ROLES[role].may)


def roles_held_in(*scopes: Scope) -> tuple[Role, ...]:
    """The roles whose seats are held in a network, a structure…"""
    return tuple(role for role in Role if ROLES[role].held_in in scopes)


def invited_by(role: Role, *scopes: Scope) -> tuple[Role, ...]:
    """Whom a role invites to seats held in those scopes."""
    return tuple(each for each in ROLES[role].invites if ROLES[each].held_in in scopes)
