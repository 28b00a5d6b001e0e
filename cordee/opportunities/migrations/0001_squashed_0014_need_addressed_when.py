import cordee.base.fields
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("opportunities", "0001_initial"),
        ("opportunities", "0002_decp_source"),
        ("opportunities", "0003_contracts"),
        ("opportunities", "0004_lives"),
        ("opportunities", "0005_sources"),
        ("opportunities", "0006_sizes"),
        ("opportunities", "0007_misreadings"),
        ("opportunities", "0008_trades_as_written"),
        ("opportunities", "0009_contract_of_opportunity"),
        ("opportunities", "0010_programmes"),
        ("opportunities", "0011_saved_searches_and_moved_deadlines"),
        ("opportunities", "0012_needs_by_audience"),
        ("opportunities", "0013_audience_of_earlier_needs"),
        ("opportunities", "0014_need_addressed_when"),
    ]
    replaced_until = "v0.1.0a1"

    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("members", "0001_squashed_0012_french_spaces"),
    ]

    operations = [
        migrations.CreateModel(
            name="Opportunity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=500, verbose_name="titre")),
                (
                    "buyer_name",
                    models.CharField(blank=True, max_length=300, verbose_name="acheteur"),
                ),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="publié le")),
                (
                    "deadline",
                    models.DateTimeField(blank=True, null=True, verbose_name="réponse avant"),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("call", "appel"),
                            ("prior", "annoncé, pas encore ouvert"),
                            ("awarded", "attribué"),
                            ("cancelled", "annulé"),
                        ],
                        default="call",
                        max_length=10,
                        verbose_name="étape",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("boamp", "BOAMP"),
                            ("ted", "TED"),
                            ("decp", "Données essentielles (DECP)"),
                            ("private", "Besoin privé"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                (
                    "reserved",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NONE", "Ouvert à toutes les entreprises"),
                            ("HANDICAP", "Réservé aux structures du handicap"),
                            ("INSERTION", "Réservé aux structures d’insertion"),
                            ("PENITENTIAIRE", "Réservé à la production en détention"),
                            ("MIXTE", "Réservé aux structures du handicap ou de l’insertion"),
                            ("ESS", "Réservé à l’économie sociale et solidaire"),
                        ],
                        max_length=15,
                        verbose_name="réservation",
                    ),
                ),
                (
                    "is_partly_reserved",
                    models.BooleanField(default=False, verbose_name="réservé pour certains lots"),
                ),
                (
                    "social_clause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "Aucune clause d’insertion"),
                            ("execution", "Clause d’insertion"),
                            ("criterion", "Critère d’insertion"),
                            ("both", "Clause et critère d’insertion"),
                            ("object", "Marché d’insertion"),
                        ],
                        max_length=10,
                        verbose_name="clause d’insertion",
                    ),
                ),
                (
                    "amount_cents",
                    cordee.base.fields.EurosField(
                        blank=True, null=True, verbose_name="montant estimé hors taxes"
                    ),
                ),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="durée (mois)"
                    ),
                ),
                (
                    "lots_count",
                    models.PositiveSmallIntegerField(default=0, verbose_name="nombre de lots"),
                ),
                (
                    "need_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("contract", "Un travail à confier"),
                            ("quote", "Une demande de devis"),
                            ("subcontractor", "Un sous-traitant à trouver"),
                            ("labour", "Des personnes à recruter"),
                            ("sponsorship", "Un mécénat à offrir"),
                            ("project", "Un appel à projets"),
                        ],
                        max_length=15,
                        verbose_name="sorte de besoin",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="connu depuis"),
                ),
                (
                    "buyer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opportunities",
                        to="members.organisation",
                        verbose_name="organisation de l’acheteur",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="saisi par",
                    ),
                ),
                (
                    "joined_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joined",
                        to="opportunities.opportunity",
                        verbose_name="réunie à",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="private_needs",
                        to="members.network",
                        verbose_name="premier réseau à qui le besoin est adressé",
                    ),
                ),
            ],
            options={
                "verbose_name": "opportunité",
                "ordering": [models.OrderBy(models.F("deadline"), nulls_last=True), "pk"],
                "indexes": [
                    models.Index(fields=["stage", "deadline"], name="opportuniti_stage_67b7a3_idx"),
                    models.Index(fields=["published_on"], name="opportuniti_publish_06e789_idx"),
                    models.Index(fields=["network"], name="opportuniti_network_710f3f_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stage__in", ["call", "prior", "awarded", "cancelled"])
                        ),
                        name="opportunity_stage_known",
                        violation_error_message="Cette étape n’est pas connue.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["boamp", "ted", "decp", "private"])),
                        name="opportunity_source_known",
                        violation_error_message="Cette source n’est pas connue.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reserved__in",
                                [
                                    "",
                                    "NONE",
                                    "HANDICAP",
                                    "INSERTION",
                                    "PENITENTIAIRE",
                                    "MIXTE",
                                    "ESS",
                                ],
                            )
                        ),
                        name="opportunity_reservation_known",
                        violation_error_message="Cette réservation n’est pas connue.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_cents__isnull", True),
                            ("amount_cents__gte", 0),
                            _connector="OR",
                        ),
                        name="opportunity_amount_not_negative",
                        violation_error_message="Le montant n’est pas négatif.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("network__isnull", False),
                            models.Q(("source", "private"), _negated=True),
                            _connector="OR",
                        ),
                        name="opportunity_private_need_has_audience",
                        violation_error_message="Un besoin privé s’adresse à un réseau. Choisissez-le.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("network__isnull", True), ("source", "private"), _connector="OR"
                        ),
                        name="opportunity_public_notice_has_no_audience",
                        violation_error_message="Un avis publié est ouvert à tous.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "need_kind__in",
                                [
                                    "",
                                    "contract",
                                    "quote",
                                    "subcontractor",
                                    "labour",
                                    "sponsorship",
                                    "project",
                                ],
                            )
                        ),
                        name="opportunity_need_kind_known",
                        violation_error_message="Cette sorte de besoin n’est pas connue.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("joined_to__isnull", True),
                            models.Q(("joined_to", models.F("pk")), _negated=True),
                            _connector="OR",
                        ),
                        name="opportunity_not_joined_to_itself",
                        violation_error_message="Une opportunité n’est pas réunie à elle-même.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="le")),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="retirée le"),
                ),
                ("fact", models.CharField(max_length=30, verbose_name="fait")),
                ("lot_id", models.CharField(blank=True, max_length=60, verbose_name="lot")),
                ("value", models.JSONField(null=True, verbose_name="valeur")),
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
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="retirée par",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="opportunities.opportunity",
                        verbose_name="opportunité",
                    ),
                ),
            ],
            options={
                "verbose_name": "correction",
                "ordering": ["opportunity_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("opportunity", "fact", "lot_id"),
                        name="correction_one_standing_per_fact",
                        violation_error_message="Ce fait est déjà corrigé. Retirez d’abord la correction.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AwardedContract",
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
                            ("boamp", "BOAMP"),
                            ("ted", "TED"),
                            ("decp", "Données essentielles (DECP)"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                (
                    "source_id",
                    models.CharField(max_length=180, verbose_name="identifiant dans la source"),
                ),
                (
                    "buyer_siret",
                    models.CharField(blank=True, max_length=14, verbose_name="SIRET de l’acheteur"),
                ),
                (
                    "buyer_name",
                    models.CharField(blank=True, max_length=300, verbose_name="acheteur"),
                ),
                ("title", models.CharField(blank=True, max_length=500, verbose_name="objet")),
                ("cpv", models.CharField(blank=True, max_length=8, verbose_name="code CPV")),
                (
                    "trade",
                    models.CharField(
                        blank=True,
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
                        verbose_name="métier supposé",
                    ),
                ),
                (
                    "amount_cents",
                    cordee.base.fields.EurosField(
                        blank=True, null=True, verbose_name="montant hors taxes"
                    ),
                ),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="durée (mois)"
                    ),
                ),
                (
                    "department",
                    models.CharField(blank=True, max_length=3, verbose_name="département"),
                ),
                (
                    "commune",
                    models.CharField(blank=True, max_length=5, verbose_name="commune (code INSEE)"),
                ),
                (
                    "postcode",
                    models.CharField(blank=True, max_length=5, verbose_name="code postal"),
                ),
                ("notified_on", models.DateField(blank=True, null=True, verbose_name="notifié le")),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="publié le")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="se termine le")),
                (
                    "group_form",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("free", "Groupement, forme libre"),
                            ("conjoint", "Groupement conjoint"),
                            ("solidaire", "Groupement solidaire"),
                            (
                                "conjoint_mandataire_solidaire",
                                "Groupement conjoint, mandataire solidaire",
                            ),
                            ("forbidden", "Groupement interdit"),
                        ],
                        max_length=30,
                        verbose_name="forme du groupement",
                    ),
                ),
                (
                    "reader_version",
                    models.CharField(max_length=20, verbose_name="version du lecteur"),
                ),
                (
                    "digest",
                    models.CharField(max_length=64, verbose_name="empreinte de ce qui est lu"),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="contracts",
                        to="opportunities.opportunity",
                        verbose_name="opportunité attribuée",
                    ),
                ),
            ],
            options={
                "verbose_name": "marché attribué",
                "ordering": [models.OrderBy(models.F("ends_on"), nulls_last=True), "pk"],
                "indexes": [
                    models.Index(fields=["cpv", "department"], name="opportuniti_cpv_ddae37_idx"),
                    models.Index(fields=["ends_on"], name="opportuniti_ends_on_84f604_idx"),
                    models.Index(fields=["trade", "ends_on"], name="opportuniti_trade_25c0ad_idx"),
                    models.Index(fields=["buyer_siret"], name="opportuniti_buyer_s_95b5bc_idx"),
                    models.Index(
                        condition=models.Q(("opportunity__isnull", False)),
                        fields=["opportunity"],
                        name="contract_of_opportunity",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "source_id"),
                        name="contract_unique_id_in_source",
                        violation_error_message="Ce marché est déjà connu.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["boamp", "ted", "decp"])),
                        name="contract_source_known",
                        violation_error_message="Cette source n’est pas connue.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cpv", ""), ("cpv__regex", "^[0-9]{8}$"), _connector="OR"
                        ),
                        name="contract_cpv_eight_digits",
                        violation_error_message="Un code CPV a huit chiffres.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("buyer_siret", ""),
                            ("buyer_siret__regex", "^[0-9]{14}$"),
                            _connector="OR",
                        ),
                        name="contract_buyer_siret_fourteen_digits",
                        violation_error_message="Un SIRET a quatorze chiffres.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "trade__in",
                                [
                                    "",
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
                        name="contract_trade_known",
                        violation_error_message="Ce métier n’est pas connu.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "group_form__in",
                                [
                                    "",
                                    "free",
                                    "conjoint",
                                    "solidaire",
                                    "conjoint_mandataire_solidaire",
                                    "forbidden",
                                ],
                            )
                        ),
                        name="contract_group_form_known",
                        violation_error_message="Cette forme de groupement n’est pas connue.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amount_cents__isnull", True),
                                ("amount_cents__gte", 1),
                                _connector="OR",
                            ),
                            models.Q(("months__isnull", True), ("months__gte", 1), _connector="OR"),
                        ),
                        name="contract_sizes_positive",
                        violation_error_message="Un montant ou une durée inconnus restent vides.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("notified_on__isnull", True),
                            ("ends_on__gte", models.F("notified_on")),
                            _connector="OR",
                        ),
                        name="contract_ends_after_it_begins",
                        violation_error_message="Un marché ne finit pas avant sa notification.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Audience",
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
                            ("pending", "à relire"),
                            ("asked", "question posée"),
                            ("published", "publié"),
                            ("refused", "refusé"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                (
                    "words",
                    models.TextField(blank=True, verbose_name="question ou raison du réseau"),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="adressé le"
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="décidé le"),
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
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audiences",
                        to="members.network",
                        verbose_name="réseau",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="audiences",
                        to="opportunities.opportunity",
                        verbose_name="besoin",
                    ),
                ),
            ],
            options={
                "verbose_name": "réseau destinataire d’un besoin",
                "ordering": ["opportunity_id", "pk"],
                "indexes": [
                    models.Index(fields=["network", "state"], name="opportuniti_network_53e3c8_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("opportunity", "network"),
                        name="audience_unique_network",
                        violation_error_message="Ce besoin est déjà adressé à ce réseau.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["pending", "asked", "published", "refused"])
                        ),
                        name="audience_state_known",
                        violation_error_message="Cet état n’est pas connu.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["asked", "refused"]), _negated=True),
                            models.Q(("words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="audience_says_why",
                        violation_error_message="Dites à l’auteur ce qui manque, ou pourquoi.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpportunityPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=150, verbose_name="lieu")),
                ("latitude", models.FloatField(null=True, verbose_name="latitude")),
                ("longitude", models.FloatField(null=True, verbose_name="longitude")),
                ("is_supposed", models.BooleanField(default=False, verbose_name="lieu supposé")),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        to="members.department",
                        verbose_name="département",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="opportunities.opportunity",
                        verbose_name="opportunité",
                    ),
                ),
            ],
            options={
                "verbose_name": "lieu d’une opportunité",
                "ordering": ["opportunity_id", "pk"],
                "indexes": [
                    models.Index(
                        fields=["latitude", "longitude"], name="opportuniti_latitud_d48b2a_idx"
                    ),
                    models.Index(
                        fields=["department", "opportunity"], name="opportuniti_departm_59c948_idx"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("opportunity", "commune"),
                        name="opportunity_place_unique_commune",
                        violation_error_message="Cette commune est déjà notée pour cette opportunité.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("commune__isnull", True)),
                        fields=("opportunity", "department"),
                        name="opportunity_place_unique_department",
                        violation_error_message="Ce département est déjà noté pour cette opportunité.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="opportunity",
            name="departments",
            field=models.ManyToManyField(
                related_name="+",
                through="opportunities.OpportunityPlace",
                to="members.department",
                verbose_name="départements",
            ),
        ),
        migrations.CreateModel(
            name="OpportunityTrade",
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
                        max_length=10,
                        verbose_name="certitude",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trades",
                        to="opportunities.opportunity",
                        verbose_name="opportunité",
                    ),
                ),
            ],
            options={
                "verbose_name": "métier demandé",
                "ordering": ["opportunity_id", "pk"],
                "indexes": [
                    models.Index(
                        fields=["trade", "opportunity"], name="opportuniti_trade_309e40_idx"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("opportunity", "trade"),
                        name="opportunity_trade_unique",
                        violation_error_message="Ce métier est déjà noté pour cette opportunité.",
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
                        name="opportunity_trade_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgrammeRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "words",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="mots de l’acheteur ou du titre"
                    ),
                ),
                ("trades", models.CharField(blank=True, max_length=800, verbose_name="métiers")),
                ("cpv", models.CharField(blank=True, max_length=200, verbose_name="codes CPV")),
                (
                    "in_places",
                    models.BooleanField(default=True, verbose_name="dans les lieux du programme"),
                ),
                (
                    "in_period",
                    models.BooleanField(default=True, verbose_name="pendant le programme"),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="écrite le")),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="écrite par",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="members.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "règle d’un programme",
                "ordering": ["programme_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "words", "trades", "cpv", "in_places", "in_period"),
                        name="programme_rule_unique",
                        violation_error_message="Cette règle existe déjà.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cpv", ""),
                            ("in_places", False),
                            ("trades", ""),
                            ("words", ""),
                            _negated=True,
                        ),
                        name="programme_rule_asks_something",
                        violation_error_message="Une règle demande au moins un lieu, un mot, un métier ou un code.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgrammeAttachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_by_hand", models.BooleanField(default=False, verbose_name="à la main")),
                ("is_detached", models.BooleanField(default=False, verbose_name="détachée")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="raison")),
                ("at", models.DateTimeField(verbose_name="depuis")),
                (
                    "hours",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="heures d’insertion demandées"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="programme_attachments",
                        to="opportunities.opportunity",
                        verbose_name="opportunité",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="members.programme",
                        verbose_name="programme",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="attachments",
                        to="opportunities.programmerule",
                        verbose_name="règle",
                    ),
                ),
            ],
            options={
                "verbose_name": "opportunité d’un programme",
                "ordering": ["programme_id", "pk"],
                "indexes": [
                    models.Index(
                        fields=["opportunity", "programme"], name="opportuniti_opportu_985fcb_idx"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "opportunity"),
                        name="programme_attachment_unique",
                        violation_error_message="Cette opportunité est déjà dans ce programme.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_by_hand", False),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="programme_attachment_by_hand_says_why",
                        violation_error_message="Dites pourquoi.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_detached", False), ("is_by_hand", True), _connector="OR"
                        ),
                        name="programme_attachment_detached_by_hand_only",
                        violation_error_message="Seule une personne détache une opportunité.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Publication",
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
                            ("boamp", "BOAMP"),
                            ("ted", "TED"),
                            ("decp", "Données essentielles (DECP)"),
                            ("private", "Besoin privé"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                (
                    "source_id",
                    models.CharField(max_length=120, verbose_name="identifiant dans la source"),
                ),
                (
                    "home",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="opportunities.opportunity",
                        verbose_name="opportunité d’origine",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publications",
                        to="opportunities.opportunity",
                        verbose_name="opportunité",
                    ),
                ),
            ],
            options={
                "verbose_name": "publication",
                "ordering": ["opportunity_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "source_id"),
                        name="publication_unique_id_in_source",
                        violation_error_message="Cet avis est déjà connu.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("eforms", "eForms"),
                            ("boamp_eforms", "BOAMP (eForms)"),
                            ("boamp_mapa", "BOAMP (MAPA)"),
                            ("boamp_legacy", "BOAMP (ancien format)"),
                            ("boamp_envelope", "BOAMP (fiche seule)"),
                            ("ted_r208", "TED R2.0.8"),
                            ("ted_r209", "TED R2.0.9"),
                            ("decp", "DECP"),
                            ("private_need", "Besoin privé"),
                        ],
                        max_length=20,
                        verbose_name="format",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call", "Appel"),
                            ("prior", "Annonce"),
                            ("award", "Attribution"),
                            ("change", "Modification"),
                            ("cancellation", "Annulation"),
                        ],
                        max_length=15,
                        verbose_name="sorte d’avis",
                    ),
                ),
                (
                    "sha256",
                    models.CharField(
                        db_index=True, max_length=64, verbose_name="empreinte SHA-256"
                    ),
                ),
                ("packed_content", models.BinaryField(verbose_name="contenu comprimé (zlib)")),
                (
                    "imported_from",
                    models.CharField(max_length=300, verbose_name="nom du fichier importé"),
                ),
                ("imported_at", models.DateTimeField(auto_now_add=True, verbose_name="importé le")),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="opportunities.publication",
                        verbose_name="publication",
                    ),
                ),
            ],
            options={
                "verbose_name": "version d’un avis",
                "ordering": ["publication_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("publication", "sha256"),
                        name="notice_version_unique_content",
                        violation_error_message="Cette version de l’avis est déjà importée.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="notice_version_sha256_is_hexadecimal",
                        violation_error_message="L’empreinte a 64 chiffres hexadécimaux.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("named", "l’un nomme l’autre"),
                            ("procedure", "même procédure"),
                            ("alike", "semblables"),
                            ("renews", "renouvelle"),
                        ],
                        max_length=10,
                        verbose_name="sorte de lien",
                    ),
                ),
                (
                    "likeness",
                    models.PositiveSmallIntegerField(
                        default=100, verbose_name="ressemblance des titres (%)"
                    ),
                ),
                ("why", models.CharField(max_length=300, verbose_name="raison")),
                (
                    "earlier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="linked_by",
                        to="opportunities.publication",
                        verbose_name="publication antérieure ou jumelle",
                    ),
                ),
                (
                    "later",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="opportunities.publication",
                        verbose_name="publication",
                    ),
                ),
            ],
            options={
                "verbose_name": "lien entre deux avis",
                "ordering": ["later_id", "earlier_id"],
                "constraints": [
                    models.UniqueConstraint(fields=("later", "earlier"), name="notice_link_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("later", models.F("earlier")), _negated=True),
                        name="notice_link_of_two_publications",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["named", "procedure", "alike", "renews"])),
                        name="notice_link_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("likeness__lte", 100)),
                        name="notice_link_likeness_percent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JoinDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_one_need", models.BooleanField(verbose_name="un seul besoin")),
                ("at", models.DateTimeField(auto_now=True, verbose_name="le")),
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
                    "one",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="opportunities.publication",
                        verbose_name="publication",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="opportunities.publication",
                        verbose_name="autre publication",
                    ),
                ),
            ],
            options={
                "verbose_name": "décision de réunir ou séparer",
                "ordering": ["one_id", "other_id"],
                "constraints": [
                    models.UniqueConstraint(fields=("one", "other"), name="join_decision_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("one__lt", models.F("other"))),
                        name="join_decision_in_order_of_keys",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EarlierNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source_id",
                    models.CharField(
                        db_index=True, max_length=120, verbose_name="identifiant cité"
                    ),
                ),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="earlier",
                        to="opportunities.publication",
                        verbose_name="publication",
                    ),
                ),
            ],
            options={
                "verbose_name": "avis antérieur cité",
                "ordering": ["publication_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("publication", "source_id"), name="earlier_notice_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QuestionsSent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="le")),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="retirée le"),
                ),
                ("questions", models.JSONField(default=list, verbose_name="questions")),
                ("text", models.TextField(verbose_name="message envoyé")),
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
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions_sent",
                        to="opportunities.opportunity",
                        verbose_name="opportunité",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="retirée par",
                    ),
                ),
            ],
            options={
                "verbose_name": "questions posées à l’acheteur",
                "ordering": ["opportunity_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("opportunity",),
                        name="questions_sent_once",
                        violation_error_message="Les questions sont déjà posées pour ce marché.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="questions_sent_say_something",
                        violation_error_message="Le message envoyé n’est pas vide.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reader_version",
                    models.CharField(max_length=20, verbose_name="version du lecteur"),
                ),
                ("data", models.JSONField(verbose_name="avis lu")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="lu le")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="opportunities.noticeversion",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "lecture",
                "ordering": ["version_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "reader_version"),
                        name="reading_unique_per_reader",
                        violation_error_message="Cette version est déjà lue par ce lecteur.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Misreading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("was_read", models.JSONField(null=True, verbose_name="valeur lue")),
                ("evidence", models.JSONField(default=list, verbose_name="mots lus")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("pending", "à décider"),
                            ("kept", "retenu comme exemple"),
                            ("refused", "non retenu"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="décision",
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=300, verbose_name="pourquoi")),
                ("label", models.JSONField(null=True, verbose_name="exemple")),
                (
                    "judged_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="décidé le"),
                ),
                (
                    "correction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="misreading",
                        to="opportunities.correction",
                        verbose_name="correction",
                    ),
                ),
                (
                    "judged_by",
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
                    "reading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="opportunities.reading",
                        verbose_name="lecture",
                    ),
                ),
            ],
            options={
                "verbose_name": "mal lu",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["verdict"], name="opportuniti_verdict_877b3b_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["pending", "kept", "refused"])),
                        name="misreading_verdict_known",
                        violation_error_message="Cette décision n’est pas connue.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("judged_at__isnull", True), ("verdict", "pending")),
                            models.Q(
                                models.Q(("verdict", "pending"), _negated=True),
                                ("judged_at__isnull", False),
                                models.Q(("why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="misreading_judged_says_why",
                        violation_error_message="Dites pourquoi.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("label__isnull", False), ("verdict", "kept")),
                            models.Q(
                                models.Q(("verdict", "kept"), _negated=True),
                                ("label__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="misreading_kept_has_its_label",
                        violation_error_message="Un exemple retenu garde sa ligne.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Breakdown",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="numéro")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="fait le")),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("reading", "lecture de l’avis"),
                            ("correction", "correction d’un fait"),
                        ],
                        max_length=12,
                        verbose_name="origine",
                    ),
                ),
                (
                    "left_out",
                    models.JSONField(default=list, verbose_name="lots sans travail pour nous"),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="fait par",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breakdowns",
                        to="opportunities.opportunity",
                        verbose_name="opportunité",
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breakdowns",
                        to="opportunities.reading",
                        verbose_name="lecture",
                    ),
                ),
            ],
            options={
                "verbose_name": "découpage",
                "ordering": ["opportunity_id", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("opportunity", "number"),
                        name="breakdown_unique_number",
                        violation_error_message="Ce numéro de découpage existe déjà.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="nom de la recherche")),
                ("query", models.CharField(blank=True, max_length=500, verbose_name="filtres")),
                (
                    "alert",
                    models.CharField(
                        choices=[
                            ("never", "jamais"),
                            ("daily", "chaque jour, s’il y a du nouveau"),
                            ("weekly", "chaque lundi, s’il y a du nouveau"),
                        ],
                        default="never",
                        max_length=10,
                        verbose_name="courrier",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="gardée le")),
                ("seen_until", models.DateTimeField(verbose_name="vue jusqu’à")),
                ("told_until", models.DateTimeField(verbose_name="racontée jusqu’à")),
                (
                    "told_on",
                    models.DateField(blank=True, null=True, verbose_name="dernier courrier"),
                ),
                ("fresh_count", models.PositiveIntegerField(default=0, verbose_name="nouveautés")),
                ("counted_at", models.DateTimeField(verbose_name="comptées le")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_searches",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
            ],
            options={
                "verbose_name": "recherche gardée",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "query"),
                        name="saved_search_once_by_person",
                        violation_error_message="Vous gardez déjà cette recherche.",
                    ),
                    models.UniqueConstraint(
                        fields=("person", "name"),
                        name="saved_search_name_once_by_person",
                        violation_error_message="Une de vos recherches porte déjà ce nom.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("alert__in", ["never", "daily", "weekly"])),
                        name="saved_search_alert_known",
                        violation_error_message="Ce rythme n’est pas connu.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SourceState",
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
                            ("boamp", "BOAMP"),
                            ("ted", "TED"),
                            ("decp", "Données essentielles (DECP)"),
                        ],
                        max_length=10,
                        unique=True,
                        verbose_name="source",
                    ),
                ),
                (
                    "read_until",
                    models.DateField(blank=True, null=True, verbose_name="lue jusqu’au"),
                ),
                ("resume", models.JSONField(blank=True, default=dict, verbose_name="reprise")),
                ("seen", models.JSONField(blank=True, default=dict, verbose_name="déjà vu")),
                (
                    "last_try",
                    models.DateTimeField(blank=True, null=True, verbose_name="dernier essai"),
                ),
                (
                    "last_success",
                    models.DateTimeField(blank=True, null=True, verbose_name="dernière réussite"),
                ),
                (
                    "last_received",
                    models.PositiveIntegerField(
                        default=0, verbose_name="nouveautés de la dernière lecture"
                    ),
                ),
                (
                    "failures",
                    models.PositiveIntegerField(default=0, verbose_name="échecs de suite"),
                ),
                (
                    "failing_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="en échec depuis"),
                ),
                (
                    "next_try",
                    models.DateTimeField(blank=True, null=True, verbose_name="prochain essai"),
                ),
                (
                    "reason",
                    models.CharField(blank=True, max_length=500, verbose_name="ce qui ne va pas"),
                ),
                ("cure", models.CharField(blank=True, max_length=300, verbose_name="que faire")),
                (
                    "moved_to",
                    models.CharField(blank=True, max_length=500, verbose_name="nouvelle adresse"),
                ),
                ("rejected", models.JSONField(blank=True, default=list, verbose_name="refusés")),
            ],
            options={
                "verbose_name": "état d’une source",
                "ordering": ["source"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["boamp", "ted", "decp"])),
                        name="source_state_source_known",
                        violation_error_message="Cette source n’est pas connue.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("failing_since__isnull", True),
                                ("failures", 0),
                                ("next_try__isnull", True),
                                ("reason", ""),
                            ),
                            models.Q(
                                ("failing_since__isnull", False),
                                ("failures__gte", 1),
                                ("next_try__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="source_state_failure_is_told",
                        violation_error_message="Un échec a une date, une raison et un prochain essai.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkPackage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("lot_id", models.CharField(blank=True, max_length=60, verbose_name="lot")),
                ("label", models.CharField(max_length=300, verbose_name="intitulé")),
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
                ("place_label", models.CharField(blank=True, max_length=150, verbose_name="lieu")),
                ("latitude", models.FloatField(null=True, verbose_name="latitude")),
                ("longitude", models.FloatField(null=True, verbose_name="longitude")),
                (
                    "is_place_supposed",
                    models.BooleanField(default=False, verbose_name="lieu supposé"),
                ),
                (
                    "first_month",
                    models.PositiveIntegerField(
                        verbose_name="premier mois (année × 12 + mois − 1)"
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(verbose_name="nombre de mois")),
                (
                    "need_cfte",
                    models.PositiveIntegerField(verbose_name="besoin (centièmes d’ETP par mois)"),
                ),
                ("amount_cents", cordee.base.fields.EurosField(verbose_name="montant hors taxes")),
                (
                    "reserved",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NONE", "Ouvert à toutes les entreprises"),
                            ("HANDICAP", "Réservé aux structures du handicap"),
                            ("INSERTION", "Réservé aux structures d’insertion"),
                            ("PENITENTIAIRE", "Réservé à la production en détention"),
                            ("MIXTE", "Réservé aux structures du handicap ou de l’insertion"),
                            ("ESS", "Réservé à l’économie sociale et solidaire"),
                        ],
                        max_length=15,
                        verbose_name="réservation",
                    ),
                ),
                ("notes", models.JSONField(default=list, verbose_name="remarques")),
                (
                    "provenance",
                    models.JSONField(default=dict, verbose_name="d’où vient chaque chiffre"),
                ),
                ("sizes", models.JSONField(default=dict, verbose_name="heures et parts")),
                (
                    "breakdown",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packages",
                        to="opportunities.breakdown",
                        verbose_name="découpage",
                    ),
                ),
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
            ],
            options={
                "verbose_name": "ensemble de travaux",
                "ordering": ["breakdown_id", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("breakdown", "position"), name="work_package_unique_position"
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
                        name="work_package_trade_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                            models.Q(
                                ("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))
                            ),
                            _connector="OR",
                        ),
                        name="work_package_point_whole_or_absent",
                        violation_error_message="Donnez la latitude et la longitude, ou aucune des deux.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_cents__gte", 1), ("months__gte", 1), ("need_cfte__gte", 1)
                        ),
                        name="work_package_sizes_positive",
                        violation_error_message="Une durée, un besoin ou un montant est au moins 1.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContractHolder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("siret", models.CharField(blank=True, max_length=14, verbose_name="SIRET")),
                ("name", models.CharField(blank=True, max_length=300, verbose_name="nom")),
                (
                    "role",
                    models.CharField(
                        choices=[("holder", "titulaire"), ("subcontractor", "sous-traitant")],
                        default="holder",
                        max_length=15,
                        verbose_name="rôle",
                    ),
                ),
                (
                    "amount_cents",
                    cordee.base.fields.EurosField(
                        blank=True, null=True, verbose_name="part hors taxes"
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holders",
                        to="opportunities.awardedcontract",
                        verbose_name="marché",
                    ),
                ),
            ],
            options={
                "verbose_name": "titulaire ou sous-traitant",
                "ordering": ["contract_id", "pk"],
                "indexes": [
                    models.Index(fields=["siret", "contract"], name="opportuniti_siret_58d6bd_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("siret", ""), _negated=True),
                        fields=("contract", "role", "siret"),
                        name="contract_holder_unique_siret",
                        violation_error_message="Cette entreprise est déjà notée pour ce marché.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("siret", "")),
                        fields=("contract", "role", "name"),
                        name="contract_holder_unique_name",
                        violation_error_message="Cette entreprise est déjà notée pour ce marché.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("siret", ""), ("siret__regex", "^[0-9]{14}$"), _connector="OR"
                        ),
                        name="contract_holder_siret_fourteen_digits",
                        violation_error_message="Un SIRET a quatorze chiffres.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), ("siret", ""), _negated=True),
                        name="contract_holder_has_a_name_or_siret",
                        violation_error_message="Donnez le SIRET ou le nom.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["holder", "subcontractor"])),
                        name="contract_holder_role_known",
                        violation_error_message="Ce rôle n’est pas connu.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_cents__isnull", True),
                            ("amount_cents__gte", 1),
                            _connector="OR",
                        ),
                        name="contract_holder_amount_positive",
                        violation_error_message="Une part inconnue reste vide.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeTraits",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="traits",
                        serialize=False,
                        to="opportunities.noticeversion",
                        verbose_name="version",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call", "Appel"),
                            ("prior", "Annonce"),
                            ("award", "Attribution"),
                            ("change", "Modification"),
                            ("cancellation", "Annulation"),
                        ],
                        max_length=15,
                        verbose_name="sorte d’avis",
                    ),
                ),
                (
                    "uuid",
                    models.CharField(
                        blank=True, max_length=36, verbose_name="identifiant eForms de l’avis"
                    ),
                ),
                (
                    "procedure",
                    models.CharField(
                        blank=True, max_length=36, verbose_name="identifiant eForms de la procédure"
                    ),
                ),
                (
                    "buyer_siret",
                    models.CharField(blank=True, max_length=14, verbose_name="SIRET de l’acheteur"),
                ),
                (
                    "buyer_key",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="mots du nom de l’acheteur"
                    ),
                ),
                (
                    "title_key",
                    models.CharField(blank=True, max_length=300, verbose_name="mots du titre"),
                ),
                (
                    "lots_key",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="lots nommés dans le titre"
                    ),
                ),
                ("cpv", models.JSONField(default=list, verbose_name="codes CPV")),
                ("departments", models.JSONField(default=list, verbose_name="départements")),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="publié le")),
                (
                    "deadline_on",
                    models.DateField(blank=True, null=True, verbose_name="réponse avant"),
                ),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="traits",
                        to="opportunities.publication",
                        verbose_name="publication",
                    ),
                ),
            ],
            options={
                "verbose_name": "traits d’un avis",
                "ordering": ["version_id"],
                "indexes": [
                    models.Index(
                        fields=["buyer_key", "published_on"], name="opportuniti_buyer_k_d72fbb_idx"
                    ),
                    models.Index(
                        fields=["title_key", "published_on"], name="opportuniti_title_k_0ce3b9_idx"
                    ),
                    models.Index(fields=["procedure"], name="opportuniti_procedu_84f186_idx"),
                    models.Index(fields=["uuid"], name="opportuniti_uuid_c4bc12_idx"),
                    models.Index(
                        fields=["buyer_siret", "published_on"],
                        name="opportuniti_buyer_s_9a812e_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["call", "prior", "award", "change", "cancellation"])
                        ),
                        name="notice_traits_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NeedDraft",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("contract", "Un travail à confier"),
                            ("quote", "Une demande de devis"),
                            ("subcontractor", "Un sous-traitant à trouver"),
                            ("labour", "Des personnes à recruter"),
                            ("sponsorship", "Un mécénat à offrir"),
                            ("project", "Un appel à projets"),
                        ],
                        max_length=15,
                        verbose_name="sorte de besoin",
                    ),
                ),
                ("typed", models.JSONField(default=dict, verbose_name="réponses")),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="need_drafts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="opportunities.opportunity",
                        verbose_name="besoin envoyé",
                    ),
                ),
                (
                    "revises",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="opportunities.opportunity",
                        verbose_name="besoin corrigé",
                    ),
                ),
            ],
            options={
                "verbose_name": "brouillon de besoin",
                "ordering": ["-changed_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "contract",
                                    "quote",
                                    "subcontractor",
                                    "labour",
                                    "sponsorship",
                                    "project",
                                ],
                            )
                        ),
                        name="need_draft_kind_known",
                        violation_error_message="Cette sorte de besoin n’est pas connue.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeadlineChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="rang")),
                (
                    "before",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="réponse avant, jusque là"
                    ),
                ),
                (
                    "after",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="réponse avant, depuis"
                    ),
                ),
                ("was_cancelled", models.BooleanField(default=False, verbose_name="était annulé")),
                ("is_cancelled", models.BooleanField(default=False, verbose_name="est annulé")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="su le")),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deadline_changes",
                        to="opportunities.opportunity",
                        verbose_name="opportunité",
                    ),
                ),
            ],
            options={
                "verbose_name": "date limite déplacée",
                "ordering": ["opportunity_id", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("opportunity", "number"), name="deadline_change_unique_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)),
                        name="deadline_change_counts_from_one",
                    ),
                ],
            },
        ),
    ]
