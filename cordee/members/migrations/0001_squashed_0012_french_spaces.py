import cordee.members.models.networks
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("members", "0001_initial"),
        ("members", "0002_programmes_and_roles"),
        ("members", "0003_networks_first_class"),
        ("members", "0004_claims_guesses_and_registry"),
        ("members", "0005_structure_phone"),
        ("members", "0006_programme_commitments"),
        ("members", "0007_people_and_invitations"),
        ("members", "0008_crew_told_at"),
        ("members", "0009_name_the_state_of_a_claim"),
        ("members", "0010_seats_since_a_day"),
        ("members", "0011_sort_regions_without_accents"),
        ("members", "0012_french_spaces"),
    ]
    replaced_until = "v0.1.0a1"

    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Chantier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="nom")),
                (
                    "declared_cfte",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="quand la structure ne connaît que ses ETP, sans détail d’équipes",
                        null=True,
                        verbose_name="équipe déclarée (centièmes d’ETP)",
                    ),
                ),
                (
                    "can_lead",
                    models.BooleanField(blank=True, null=True, verbose_name="peut être mandataire"),
                ),
            ],
            options={
                "verbose_name": "chantier",
                "ordering": ["structure_id", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Department",
            fields=[
                (
                    "code",
                    models.CharField(
                        max_length=3, primary_key=True, serialize=False, verbose_name="code"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="nom")),
            ],
            options={
                "verbose_name": "département",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Region",
            fields=[
                (
                    "code",
                    models.CharField(
                        max_length=2, primary_key=True, serialize=False, verbose_name="code INSEE"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="nom")),
                (
                    "folded_name",
                    models.CharField(default="", max_length=60, verbose_name="nom sans accents"),
                ),
            ],
            options={
                "verbose_name": "région",
                "ordering": ["folded_name", "name"],
            },
        ),
        migrations.CreateModel(
            name="CapacityException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "first_month",
                    models.PositiveIntegerField(
                        verbose_name="premier mois (année × 12 + mois − 1)"
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(verbose_name="nombre de mois")),
                (
                    "cfte",
                    models.PositiveIntegerField(
                        help_text="remplace ce que dit la saison",
                        verbose_name="capacité ces mois-là (centièmes d’ETP par mois)",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="raison")),
                (
                    "chantier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="capacity_exceptions",
                        to="members.chantier",
                        verbose_name="chantier",
                    ),
                ),
            ],
            options={
                "verbose_name": "exception de capacité",
                "ordering": ["chantier_id", "first_month", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CapacityBooking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "first_month",
                    models.PositiveIntegerField(
                        verbose_name="premier mois (année × 12 + mois − 1)"
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(verbose_name="nombre de mois")),
                ("cfte", models.PositiveIntegerField(verbose_name="centièmes d’ETP par mois")),
                ("reason", models.CharField(max_length=200, verbose_name="raison")),
                (
                    "chantier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bookings",
                        to="members.chantier",
                        verbose_name="chantier",
                    ),
                ),
            ],
            options={
                "verbose_name": "réservation de capacité",
                "ordering": ["chantier_id", "first_month", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Commune",
            fields=[
                (
                    "insee",
                    models.CharField(
                        max_length=5, primary_key=True, serialize=False, verbose_name="code INSEE"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="nom")),
                (
                    "folded_name",
                    models.CharField(db_index=True, max_length=80, verbose_name="nom sans accents"),
                ),
                (
                    "postcodes",
                    models.CharField(
                        help_text="séparés par un espace",
                        max_length=250,
                        verbose_name="codes postaux",
                    ),
                ),
                ("population", models.PositiveIntegerField(null=True, verbose_name="population")),
                ("latitude", models.FloatField(verbose_name="latitude")),
                ("longitude", models.FloatField(verbose_name="longitude")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        help_text="hors de toute somme de populations\xa0: la ville les compte déjà",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="arrondissements",
                        to="members.commune",
                        verbose_name="ville dont elle est un arrondissement",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="communes",
                        to="members.department",
                        verbose_name="département",
                    ),
                ),
            ],
            options={
                "verbose_name": "commune",
                "ordering": ["name", "insee"],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("siren", models.CharField(max_length=9, unique=True, verbose_name="SIREN")),
                ("name", models.CharField(max_length=200, verbose_name="nom")),
            ],
            options={
                "verbose_name": "organisation",
                "ordering": ["name", "siren"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("siren__regex", "^[0-9]{9}$")),
                        name="organisation_siren_nine_digits",
                        violation_error_message="Un SIREN a neuf chiffres.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=150, unique=True, verbose_name="nom")),
                ("slug", models.SlugField(unique=True, verbose_name="identifiant")),
                ("owner", models.CharField(max_length=200, verbose_name="porté par")),
                ("starts_on", models.DateField(verbose_name="début")),
                ("ends_on", models.DateField(verbose_name="fin")),
                ("text", models.TextField(blank=True, verbose_name="présentation")),
                (
                    "communes",
                    models.ManyToManyField(
                        blank=True,
                        related_name="programmes",
                        to="members.commune",
                        verbose_name="communes",
                    ),
                ),
                (
                    "departments",
                    models.ManyToManyField(
                        blank=True,
                        related_name="programmes",
                        to="members.department",
                        verbose_name="départements",
                    ),
                ),
            ],
            options={
                "verbose_name": "programme",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="programme_ends_after_start",
                        violation_error_message="Le programme finit avant de commencer.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgrammeCommitment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="rang")),
                ("label", models.CharField(max_length=250, verbose_name="intitulé")),
                ("source", models.CharField(max_length=250, verbose_name="source")),
                (
                    "url",
                    models.URLField(
                        blank=True, max_length=400, verbose_name="adresse de la source"
                    ),
                ),
                ("checked_on", models.DateField(blank=True, null=True, verbose_name="relu le")),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "lu dans une source citée"),
                            ("high", "connu, à relire dans le texte"),
                            ("medium", "à confirmer"),
                            ("low", "ordre de grandeur, à corriger"),
                            ("convention", "choix de Cordée"),
                        ],
                        default="medium",
                        max_length=12,
                        verbose_name="confiance",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hours_share", "part des heures travaillées"),
                            ("amount_share", "part du montant des marchés"),
                            ("number", "nombre"),
                            ("words", "engagement sans chiffre"),
                        ],
                        max_length=15,
                        verbose_name="sorte",
                    ),
                ),
                (
                    "value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="cible"
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=40, verbose_name="unité")),
                ("base", models.CharField(blank=True, max_length=250, verbose_name="de quoi")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commitments",
                        to="members.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "engagement d’un programme",
                "ordering": ["programme_id", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "label"),
                        name="programme_commitment_unique",
                        violation_error_message="Cet engagement est déjà noté.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value__isnull", True), ("value__gte", 0), _connector="OR"
                        ),
                        name="programme_commitment_not_negative",
                        violation_error_message="Une cible n’est pas négative.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["hours_share", "amount_share"]), _negated=True),
                            ("value__isnull", True),
                            ("value__lte", 1),
                            _connector="OR",
                        ),
                        name="programme_commitment_share_is_a_share",
                        violation_error_message="Une part ne dépasse pas 100 %.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "words"), _negated=True),
                            ("value__isnull", True),
                            _connector="OR",
                        ),
                        name="programme_commitment_words_have_no_value",
                        violation_error_message="Un engagement sans chiffre n’a pas de cible.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgrammeFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="rang")),
                ("label", models.CharField(max_length=250, verbose_name="intitulé")),
                ("source", models.CharField(max_length=250, verbose_name="source")),
                (
                    "url",
                    models.URLField(
                        blank=True, max_length=400, verbose_name="adresse de la source"
                    ),
                ),
                ("checked_on", models.DateField(blank=True, null=True, verbose_name="relu le")),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "lu dans une source citée"),
                            ("high", "connu, à relire dans le texte"),
                            ("medium", "à confirmer"),
                            ("low", "ordre de grandeur, à corriger"),
                            ("convention", "choix de Cordée"),
                        ],
                        default="medium",
                        max_length=12,
                        verbose_name="confiance",
                    ),
                ),
                ("text", models.TextField(verbose_name="ce qui est dit")),
                ("told_on", models.DateField(blank=True, null=True, verbose_name="dit le")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="facts",
                        to="members.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "fait publié d’un programme",
                "ordering": ["programme_id", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "label"),
                        name="programme_fact_unique",
                        violation_error_message="Ce fait est déjà noté.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Network",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=150, unique=True, verbose_name="nom")),
                ("slug", models.SlugField(unique=True, verbose_name="identifiant")),
                ("charter", models.TextField(blank=True, verbose_name="charte")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="fermé le")),
                (
                    "departments",
                    models.ManyToManyField(
                        blank=True,
                        related_name="networks",
                        to="members.department",
                        verbose_name="départements couverts",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations",
                        to="members.network",
                        verbose_name="réseau parent",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="networks",
                        to="members.organisation",
                        verbose_name="organisation qui le porte",
                    ),
                ),
                (
                    "regions",
                    models.ManyToManyField(
                        blank=True,
                        related_name="networks",
                        to="members.region",
                        verbose_name="régions couvertes",
                    ),
                ),
            ],
            options={
                "verbose_name": "réseau",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            models.Q(("parent", models.F("pk")), _negated=True),
                            _connector="OR",
                        ),
                        name="network_not_its_own_parent",
                        violation_error_message="Un réseau n’est pas sa propre délégation.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="department",
            name="region",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="departments",
                to="members.region",
                verbose_name="région",
            ),
        ),
        migrations.CreateModel(
            name="SeasonalProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "percent_by_month",
                    models.JSONField(verbose_name="pour cent par mois (12 valeurs)"),
                ),
                ("valid_from", models.DateField(verbose_name="depuis")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="jusqu’à")),
                (
                    "chantier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="profiles",
                        to="members.chantier",
                        verbose_name="chantier",
                    ),
                ),
            ],
            options={
                "verbose_name": "profil de saison",
                "ordering": ["chantier_id", "valid_from"],
            },
        ),
        migrations.CreateModel(
            name="StruckGuess",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "trade",
                    models.CharField(
                        choices=[
                            ("espaces-verts", "Espaces verts"),
                            (
                                "espaces-naturels-genie-ecologique",
                                "Espaces naturels et génie écologique",
                            ),
                            ("second-oeuvre-batiment", "Second œuvre du bâtiment"),
                            ("gros-oeuvre-patrimoine", "Gros œuvre et patrimoine"),
                            (
                                "deconstruction-reemploi-materiaux",
                                "Déconstruction et réemploi des matériaux",
                            ),
                            ("maraichage", "Maraîchage"),
                            (
                                "transformation-alimentaire-conserverie",
                                "Transformation alimentaire et conserverie",
                            ),
                            ("restauration-traiteur", "Restauration et traiteur"),
                            ("recyclage-ressourcerie", "Recyclage et ressourcerie"),
                            (
                                "reparation-electromenager-mobilier",
                                "Réparation d’électroménager et de mobilier",
                            ),
                            ("textile-couture", "Textile et couture"),
                            ("blanchisserie-linge", "Blanchisserie et linge"),
                            ("proprete", "Propreté des locaux"),
                            ("proprete-urbaine", "Propreté urbaine"),
                            ("mobilite-velo", "Mobilité et vélo"),
                            (
                                "transport-personnes-livraison",
                                "Transport de personnes et livraison",
                            ),
                            ("demenagement", "Déménagement"),
                            ("logistique-conditionnement", "Logistique et conditionnement"),
                            ("sous-traitance-industrielle", "Sous-traitance industrielle"),
                            ("menuiserie-bois-palettes", "Menuiserie, bois et palettes"),
                            ("numerique-reconditionnement", "Numérique et reconditionnement"),
                            ("administratif-archivage", "Administratif et archivage"),
                            ("petite-enfance", "Petite enfance"),
                            ("services-personne-mediation", "Services à la personne et médiation"),
                            ("evenementiel-gobelets", "Événementiel et gobelets réutilisables"),
                            ("accueil-surveillance", "Accueil et surveillance"),
                            ("prestation-insertion", "Prestation d’insertion"),
                        ],
                        max_length=50,
                        verbose_name="métier",
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="quand")),
                (
                    "chantier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="struck_guesses",
                        to="members.chantier",
                        verbose_name="chantier",
                    ),
                ),
            ],
            options={
                "verbose_name": "supposition rayée",
                "ordering": ["chantier_id", "trade"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("chantier", "trade"), name="struck_guess_unique_trade"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "trade__in",
                                [
                                    "espaces-verts",
                                    "espaces-naturels-genie-ecologique",
                                    "second-oeuvre-batiment",
                                    "gros-oeuvre-patrimoine",
                                    "deconstruction-reemploi-materiaux",
                                    "maraichage",
                                    "transformation-alimentaire-conserverie",
                                    "restauration-traiteur",
                                    "recyclage-ressourcerie",
                                    "reparation-electromenager-mobilier",
                                    "textile-couture",
                                    "blanchisserie-linge",
                                    "proprete",
                                    "proprete-urbaine",
                                    "mobilite-velo",
                                    "transport-personnes-livraison",
                                    "demenagement",
                                    "logistique-conditionnement",
                                    "sous-traitance-industrielle",
                                    "menuiserie-bois-palettes",
                                    "numerique-reconditionnement",
                                    "administratif-archivage",
                                    "petite-enfance",
                                    "services-personne-mediation",
                                    "evenementiel-gobelets",
                                    "accueil-surveillance",
                                    "prestation-insertion",
                                ],
                            )
                        ),
                        name="struck_guess_trade_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Structure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("siret", models.CharField(max_length=14, verbose_name="SIRET")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ACI", "ACI"),
                            ("EI", "EI"),
                            ("AI", "AI"),
                            ("ETTI", "ETTI"),
                            ("EITI", "EITI"),
                            ("EA", "EA"),
                            ("EATT", "EATT"),
                            ("ESAT", "ESAT"),
                            ("GEIQ", "GEIQ"),
                            ("ENTREPRISE", "ENTREPRISE"),
                        ],
                        max_length=10,
                        verbose_name="sorte",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="nom")),
                ("brand", models.CharField(blank=True, max_length=200, verbose_name="nom d’usage")),
                ("naf", models.CharField(blank=True, max_length=6, verbose_name="code NAF")),
                ("address", models.CharField(blank=True, max_length=250, verbose_name="adresse")),
                (
                    "postcode",
                    models.CharField(blank=True, max_length=5, verbose_name="code postal"),
                ),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="ville")),
                ("latitude", models.FloatField(blank=True, null=True, verbose_name="latitude")),
                ("longitude", models.FloatField(blank=True, null=True, verbose_name="longitude")),
                ("website", models.URLField(blank=True, verbose_name="site")),
                (
                    "phone",
                    models.CharField(
                        blank=True,
                        help_text="le numéro de la structure, celui qu’elle affiche\u202f; pas celui d’une personne",
                        max_length=25,
                        verbose_name="téléphone de la structure",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("imported", "liste importée"),
                            ("declared", "déclarée par la structure"),
                            ("demo", "monde de démonstration"),
                        ],
                        default="imported",
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                (
                    "doubts",
                    models.JSONField(blank=True, default=list, verbose_name="doutes à l’import"),
                ),
                (
                    "is_claimed",
                    models.BooleanField(
                        default=False, verbose_name="rejointe par ses responsables"
                    ),
                ),
                (
                    "is_closed",
                    models.BooleanField(default=False, verbose_name="établissement fermé"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="mise à jour")),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="members.commune",
                        verbose_name="commune",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="members.department",
                        verbose_name="département",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="structures",
                        to="members.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "structure",
                "ordering": ["name", "pk"],
                "indexes": [
                    models.Index(
                        fields=["latitude", "longitude"], name="members_str_latitud_46b36e_idx"
                    ),
                    models.Index(fields=["kind", "department"], name="members_str_kind_2720d0_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("siret", "kind"),
                        name="structure_unique_siret_kind",
                        violation_error_message="Cette structure existe déjà avec ce SIRET et cette sorte.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("siret__regex", "^[0-9]{14}$")),
                        name="structure_siret_fourteen_digits",
                        violation_error_message="Un SIRET a quatorze chiffres.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                            models.Q(
                                ("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))
                            ),
                            _connector="OR",
                        ),
                        name="structure_point_whole_or_absent",
                        violation_error_message="Donnez la latitude et la longitude, ou aucune des deux.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "ACI",
                                    "EI",
                                    "AI",
                                    "ETTI",
                                    "EITI",
                                    "EA",
                                    "EATT",
                                    "ESAT",
                                    "GEIQ",
                                    "ENTREPRISE",
                                ],
                            )
                        ),
                        name="structure_kind_known",
                        violation_error_message="Cette sorte de structure n’est pas connue.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SheetUndo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("before", models.JSONField(verbose_name="fiche d’avant")),
                ("what", models.CharField(max_length=120, verbose_name="ce qui a changé")),
                ("at", models.DateTimeField(auto_now=True, verbose_name="quand")),
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
                (
                    "structure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sheet_undo",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "retour en arrière d’une fiche",
            },
        ),
        migrations.CreateModel(
            name="SharingRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "figure_class",
                    models.CharField(
                        choices=[
                            ("network", "capacité, équipes, certifications"),
                            ("private", "charges, recettes, plafond"),
                        ],
                        max_length=10,
                        verbose_name="sorte de chiffres",
                    ),
                ),
                ("words", models.TextField(verbose_name="à quoi cela servira")),
                ("asked_on", models.DateField(verbose_name="demandée le")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "en attente"),
                            ("yes", "acceptée"),
                            ("no", "déclinée"),
                            ("withdrawn", "retirée"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="réponse",
                    ),
                ),
                (
                    "answered_on",
                    models.DateField(blank=True, null=True, verbose_name="répondue le"),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="demandée par",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sharing_requests",
                        to="members.network",
                        verbose_name="réseau",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sharing_requests",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "demande d’ouverture de chiffres",
                "ordering": ["-asked_on", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer", "")),
                        fields=("structure", "network"),
                        name="sharing_request_one_waiting",
                        violation_error_message="Une demande attend déjà la réponse de cette structure.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_on__isnull", True)),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_on__gte", models.F("asked_on")),
                            ),
                            _connector="OR",
                        ),
                        name="sharing_request_answer_is_dated",
                        violation_error_message="Une réponse a une date, qui suit la demande.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SharingAgreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "figure_class",
                    models.CharField(
                        choices=[
                            ("network", "capacité, équipes, certifications"),
                            ("private", "charges, recettes, plafond"),
                        ],
                        max_length=10,
                        verbose_name="sorte de chiffres",
                    ),
                ),
                ("may_see", models.BooleanField(default=False, verbose_name="peut voir")),
                (
                    "may_compose",
                    models.BooleanField(default=False, verbose_name="peut composer avec"),
                ),
                ("starts_on", models.DateField(verbose_name="depuis")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sharings",
                        to="members.network",
                        verbose_name="réseau",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sharings",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "accord de partage",
                "ordering": ["structure_id", "network_id", "figure_class", "starts_on"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on__isnull", True)),
                        fields=("structure", "network", "figure_class"),
                        name="sharing_one_open_agreement",
                        violation_error_message="Un accord est déjà en cours pour ces chiffres.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="sharing_ends_after_start",
                        violation_error_message="L’accord finit avant de commencer.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleSeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("network_staff", "équipe du réseau"),
                            ("delegate", "délégué·e régional·e"),
                            ("director", "direction de structure"),
                            ("supervisor", "encadrant·e technique"),
                            ("counsellor", "conseiller·ère en insertion (CIP)"),
                            ("programme_team", "équipe d’un programme"),
                            ("buyer", "acheteur"),
                            ("facilitator", "facilitateur·rice"),
                            ("company", "entreprise"),
                        ],
                        max_length=20,
                        verbose_name="rôle",
                    ),
                ),
                (
                    "since",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="depuis"),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="members.department",
                        verbose_name="département",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="donné par",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seats",
                        to="members.network",
                        verbose_name="réseau",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seats",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seats",
                        to="members.programme",
                        verbose_name="programme",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="members.region",
                        verbose_name="région",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seats",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "siège",
                "ordering": ["person_id", "role", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("person"),
                        models.F("role"),
                        django.db.models.functions.comparison.Coalesce("network", models.Value(0)),
                        django.db.models.functions.comparison.Coalesce(
                            "structure", models.Value(0)
                        ),
                        django.db.models.functions.comparison.Coalesce(
                            "programme", models.Value(0)
                        ),
                        django.db.models.functions.comparison.Coalesce("region", models.Value("")),
                        django.db.models.functions.comparison.Coalesce(
                            "department", models.Value("")
                        ),
                        name="seat_held_once",
                        violation_error_message="Cette personne tient déjà ce rôle.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role__in", ["network_staff", "delegate"]), _negated=True),
                            ("network__isnull", False),
                            _connector="OR",
                        ),
                        name="seat_of_network_names_it",
                        violation_error_message="Ce rôle se tient dans un réseau\xa0: choisissez lequel.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("role__in", ["director", "supervisor", "counsellor"]),
                                _negated=True,
                            ),
                            ("structure__isnull", False),
                            _connector="OR",
                        ),
                        name="seat_of_structure_names_it",
                        violation_error_message="Ce rôle se tient dans une structure\xa0: dites laquelle.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "programme_team"), _negated=True),
                            ("programme__isnull", False),
                            _connector="OR",
                        ),
                        name="seat_of_programme_names_it",
                        violation_error_message="Ce rôle se tient dans un programme\xa0: dites lequel.",
                    ),
                ],
            },
            bases=(cordee.members.models.networks.Scoped, models.Model),
        ),
        migrations.CreateModel(
            name="RegistryCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("checked_at", models.DateTimeField(verbose_name="vérifiée le")),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("open", "ouvert"),
                            ("closed", "fermé"),
                            ("unknown", "SIRET introuvable"),
                        ],
                        max_length=10,
                        verbose_name="réponse",
                    ),
                ),
                (
                    "closed_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="fermée le, selon le répertoire"
                    ),
                ),
                (
                    "name",
                    models.CharField(blank=True, max_length=250, verbose_name="nom au répertoire"),
                ),
                (
                    "address",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="adresse au répertoire"
                    ),
                ),
                (
                    "differences",
                    models.JSONField(blank=True, default=list, verbose_name="différences"),
                ),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("none", "rien à décider"),
                            ("waiting", "à confirmer par la structure ou son réseau"),
                            ("confirmed", "fermeture confirmée"),
                            ("denied", "fermeture démentie"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="décision",
                    ),
                ),
                (
                    "structure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="registry_check",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "vérification au répertoire SIRENE",
                "ordering": ["-checked_at", "-pk"],
                "indexes": [
                    models.Index(fields=["checked_at"], name="members_reg_checked_d0541f_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decision", "none"), ("answer", "closed"), _connector="OR"
                        ),
                        name="registry_decides_on_closures_only",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MembershipRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.TextField(blank=True, verbose_name="message")),
                ("asked_on", models.DateField(verbose_name="demandée le")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "en attente"),
                            ("yes", "acceptée"),
                            ("no", "déclinée"),
                            ("withdrawn", "retirée"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="réponse",
                    ),
                ),
                (
                    "answered_on",
                    models.DateField(blank=True, null=True, verbose_name="répondue le"),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="raison")),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="demandée par",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="membership_requests",
                        to="members.network",
                        verbose_name="réseau",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="membership_requests",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "demande d’adhésion",
                "ordering": ["asked_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer", "")),
                        fields=("structure", "network"),
                        name="membership_request_one_waiting",
                        violation_error_message="Une demande attend déjà la réponse de ce réseau.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_on__isnull", True)),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_on__gte", models.F("asked_on")),
                            ),
                            _connector="OR",
                        ),
                        name="membership_request_answer_is_dated",
                        violation_error_message="Une réponse a une date, qui suit la demande.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="depuis")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "proof",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("signed_form", "bulletin signé"),
                            ("list", "liste du réseau"),
                            ("declared", "déclaration de la structure"),
                            ("request", "demande acceptée dans Cordée"),
                            ("moved", "reprise d’une délégation fermée"),
                            ("", "preuve à compléter"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="comment nous le savons",
                    ),
                ),
                (
                    "proof_reference",
                    models.CharField(blank=True, max_length=120, verbose_name="référence"),
                ),
                (
                    "proof_on",
                    models.DateField(blank=True, null=True, verbose_name="date de la preuve"),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="members.network",
                        verbose_name="réseau",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "adhésion",
                "ordering": ["network_id", "structure_id", "starts_on"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("network", "structure", "starts_on"), name="membership_unique_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="membership_ends_after_start",
                        violation_error_message="L’adhésion finit avant de commencer.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JoinRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("director", "direction de structure"),
                            ("supervisor", "encadrant·e technique"),
                            ("counsellor", "conseiller·ère en insertion (CIP)"),
                        ],
                        max_length=20,
                        verbose_name="rôle demandé",
                    ),
                ),
                ("message", models.TextField(blank=True, max_length=1000, verbose_name="message")),
                ("asked_at", models.DateTimeField(verbose_name="demandée le")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "en attente"),
                            ("accepted", "acceptée"),
                            ("refused", "refusée"),
                            ("withdrawn", "retirée"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="décidée le"),
                ),
                ("reason", models.TextField(blank=True, max_length=1000, verbose_name="raison")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="décidée par",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="join_requests",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="join_requests",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "demande à rejoindre une structure",
                "ordering": ["asked_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "pending")),
                        fields=("person", "structure"),
                        name="join_request_pending_once",
                        violation_error_message="Votre demande est déjà en attente.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("state", "pending")),
                            models.Q(
                                models.Q(("state", "pending"), _negated=True),
                                ("decided_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="join_request_decided_has_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["director", "supervisor", "counsellor"])),
                        name="join_request_role_of_structure",
                        violation_error_message="Ce rôle se tient ailleurs que dans une structure.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(max_length=254, verbose_name="adresse électronique")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("network_staff", "équipe du réseau"),
                            ("delegate", "délégué·e régional·e"),
                            ("director", "direction de structure"),
                            ("supervisor", "encadrant·e technique"),
                            ("counsellor", "conseiller·ère en insertion (CIP)"),
                            ("programme_team", "équipe d’un programme"),
                            ("buyer", "acheteur"),
                            ("facilitator", "facilitateur·rice"),
                            ("company", "entreprise"),
                        ],
                        max_length=20,
                        verbose_name="rôle",
                    ),
                ),
                (
                    "token_hash",
                    models.CharField(max_length=64, unique=True, verbose_name="empreinte du lien"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "envoyée"),
                            ("accepted", "acceptée"),
                            ("revoked", "retirée"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("times_sent", models.PositiveSmallIntegerField(default=1, verbose_name="envois")),
                ("sent_at", models.DateTimeField(verbose_name="envoyée le")),
                ("expires_at", models.DateTimeField(verbose_name="valable jusqu’au")),
                (
                    "settled_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="acceptée ou retirée le"
                    ),
                ),
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
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="members.department",
                        verbose_name="département",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="acceptée par",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="members.network",
                        verbose_name="réseau",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="members.programme",
                        verbose_name="programme",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="members.region",
                        verbose_name="région",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "ordering": ["-sent_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("address"),
                        models.F("role"),
                        django.db.models.functions.comparison.Coalesce("network", models.Value(0)),
                        django.db.models.functions.comparison.Coalesce(
                            "structure", models.Value(0)
                        ),
                        django.db.models.functions.comparison.Coalesce(
                            "programme", models.Value(0)
                        ),
                        django.db.models.functions.comparison.Coalesce("region", models.Value("")),
                        django.db.models.functions.comparison.Coalesce(
                            "department", models.Value("")
                        ),
                        condition=models.Q(("state", "open")),
                        name="invitation_open_once",
                        violation_error_message="Cette personne est déjà invitée à ce rôle.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("settled_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="invitation_settled_has_a_moment",
                    ),
                ],
            },
            bases=(cordee.members.models.networks.Scoped, models.Model),
        ),
        migrations.CreateModel(
            name="Convention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(max_length=20, verbose_name="numéro d’annexe financière"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("VALIDE", "valide"),
                            ("PROVISOIRE", "provisoire"),
                            ("HISTORISE", "historisée"),
                            ("ANNULE", "annulée"),
                            ("SAISI", "saisie"),
                            ("BROUILLON", "brouillon"),
                            ("CLOTURE", "clôturée"),
                            ("REJETE", "rejetée"),
                        ],
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="début")),
                ("ends_on", models.DateField(verbose_name="fin")),
                (
                    "posts_cfte",
                    models.PositiveIntegerField(verbose_name="postes (centièmes d’ETP)"),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conventions",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "convention",
                "ordering": ["-starts_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("number",), name="convention_unique_number"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="convention_ends_after_start",
                        violation_error_message="La convention finit avant de commencer.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Closure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("director", "déclaré par sa direction"),
                            ("network", "confirmé par un réseau"),
                            ("sirene", "répertoire SIRENE"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="fermée le")),
                ("noted_at", models.DateTimeField(auto_now_add=True, verbose_name="noté le")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noté par",
                    ),
                ),
                (
                    "structure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closure",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "fermeture",
                "ordering": ["-noted_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "answers",
                    models.JSONField(blank=True, default=dict, verbose_name="réponses par étape"),
                ),
                (
                    "step",
                    models.PositiveSmallIntegerField(
                        default=1, verbose_name="étape où reprendre (1 à 4)"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "en cours"),
                            ("applied", "appliquée"),
                            ("dropped", "abandonnée"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="commencée le"),
                ),
                (
                    "applied_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="appliquée le"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "reprise de fiche",
                "ordering": ["-started_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("structure", "person"), name="claim_one_per_person_and_structure"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("step__gte", 1), ("step__lte", 4)),
                        name="claim_step_one_to_four",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("applied_at__isnull", False), ("state", "applied")),
                            models.Q(
                                models.Q(("state", "applied"), _negated=True),
                                ("applied_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="claim_applied_has_its_hour",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="chantier",
            name="structure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="chantiers",
                to="members.structure",
                verbose_name="structure",
            ),
        ),
        migrations.CreateModel(
            name="Certification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="intitulé")),
                (
                    "valid_from",
                    models.DateField(blank=True, null=True, verbose_name="valable depuis le"),
                ),
                (
                    "valid_until",
                    models.DateField(blank=True, null=True, verbose_name="valable jusqu’au"),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="certifications",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "certification",
                "ordering": [
                    "structure_id",
                    models.OrderBy(models.F("valid_until"), nulls_last=True),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("structure", "name"),
                        name="certification_unique_per_structure",
                        violation_error_message="Ce papier est déjà dans la liste\xa0: corrigez ses dates.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="certification_ends_after_start",
                        violation_error_message="Ce papier finit avant de commencer.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StructureImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="quand")),
                ("source", models.CharField(max_length=200, verbose_name="liste")),
                ("report", models.JSONField(default=dict, verbose_name="rapport")),
                (
                    "waiting_rows",
                    models.JSONField(
                        blank=True,
                        help_text="vidées une fois la liste importée",
                        null=True,
                        verbose_name="lignes en attente d’un accord",
                    ),
                ),
                (
                    "header",
                    models.JSONField(blank=True, default=list, verbose_name="colonnes du fichier"),
                ),
                (
                    "columns",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="vide\xa0: noms habituels",
                        verbose_name="leur colonne → notre champ",
                    ),
                ),
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
                (
                    "network",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="members.network",
                        verbose_name="réseau dont elles deviennent membres",
                    ),
                ),
            ],
            options={
                "verbose_name": "import de structures",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Activity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "trade",
                    models.CharField(
                        choices=[
                            ("espaces-verts", "Espaces verts"),
                            (
                                "espaces-naturels-genie-ecologique",
                                "Espaces naturels et génie écologique",
                            ),
                            ("second-oeuvre-batiment", "Second œuvre du bâtiment"),
                            ("gros-oeuvre-patrimoine", "Gros œuvre et patrimoine"),
                            (
                                "deconstruction-reemploi-materiaux",
                                "Déconstruction et réemploi des matériaux",
                            ),
                            ("maraichage", "Maraîchage"),
                            (
                                "transformation-alimentaire-conserverie",
                                "Transformation alimentaire et conserverie",
                            ),
                            ("restauration-traiteur", "Restauration et traiteur"),
                            ("recyclage-ressourcerie", "Recyclage et ressourcerie"),
                            (
                                "reparation-electromenager-mobilier",
                                "Réparation d’électroménager et de mobilier",
                            ),
                            ("textile-couture", "Textile et couture"),
                            ("blanchisserie-linge", "Blanchisserie et linge"),
                            ("proprete", "Propreté des locaux"),
                            ("proprete-urbaine", "Propreté urbaine"),
                            ("mobilite-velo", "Mobilité et vélo"),
                            (
                                "transport-personnes-livraison",
                                "Transport de personnes et livraison",
                            ),
                            ("demenagement", "Déménagement"),
                            ("logistique-conditionnement", "Logistique et conditionnement"),
                            ("sous-traitance-industrielle", "Sous-traitance industrielle"),
                            ("menuiserie-bois-palettes", "Menuiserie, bois et palettes"),
                            ("numerique-reconditionnement", "Numérique et reconditionnement"),
                            ("administratif-archivage", "Administratif et archivage"),
                            ("petite-enfance", "Petite enfance"),
                            ("services-personne-mediation", "Services à la personne et médiation"),
                            ("evenementiel-gobelets", "Événementiel et gobelets réutilisables"),
                            ("accueil-surveillance", "Accueil et surveillance"),
                            ("prestation-insertion", "Prestation d’insertion"),
                        ],
                        max_length=50,
                        verbose_name="métier",
                    ),
                ),
                (
                    "certainty",
                    models.CharField(
                        choices=[("known", "connu"), ("guessed", "supposé")],
                        default="known",
                        max_length=10,
                        verbose_name="certitude",
                    ),
                ),
                (
                    "proficiency",
                    models.PositiveSmallIntegerField(
                        default=2,
                        validators=[django.core.validators.MaxValueValidator(3)],
                        verbose_name="maîtrise (0 à 3)",
                    ),
                ),
                (
                    "reach_km",
                    models.PositiveSmallIntegerField(
                        default=40,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="rayon d’action (km)",
                    ),
                ),
                (
                    "guess_reason",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="d’après quoi il est supposé"
                    ),
                ),
                (
                    "chantier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="activities",
                        to="members.chantier",
                        verbose_name="chantier",
                    ),
                ),
            ],
            options={
                "verbose_name": "activité",
                "ordering": ["chantier_id", "trade"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("chantier", "trade"),
                        name="activity_unique_trade",
                        violation_error_message="Ce métier est déjà déclaré pour ce chantier.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("proficiency__lte", 3)),
                        name="activity_proficiency_at_most_3",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "trade__in",
                                [
                                    "espaces-verts",
                                    "espaces-naturels-genie-ecologique",
                                    "second-oeuvre-batiment",
                                    "gros-oeuvre-patrimoine",
                                    "deconstruction-reemploi-materiaux",
                                    "maraichage",
                                    "transformation-alimentaire-conserverie",
                                    "restauration-traiteur",
                                    "recyclage-ressourcerie",
                                    "reparation-electromenager-mobilier",
                                    "textile-couture",
                                    "blanchisserie-linge",
                                    "proprete",
                                    "proprete-urbaine",
                                    "mobilite-velo",
                                    "transport-personnes-livraison",
                                    "demenagement",
                                    "logistique-conditionnement",
                                    "sous-traitance-industrielle",
                                    "menuiserie-bois-palettes",
                                    "numerique-reconditionnement",
                                    "administratif-archivage",
                                    "petite-enfance",
                                    "services-personne-mediation",
                                    "evenementiel-gobelets",
                                    "accueil-surveillance",
                                    "prestation-insertion",
                                ],
                            )
                        ),
                        name="activity_trade_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("certainty", "guessed"), ("guess_reason", ""), _connector="OR"
                        ),
                        name="activity_reason_of_guesses_only",
                        violation_error_message="Un métier connu n’est pas supposé d’après quelque chose.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Crew",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="nom")),
                (
                    "places",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="places",
                    ),
                ),
                (
                    "weekly_minutes",
                    models.PositiveSmallIntegerField(
                        default=1560, verbose_name="durée hebdomadaire (minutes)"
                    ),
                ),
                (
                    "trades",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="vide\xa0: tous les métiers du chantier",
                        verbose_name="métiers",
                    ),
                ),
                (
                    "has_vehicle",
                    models.BooleanField(blank=True, null=True, verbose_name="véhicule"),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="depuis")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="jusqu’à")),
                (
                    "told_at",
                    models.DateTimeField(
                        auto_now=True, null=True, verbose_name="dite ou confirmée le"
                    ),
                ),
                (
                    "chantier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="crews",
                        to="members.chantier",
                        verbose_name="chantier",
                    ),
                ),
            ],
            options={
                "verbose_name": "équipe",
                "ordering": ["chantier_id", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("places__gte", 1)),
                        name="crew_has_places",
                        violation_error_message="Une équipe a au moins une place.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ListMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, verbose_name="empreinte de l’en-tête")),
                (
                    "columns",
                    models.JSONField(
                        default=dict,
                        help_text="vide\xa0: la colonne n’est pas lue",
                        verbose_name="leur colonne → notre champ",
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="mise à jour")),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="list_mappings",
                        to="members.network",
                        verbose_name="réseau",
                    ),
                ),
            ],
            options={
                "verbose_name": "correspondance de colonnes",
                "ordering": ["network_id", "-updated_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("network", "key"), name="list_mapping_unique_header"
                    )
                ],
            },
        ),
    ]
