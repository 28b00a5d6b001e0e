"""What the verbs of the room's journal say in French, after the name of who acted."""

from collections.abc import Mapping
from typing import Any

from cordee.members.models import RoleSeat, SharingAgreement

VERBS = {
    "members.import_structures": "a importé une liste de structures",
    "members.declare_activity": "a déclaré un métier",
    "members.declare_crew": "a déclaré une équipe",
    "members.book_capacity": "a promis une part de l’équipe",
    "members.release_capacity": "a rendu une part promise de l’équipe",
    "members.send_invitation": "a envoyé une invitation",
    "members.resend_invitation": "a renvoyé une invitation",
    "members.revoke_invitation": "a retiré une invitation",
    "members.add_structure": "a ajouté la structure à l’annuaire",
    "members.invite_directors": "a invité les directions des membres",
    "members.erase_director_address": "a effacé l’adresse donnée de sa direction",
    "members.ask_to_join": "a demandé à rejoindre la structure",
    "members.refuse_join_request": "a refusé une demande",
    "members.withdraw_join_request": "a retiré sa demande",
    "members.guess_trades": "a supposé des métiers",
    "members.edit_programme": "a modifié un programme",
    "members.add_programme_line": "a noté une promesse ou un fait du programme",
    "members.edit_programme_line": "a corrigé une promesse ou un fait du programme",
    "members.remove_programme_line": "a retiré une promesse ou un fait du programme",
    "members.describe_network": "a modifié ce que le réseau dit de lui",
    "members.move_network": "a rattaché la délégation à un autre réseau",
    "members.ask_membership": "a demandé à adhérer",
    "members.withdraw_membership_request": "a retiré sa demande d’adhésion",
    "members.ask_sharing": "a demandé l’ouverture de chiffres",
    "members.answer_claim": "a répondu à une étape de la reprise de fiche",
    "members.finish_claim": "a fini de reprendre la fiche",
    "members.apply_claim": "a fait écrire les réponses qui attendaient",
    "members.drop_claim": "a fait oublier les réponses qui attendaient",
    "members.set_trades": "a dit les métiers",
    "members.set_place": "a dit le lieu et le rayon d’action",
    "members.change_crew": "a modifié une équipe",
    "members.remove_crew": "a retiré une équipe",
    "members.set_declared_fte": "a dit sa taille en ETP",
    "members.set_season": "a dit ses mois de travail",
    "members.add_exception": "a noté des mois à part",
    "members.remove_exception": "a retiré des mois à part",
    "members.set_identity": "a corrigé le nom d’usage, le site ou le téléphone",
    "members.declare_paper": "a noté un papier",
    "members.change_paper": "a modifié un papier",
    "members.remove_paper": "a retiré un papier",
    "members.declare_annex": "a noté une annexe financière",
    "members.change_annex": "a corrigé une annexe financière",
    "members.undo_sheet": "a remis la fiche comme elle était",
    "members.close_structure": "a noté la fermeture",
    "members.reopen_structure": "a rouvert la structure",
    "members.deny_closure": "a démenti la fermeture",
    "members.check_registry": "a vérifié au répertoire SIRENE",
    "members.keep_list_mapping": "a gardé une correspondance de colonnes",
}

# Who held which role, who belonged to what, which figures were open to whom, and who said so.
KEPT = {
    "members.open_network": "a ouvert un réseau",
    "members.grant_seat": "a donné un rôle",
    "members.end_seat": "a retiré un rôle",
    "members.leave_seat": "a quitté un rôle",
    "members.claim_structure": "a rejoint la structure, la première",
    "members.accept_invitation": "a accepté une invitation",
    "members.accept_join_request": "a accepté une demande",
    "members.open_programme": "a ouvert un programme",
    "members.close_network": "a fermé le réseau",
    "members.reopen_network": "a rouvert le réseau",
    "members.record_membership": "a noté une adhésion",
    "members.resume_membership": "a prolongé une adhésion",
    "members.prove_membership": "a complété la preuve d’une adhésion",
    "members.end_membership": "a mis fin à une adhésion",
    "members.accept_membership": "a accepté une adhésion",
    "members.decline_membership": "a décliné une demande d’adhésion",
    "members.grant_sharing": "a ouvert des chiffres à un réseau",
    "members.revoke_sharing": "a fermé des chiffres à un réseau",
    "members.accept_sharing_request": "a accepté d’ouvrir des chiffres",
    "members.decline_sharing_request": "a gardé ses chiffres fermés",
}


def _role(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The role; never whose it is, since a journal names nobody else than who acted."""
    role = (after or before).get("role", "")
    return f"Rôle : {RoleSeat.Role(role).label}" if role in RoleSeat.Role.values else ""


def _figures(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Which sort of figures, and what for; no figure."""
    values = after or before
    sorts = dict(SharingAgreement.FigureClass.choices)
    sort = str(sorts.get(values.get("figure_class", ""), ""))
    rights = [
        words
        for name, words in (("may_see", "à voir"), ("may_compose", "pour composer"))
        if values.get(name) and not values.get("ends_on")
    ]
    return f"{sort.capitalize()} : {', '.join(rights)}" if sort and rights else sort.capitalize()


SENTENCES = {
    f"members.{verb}": sentence
    for sentence, verbs in (
        (_role, "grant_seat end_seat leave_seat send_invitation resend_invitation"),
        (_role, "revoke_invitation accept_invitation"),
        (_role, "ask_to_join accept_join_request refuse_join_request"),
        (_figures, "grant_sharing revoke_sharing ask_sharing"),
        (_figures, "accept_sharing_request decline_sharing_request"),
    )
    for verb in verbs.split()
}
