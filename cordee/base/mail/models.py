"""The outbox: every mail we owe somebody, and what became of it."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def waiting(self) -> "OutgoingMailQuerySet":
        return self.filter(state=OutgoingMail.State.WAITING)

    def held(self) -> "OutgoingMailQuerySet":
        """Waiting for others of its thread, to leave with them (`accounts.mailing.run`)."""
        return self.waiting().exclude(thread="")

    def free(self, now: datetime) -> "OutgoingMailQuerySet":
        """Waiting for nothing else, its time has come, and no other process has it in hand."""
        return self.waiting().filter(
            Q(thread=""),
            Q(not_before=None) | Q(not_before__lte=now),
            Q(claimed_until=None) | Q(claimed_until__lte=now),
        )

    def given_up(self) -> "OutgoingMailQuerySet":
        """Those that may be sent again: given up or refused, not emptied, to no dead address."""
        dead = DeadAddress.objects.filter(address=Lower(OuterRef("recipient")))
        ended = (OutgoingMail.State.FAILED, OutgoingMail.State.BOUNCED)
        return self.filter(~Exists(dead), state__in=ended, emptied_at=None)


class OutgoingMail(models.Model):
    """One mail to one address. `key` says what it is for: asked for twice, it is sent once.

    `for_person` is the number of the account it was written to, where there is one: base knows no
    people, and whoever erases an account finds its mails by it, at whatever address they went.

    `thread` names what an informative mail is about ("alliance:…"): those of one leave as one.
    It is empty for a mail that leaves by itself.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "à envoyer"
        SENT = "sent", "envoyé"
        FAILED = "failed", "abandonné après plusieurs essais"
        BOUNCED = "bounced", "refusé par la boîte du destinataire"
        BUNDLED = "bundled", "parti dans un autre courrier"

    key = models.CharField("clé", max_length=200, unique=True)
    kind = models.CharField("sorte de courrier", max_length=40)
    for_person = models.PositiveBigIntegerField("personne", null=True, blank=True, db_index=True)
    recipient = models.EmailField("destinataire", blank=True)
    subject = models.CharField("objet", max_length=250, blank=True)
    text = models.TextField("texte", blank=True)
    html = models.TextField("page", blank=True)
    reply_to = models.CharField("réponse à", max_length=254, blank=True)
    unsubscribe_url = models.URLField("adresse de désabonnement", max_length=500, blank=True)
    is_secret = models.BooleanField("texte effacé une fois envoyé", default=False)
    thread = models.CharField("sujet suivi", max_length=100, blank=True)
    thread_name = models.CharField("nom du sujet suivi", max_length=200, blank=True)
    link = models.URLField("page du sujet suivi", max_length=500, blank=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    last_error = models.CharField("dernière erreur", max_length=300, blank=True)
    created_at = models.DateTimeField("demandé le", auto_now_add=True)
    not_before = models.DateTimeField("pas avant", null=True, blank=True)
    claimed_until = models.DateTimeField("en cours d’envoi jusqu’au", null=True, blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    emptied_at = models.DateTimeField("texte effacé le", null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "courrier à envoyer"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "not_before"]),
            models.Index(fields=["recipient"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="outgoing_mail_sent_has_a_moment",
                violation_error_message="Un courrier envoyé l’a été à un moment : dites lequel.",
            ),
            models.CheckConstraint(
                condition=~Q(recipient="") | Q(emptied_at__isnull=False),
                name="outgoing_mail_goes_to_somebody",
                violation_error_message="Un courrier à envoyer a une adresse.",
            ),
            models.CheckConstraint(
                condition=~Q(state="bundled") | ~Q(thread=""),
                name="outgoing_mail_bundled_had_a_thread",
                violation_error_message="Un courrier réuni à d’autres suit un sujet.",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.kind


class DeadAddress(models.Model):
    """An address whose mailbox does not exist any more: nothing is sent to it."""

    address = models.EmailField("adresse électronique", unique=True)
    since = models.DateTimeField("depuis")
    reason = models.CharField("raison", max_length=300, blank=True)

    class Meta:
        verbose_name = "adresse qui ne répond plus"
        ordering = ["-since", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(address=Lower("address")),
                name="dead_address_in_small_letters",
                violation_error_message="L’adresse s’écrit en minuscules.",
            )
        ]

    def __str__(self) -> str:
        return self.address


class MailServerPause(models.Model):
    """The mail server fails: nothing is tried before `until`. One row, or none while all is well.

    `failures` counts those in a row, up to the longest pause.
    """

    id = models.PositiveSmallIntegerField("numéro", primary_key=True, default=1, editable=False)
    since = models.DateTimeField("depuis")
    until = models.DateTimeField("pas d’essai avant")
    failures = models.PositiveSmallIntegerField("échecs de suite", default=0)
    error = models.CharField("dernière erreur", max_length=300, blank=True)
    cure = models.CharField("remède", max_length=300, blank=True)

    class Meta:
        verbose_name = "panne du serveur d’envoi"
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1),
                name="mail_server_pause_is_one",
                violation_error_message="Il y a un seul serveur d’envoi.",
            )
        ]

    def __str__(self) -> str:
        return self.error
