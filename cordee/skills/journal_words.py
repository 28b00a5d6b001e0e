"""What the verbs of the room's journal say in French, after the name of who acted."""

VERBS = {
    "skills.write_learner": "a noté ou corrigé une personne qui apprend",
    "skills.print_card": "a imprimé une carte",
    "skills.lock_card": "a bloqué une carte, après dix essais manqués",
    "skills.note_observations": "a noté des observations",
    "skills.remove_observation": "a retiré une observation",
    "skills.restore_observation": "a remis une observation",
    "skills.write_disagreement": "a noté ce qu’une personne dit d’une observation",
    "skills.choose": "a noté un choix d’une personne qui apprend",
    "skills.write_framework": "a changé un référentiel",
    "skills.remove_framework": "a retiré un référentiel",
    "skills.restore_framework": "a remis un référentiel",
    "skills.write_course": "a écrit un parcours AFEST",
    "skills.write_event": "a noté ce qui est fait d’un parcours AFEST",
    "skills.remove_event": "a retiré d’un parcours AFEST ce qui était noté",
    "skills.restore_event": "a remis dans un parcours AFEST ce qui était retiré",
}

# That somebody was erased.
KEPT = {"skills.erase_learner": "a effacé une personne qui apprend"}
