"""Sheets and monographs: what is told of a practice, by whom, and what others said of it.

Names stand apart from the text: who wrote is a row of `SheetAuthor`, read at each opening, so that
a name taken back is gone from every version there ever was.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.fields import person_field
from cordee.base.documents import text_sha256
from cordee.base.fields import one_of, optional_owner_field, owner_field, single_owner_field
from cordee.base.ui import french, months
from cordee.base.written_once import UnnamedRow, WrittenOnce, WrittenOnceQuerySet
from cordee.members.models import Department, Network, Structure
from cordee.members.models.capacity import TRADE_CHOICES
from cordee.members.models.undoable import Undoable, UndoableQuerySet
from cordee.rules.months import month_number
from cordee.rules.practices import PracticeStatus, PracticeUse
from cordee.rules.trades import TRADES

SINCE = "En usage depuis"
# The sort of the record, for one that came in a file: each network counts its own.
FROM_FILE = "file"


class SheetKind(models.TextChoices):
    CARD = "card", "fiche"
    MONOGRAPH = "monograph", "monographie"


class Territory(models.TextChoices):
    RURAL = "rural", "rural"
    TOWN = "town", "bourg"
    CITY = "city", "ville"


class Places(models.TextChoices):
    """Posts in insertion, by bands: an exact number would tell who it is."""

    UP_TO_10 = "10", "10 places ou moins"
    UP_TO_20 = "20", "de 11 à 20 places"
    UP_TO_40 = "40", "de 21 à 40 places"
    UP_TO_80 = "80", "de 41 à 80 places"
    MORE = "more", "plus de 80 places"

    @classmethod
    def of(cls, places: int) -> "Places":
        """The band of a number of posts, at least one."""
        return next(
            (each for each in cls if each.value.isdigit() and places <= int(each)), cls.MORE
        )


class Sales(models.TextChoices):
    """Share of what is sold in the resources of who wrote."""

    UNDER_10 = "10", "moins de 10\u202f% de ventes"
    UP_TO_30 = "30", "de 10 à 30\u202f% de ventes"
    MORE = "more", "plus de 30\u202f% de ventes"


class Licence(models.TextChoices):
    BY = "CC BY 4.0", "CC BY 4.0"
    BY_SA = "CC BY-SA 4.0", "CC BY-SA 4.0"
    ZERO = "CC0 1.0", "CC0 1.0"

    @property
    def address(self) -> str:
        """Where its text stands."""
        name, number = self.value.removeprefix("CC").strip().lower().rsplit(" ", 1)
        part = "publicdomain/zero" if self is Licence.ZERO else f"licenses/{name}"
        return f"https://creativecommons.org/{part}/{number}/deed.fr"


class SheetQuerySet(models.QuerySet["Sheet"]):
    def published(self) -> Self:
        """Everybody's: they have a version, and were not withdrawn."""
        return self.filter(latest_number__gt=0, removed_at__isnull=True)

    def by_structures(self, structures: "models.QuerySet[Structure] | Collection[int]") -> Self:
        """Those that one of these structures wrote."""
        authors = SheetAuthor.objects.filter(sheet=OuterRef("pk"), structure__in=structures)
        return self.filter(Exists(authors.order_by()))

    def of_trades(self, trades: Collection[str]) -> Self:
        """Those of one of these trades, and those that speak of all."""
        own = SheetTrade.objects.filter(sheet=OuterRef("pk")).order_by()
        return self.filter(Exists(own.filter(trade__in=trades)) | ~Exists(own))

    def confirmed_first(self, on: date) -> Self:
        """Those whose day to be confirmed is past step back; by title within each."""
        is_late = Case(When(review_due__lt=on, then=1), default=0)
        return self.order_by(is_late, "title", "pk")

    def for_list(self) -> Self:
        """With the rows that `context` reads: one query more."""
        return self.select_related("department").prefetch_related("trades")

    def with_context(self) -> Self:
        """With the rows that `context` and `latest` read: two queries more."""
        latest = SheetVersion.objects.filter(number=F("sheet__latest_number"))
        versions = models.Prefetch("versions", latest, to_attr="latest_rows")
        return self.for_list().select_related("network").prefetch_related(versions)


