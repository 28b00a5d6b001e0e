"""What the verbs of the room's journal say in French, after the name of who acted."""

VERBS = {
    "skills.write_framework": "a changé un référentiel",
    "skills.remove_framework": "a retiré un référentiel",
    "skills.restore_framework": "a remis un référentiel",
}
