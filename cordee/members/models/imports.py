"""Lists of structures that were read, with what was found in them."""

from django.db import models
from django.db.models import Q

from cordee.accounts.fields import person_field
from cordee.base.fields import optional_owner_field, owner_field
from cordee.base.files import StoredFile
from cordee.base.written_once import UnnamedRow
from cordee.members.models.networks import Network
from cordee.members.models.structures import Structure


class StructureImport(models.Model):
    """One reading of one list, from its file to what it changed, and how far that is.

    Its lines are read, then written, a batch at a time; each batch leaves one `ImportPart`, in the
    transaction that writes it. A run that was killed goes on at `position`.
    """

    class State(models.TextChoices):
        CHOOSING = "choosing", "colonnes à dire"
        READING = "reading", "en lecture"
        READ = "read", "attend un accord"
        IMPORTING = "importing", "en cours d’import"
        DONE = "done", "importée"
        STOPPED = "stopped", "arrêtée"

    by = person_field("par")
    at = models.DateTimeField("quand", auto_now_add=True)
    source = models.CharField("liste", max_length=200)
    network = optional_owner_field(
        Network, "réseau dont elles deviennent membres", related_name="+", outlived=True
    )
    state = models.CharField("état", max_length=10, choices=State, default=State.CHOOSING)
    file = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="fichier",
        help_text="effacé une fois la liste importée ; aucun : lue par une commande",
    )
    sheet = models.CharField("feuille du classeur", max_length=60, blank=True)
    header = models.JSONField("colonnes du fichier", default=list, blank=True)
    columns = models.JSONField(
        "leur colonne → notre champ", default=dict, blank=True, help_text="vide : noms habituels"
    )
    empty_erases = models.BooleanField("les cases vides effacent", default=False)
    on = models.DateField("membres depuis le", null=True, blank=True)
    counts = models.JSONField("comptes", default=dict)
    position = models.PositiveIntegerField("lignes traitées", default=0)
    total = models.PositiveIntegerField("lignes de la liste", null=True, blank=True)
    began_at = models.DateTimeField(
        "commencée le", null=True, blank=True, help_text="aucun : reprise en cours de route"
    )
    moved_at = models.DateTimeField("dernier progrès", null=True, blank=True)
    trouble = models.CharField("ce qui arrête", max_length=300, blank=True)

    class Meta:
        verbose_name = "import de structures"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["network"],
                condition=Q(state="importing"),
                name="structure_import_one_at_once",
                violation_error_message="Une autre liste de ce réseau est en cours d’import.",
            )
        ]

    def __str__(self) -> str:
        return self.source

    @property
    def is_running(self) -> bool:
        return self.state in (self.State.READING, self.State.IMPORTING)

    @property
    def badge(self) -> tuple[str, str]:
        """(kind of the state component, its words)."""
        return {
            self.State.CHOOSING: ("vigilance", "à choisir"),
            self.State.READ: ("vigilance", "à accepter"),
            self.State.DONE: ("sur", "importée"),
            self.State.STOPPED: ("bloque", "arrêtée"),
        }.get(self.State(self.state), ("inconnu", "en cours"))

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    @property
    def has_written(self) -> bool:
        """Whether what it counts was done, and not only announced; `on` is set with the accord."""
        return self.is_done or (self.state == self.State.STOPPED and self.on is not None)

    @property
    def may_be_reread(self) -> bool:
        """Whether its columns may still be chosen."""
        return self.state in (self.State.CHOOSING, self.State.READ) and bool(self.header)


class ImportPart(UnnamedRow):
    """What one batch of lines came to: its counts, what becomes of each line, the remarks."""

    run = owner_field(StructureImport, "import", related_name="parts")
    first = models.PositiveIntegerField("rang de sa première ligne")
    counts = models.JSONField("comptes", default=dict)
    remarks = models.JSONField("remarques", default=list)
    lines = models.JSONField("lignes", default=list)

    class Meta:
        verbose_name = "partie d’un import"
        ordering = ["run_id", "first"]
        constraints = [
            models.UniqueConstraint(fields=["run", "first"], name="import_part_unique_first")
        ]


class ListMapping(UnnamedRow):
    """Which of our fields each column of the files of a network or a structure fills.

    `key` is a digest of the header, so that the next file with the same one is read at once.
    """

    network = optional_owner_field(Network, "réseau", related_name="list_mappings")
    structure = optional_owner_field(Structure, "structure", related_name="list_mappings")
    key = models.CharField("empreinte de l’en-tête", max_length=64)
    columns = models.JSONField(
        "leur colonne → notre champ", default=dict, help_text="vide : la colonne n’est pas lue"
    )
    updated_at = models.DateTimeField("mise à jour", auto_now=True)

    class Meta:
        verbose_name = "correspondance de colonnes"
        ordering = ["network_id", "structure_id", "-updated_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["network", "key"], name="list_mapping_unique_header"),
            models.UniqueConstraint(
                fields=["structure", "key"], name="list_mapping_unique_header_of_structure"
            ),
            models.CheckConstraint(
                condition=Q(network__isnull=True) ^ Q(structure__isnull=True),
                name="list_mapping_one_owner",
            ),
        ]