class Sheet(models.Model):
    """One practice, or one monograph. It is published once it has a version.

    `reused_by`: other structures that documented that they took it over; the room above that keeps
    reuses writes it. `review_due`: by when somebody should say that it still holds. `source_kind`
    and `source_key`: the record of Cordée that it was begun from, if any.
    """

    kind = models.CharField("type", max_length=10, choices=SheetKind)
    title = models.CharField("titre", max_length=150)
    network = optional_owner_field(Network, "réseau", related_name="practice_sheets", outlived=True)
    status = models.CharField(
        "statut", max_length=11, choices=PracticeStatus.choices(), default=PracticeStatus.IDEA
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="département",
    )
    territory = models.CharField("territoire", max_length=5, choices=Territory, blank=True)
    places = models.CharField("taille", max_length=4, choices=Places, blank=True)
    sales = models.CharField("part des ventes", max_length=4, choices=Sales, blank=True)
    in_use_since = models.DateField("en usage depuis", null=True, blank=True)
    licence = models.CharField("licence", max_length=20, choices=Licence, default=Licence.BY)
    latest_number = models.PositiveSmallIntegerField("dernière version", default=0)
    reused_by = models.PositiveSmallIntegerField("structures qui l’ont reprise", default=0)
    review_due = models.DateField("à confirmer avant le", null=True, blank=True)
    source_kind = models.CharField("née de", max_length=30, blank=True)
    source_key = models.CharField("lequel", max_length=60, blank=True)
    created_by = person_field("commencée par")
    created_at = models.DateTimeField("commencée le", auto_now_add=True)
    removed_at = models.DateTimeField("retirée le", null=True, blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche de pratique"
        ordering = ["title", "pk"]
        indexes = [
            models.Index(fields=["source_kind", "source_key"], name="practice_sheet_source"),
            models.Index(fields=["review_due"], name="practice_sheet_review_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source_key"],
                condition=~Q(source_kind__in=["", FROM_FILE]) & Q(removed_at__isnull=True),
                name="practice_sheet_once_a_record",
                violation_error_message="Une autre fiche en est déjà née. Reprenez celle-là.",
            ),
            one_of("kind", SheetKind, name="practice_sheet_kind_known"),
            one_of("status", PracticeStatus, name="practice_sheet_status_known"),
            one_of("territory", ["", *Territory], name="practice_sheet_territory_known"),
            one_of("places", ["", *Places], name="practice_sheet_places_known"),
            one_of("sales", ["", *Sales], name="practice_sheet_sales_known"),
            one_of("licence", Licence, name="practice_sheet_licence_known"),
            models.CheckConstraint(
                condition=Q(status=PracticeStatus.IDEA) | Q(in_use_since__isnull=False),
                name="practice_sheet_use_has_a_beginning",
                violation_error_message="Dites depuis quel mois la pratique est en usage.",
            ),
            models.CheckConstraint(
                condition=~Q(status=PracticeStatus.TRANSFERRED) | Q(reused_by__gt=0),
                name="practice_sheet_transferred_is_reused",
                violation_error_message="Il faut qu’une autre structure dise l’avoir reprise.",
            ),
            models.CheckConstraint(
                condition=Q(latest_number=0, review_due__isnull=True)
                | Q(latest_number__gt=0, review_due__isnull=False),
                name="practice_sheet_published_is_reviewed",
                violation_error_message="Une fiche publiée porte une date de relecture.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its permanent address."""
        return reverse("practices:sheet", args=[self.pk])

    @property
    def is_monograph(self) -> bool:
        return self.kind == SheetKind.MONOGRAPH

    @property
    def is_published(self) -> bool:
        return self.latest_number > 0 and self.removed_at is None

    @property
    def unconfirmed(self) -> str:
        """ "non confirmée depuis mars 2027", once its day is past; nothing before."""
        due = self.review_due
        if not self.is_published or due is None or due >= timezone.localdate():
            return ""
        return f"non confirmée depuis {months.month(month_number(due))}"

    @property
    def latest(self) -> "SheetVersion":
        """The version that everybody reads; after `with_context`."""
        rows: list[SheetVersion] = self.latest_rows  # type: ignore[attr-defined]
        return rows[0]

    @property
    def use(self) -> PracticeUse:
        """What the rule of its status reads: one query."""
        return PracticeUse(
            in_use_since=self.in_use_since,
            authors=self.authors.count(),
            reused_by=self.reused_by,
        )

    @property
    def context(self) -> list[tuple[str, str]]:
        """(what, in which band) of what is known of where it was done."""
        trades = french.series([TRADES[each.trade].in_sentence for each in self.trades.all()])
        since = self.in_use_since and f"{self.in_use_since:%m/%Y}"
        rows = (
            ("Métier", trades),
            ("Département", str(self.department or "")),
            ("Territoire", self.get_territory_display()),
            ("Taille", self.get_places_display()),
            ("Ressources", self.get_sales_display()),
            (SINCE, since or ""),
        )
        return [(label, value) for label, value in rows if value]

    @property
    def context_words(self) -> str:
        """The same in one line; nothing where nothing is known."""
        rows = self.context
        return ", ".join(f"depuis {v}" if label == SINCE else v for label, v in rows)


class SheetTrade(UnnamedRow):
    """A trade that a sheet speaks of; none where it speaks of all."""

    sheet = owner_field(Sheet, "fiche", related_name="trades")
    trade = models.CharField("métier", max_length=50, choices=TRADE_CHOICES)

    class Meta:
        verbose_name = "métier d’une fiche"
        ordering = ["sheet_id", "trade"]
        indexes = [models.Index(fields=["trade", "sheet"], name="practice_sheet_by_trade")]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "trade"], name="sheet_trade_once"),
            one_of("trade", TRADES, name="sheet_trade_known"),
        ]


