"""The outbox: every mail we owe somebody, and what became of it."""

from django.db import models
from django.db.models import Q


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def waiting(self) -> "OutgoingMailQuerySet":
        return self.filter(state=OutgoingMail.State.WAITING)


class OutgoingMail(models.Model):
    """One mail to one address. `key` says what it is for: asked for twice, it is sent once."""

    class State(models.TextChoices):
        WAITING = "waiting", "à envoyer"
        SENT = "sent", "envoyé"
        FAILED = "failed", "abandonné après plusieurs essais"
        BOUNCED = "bounced", "refusé par la boîte du destinataire"

    key = models.CharField("clé", max_length=200, unique=True)
    kind = models.CharField("sorte de courrier", max_length=40)
    recipient = models.EmailField("destinataire")
    subject = models.CharField("objet", max_length=250)
    text = models.TextField("texte")
    html = models.TextField("page", blank=True)
    reply_to = models.CharField("réponse à", max_length=254, blank=True)
    unsubscribe_url = models.URLField("adresse de désabonnement", max_length=500, blank=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    last_error = models.CharField("dernière erreur", max_length=300, blank=True)
    created_at = models.DateTimeField("demandé le", auto_now_add=True)
    not_before = models.DateTimeField("pas avant", null=True, blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "courrier à envoyer"
        verbose_name_plural = "courriers à envoyer"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "not_before"]),
            models.Index(fields=["recipient"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="outgoing_mail_sent_has_a_moment",
            )
        ]

    def __str__(self) -> str:
        return self.subject
