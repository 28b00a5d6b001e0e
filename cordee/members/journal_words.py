"""What the verbs of the room's journal say in French, after the name of who acted."""

VERBS = {
    "members.open_network": "a ouvert un réseau",
    "members.grant_seat": "a donné un rôle",
    "members.end_seat": "a retiré un rôle",
    "members.leave_seat": "a quitté un rôle",
    "members.claim_structure": "a rejoint la structure, la première",
    "members.send_invitation": "a envoyé une invitation",
    "members.resend_invitation": "a renvoyé une invitation",
    "members.revoke_invitation": "a retiré une invitation",
    "members.accept_invitation": "a accepté une invitation",
    "members.ask_to_join": "a demandé à rejoindre la structure",
    "members.accept_join_request": "a accepté une demande",
    "members.refuse_join_request": "a refusé une demande",
    "members.withdraw_join_request": "a retiré sa demande",
    "members.guess_trades": "a supposé des métiers",
    "members.open_programme": "a ouvert un programme",
    "members.edit_programme": "a modifié un programme",
    "members.add_programme_line": "a noté une promesse ou un fait du programme",
    "members.edit_programme_line": "a corrigé une promesse ou un fait du programme",
    "members.remove_programme_line": "a retiré une promesse ou un fait du programme",
}