class SheetDraft(UnnamedRow):
    """What is being written, beside what is published. `sections`: Markdown by key of the section.

    `revision` grows at each saving: who saves tells which one they read.
    """

    sheet = single_owner_field(Sheet, "fiche", related_name="draft")
    title = models.CharField("titre", max_length=150)
    sections: "models.JSONField[Mapping[str, str]]" = models.JSONField("rubriques", default=dict)
    revision = models.PositiveIntegerField("enregistrements", default=0)
    saved_by = person_field("enregistré par")
    saved_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "brouillon"
        ordering = ["sheet_id"]


class SheetVersionQuerySet(WrittenOnceQuerySet["SheetVersion"]):
    def with_names(self) -> Self:
        """With who may be named beside the text: two queries more."""
        authors = SheetAuthor.objects.select_related("structure__department")
        reviews = Review.objects.select_related("structure__department")
        return self.prefetch_related(
            models.Prefetch("sheet__authors", authors), models.Prefetch("reviews", reviews)
        )


class SheetVersion(WrittenOnce):
    """A text as it was published, without a name.

    `text` is that of `cordee.base.documents.canonical_text`, kept whole (decision 33): every format
    is drawn from it. `sections` is the Markdown it was made of, to write on from it.
    """

    sheet = owner_field(Sheet, "fiche", related_name="versions", kept=True)
    number = models.PositiveSmallIntegerField("version")
    title = models.CharField("titre", max_length=150)
    sections: "models.JSONField[Mapping[str, str]]" = models.JSONField("rubriques")
    text = models.TextField("texte publié")
    sha256 = models.CharField("empreinte du texte", max_length=64)
    changes = models.CharField("ce qui change", max_length=300, blank=True)
    published_by = person_field("publiée par")
    published_at = models.DateTimeField("publiée le")

    objects = SheetVersionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "version d’une fiche"
        ordering = ["sheet_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "number"],
                name="sheet_version_number_once",
                violation_error_message="Cette version est déjà publiée. Relisez-la d’abord.",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="sheet_version_number_from_one"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="sheet_version_fingerprint_is_a_fingerprint",
                violation_error_message="Une empreinte a 64 chiffres hexadécimaux.",
            ),
            models.CheckConstraint(
                condition=Q(sections__has_key="limits", sections__limits__regex=r"\S"),
                name="sheet_version_tells_limits",
                violation_error_message="Dites les limites et ce qui n’a pas marché.",
            ),
        ]

    @property
    def is_whole(self) -> bool:
        """Whether the text, hashed again, is the one that was published."""
        return text_sha256(self.text) == self.sha256

    def get_absolute_url(self) -> str:
        """Its permanent address, which keeps saying this text."""
        return reverse("practices:version", args=[self.sheet_id, self.number])


