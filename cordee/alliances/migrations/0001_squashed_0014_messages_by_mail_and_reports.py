import cordee.agreement.life
import cordee.base.fields
import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("alliances", "0001_initial"),
        ("alliances", "0002_live_progress"),
        ("alliances", "0003_what_if_and_study"),
        ("alliances", "0004_alliances"),
        ("alliances", "0005_approvals_filing_withdrawals"),
        ("alliances", "0006_time_and_decisions"),
        ("alliances", "0007_answer_files"),
        ("alliances", "0008_withdrawals_answered_at_once"),
        ("alliances", "0009_private_files"),
        ("alliances", "0010_standing_teams"),
        ("alliances", "0011_messages"),
        ("alliances", "0012_words_to_work_again"),
        ("alliances", "0013_who_told_and_once"),
        ("alliances", "0014_messages_by_mail_and_reports"),
    ]
    replaced_until = "v0.1.0a1"

    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("base", "0001_squashed_0006_french_spaces"),
        ("members", "0001_squashed_0012_french_spaces"),
        ("opportunities", "0001_squashed_0014_need_addressed_when"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alliance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                        verbose_name="identifiant",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="nom")),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("proposal", "équipe composée"),
                            ("campaign", "réponses à une campagne"),
                            ("scratch", "partie de rien"),
                            ("partner", "recherche de partenaire"),
                            ("again", "alliance reconduite"),
                            ("standing", "cordée prête"),
                        ],
                        max_length=10,
                        verbose_name="partie de",
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("talking", "on se parle"),
                            ("split", "on se répartit le travail"),
                            ("mandate", "on donne mandat"),
                            ("documents", "on prépare le dossier"),
                            ("filed", "offre déposée"),
                            ("won", "marché attribué"),
                            ("signed", "marché signé"),
                            ("delivery", "travaux en cours"),
                            ("lost", "offre non retenue"),
                            ("abandoned", "abandonnée"),
                        ],
                        default=cordee.agreement.life.Phase["TALKING"],
                        max_length=10,
                        verbose_name="étape",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, verbose_name="version des termes"),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="ouverte le")),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="terminée le"),
                ),
                (
                    "breakdown",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alliances",
                        to="opportunities.breakdown",
                        verbose_name="découpage",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ouverte par",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alliances",
                        to="members.network",
                        verbose_name="réseau qui coordonne",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alliances",
                        to="opportunities.opportunity",
                        verbose_name="opportunité",
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="next_ones",
                        to="alliances.alliance",
                        verbose_name="alliance reconduite",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coordinated_alliances",
                        to="members.structure",
                        verbose_name="structure qui coordonne",
                    ),
                ),
            ],
            options={
                "verbose_name": "alliance",
                "ordering": ["-made_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("network__isnull", False), ("structure__isnull", True)),
                            models.Q(("network__isnull", True), ("structure__isnull", False)),
                            _connector="OR",
                        ),
                        name="alliance_coordinated_by_one",
                        violation_error_message="Un réseau ou une structure coordonne, pas les deux.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "phase__in",
                                [
                                    "talking",
                                    "split",
                                    "mandate",
                                    "documents",
                                    "filed",
                                    "won",
                                    "signed",
                                    "delivery",
                                    "lost",
                                    "abandoned",
                                ],
                            )
                        ),
                        name="alliance_phase_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                (
                                    "phase__in",
                                    [
                                        "talking",
                                        "split",
                                        "mandate",
                                        "documents",
                                        "filed",
                                        "won",
                                        "signed",
                                    ],
                                ),
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "phase__in",
                                        [
                                            "talking",
                                            "split",
                                            "mandate",
                                            "documents",
                                            "filed",
                                            "won",
                                            "signed",
                                        ],
                                    ),
                                    _negated=True,
                                ),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="alliance_ended_has_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AllianceMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("page", "dans Cordée"), ("mail", "par courrier")],
                        default="page",
                        max_length=5,
                        verbose_name="écrit",
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=4000, verbose_name="message")),
                ("at", models.DateTimeField(verbose_name="écrit le")),
                ("side", models.CharField(max_length=200, verbose_name="au nom de")),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="retiré le"),
                ),
                (
                    "hidden_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="masqué le"),
                ),
                (
                    "hidden_reason",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="pourquoi il est masqué"
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="effacé le"),
                ),
                (
                    "mailed_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="envoyé par courrier le"
                    ),
                ),
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="alliances.alliance",
                        verbose_name="alliance",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="écrit par",
                    ),
                ),
            ],
            options={
                "verbose_name": "message d’une alliance",
                "ordering": ["alliance_id", "at", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("mailed_at__isnull", True)),
                        fields=["at"],
                        name="alliance_message_to_be_mailed",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True),
                            ("withdrawn_at__isnull", False),
                            ("hidden_at__isnull", False),
                            ("erased_at__isnull", False),
                            _connector="OR",
                        ),
                        name="alliance_message_says_something",
                        violation_error_message="Écrivez quelque chose.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("hidden_at__isnull", True),
                            models.Q(("hidden_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="alliance_message_hidden_says_why",
                        violation_error_message="Dites pourquoi vous masquez ce message.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AllianceMessageReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="le")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="décidé le"),
                ),
                (
                    "words",
                    models.CharField(blank=True, max_length=300, verbose_name="ce qui ne va pas"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "à lire"),
                            ("asked", "retrait demandé"),
                            ("kept", "message laissé"),
                        ],
                        default="open",
                        max_length=5,
                        verbose_name="suite",
                    ),
                ),
                (
                    "answer",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="réponse à qui signale"
                    ),
                ),
                (
                    "request",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="demande à qui a écrit"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="signalé par",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="décidé par",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="alliances.alliancemessage",
                        verbose_name="message",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alliance_message_reports",
                        to="members.network",
                        verbose_name="réseau qui le lit",
                    ),
                ),
            ],
            options={
                "verbose_name": "signalement dans une alliance",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message", "by"),
                        name="alliance_report_once_by_person",
                        violation_error_message="Vous avez déjà signalé ce message.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("outcome", "open")),
                            models.Q(
                                ("decided_at__isnull", False), ("outcome__in", ["asked", "kept"])
                            ),
                            _connector="OR",
                        ),
                        name="alliance_report_decided_has_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "open"),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="alliance_report_decided_is_answered",
                        violation_error_message="Répondez à qui signale.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "asked"), _negated=True),
                            models.Q(("request", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="alliance_report_asked_says_why",
                        violation_error_message="Dites à qui a écrit pourquoi retirer ce message.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AlliancePace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "new_team_days",
                    models.PositiveSmallIntegerField(verbose_name="jours pour une équipe nouvelle"),
                ),
                (
                    "known_team_days",
                    models.PositiveSmallIntegerField(
                        verbose_name="jours pour des partenaires qui se connaissent"
                    ),
                ),
                (
                    "alliance",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pace",
                        to="alliances.alliance",
                        verbose_name="alliance",
                    ),
                ),
            ],
            options={
                "verbose_name": "repères de temps d’une alliance",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("known_team_days__gte", 1),
                            ("new_team_days__gt", models.F("known_team_days")),
                        ),
                        name="alliance_pace_in_order",
                        violation_error_message="Une équipe nouvelle demande plus de jours que des partenaires connus.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AllianceParty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "pas encore invitée"),
                            ("invited", "invitée"),
                            ("interested", "partie prenante"),
                            ("declined", "a dit non"),
                            ("withdrawn", "s’est retirée"),
                            ("removed", "retirée"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                (
                    "invited_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="invitée le"),
                ),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="a répondu le"),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="raison")),
                (
                    "shares_figures",
                    models.BooleanField(
                        default=False, verbose_name="montre ses marges aux autres parties"
                    ),
                ),
                (
                    "remembers",
                    models.BooleanField(
                        default=False,
                        verbose_name="accepte qu’on se souvienne d’avoir travaillé ensemble",
                    ),
                ),
                (
                    "signatory_name",
                    models.CharField(blank=True, max_length=150, verbose_name="qui signe"),
                ),
                (
                    "signatory_function",
                    models.CharField(blank=True, max_length=150, verbose_name="fonction"),
                ),
                (
                    "power",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("legal", "représentant·e légal·e"),
                            ("board", "habilité·e par le conseil d’administration"),
                            ("council", "habilité·e par un vote du conseil (commune, CCAS)"),
                        ],
                        max_length=10,
                        verbose_name="de quel droit",
                    ),
                ),
                (
                    "power_on",
                    models.DateField(blank=True, null=True, verbose_name="date de l’acte"),
                ),
                (
                    "next_council_on",
                    models.DateField(blank=True, null=True, verbose_name="prochain conseil"),
                ),
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parties",
                        to="alliances.alliance",
                        verbose_name="alliance",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="réponse de",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alliances",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "partie",
                "ordering": ["alliance_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("alliance", "structure"),
                        name="alliance_party_once",
                        violation_error_message="Cette structure figure déjà dans l’alliance.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("invited_at__isnull", True), ("state", "proposed")),
                            ("state", "removed"),
                            models.Q(
                                models.Q(("state__in", ["proposed", "removed"]), _negated=True),
                                ("invited_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="alliance_party_invited_has_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgainWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("said_at", models.DateTimeField(verbose_name="dit le")),
                (
                    "about",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words_heard",
                        to="alliances.allianceparty",
                        verbose_name="dit de",
                    ),
                ),
                (
                    "by_party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words_said",
                        to="alliances.allianceparty",
                        verbose_name="dit par",
                    ),
                ),
            ],
            options={
                "verbose_name": "«\xa0je retravaillerais avec elle\xa0»",
                "ordering": ["by_party_id", "about_id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("by_party", "about"),
                        name="again_word_once",
                        violation_error_message="C’est déjà dit.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by_party", models.F("about")), _negated=True),
                        name="again_word_of_another",
                        violation_error_message="Cela se dit d’une autre structure.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AllianceRevision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="numéro")),
                ("terms", models.JSONField(verbose_name="termes")),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("start", "ouverture"),
                            ("edit", "modification"),
                            ("repair", "réparation"),
                            ("undo", "retour en arrière"),
                            ("parties", "changement de parties"),
                            ("amendment", "changement accepté par l’acheteur"),
                        ],
                        default="edit",
                        max_length=10,
                        verbose_name="origine",
                    ),
                ),
                (
                    "returns_to",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="revient à la version"
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="le")),
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="alliances.alliance",
                        verbose_name="alliance",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
            ],
            options={
                "verbose_name": "version des termes",
                "ordering": ["alliance_id", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("alliance", "number"),
                        name="alliance_revision_unique_number",
                        violation_error_message="Quelqu’un vient d’écrire une version.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AllianceBaseline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("terms", models.JSONField(verbose_name="termes signés")),
                (
                    "terms_sha256",
                    models.CharField(max_length=64, verbose_name="empreinte des termes"),
                ),
                ("price_cents", models.PositiveBigIntegerField(verbose_name="prix en centimes")),
                ("signed_on", models.DateField(verbose_name="marché notifié le")),
                ("made_at", models.DateTimeField(verbose_name="transmise le")),
                (
                    "alliance",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="baseline",
                        to="alliances.alliance",
                        verbose_name="alliance",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="transmise par",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="alliances.alliancerevision",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "base du marché",
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64, verbose_name="empreinte")),
                ("accepted_at", models.DateTimeField(verbose_name="acceptée le")),
                (
                    "taken_back_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="reprise le"),
                ),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="acceptée par",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acceptances",
                        to="alliances.allianceparty",
                        verbose_name="partie",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="alliances.alliancerevision",
                        verbose_name="version lue",
                    ),
                ),
            ],
            options={
                "verbose_name": "acceptation",
                "ordering": ["party_id", "-accepted_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at__isnull", True)),
                        fields=("party", "fingerprint"),
                        name="acceptance_once",
                        violation_error_message="Ces termes sont déjà acceptés.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AllianceTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ANSWERS", "Chacun répond à l’invitation"),
                            ("CERTIFICATE", "Essayer la plateforme et le certificat de signature"),
                            ("SPLIT", "Le partage est accepté par tous"),
                            ("MANDATES", "Les pouvoirs du mandataire sont signés"),
                            ("DOCUMENTS", "Les pièces de chacun sont réunies"),
                            ("SIGNATURE", "La convention est approuvée par chacun"),
                            ("FILING", "Déposer l’offre, la veille de la date limite"),
                        ],
                        max_length=12,
                        verbose_name="étape",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="quoi")),
                ("due_on", models.DateField(verbose_name="avant le")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="faite le")),
                (
                    "removed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="retirée le"),
                ),
                ("made_at", models.DateTimeField(verbose_name="notée le")),
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="alliances.alliance",
                        verbose_name="alliance",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="faite par",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="notée par",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tasks",
                        to="alliances.allianceparty",
                        verbose_name="qui s’en charge",
                    ),
                ),
            ],
            options={
                "verbose_name": "tâche d’une alliance",
                "ordering": ["due_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("removed_at__isnull", True), models.Q(("step", ""), _negated=True)
                        ),
                        fields=("alliance", "step"),
                        name="alliance_task_one_per_step",
                        violation_error_message="Cette étape est déjà dans la liste.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "step__in",
                                [
                                    "",
                                    "ANSWERS",
                                    "CERTIFICATE",
                                    "SPLIT",
                                    "MANDATES",
                                    "DOCUMENTS",
                                    "SIGNATURE",
                                    "FILING",
                                ],
                            )
                        ),
                        name="alliance_task_step_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_by__isnull", True), ("done_at__isnull", False), _connector="OR"
                        ),
                        name="alliance_task_done_has_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "legal_form",
                    models.CharField(blank=True, max_length=100, verbose_name="forme juridique"),
                ),
                (
                    "registered_at",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="inscription à un registre"
                    ),
                ),
                (
                    "address",
                    models.CharField(blank=True, max_length=250, verbose_name="adresse du siège"),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        max_length=254,
                        verbose_name="adresse électronique pour les marchés",
                    ),
                ),
                (
                    "is_small",
                    models.BooleanField(
                        blank=True, null=True, verbose_name="petite ou moyenne entreprise"
                    ),
                ),
                (
                    "permanent_staff",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="salariés permanents"
                    ),
                ),
                (
                    "insertion_staff",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="salariés en insertion"
                    ),
                ),
                (
                    "means",
                    models.TextField(
                        blank=True, max_length=1500, verbose_name="matériel et véhicules"
                    ),
                ),
                (
                    "method",
                    models.TextField(
                        blank=True,
                        max_length=1500,
                        verbose_name="ce que vous faites pour l’insertion",
                    ),
                ),
                (
                    "has_no_reference",
                    models.BooleanField(
                        default=False, verbose_name="n’a pas de référence à donner"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="mis à jour le")),
                (
                    "structure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answer_file",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "dossier de réponse",
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sequence", models.PositiveIntegerField(verbose_name="numéro dans la chaîne")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("approve", "approuve la convention"),
                            ("take_back", "reprend son approbation"),
                        ],
                        max_length=10,
                        verbose_name="geste",
                    ),
                ),
                (
                    "document_sha256",
                    models.CharField(max_length=64, verbose_name="empreinte de la convention"),
                ),
                ("at", models.DateTimeField(verbose_name="le")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("password", "mot de passe redemandé"),
                            ("code", "code à usage unique redemandé"),
                            ("key", "clé de sécurité redemandée"),
                            ("none", "identité non redemandée (démonstration)"),
                        ],
                        max_length=10,
                        verbose_name="identité",
                    ),
                ),
                (
                    "authenticated_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="identité redemandée le"
                    ),
                ),
                (
                    "identity_sha256",
                    models.CharField(max_length=64, verbose_name="empreinte de l’identité"),
                ),
                (
                    "previous_sha256",
                    models.CharField(max_length=64, verbose_name="empreinte précédente"),
                ),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="empreinte")),
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="alliances.alliance",
                        verbose_name="alliance",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="alliances.allianceparty",
                        verbose_name="partie",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="alliances.alliancerevision",
                        verbose_name="version lue",
                    ),
                ),
            ],
            options={
                "verbose_name": "approbation",
                "ordering": ["alliance_id", "sequence"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("alliance", "sequence"),
                        name="approval_sequence_once",
                        violation_error_message="Quelqu’un vient d’approuver. Recommencez.",
                    ),
                    models.UniqueConstraint(
                        fields=("alliance", "previous_sha256"),
                        name="approval_chain_does_not_fork",
                        violation_error_message="Quelqu’un vient d’approuver. Recommencez.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sequence__gte", 1)), name="approval_sequence_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("document_sha256__regex", "^[0-9a-f]{64}$"),
                            ("identity_sha256__regex", "^[0-9a-f]{64}$"),
                            ("previous_sha256__regex", "^[0-9a-f]{64}$"),
                            ("sha256__regex", "^[0-9a-f]{64}$"),
                        ),
                        name="approval_fingerprints_are_fingerprints",
                        violation_error_message="Une empreinte a 64 chiffres hexadécimaux.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("authenticated_at__isnull", True), ("method", "none")),
                            models.Q(
                                models.Q(("method", "none"), _negated=True),
                                ("authenticated_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="approval_says_when_identity_was_proved",
                        violation_error_message="Dites quand l’identité a été redemandée.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["approve", "take_back"])),
                        name="approval_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApprovalIdentity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="nom")),
                ("function", models.CharField(blank=True, max_length=150, verbose_name="fonction")),
                ("key", models.CharField(blank=True, max_length=64, verbose_name="clé de preuve")),
                (
                    "erased_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="effacée le"),
                ),
                (
                    "approval",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identity",
                        to="alliances.approval",
                        verbose_name="approbation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="compte",
                    ),
                ),
            ],
            options={
                "verbose_name": "identité d’une approbation",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at__isnull", True),
                            models.Q(("function", ""), ("key", ""), ("name", "")),
                            _connector="OR",
                        ),
                        name="approval_identity_erased_is_empty",
                        violation_error_message="Une identité effacée ne garde rien.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BidResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_won", models.BooleanField(verbose_name="attribué à l’équipe")),
                ("told_on", models.DateField(verbose_name="annoncé le")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("price", "le prix"),
                            ("quality", "la valeur technique"),
                            ("insertion", "l’insertion"),
                            ("delay", "les délais"),
                            ("file", "un dossier incomplet ou irrégulier"),
                            ("no_follow_up", "procédure sans suite ou infructueuse"),
                            ("other", "une autre raison"),
                            ("unknown", "inconnue\xa0: à demander à l’acheteur"),
                        ],
                        max_length=12,
                        verbose_name="ce qui a décidé",
                    ),
                ),
                (
                    "words",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="ce que dit l’acheteur"
                    ),
                ),
                (
                    "winner_price_cents",
                    models.PositiveBigIntegerField(
                        blank=True, null=True, verbose_name="prix de l’offre retenue en centimes"
                    ),
                ),
                (
                    "rank",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="notre rang"
                    ),
                ),
                (
                    "bids",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="nombre d’offres"
                    ),
                ),
                (
                    "to_change",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="à changer la prochaine fois"
                    ),
                ),
                (
                    "signed_on",
                    models.DateField(blank=True, null=True, verbose_name="marché notifié le"),
                ),
                (
                    "alliance",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="result",
                        to="alliances.alliance",
                        verbose_name="alliance",
                    ),
                ),
            ],
            options={
                "verbose_name": "résultat",
                "ordering": ["-told_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rank__isnull", True), ("rank__gte", 1), _connector="OR"
                        ),
                        name="bid_result_rank_from_one",
                        violation_error_message="Le premier rang est 1.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rank__isnull", True),
                            ("bids__isnull", True),
                            ("rank__lte", models.F("bids")),
                            _connector="OR",
                        ),
                        name="bid_result_rank_within_bids",
                        violation_error_message="Notre rang dépasse le nombre d’offres.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_won", False), ("rank__isnull", True), ("rank", 1), _connector="OR"
                        ),
                        name="bid_result_won_is_first",
                        violation_error_message="L’offre retenue est la première.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("signed_on__isnull", True),
                            models.Q(("is_won", True), ("signed_on__gte", models.F("told_on"))),
                            _connector="OR",
                        ),
                        name="bid_result_signed_after_won",
                        violation_error_message="Le marché se notifie après son attribution.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Composition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                        verbose_name="identifiant",
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="demandé le")),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="terminé le"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "en attente"),
                            ("running", "en cours"),
                            ("done", "terminé"),
                            ("stopped", "arrêté"),
                            ("cancelled", "abandonné"),
                            ("failed", "interrompu par une panne"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("composed", "équipe trouvée"),
                            ("impossible", "personne ne peut tout tenir"),
                            ("undecided", "ni trouvé ni exclu dans le temps donné"),
                            ("out_of_scope", "hors de nos métiers"),
                            ("closed", "le délai de réponse est passé"),
                        ],
                        max_length=12,
                        verbose_name="issue",
                    ),
                ),
                ("computed_for", models.DateField(verbose_name="calculé pour le jour")),
                (
                    "question_sha256",
                    models.CharField(max_length=64, verbose_name="empreinte de la question"),
                ),
                (
                    "is_solo_only",
                    models.BooleanField(default=False, verbose_name="groupement interdit"),
                ),
                ("seed", models.PositiveIntegerField(default=0, verbose_name="graine")),
                ("time_limit_s", models.FloatField(verbose_name="temps donné (s)")),
                (
                    "engine_version",
                    models.CharField(blank=True, max_length=60, verbose_name="version du calcul"),
                ),
                ("problem", models.JSONField(default=dict, verbose_name="problème posé")),
                ("best", models.JSONField(default=dict, verbose_name="meilleure réponse")),
                (
                    "certain",
                    models.JSONField(default=dict, verbose_name="réponse sans supposition"),
                ),
                ("people", models.JSONField(default=dict, verbose_name="noms au jour du calcul")),
                ("wishes", models.JSONField(default=dict, verbose_name="souhaits")),
                ("against", models.JSONField(default=dict, verbose_name="réponse de départ")),
                ("progress", models.JSONField(default=dict, verbose_name="avancement")),
                (
                    "stop_asked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="arrêt demandé le"),
                ),
                (
                    "error_code",
                    models.CharField(blank=True, max_length=40, verbose_name="code de panne"),
                ),
                (
                    "is_public",
                    models.BooleanField(
                        default=False, verbose_name="ouverte à tous (vallée de démonstration)"
                    ),
                ),
                (
                    "base",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="variants",
                        to="alliances.composition",
                        verbose_name="souhait à partir de",
                    ),
                ),
                (
                    "breakdown",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="compositions",
                        to="opportunities.breakdown",
                        verbose_name="découpage",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="demandé par",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.network",
                        verbose_name="vue du réseau",
                    ),
                ),
                (
                    "stopped_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="arrêté par",
                    ),
                ),
            ],
            options={
                "verbose_name": "composition",
                "ordering": ["-made_at", "-pk"],
                "indexes": [
                    models.Index(
                        fields=["breakdown", "question_sha256"],
                        name="alliances_c_breakdo_3a305a_idx",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["done", "stopped"]), _negated=True),
                            models.Q(("outcome", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="composition_done_has_outcome",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CriterionNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="ordre")),
                ("label", models.CharField(max_length=120, verbose_name="critère")),
                ("most", models.PositiveIntegerField(verbose_name="note la plus haute")),
                ("ours", models.PositiveIntegerField(verbose_name="notre note")),
                (
                    "winners",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="note de l’offre retenue"
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="alliances.bidresult",
                        verbose_name="résultat",
                    ),
                ),
            ],
            options={
                "verbose_name": "note d’un critère",
                "ordering": ["result_id", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("result", "position"), name="criterion_note_position_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("most__gt", 0),
                            ("ours__lte", models.F("most")),
                            models.Q(
                                ("winners__isnull", True),
                                ("winners__lte", models.F("most")),
                                _connector="OR",
                            ),
                        ),
                        name="criterion_note_within_its_scale",
                        violation_error_message="Une note dépasse la note la plus haute.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FileOpening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="ouvert le")),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ouvert par",
                    ),
                ),
                (
                    "party",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="file_opening",
                        to="alliances.allianceparty",
                        verbose_name="partie",
                    ),
                ),
            ],
            options={
                "verbose_name": "ouverture d’un dossier",
            },
        ),
        migrations.CreateModel(
            name="Filing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=100, verbose_name="numéro du récépissé")),
                ("filed_at", models.DateTimeField(verbose_name="déposée le")),
                (
                    "price_cents",
                    models.PositiveBigIntegerField(verbose_name="prix déposé en centimes"),
                ),
                (
                    "terms_sha256",
                    models.CharField(max_length=64, verbose_name="empreinte des termes"),
                ),
                (
                    "document_sha256",
                    models.CharField(max_length=64, verbose_name="empreinte de la convention"),
                ),
                ("noted_at", models.DateTimeField(verbose_name="noté le")),
                (
                    "alliance",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filing",
                        to="alliances.alliance",
                        verbose_name="alliance",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noté par",
                    ),
                ),
                (
                    "receipt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="base.storedfile",
                        verbose_name="récépissé",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="alliances.alliancerevision",
                        verbose_name="version déposée",
                    ),
                ),
            ],
            options={
                "verbose_name": "dépôt",
                "ordering": ["-filed_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        name="filing_has_a_number",
                        violation_error_message="Donnez le numéro du récépissé.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("filed_at__lte", models.F("noted_at"))),
                        name="filing_is_not_to_come",
                        violation_error_message="Cette heure de dépôt est à venir.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GoDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_go", models.BooleanField(verbose_name="y va")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="pourquoi")),
                (
                    "new_trade",
                    models.BooleanField(blank=True, null=True, verbose_name="métier nouveau"),
                ),
                (
                    "new_partner",
                    models.BooleanField(blank=True, null=True, verbose_name="partenaire nouveau"),
                ),
                (
                    "warnings",
                    models.JSONField(
                        blank=True, default=list, verbose_name="ce qui lui a été signalé"
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="version des termes lue")),
                ("decided_at", models.DateTimeField(verbose_name="décidé le")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="décidé par",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="alliances.allianceparty",
                        verbose_name="partie",
                    ),
                ),
            ],
            options={
                "verbose_name": "décision d’y aller ou pas",
                "ordering": ["party_id", "-decided_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_go", True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="go_decision_no_has_a_reason",
                        violation_error_message="Dites en une phrase pourquoi vous n’y allez pas.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IssuedDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, verbose_name="document")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("issued_at", models.DateTimeField(verbose_name="téléchargé le")),
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="issued",
                        to="alliances.alliance",
                        verbose_name="alliance",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
            ],
            options={
                "verbose_name": "document téléchargé",
                "ordering": ["alliance_id", "key"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("alliance", "person", "key"), name="issued_document_last_only"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MessagePace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pace",
                    models.CharField(
                        choices=[
                            ("each", "À chaque message"),
                            ("daily", "Une fois par jour, le matin"),
                            ("never", "Jamais\u202f: je lirai ici"),
                        ],
                        max_length=5,
                        verbose_name="me prévenir",
                    ),
                ),
                ("told_until", models.DateTimeField(verbose_name="prévenue de ce qui précède le")),
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="message_paces",
                        to="alliances.alliance",
                        verbose_name="alliance",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
            ],
            options={
                "verbose_name": "rythme des courriers d’une alliance",
                "ordering": ["alliance_id", "person_id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("alliance", "person"), name="message_pace_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pace__in", ["each", "daily", "never"])),
                        name="message_pace_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PastWork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="travail")),
                ("client", models.CharField(max_length=200, verbose_name="pour qui")),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1990),
                            django.core.validators.MaxValueValidator(2100),
                        ],
                        verbose_name="année",
                    ),
                ),
                (
                    "amount_cents",
                    cordee.base.fields.EurosField(
                        blank=True, null=True, verbose_name="montant hors taxes"
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="past_works",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "référence",
                "ordering": ["structure_id", "-year", "title", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("structure", "title", "client", "year"),
                        name="past_work_once",
                        violation_error_message="Cette référence est déjà dans la liste.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_cents__isnull", True),
                            ("amount_cents__gte", 0),
                            _connector="OR",
                        ),
                        name="past_work_amount_not_negative",
                        violation_error_message="Un montant n’est pas négatif.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("best", "notre proposition"),
                            ("certain", "sans aucune supposition"),
                            ("greedy", "méthode simple"),
                            ("alternative", "autre équipe"),
                        ],
                        max_length=12,
                        verbose_name="origine",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=0, verbose_name="numéro")),
                ("kept_at", models.DateTimeField(auto_now_add=True, verbose_name="gardée le")),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="retirée le"),
                ),
                (
                    "composition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="alliances.composition",
                        verbose_name="composition",
                    ),
                ),
                (
                    "kept_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="gardée par",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposition gardée",
                "ordering": ["-kept_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("composition", "origin", "number"),
                        name="proposal_kept_once",
                        violation_error_message="Cette équipe est déjà gardée.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="alliance",
            name="proposal",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="alliances",
                to="alliances.proposal",
                verbose_name="équipe composée",
            ),
        ),
        migrations.CreateModel(
            name="SignatureRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "document_sha256",
                    models.CharField(max_length=64, verbose_name="empreinte de la convention"),
                ),
                ("service", models.CharField(max_length=100, verbose_name="service de signature")),
                (
                    "reference",
                    models.CharField(max_length=200, verbose_name="référence du service"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "en attente de signature"),
                            ("signed", "signée"),
                            ("refused", "refusée"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("simple", "signature simple"),
                            ("advanced", "signature avancée"),
                            ("qualified", "signature qualifiée"),
                        ],
                        max_length=10,
                        verbose_name="niveau",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="envoyée le")),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="terminée le"),
                ),
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="alliances.alliance",
                        verbose_name="alliance",
                    ),
                ),
            ],
            options={
                "verbose_name": "demande de signature",
                "ordering": ["alliance_id", "-asked_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("service", "reference"),
                        name="signature_request_reference_once",
                        violation_error_message="Cette demande existe déjà.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", False),
                                ("state", "signed"),
                                models.Q(("level", ""), _negated=True),
                            ),
                            models.Q(
                                ("ended_at__isnull", False), ("level", ""), ("state", "refused")
                            ),
                            models.Q(
                                ("ended_at__isnull", True), ("level", ""), ("state", "waiting")
                            ),
                            _connector="OR",
                        ),
                        name="signature_request_level_only_when_signed",
                        violation_error_message="Un niveau de signature suppose une signature.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StandingTeam",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="nom")),
                ("trades", models.JSONField(default=list, verbose_name="métiers")),
                ("made_at", models.DateTimeField(verbose_name="créée le")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="close le")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.department",
                        verbose_name="département",
                    ),
                ),
                (
                    "framework",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="base.storedfile",
                        verbose_name="convention-cadre",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="créée par",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standing_teams",
                        to="members.network",
                        verbose_name="réseau",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept_standing_teams",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "cordée prête",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("network__isnull", False), ("structure__isnull", True)),
                            models.Q(("network__isnull", True), ("structure__isnull", False)),
                            _connector="OR",
                        ),
                        name="standing_team_kept_by_one",
                        violation_error_message="Un réseau ou une structure la tient, pas les deux.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True), ("network__isnull", False)),
                        fields=("network", "name"),
                        name="standing_team_name_once_in_network",
                        violation_error_message="Une cordée de ce nom est déjà ouverte. Donnez un autre nom à celle-ci.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("closed_at__isnull", True), ("structure__isnull", False)
                        ),
                        fields=("structure", "name"),
                        name="standing_team_name_once_in_structure",
                        violation_error_message="Une cordée de ce nom est déjà ouverte. Donnez un autre nom à celle-ci.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StandingMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("invited", "invitée"),
                            ("in", "membre"),
                            ("declined", "a dit non"),
                            ("left", "partie"),
                        ],
                        default="invited",
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                ("invited_at", models.DateTimeField(verbose_name="invitée le")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="a répondu le"),
                ),
                (
                    "signatory_name",
                    models.CharField(blank=True, max_length=150, verbose_name="qui signe"),
                ),
                (
                    "signatory_function",
                    models.CharField(blank=True, max_length=150, verbose_name="fonction"),
                ),
                (
                    "power",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("legal", "représentant·e légal·e"),
                            ("board", "habilité·e par le conseil d’administration"),
                            ("council", "habilité·e par un vote du conseil (commune, CCAS)"),
                        ],
                        max_length=10,
                        verbose_name="de quel droit",
                    ),
                ),
                (
                    "power_on",
                    models.DateField(blank=True, null=True, verbose_name="date de l’acte"),
                ),
                (
                    "framework_sha256",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="convention-cadre acceptée"
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standing",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="alliances.standingteam",
                        verbose_name="cordée prête",
                    ),
                ),
            ],
            options={
                "verbose_name": "membre d’une cordée prête",
                "ordering": ["team_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("team", "structure"),
                        name="standing_member_once",
                        violation_error_message="Cette structure est déjà dans cette cordée.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("state", "invited")),
                            models.Q(
                                models.Q(("state", "invited"), _negated=True),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="standing_member_answered_has_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Study",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "en attente"),
                            ("running", "en cours"),
                            ("done", "terminée"),
                            ("failed", "interrompue par une panne"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="demandée le")),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="terminée le"),
                ),
                ("explanation", models.JSONField(default=dict, verbose_name="raisons")),
                ("alternatives", models.JSONField(default=dict, verbose_name="autres équipes")),
                (
                    "worths",
                    models.JSONField(default=list, verbose_name="ce qu’une unité de plus apporte"),
                ),
                ("cures", models.JSONField(default=dict, verbose_name="issues")),
                ("people", models.JSONField(default=dict, verbose_name="noms de plus")),
                (
                    "composition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="study",
                        to="alliances.composition",
                        verbose_name="composition",
                    ),
                ),
            ],
            options={
                "verbose_name": "étude d’une réponse",
            },
        ),
        migrations.CreateModel(
            name="Turnover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1990),
                            django.core.validators.MaxValueValidator(2100),
                        ],
                        verbose_name="exercice",
                    ),
                ),
                (
                    "amount_cents",
                    cordee.base.fields.EurosField(verbose_name="chiffre d’affaires hors taxes"),
                ),
                (
                    "field_cents",
                    cordee.base.fields.EurosField(
                        blank=True, null=True, verbose_name="dont dans vos métiers principaux"
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="turnovers",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "chiffre d’affaires",
                "ordering": ["structure_id", "-year"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("structure", "year"),
                        name="turnover_once_a_year",
                        violation_error_message="Cet exercice est déjà dans la liste.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gte", 0)),
                        name="turnover_not_negative",
                        violation_error_message="Un chiffre d’affaires n’est pas négatif.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("field_cents__isnull", True),
                            models.Q(
                                ("field_cents__gte", 0),
                                ("field_cents__lte", models.F("amount_cents")),
                            ),
                            _connector="OR",
                        ),
                        name="turnover_field_is_a_part",
                        violation_error_message="Une part ne dépasse pas le chiffre d’affaires.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("talking", "on se parle"),
                            ("split", "on se répartit le travail"),
                            ("mandate", "on donne mandat"),
                            ("documents", "on prépare le dossier"),
                            ("filed", "offre déposée"),
                            ("won", "marché attribué"),
                            ("signed", "marché signé"),
                            ("delivery", "travaux en cours"),
                            ("lost", "offre non retenue"),
                            ("abandoned", "abandonnée"),
                        ],
                        max_length=10,
                        verbose_name="étape du retrait",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("told", "annoncé"),
                            ("planned", "suite proposée"),
                            ("sent", "demande partie chez l’acheteur"),
                            ("refused", "refusé par l’acheteur"),
                            ("done", "fait"),
                            ("cancelled", "annulé\xa0: la structure reste"),
                        ],
                        default="told",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=1000, verbose_name="raison")),
                (
                    "at_fault",
                    models.BooleanField(
                        blank=True, null=True, verbose_name="la cause vient du groupe"
                    ),
                ),
                (
                    "share_cents",
                    models.PositiveBigIntegerField(
                        verbose_name="part au moment du retrait, en centimes"
                    ),
                ),
                (
                    "left_cents",
                    models.PositiveBigIntegerField(
                        blank=True, null=True, verbose_name="reste à faire, en centimes"
                    ),
                ),
                ("told_at", models.DateTimeField(verbose_name="annoncé le")),
                (
                    "told_by_lead",
                    models.BooleanField(default=False, verbose_name="annoncé par qui coordonne"),
                ),
                (
                    "path",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("AGREEMENT", "accord de ceux que cela concerne"),
                            ("REQUEST", "demande motivée à l’acheteur"),
                            ("DC4", "déclaration de sous-traitance (DC4)"),
                            ("AMENDMENT", "avenant signé avec l’acheteur"),
                        ],
                        max_length=10,
                        verbose_name="par",
                    ),
                ),
                (
                    "plan",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("one", "un membre reprend toute la part"),
                            ("all", "les membres qui restent se la partagent"),
                            ("replacement", "une autre structure la remplace"),
                            ("subcontractor", "un sous-traitant fait le travail à sa place"),
                        ],
                        max_length=13,
                        verbose_name="suite",
                    ),
                ),
                (
                    "planned_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="suite proposée le"),
                ),
                (
                    "base_version",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="version de départ"
                    ),
                ),
                (
                    "proposed",
                    models.JSONField(blank=True, null=True, verbose_name="termes proposés"),
                ),
                (
                    "request_text",
                    models.TextField(
                        blank=True, max_length=6000, verbose_name="demande à l’acheteur"
                    ),
                ),
                (
                    "sent_on",
                    models.DateField(blank=True, null=True, verbose_name="demande partie le"),
                ),
                (
                    "answered_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="réponse de l’acheteur le"
                    ),
                ),
                (
                    "answer_words",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="ce que répond l’acheteur"
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="clos le")),
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawals",
                        to="alliances.alliance",
                        verbose_name="alliance",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawals",
                        to="alliances.allianceparty",
                        verbose_name="partie",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="alliances.allianceparty",
                        verbose_name="qui reprend",
                    ),
                ),
                (
                    "told_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="annoncé par",
                    ),
                ),
            ],
            options={
                "verbose_name": "retrait",
                "ordering": ["alliance_id", "-told_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["told", "planned", "sent"])),
                        fields=("alliance",),
                        name="withdrawal_one_under_way",
                        violation_error_message="Un autre retrait est en cours. Menez-le d’abord à bien.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["told", "done", "cancelled"]),
                            models.Q(("base_version__isnull", False), ("proposed__isnull", False)),
                            _connector="OR",
                        ),
                        name="withdrawal_planned_has_terms",
                        violation_error_message="Dites d’abord qui reprend la part.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["told", "planned", "done", "cancelled"]),
                            ("sent_on__isnull", False),
                            _connector="OR",
                        ),
                        name="withdrawal_sent_has_a_day",
                        violation_error_message="Donnez le jour où la demande est partie.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            ("answered_on__isnull", False),
                            _connector="OR",
                        ),
                        name="withdrawal_answered_has_a_day",
                        violation_error_message="Donnez le jour de la réponse de l’acheteur.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", False),
                                ("state__in", ["done", "cancelled", "refused"]),
                            ),
                            models.Q(
                                models.Q(
                                    ("state__in", ["done", "cancelled", "refused"]), _negated=True
                                ),
                                ("ended_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="withdrawal_ended_has_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("phase__in", ["filed", "won", "signed", "delivery"]), _negated=True
                            ),
                            models.Q(("state", "done"), _negated=True),
                            ("answered_on__isnull", False),
                            _connector="OR",
                        ),
                        name="withdrawal_after_filing_needs_the_buyer",
                        violation_error_message="Après le dépôt, rien ne change sans l’acheteur.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WithdrawalAgreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64, verbose_name="empreinte")),
                ("agreed_at", models.DateTimeField(verbose_name="d’accord le")),
                (
                    "agreed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="d’accord par",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="alliances.allianceparty",
                        verbose_name="partie",
                    ),
                ),
                (
                    "withdrawal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agreements",
                        to="alliances.withdrawal",
                        verbose_name="retrait",
                    ),
                ),
            ],
            options={
                "verbose_name": "accord sur un retrait",
                "ordering": ["withdrawal_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("withdrawal", "party", "fingerprint"),
                        name="withdrawal_agreement_once",
                        violation_error_message="Cet accord est déjà donné.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AllianceCoordinator",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField(auto_now_add=True, verbose_name="depuis le")),
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="coordinators",
                        to="alliances.alliance",
                        verbose_name="alliance",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
            ],
            options={
                "verbose_name": "personne qui coordonne",
                "ordering": ["alliance_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("alliance", "person"),
                        name="alliance_coordinator_once",
                        violation_error_message="Cette personne coordonne déjà cette alliance.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AllianceFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "words",
                    models.CharField(blank=True, max_length=200, verbose_name="ce que c’est"),
                ),
                ("brought_at", models.DateTimeField(verbose_name="ajouté le")),
                ("brought_for", models.CharField(max_length=200, verbose_name="ajouté pour")),
                (
                    "removed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="retiré le"),
                ),
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="alliances.alliance",
                        verbose_name="alliance",
                    ),
                ),
                (
                    "brought_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ajouté par",
                    ),
                ),
                (
                    "stored",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="base.storedfile",
                        verbose_name="fichier",
                    ),
                ),
            ],
            options={
                "verbose_name": "fichier d’une alliance",
                "ordering": ["alliance_id", "-brought_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("brought_for", ""), _negated=True),
                        name="alliance_file_says_for_whom",
                        violation_error_message="Dites pour qui ce fichier est ajouté.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AllianceLot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lot_id", models.CharField(max_length=60, verbose_name="lot")),
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lots",
                        to="alliances.alliance",
                        verbose_name="alliance",
                    ),
                ),
            ],
            options={
                "verbose_name": "lot d’une alliance",
                "ordering": ["alliance_id", "lot_id"],
                "constraints": [
                    models.UniqueConstraint(fields=("alliance", "lot_id"), name="alliance_lot_once")
                ],
            },
        ),
    ]
