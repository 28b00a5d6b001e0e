"""What the verbs of the room's journal say in French, after the name of who acted."""

VERBS = {
    "alliances.request_composition": "a cherché une équipe",
    "alliances.request_wish": "a cherché une équipe autrement",
    "alliances.stop_composition": "a arrêté une recherche avec ce qu’elle avait trouvé",
    "alliances.cancel_composition": "a abandonné une recherche d’équipe",
    "alliances.keep_proposal": "a gardé une équipe",
    "alliances.withdraw_proposal": "a retiré une équipe gardée",
    "alliances.start_alliance": "a ouvert une alliance",
    "alliances.add_party": "a ajouté une structure à une alliance",
    "alliances.remove_party": "a retiré une structure d’une alliance",
    "alliances.invite": "a invité une structure dans une alliance",
    "alliances.answer_invitation": "a répondu à une invitation dans une alliance",
    "alliances.write_terms": "a modifié les termes d’une alliance",
    "alliances.accept": "a accepté la part d’une structure",
    "alliances.take_back_acceptance": "a repris une acceptation",
    "alliances.move": "a fait avancer une alliance",
    "alliances.set_pace": "a changé les repères de temps d’une alliance",
    "alliances.lay_calendar": "a posé le calendrier d’une alliance",
    "alliances.add_task": "a noté une tâche dans une alliance",
    "alliances.edit_task": "a modifié une tâche d’une alliance",
    "alliances.tick_task": "a coché une tâche d’une alliance",
    "alliances.untick_task": "a décoché une tâche d’une alliance",
    "alliances.remove_task": "a retiré une tâche d’une alliance",
    "alliances.restore_task": "a remis une tâche dans une alliance",
    "alliances.decide": "a décidé pour sa structure d’y aller ou pas",
    "alliances.open_to_all": "a ouvert une composition à tous",
}

# Which team was chosen, and when.
KEPT = {
    "alliances.keep_proposal",
    "alliances.withdraw_proposal",
    "alliances.start_alliance",
    "alliances.answer_invitation",
    "alliances.write_terms",
    "alliances.accept",
    "alliances.take_back_acceptance",
    "alliances.move",
    "alliances.decide",
}