class Naming(UnnamedRow):
    """Whether a structure may be named: who said yes and when, when it was refused or taken back.

    Read at each opening: a page, a PDF or a feed names nobody else.
    """

    agreed_by = person_field("accord de", blank=True)
    agreed_at = models.DateTimeField("accord donné le", null=True, blank=True)
    refused_at = models.DateTimeField("refusé ou repris le", null=True, blank=True)

    structure: models.ForeignKey[Structure, Structure]

    class Meta:
        abstract = True

    @property
    def is_named(self) -> bool:
        return self.agreed_at is not None and self.refused_at is None

    @property
    def is_answered(self) -> bool:
        return self.agreed_at is not None or self.refused_at is not None

    @property
    def pseudonym(self) -> str:
        """The word that stands for a name: a department, never a town."""
        place = self.structure.department
        return f"une structure ({place.name})" if place else "une structure"

    @property
    def shown_name(self) -> str:
        return self.structure.shown_name if self.is_named else self.pseudonym


class SheetAuthor(Naming):
    """A structure that wrote, or whose practice it is."""

    sheet = owner_field(Sheet, "fiche", related_name="authors")
    structure = owner_field(Structure, "structure", related_name="practice_authorships")
    asked_at = models.DateTimeField("demandé le")

    class Meta:
        verbose_name = "structure autrice"
        ordering = ["sheet_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "structure"],
                name="sheet_author_once",
                violation_error_message="Cette structure est déjà autrice de la fiche.",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True)
                | Q(refused_at__isnull=True)
                | Q(refused_at__gte=F("agreed_at")),
                name="sheet_author_refuses_after_agreeing",
            ),
        ]


class SheetCommentQuerySet(UndoableQuerySet["SheetComment"]):
    def open(self) -> Self:
        """Those that wait for who writes."""
        return self.in_force().filter(taken_into__isnull=True, answered_at__isnull=True)


class SheetComment(Undoable):
    """An improvement proposed: it becomes part of a version, or is answered."""

    sheet = owner_field(Sheet, "fiche", related_name="comments")
    number = models.PositiveSmallIntegerField("version commentée")
    text = models.TextField("proposition", max_length=2_000)
    noted_at = models.DateTimeField("proposé le")
    answer = models.TextField("réponse", max_length=2_000, blank=True)
    answered_by = person_field("répondu par", blank=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    taken_into = optional_owner_field(
        SheetVersion, "reprise dans la version", related_name="improvements", kept=True
    )

    objects = SheetCommentQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition d’amélioration"
        ordering = ["-noted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="sheet_comment_says_something",
                violation_error_message="Écrivez ce que vous proposez.",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | ~Q(answer="") & Q(answered_at__isnull=False),
                name="sheet_comment_answer_has_its_day",
                violation_error_message="Écrivez votre réponse.",
            ),
        ]

    @property
    def is_settled(self) -> bool:
        return self.taken_into_id is not None or self.answered_at is not None


class Review(Naming):
    """What a structure outside the authors says of a version of a monograph.

    Once delivered it is not written again: its reservations stay. Whether it is shown, and under
    which name, its structure says and takes back.
    """

    version = owner_field(SheetVersion, "version", related_name="reviews", kept=True)
    structure = owner_field(Structure, "structure", related_name="practice_reviews")
    asked_at = models.DateTimeField("demandée le")
    report = models.TextField("rapport", blank=True)
    reservations = models.TextField("réserves", blank=True)
    delivered_by = person_field("remise par", blank=True)
    delivered_at = models.DateTimeField("remise le", null=True, blank=True)
    declined_at = models.DateTimeField("refusée le", null=True, blank=True)
    report_agreed_at = models.DateTimeField("publication acceptée le", null=True, blank=True)

    class Meta:
        verbose_name = "relecture"
        ordering = ["version_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "structure"],
                name="review_once_a_version",
                violation_error_message="Cette structure relit déjà cette version.",
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True, report="")
                | Q(delivered_at__isnull=False, declined_at__isnull=True) & ~Q(report=""),
                name="review_delivered_says_something",
                violation_error_message="Écrivez votre rapport.",
            ),
            models.CheckConstraint(
                condition=Q(report_agreed_at__isnull=True) | Q(delivered_at__isnull=False),
                name="review_published_once_delivered",
                violation_error_message="Remettez votre rapport avant de le publier.",
            ),
        ]
