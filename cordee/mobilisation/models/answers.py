"""What structures answered. Nothing is ever written over: the last word counts, the others stay."""

from typing import Any

from django.db import models
from django.db.models import Q

from cordee.base.fields import optional_owner_field, owner_field
from cordee.members.models import Network
from cordee.mobilisation.models.campaigns import Ask
from cordee.opportunities.models.withdrawable import Withdrawable, WithdrawableQuerySet


class AnswerQuerySet(WithdrawableQuerySet["Answer"]):
    def last_first(self) -> "AnswerQuerySet":
        return self.order_by("-given_at", "-pk")

    def last_by_ask(self) -> "dict[int, Answer]":
        """What counts of each question: one query."""
        return {answer.ask_id: answer for answer in self.order_by("given_at", "pk")}


class Answer(Withdrawable):
    """One word of a structure. `by` wrote it down: the director, or for a call the delegate.

    `readers` are the networks that had relayed when the delegate spoke, which their page named:
    they read it, and no other does until the delegate speaks again. A mistaken entry of a call is
    taken back.
    """

    class Choice(models.TextChoices):
        ALONE = "alone", "Oui, seule"
        TEAM = "team", "Oui, en équipe"
        EITHER = "either", "Oui, seule ou en équipe"
        NOT_NOW = "not_now", "Pas maintenant"
        NOT_FOR_US = "not_for_us", "Pas pour nous"

    class Reason(models.TextChoices):
        TEAM_FULL = "team_full", "Équipe complète"
        NO_SUPERVISOR = "no_supervisor", "Pas d’encadrant·e disponible"
        TOO_LARGE = "too_large", "Il faut être plusieurs"
        TOO_FAR = "too_far", "Trop loin"
        WRONG_MONTHS = "wrong_months", "Mauvaise période"
        TOO_SHORT = "too_short", "Délai de réponse trop court"
        CEILING = "ceiling", "Plafond de recettes proche"
        OTHER_TRADE = "other_trade", "Ce n’est pas notre métier"
        PAPERS = "papers", "Il manque un papier ou une certification"
        PROJECT = "project", "Loin de notre projet"
        OTHER = "other", "Autre raison"

    class Channel(models.TextChoices):
        LINK = "link", "par le courrier"
        APPLICATION = "application", "dans Cordée"
        TELEPHONE = "telephone", "au téléphone"

    ask = owner_field(Ask, "sollicitation", related_name="answers")
    choice = models.CharField("réponse", max_length=10, choices=Choice)
    reason = models.CharField("raison", max_length=15, choices=Reason, blank=True)
    words = models.CharField("en quelques mots", max_length=500, blank=True)
    channel = models.CharField("reçue", max_length=11, choices=Channel)
    given_at = models.DateTimeField("dite le")
    heard_on = models.DateField("entendue le", null=True, blank=True)
    heard_from = models.CharField(
        "fonction de qui a répondu",
        max_length=80,
        blank=True,
        help_text="sa fonction suffit, par exemple : directrice",
    )
    heard_for = optional_owner_field(
        Network, "entendue pour le réseau", related_name="+", kept=True
    )
    readers = models.ManyToManyField(
        Network, related_name="+", verbose_name="réseaux qui la lisent"
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse"
        ordering = ["ask_id", "given_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(choice__in=["alone", "team", "either", "not_now", "not_for_us"]),
                name="answer_choice_known",
                violation_error_message="Choisissez une réponse.",
            ),
            models.CheckConstraint(
                condition=Q(reason="") | Q(choice__in=["not_now", "not_for_us"]),
                name="answer_yes_needs_no_reason",
                violation_error_message="On ne demande pas de raison à qui dit oui.",
            ),
            models.CheckConstraint(
                condition=Q(channel="telephone", heard_on__isnull=False, heard_for__isnull=False)
                & ~Q(heard_from="")
                | ~Q(channel="telephone")
                & Q(heard_on__isnull=True, heard_for__isnull=True, heard_from=""),
                name="answer_heard_says_when_and_from_whom",
                violation_error_message="Dites quand, et qui vous a répondu.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_choice_display()

    @property
    def content(self) -> tuple[Any, ...]:
        """What makes two answers the same."""
        return self.choice, self.reason, self.words


INTERESTED = (Answer.Choice.ALONE, Answer.Choice.TEAM, Answer.Choice.EITHER)
REFUSALS = (Answer.Choice.NOT_NOW, Answer.Choice.NOT_FOR_US)
