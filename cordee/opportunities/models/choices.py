"""What a column of an opportunity may hold, with the words of the screens."""

from django.db import models

from cordee.notices.notice import ClauseKind

ASKING_CLAUSES = [kind.value for kind in ClauseKind if kind is not ClauseKind.NONE]


class Stage(models.TextChoices):
    """What the publications say; whether a call is still open depends on the hour."""

    CALL = "call", "appel"
    PRIOR = "prior", "annoncé, pas encore ouvert"
    AWARDED = "awarded", "attribué"
    CANCELLED = "cancelled", "annulé"
