"""What notices are recognised by, what links them, and what people said of those links."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from cordee.accounts.fields import person_field
from cordee.base.fields import one_of, owner_field
from cordee.base.written_once import UnnamedRow
from cordee.notices.notice import Kind
from cordee.opportunities.models.publications import Publication
from cordee.opportunities.models.versions import KIND_CHOICES, NoticeVersion
from cordee.opportunities.notice_matching import Traits

# The columns that repeat the fields of `Traits`.
TRAITS = [name for name in Traits.__slots__ if name not in ("source", "source_id")]


class NoticeTraitsQuerySet(models.QuerySet["NoticeTraits"]):
    def of_buyer(self, traits: Traits) -> "NoticeTraitsQuerySet":
        """Of the same buyer, by SIREN where it is told, by the words of its name where not."""
        wanted = Q(buyer_key=traits.buyer_key) if traits.buyer_key else Q(pk__in=[])
        if siren := traits.buyer_siret[:9]:
            wanted |= Q(buyer_siret__range=(f"{siren}00000", f"{siren}99999"))
        return self.filter(wanted)


class NoticeTraits(UnnamedRow):
    """`recognising.Traits` of one version, as its newest reading gives them."""

    version = models.OneToOneField(
        NoticeVersion,
        on_delete=models.PROTECT,
        related_name="traits",
        verbose_name="version",
        primary_key=True,
    )
    publication = owner_field(Publication, "publication", related_name="traits", kept=True)
    kind = models.CharField("sorte d’avis", max_length=15, choices=KIND_CHOICES)
    uuid = models.CharField("identifiant eForms de l’avis", max_length=36, blank=True)
    procedure = models.CharField("identifiant eForms de la procédure", max_length=36, blank=True)
    buyer_siret = models.CharField("SIRET de l’acheteur", max_length=14, blank=True)
    buyer_key = models.CharField("mots du nom de l’acheteur", max_length=300, blank=True)
    title_key = models.CharField("mots du titre", max_length=300, blank=True)
    lots_key = models.CharField("lots nommés dans le titre", max_length=300, blank=True)
    cpv = models.JSONField("codes CPV", default=list)
    departments = models.JSONField("départements", default=list)
    published_on = models.DateField("publié le", null=True, blank=True)
    deadline_on = models.DateField("réponse avant", null=True, blank=True)

    objects = NoticeTraitsQuerySet.as_manager()

    class Meta:
        verbose_name = "traits d’un avis"
        ordering = ["version_id"]
        indexes = [
            models.Index(fields=["buyer_key", "published_on"]),
            models.Index(fields=["title_key", "published_on"]),
            models.Index(fields=["procedure"]),
            models.Index(fields=["uuid"]),
            models.Index(fields=["buyer_siret", "published_on"]),
        ]
        constraints = [one_of("kind", Kind, name="notice_traits_kind_known")]

    def as_traits(self) -> Traits:
        """For a row whose publication is at hand."""
        told: dict[str, Any] = {name: getattr(self, name) for name in TRAITS}
        told |= {name: tuple(told[name]) for name in ("cpv", "departments")}
        return Traits(self.publication.source, self.publication.source_id, **told)


class NoticeLinkQuerySet(models.QuerySet["NoticeLink"]):
    def joining(self) -> "NoticeLinkQuerySet":
        """Links that make one opportunity of two publications."""
        return self.exclude(kind=NoticeLink.Kind.RENEWS)


class NoticeLink(models.Model):
    """Why two publications belong together, or one takes up the other years later.

    `later` names, or was published after, `earlier`; for a twin the order is that of identifiers.
    """

    class Kind(models.TextChoices):
        """The surest first."""

        NAMED = "named", "l’un nomme l’autre"
        PROCEDURE = "procedure", "même procédure"
        ALIKE = "alike", "semblables"
        RENEWS = "renews", "renouvelle"

    later = owner_field(Publication, "publication", related_name="links")
    earlier = owner_field(
        Publication, "publication antérieure ou jumelle", related_name="linked_by"
    )
    kind = models.CharField("sorte de lien", max_length=10, choices=Kind)
    likeness = models.PositiveSmallIntegerField("ressemblance des titres (%)", default=100)
    why = models.CharField("raison", max_length=300)

    objects = NoticeLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "lien entre deux avis"
        ordering = ["later_id", "earlier_id"]
        constraints = [
            models.UniqueConstraint(fields=["later", "earlier"], name="notice_link_unique"),
            models.CheckConstraint(
                condition=~Q(later=F("earlier")), name="notice_link_of_two_publications"
            ),
            one_of(
                "kind", ["named", "procedure", "alike", "renews"], name="notice_link_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(likeness__lte=100), name="notice_link_likeness_percent"
            ),
        ]

    def __str__(self) -> str:
        return self.why


class JoinDecision(UnnamedRow):
    """What a person said of two publications: one need, or two. No import goes against it."""

    one = owner_field(Publication, "publication", related_name="+")
    other = owner_field(Publication, "autre publication", related_name="+")
    is_one_need = models.BooleanField("un seul besoin")
    by = person_field("par")
    at = models.DateTimeField("le", auto_now=True)

    class Meta:
        verbose_name = "décision de réunir ou séparer"
        ordering = ["one_id", "other_id"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="join_decision_unique"),
            # One row for two publications, whichever is named first.
            models.CheckConstraint(
                condition=Q(one__lt=F("other")), name="join_decision_in_order_of_keys"
            ),
        ]
