"""What the verbs of the room's journal say in French, after the name of who acted."""

VERBS = {
    "skills.write_framework": "a changé un référentiel",
    "skills.remove_framework": "a retiré un référentiel",
    "skills.restore_framework": "a remis un référentiel",
    "skills.write_course": "a écrit un parcours AFEST",
    "skills.write_event": "a noté ce qui est fait d’un parcours AFEST",
    "skills.take_back": "a retiré d’un parcours AFEST ce qui était noté",
    "skills.put_back": "a remis dans un parcours AFEST ce qui était retiré",
}
