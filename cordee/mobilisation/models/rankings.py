"""Rankings: who could answer, package by package, kept with what they were computed from."""

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from cordee.accounts.fields import person_field
from cordee.base.fields import optional_owner_field, owner_field
from cordee.base.written_once import UnnamedRow
from cordee.members.models import Network
from cordee.opportunities.models import Breakdown, WorkPackage, superseded


class Ranking(UnnamedRow):
    """The candidates of every package of a breakdown, as one network may see them.

    `inputs` and `rows` are plain JSON, so that a stranger can recompute each note; figures the
    network may not use are absent from both.
    """

    breakdown = owner_field(Breakdown, "découpage", related_name="rankings")
    network = optional_owner_field(Network, "vue du réseau", related_name="+")
    made_at = models.DateTimeField("calculé le", auto_now_add=True)
    made_by = person_field("demandé par", blank=True)
    computed_for = models.DateField("calculé pour le jour")
    engine_version = models.CharField("version du calcul", max_length=40)
    inputs = models.JSONField("données du calcul")
    rows = models.JSONField("classement")

    class Meta:
        verbose_name = "classement"
        ordering = ["-made_at", "-pk"]

    @cached_property
    def is_outdated(self) -> bool:
        """Whether other work is asked now than what it says who could do."""
        return self.breakdown_id in superseded([self.breakdown_id])


class NightRanking(UnnamedRow):
    """The first structures of one package among all there are, as one network sees them.

    `network` null: what everybody may see. Made again each night, and gone with the package's
    opportunity; `rows` are those of a `Ranking`, at most fifty.
    """

    package = owner_field(WorkPackage, "ensemble de travaux", related_name="night_rankings")
    network = optional_owner_field(Network, "vue du réseau", related_name="+")
    made_at = models.DateTimeField("calculé le", auto_now=True)
    computed_for = models.DateField("calculé pour le jour")
    engine_version = models.CharField("version du calcul", max_length=40)
    blocks_version = models.CharField("version des données", max_length=64)
    compared = models.PositiveIntegerField("structures comparées")
    ranked = models.PositiveIntegerField("structures qui peuvent venir")
    set_aside = models.JSONField("écartées, par raison")
    rows = models.JSONField("premières structures")

    class Meta:
        verbose_name = "classement de la nuit"
        ordering = ["package_id", "network_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["package", "network"],
                condition=Q(network__isnull=False),
                name="night_ranking_one_by_network",
            ),
            models.UniqueConstraint(
                fields=["package"],
                condition=Q(network__isnull=True),
                name="night_ranking_one_for_all",
            ),
        ]
