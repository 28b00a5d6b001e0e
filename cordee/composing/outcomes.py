"""The outcomes of a composition, for the database, the pages and the terminal alike."""

from django.db import models


class Outcome(models.TextChoices):
    COMPOSED = "composed", "équipe trouvée"
    IMPOSSIBLE = "impossible", "personne ne peut tout tenir"
    UNDECIDED = "undecided", "ni trouvé ni exclu dans le temps donné"
    OUT_OF_SCOPE = "out_of_scope", "hors de nos métiers"
    CLOSED = "closed", "le délai de réponse est passé"
