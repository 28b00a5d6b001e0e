"""Names under which the code of before put its tasks in the queue, for a machine still upgraded."""

from cordee.composing.tasks import compose_longer, study_answer

__all__ = ["compose_longer", "study_answer"]
