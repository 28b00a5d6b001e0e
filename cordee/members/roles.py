"""What each role opens, in plain words: said before a person accepts it, and after."""

from cordee.members.models import RoleSeat

Role = RoleSeat.Role

OPENS: dict[str, tuple[str, ...]] = {
    Role.NETWORK_STAFF: (
        "les structures membres, et ce qu’elles ouvrent au réseau",
        "les opportunités à relayer, et les réponses des membres",
        "les équipes composées pour le réseau",
        "l’équipe du réseau : vous y invitez des collègues",
    ),
    Role.DELEGATE: (
        "les structures membres de votre territoire, et ce qu’elles ouvrent au réseau",
        "les opportunités à relayer, et les réponses des membres",
        "les équipes composées pour le réseau",
    ),
    Role.DIRECTOR: (
        "la fiche de la structure : vous la tenez à jour",
        "ses chiffres : vous choisissez quel réseau les voit",
        "les opportunités qui lui conviennent : vous y répondez",
        "son équipe : vous y invitez des collègues",
    ),
    Role.SUPERVISOR: (
        "la fiche de la structure",
        "les opportunités qui la concernent",
    ),
    Role.COUNSELLOR: (
        "la fiche de la structure",
        "les opportunités qui la concernent",
    ),
    Role.PROGRAMME_TEAM: (
        "les engagements du programme et leur avancement",
        "les opportunités que vous proposez aux réseaux",
        "des totaux, jamais le nom de qui répond",
    ),
    Role.BUYER: ("les besoins que vous publiez, et les réponses",),
    Role.FACILITATOR: ("les opportunités de votre territoire",),
    Role.COMPANY: ("les besoins que vous publiez, et les réponses",),
}

# Roles that a place narrows, and not a structure, a network or a programme.
PLACED = (Role.BUYER, Role.FACILITATOR)
