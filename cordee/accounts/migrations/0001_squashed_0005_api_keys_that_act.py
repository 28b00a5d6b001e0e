import cordee.accounts.models
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_mail_refusals"),
        ("accounts", "0003_open_sessions"),
        ("accounts", "0004_api_keys"),
        ("accounts", "0005_api_keys_that_act"),
    ]
    replaced_until = "v0.1.0a1"

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "first_name",
                    models.CharField(blank=True, max_length=150, verbose_name="first name"),
                ),
                (
                    "last_name",
                    models.CharField(blank=True, max_length=150, verbose_name="last name"),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="date joined"
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        max_length=254, unique=True, verbose_name="adresse électronique"
                    ),
                ),
                (
                    "display_name",
                    models.CharField(blank=True, max_length=120, verbose_name="nom affiché"),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "personne",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        name="user_email_unique_whatever_case",
                        violation_error_message="Un compte existe déjà avec cette adresse.",
                    )
                ],
            },
            managers=[
                ("objects", cordee.accounts.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="nom")),
                ("hint", models.CharField(max_length=8, verbose_name="premiers caractères")),
                (
                    "secret_sha256",
                    models.CharField(max_length=64, unique=True, verbose_name="empreinte"),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("read", "lire"),
                            ("compose", "lire et composer"),
                            ("act", "lire, composer et agir dans mes alliances"),
                        ],
                        max_length=10,
                        verbose_name="ce qu’elle ouvre",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="faite le")),
                ("expires_at", models.DateTimeField(verbose_name="valable jusqu’au")),
                (
                    "last_used_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="dernier usage"),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="retirée le"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_keys",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
            ],
            options={
                "verbose_name": "clé pour un logiciel",
                "ordering": ["-made_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("person", "name"),
                        name="api_key_one_of_a_name",
                        violation_error_message="Vous avez déjà une clé de ce nom. Donnez-lui-en un autre.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("made_at"))),
                        name="api_key_lasts",
                        violation_error_message="Une clé finit après avoir été faite.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="quand")),
                ("verb", models.CharField(max_length=80, verbose_name="action")),
                ("target_kind", models.CharField(max_length=80, verbose_name="sorte d’objet")),
                ("target_id", models.CharField(max_length=64, verbose_name="identifiant")),
                ("before", models.JSONField(default=dict, verbose_name="avant")),
                ("after", models.JSONField(default=dict, verbose_name="après")),
                (
                    "by",
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
                "verbose_name": "ligne du journal",
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(
                        fields=["target_kind", "target_id"], name="accounts_jo_target__256bfd_idx"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MailRefusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "address_sha256",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="empreinte de l’adresse"
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="sorte de courrier")),
                ("since", models.DateTimeField(verbose_name="depuis")),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_refusals",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
            ],
            options={
                "verbose_name": "courrier refusé",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("address_sha256", ""), ("person__isnull", False)),
                            models.Q(
                                ("person__isnull", True),
                                models.Q(("address_sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="mail_refusal_of_one",
                        violation_error_message="Un refus est d’une personne ou d’une adresse.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("person", "kind"),
                        name="mail_refusal_once_a_person",
                        violation_error_message="Ce courrier est déjà arrêté.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", True)),
                        fields=("address_sha256", "kind"),
                        name="mail_refusal_once_an_address",
                        violation_error_message="Ce courrier est déjà arrêté.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpenSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(max_length=40, unique=True, verbose_name="clé de session"),
                ),
                ("device", models.CharField(max_length=100, verbose_name="appareil")),
                ("since", models.DateTimeField(auto_now_add=True, verbose_name="depuis")),
                ("last_used_at", models.DateTimeField(verbose_name="dernière utilisation")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="open_sessions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
            ],
            options={
                "verbose_name": "connexion ouverte",
                "ordering": ["-last_used_at", "-pk"],
            },
        ),
    ]
