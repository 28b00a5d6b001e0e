"""What a column of an opportunity may hold, with the words of the screens."""

from django.db import models

from cordee.notices.notice import ClauseKind, NeedKind, Source
from cordee.rules.reservation import Reservation

SOURCE_CHOICES = [
    (Source.BOAMP.value, "BOAMP"),
    (Source.TED.value, "TED"),
    (Source.DECP.value, "Données essentielles (DECP)"),
    (Source.PRIVATE.value, "Besoin privé"),
]
RESERVATION_CHOICES = [(reservation.value, reservation.label) for reservation in Reservation]
CLAUSE_CHOICES = [
    (ClauseKind.NONE.value, "Aucune clause d’insertion"),
    (ClauseKind.EXECUTION.value, "Clause d’insertion"),
    (ClauseKind.CRITERION.value, "Critère d’insertion"),
    (ClauseKind.BOTH.value, "Clause et critère d’insertion"),
    (ClauseKind.OBJECT.value, "Marché d’insertion"),
]
NEED_KIND_CHOICES = [
    (NeedKind.CONTRACT.value, "Un travail à confier"),
    (NeedKind.QUOTE.value, "Une demande de devis"),
    (NeedKind.SUBCONTRACTOR.value, "Un sous-traitant à trouver"),
    (NeedKind.LABOUR.value, "Des personnes à recruter"),
    (NeedKind.SPONSORSHIP.value, "Un mécénat à offrir"),
    (NeedKind.PROJECT.value, "Un appel à projets"),
]
ASKING_CLAUSES = [value for value, _ in CLAUSE_CHOICES if value != ClauseKind.NONE.value]


class Stage(models.TextChoices):
    """What the publications say; whether a call is still open depends on the hour."""

    CALL = "call", "appel"
    PRIOR = "prior", "annoncé, pas encore ouvert"
    AWARDED = "awarded", "attribué"
    CANCELLED = "cancelled", "annulé"
