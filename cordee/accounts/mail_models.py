"""Who does not want which sort of mail. Without a row, the user gets it."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class MailRefusal(models.Model):
    """One sort of mail that is not wanted: by a person, or by an address that has no account.

    Of the latter only a print is kept, so that a refusal outlives the address and tells it to
    nobody.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="mail_refusals",
        verbose_name="personne",
    )
    address_sha256 = models.CharField("empreinte de l’adresse", max_length=64, blank=True)
    kind = models.CharField("sorte de courrier", max_length=40)
    since = models.DateTimeField("depuis")

    class Meta:
        verbose_name = "courrier refusé"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, address_sha256="")
                | (Q(person__isnull=True) & ~Q(address_sha256="")),
                name="mail_refusal_of_one",
                violation_error_message="Un refus est d’une personne ou d’une adresse.",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(person__isnull=False),
                name="mail_refusal_once_a_person",
                violation_error_message="Ce courrier est déjà arrêté.",
            ),
            models.UniqueConstraint(
                fields=["address_sha256", "kind"],
                condition=Q(person__isnull=True),
                name="mail_refusal_once_an_address",
                violation_error_message="Ce courrier est déjà arrêté.",
            ),
        ]

    def __str__(self) -> str:
        return self.kind
