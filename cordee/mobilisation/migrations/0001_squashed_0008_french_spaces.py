import cordee.mobilisation.models.feeds
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("mobilisation", "0001_initial"),
        ("mobilisation", "0002_night_ranking"),
        ("mobilisation", "0003_campaigns_asks_answers"),
        ("mobilisation", "0004_digests_and_feeds"),
        ("mobilisation", "0005_proposals_and_mutual_aid"),
        ("mobilisation", "0006_feed_content"),
        ("mobilisation", "0007_conversations"),
        ("mobilisation", "0008_french_spaces"),
    ]
    replaced_until = "v0.1.0a1"

    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("members", "0001_squashed_0012_french_spaces"),
        ("opportunities", "0001_squashed_0014_need_addressed_when"),
    ]

    operations = [
        migrations.CreateModel(
            name="Ask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="demandée le")),
                ("answer_by", models.DateField(verbose_name="réponse attendue le")),
                (
                    "told_deadline",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="date limite annoncée"
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asks",
                        to="opportunities.opportunity",
                        verbose_name="opportunité",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="asks",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "sollicitation",
                "ordering": ["-asked_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("structure", "opportunity"),
                        name="ask_once",
                        violation_error_message="Cette structure est déjà sollicitée pour cela.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
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
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("alone", "Oui, seule"),
                            ("team", "Oui, en équipe"),
                            ("either", "Oui, seule ou en équipe"),
                            ("not_now", "Pas maintenant"),
                            ("not_for_us", "Pas pour nous"),
                        ],
                        max_length=10,
                        verbose_name="réponse",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("team_full", "Équipe complète"),
                            ("no_supervisor", "Pas d’encadrant·e disponible"),
                            ("too_large", "Il faut être plusieurs"),
                            ("too_far", "Trop loin"),
                            ("wrong_months", "Mauvaise période"),
                            ("too_short", "Délai de réponse trop court"),
                            ("ceiling", "Plafond de recettes proche"),
                            ("other_trade", "Ce n’est pas notre métier"),
                            ("papers", "Il manque un papier ou une certification"),
                            ("project", "Loin de notre projet"),
                            ("other", "Autre raison"),
                        ],
                        max_length=15,
                        verbose_name="raison",
                    ),
                ),
                (
                    "words",
                    models.CharField(blank=True, max_length=500, verbose_name="en quelques mots"),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("link", "par le courrier"),
                            ("application", "dans Cordée"),
                            ("telephone", "au téléphone"),
                        ],
                        max_length=11,
                        verbose_name="reçue",
                    ),
                ),
                ("said_at", models.DateTimeField(verbose_name="dite le")),
                ("heard_on", models.DateField(blank=True, null=True, verbose_name="entendue le")),
                (
                    "heard_from",
                    models.CharField(
                        blank=True,
                        help_text="sa fonction suffit, par exemple\xa0: directrice",
                        max_length=80,
                        verbose_name="fonction de qui a répondu",
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
                    "heard_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.network",
                        verbose_name="entendue pour le réseau",
                    ),
                ),
                (
                    "readers",
                    models.ManyToManyField(
                        related_name="+", to="members.network", verbose_name="réseaux qui la lisent"
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
                    "ask",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="mobilisation.ask",
                        verbose_name="sollicitation",
                    ),
                ),
            ],
            options={
                "verbose_name": "réponse",
                "ordering": ["ask_id", "said_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("choice__in", ["alone", "team", "either", "not_now", "not_for_us"])
                        ),
                        name="answer_choice_known",
                        violation_error_message="Choisissez une réponse.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason", ""),
                            ("choice__in", ["not_now", "not_for_us"]),
                            _connector="OR",
                        ),
                        name="answer_yes_needs_no_reason",
                        violation_error_message="On ne demande pas de raison à qui dit oui.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("channel", "telephone"),
                                ("heard_for__isnull", False),
                                ("heard_on__isnull", False),
                                models.Q(("heard_from", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("channel", "telephone"), _negated=True),
                                ("heard_for__isnull", True),
                                ("heard_from", ""),
                                ("heard_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="answer_heard_says_when_and_from_whom",
                        violation_error_message="Dites quand, et qui vous a répondu.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Campaign",
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
                            ("opportunity", "une opportunité"),
                            ("programme", "un programme"),
                            ("rule", "une règle"),
                        ],
                        default="opportunity",
                        max_length=12,
                        verbose_name="partie de",
                    ),
                ),
                (
                    "rule_trade",
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
                        verbose_name="métier de la règle",
                    ),
                ),
                (
                    "rule_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="jours de la règle"
                    ),
                ),
                ("subject", models.CharField(max_length=150, verbose_name="objet du courrier")),
                (
                    "message",
                    models.TextField(blank=True, max_length=4000, verbose_name="message du réseau"),
                ),
                ("answer_by", models.DateField(verbose_name="réponse attendue le")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "brouillon"), ("sent", "en cours"), ("closed", "close")],
                        default="draft",
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="commencée le"
                    ),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="envoyée le")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="close le")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="campaigns",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="écrite par",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="members.network",
                        verbose_name="réseau",
                    ),
                ),
                (
                    "opportunities",
                    models.ManyToManyField(
                        related_name="campaigns",
                        to="opportunities.opportunity",
                        verbose_name="opportunités",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="members.programme",
                        verbose_name="programme",
                    ),
                ),
                (
                    "rule_department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.department",
                        verbose_name="département de la règle",
                    ),
                ),
            ],
            options={
                "verbose_name": "campagne",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["network", "state"], name="mobilisatio_network_acbbf2_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", True), ("state", "draft")),
                            models.Q(
                                models.Q(("state", "draft"), _negated=True),
                                ("sent_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="campaign_sent_has_a_moment",
                        violation_error_message="Une campagne envoyée a une date d’envoi.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True),
                                ("closed_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="campaign_closed_has_a_moment",
                        violation_error_message="Une campagne close a une date de fin.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("origin", "programme"), _negated=True),
                            ("programme__isnull", False),
                            _connector="OR",
                        ),
                        name="campaign_of_programme_names_it",
                        violation_error_message="Dites de quel programme.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("origin", "rule"), _negated=True),
                            models.Q(
                                models.Q(("rule_trade", ""), _negated=True),
                                ("rule_days__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="campaign_of_rule_is_whole",
                        violation_error_message="Une règle dit un métier et un nombre de jours.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DigestChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_on", models.BooleanField(default=True, verbose_name="reçu")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "lundi"),
                            (1, "mardi"),
                            (2, "mercredi"),
                            (3, "jeudi"),
                            (4, "vendredi"),
                            (5, "samedi"),
                            (6, "dimanche"),
                        ],
                        default=0,
                        verbose_name="jour",
                    ),
                ),
                (
                    "band",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (7, "le matin, entre 7 h et 9 h"),
                            (12, "à midi, entre 12 h et 14 h"),
                            (17, "en fin d’après-midi, entre 17 h et 19 h"),
                        ],
                        default=7,
                        verbose_name="moment",
                    ),
                ),
                (
                    "trades",
                    models.JSONField(blank=True, default=list, verbose_name="métiers choisis"),
                ),
                (
                    "radius_km",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="rayon choisi (km)"
                    ),
                ),
                (
                    "threshold",
                    models.CharField(
                        choices=[
                            ("much", "seulement ce qui vous convient beaucoup"),
                            ("enough", "ce qui vous convient assez"),
                            ("little", "aussi ce qui vous convient un peu"),
                        ],
                        default="enough",
                        max_length=10,
                        verbose_name="exigence",
                    ),
                ),
                (
                    "when_empty",
                    models.CharField(
                        choices=[
                            ("nothing", "ne rien envoyer"),
                            ("monthly", "un mot par mois pour le dire"),
                        ],
                        default="nothing",
                        max_length=10,
                        verbose_name="quand il n’y a rien",
                    ),
                ),
                ("chosen_at", models.DateTimeField(verbose_name="choisi le")),
                ("settled_until", models.DateTimeField(verbose_name="fait jusqu’à")),
                (
                    "chosen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="choisi par",
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="digest_choice",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
                (
                    "structure",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="digest_choice",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "réglage de la sélection de la semaine",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        fields=["is_on", "weekday", "settled_until"],
                        name="mobilisatio_is_on_c4151e_idx",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person__isnull", True), ("structure__isnull", False)),
                            models.Q(("person__isnull", False), ("structure__isnull", True)),
                            _connector="OR",
                        ),
                        name="digest_choice_of_one_owner",
                        violation_error_message="Ce réglage est celui d’une structure, ou d’une personne.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weekday__lte", 6)),
                        name="digest_choice_weekday_of_the_week",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("band__in", [7, 12, 17])),
                        name="digest_choice_band_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("threshold__in", ["much", "enough", "little"])),
                        name="digest_choice_threshold_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("when_empty__in", ["nothing", "monthly"])),
                        name="digest_choice_when_empty_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("radius_km__isnull", True),
                            ("radius_km__range", (5, 100)),
                            _connector="OR",
                        ),
                        name="digest_choice_radius_between_5_and_100",
                        violation_error_message="Le rayon va de 5 à 100 km.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="prévu pour")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="écrit le")),
                (
                    "is_empty_note",
                    models.BooleanField(
                        default=False, verbose_name="mot du mois, sans opportunité"
                    ),
                ),
                (
                    "left_over",
                    models.PositiveIntegerField(default=0, verbose_name="gardées pour la suite"),
                ),
                (
                    "choice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="issues",
                        to="mobilisation.digestchoice",
                        verbose_name="réglage",
                    ),
                ),
            ],
            options={
                "verbose_name": "sélection de la semaine",
                "ordering": ["-due_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("choice", "due_at"),
                        name="digest_one_by_moment",
                        violation_error_message="Cette sélection est déjà partie.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DigestItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("told", models.JSONField(verbose_name="ce qui en est dit")),
                (
                    "digest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="mobilisation.digest",
                        verbose_name="sélection",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="opportunities.opportunity",
                        verbose_name="opportunité",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne d’une sélection",
                "ordering": ["digest_id", "position"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person__isnull", True), ("structure__isnull", False)),
                            models.Q(("person__isnull", False), ("structure__isnull", True)),
                            _connector="OR",
                        ),
                        name="digest_item_of_one_owner",
                        violation_error_message="Une ligne va à une structure, ou à une personne.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("structure__isnull", False)),
                        fields=("structure", "opportunity"),
                        name="digest_item_once_by_structure",
                        violation_error_message="Cette opportunité a déjà été dite à cette structure.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("person", "opportunity"),
                        name="digest_item_once_by_person",
                        violation_error_message="Cette opportunité a déjà été dite à cette personne.",
                    ),
                    models.UniqueConstraint(
                        fields=("digest", "position"), name="digest_item_unique_position"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedKey",
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
                        choices=[("atom", "flux Atom"), ("calendar", "calendrier")],
                        max_length=10,
                        verbose_name="sorte",
                    ),
                ),
                (
                    "nonce",
                    models.CharField(
                        default=cordee.mobilisation.models.feeds.new_nonce,
                        max_length=32,
                        verbose_name="tirage",
                    ),
                ),
                (
                    "alarm_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="rappel (jours avant)"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                (
                    "renewed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="adresse changée le"),
                ),
                (
                    "content_sha256",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="empreinte du contenu"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="contenu changé le"),
                ),
                (
                    "last_used_on",
                    models.DateField(blank=True, null=True, verbose_name="lu la dernière fois le"),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="fermé le"),
                ),
                (
                    "network",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.network",
                        verbose_name="réseau",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feed_keys",
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
                        related_name="+",
                        to="members.programme",
                        verbose_name="programme",
                    ),
                ),
                (
                    "search",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="opportunities.savedsearch",
                        verbose_name="recherche gardée",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "adresse de flux",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("network__isnull", True),
                                ("programme__isnull", True),
                                ("search__isnull", True),
                                ("structure__isnull", False),
                            ),
                            models.Q(
                                ("network__isnull", False),
                                ("programme__isnull", True),
                                ("search__isnull", True),
                                ("structure__isnull", True),
                            ),
                            models.Q(
                                ("network__isnull", True),
                                ("programme__isnull", False),
                                ("search__isnull", True),
                                ("structure__isnull", True),
                            ),
                            models.Q(
                                ("network__isnull", True),
                                ("programme__isnull", True),
                                ("search__isnull", False),
                                ("structure__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="feed_key_of_one_scope",
                        violation_error_message="Une adresse suit une seule chose. Choisissez laquelle.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["atom", "calendar"])),
                        name="feed_key_kind_known",
                        violation_error_message="Cette sorte de flux n’est pas connue.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", True), ("structure__isnull", False)
                        ),
                        fields=("person", "kind", "structure"),
                        name="feed_key_one_standing_by_structure",
                        violation_error_message="Vous avez déjà cette adresse.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", True), ("network__isnull", False)
                        ),
                        fields=("person", "kind", "network"),
                        name="feed_key_one_standing_by_network",
                        violation_error_message="Vous avez déjà cette adresse.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", True), ("programme__isnull", False)
                        ),
                        fields=("person", "kind", "programme"),
                        name="feed_key_one_standing_by_programme",
                        violation_error_message="Vous avez déjà cette adresse.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True), ("search__isnull", False)),
                        fields=("person", "kind", "search"),
                        name="feed_key_one_standing_by_search",
                        violation_error_message="Vous avez déjà cette adresse.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("structure", "la structure"), ("counterpart", "en face")],
                        max_length=12,
                        verbose_name="côté",
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
                ("at", models.DateTimeField(verbose_name="le")),
                (
                    "edited_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="modifié le"),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="retiré le"),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="effacé avec le compte le"
                    ),
                ),
                (
                    "hidden_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="masqué le"),
                ),
                (
                    "hidden_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="raison"),
                ),
                (
                    "mailed_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="envoyé par courrier le"
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
            ],
            options={
                "verbose_name": "message",
                "ordering": ["thread_id", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("mailed_at__isnull", True)),
                        fields=["at"],
                        name="message_to_be_mailed",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True),
                            ("withdrawn_at__isnull", False),
                            ("erased_at__isnull", False),
                            _connector="OR",
                        ),
                        name="message_says_something",
                        violation_error_message="Écrivez votre message.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("erased_at__isnull", True), ("withdrawn_at__isnull", True)),
                            ("text", ""),
                            _connector="OR",
                        ),
                        name="message_gone_has_no_text",
                        violation_error_message="Un message retiré n’a plus de texte.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("hidden_at__isnull", True),
                            models.Q(("hidden_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="message_hidden_says_why",
                        violation_error_message="Dites pourquoi ce message est masqué.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["structure", "counterpart"])),
                        name="message_side_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MessageReport",
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
                ("words", models.CharField(max_length=300, verbose_name="ce qui ne va pas")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "à lire"),
                            ("hidden", "message masqué"),
                            ("kept", "message gardé"),
                        ],
                        default="open",
                        max_length=6,
                        verbose_name="suite",
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
                        to="mobilisation.message",
                        verbose_name="message",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="message_reports",
                        to="members.network",
                        verbose_name="réseau qui le lit",
                    ),
                ),
            ],
            options={
                "verbose_name": "signalement",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "open")),
                        fields=("message",),
                        name="report_one_open_by_message",
                        violation_error_message="Ce message est déjà signalé.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["open", "hidden", "kept"])),
                        name="report_outcome_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MutualOffer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("offer", "propose"), ("request", "cherche")],
                        max_length=8,
                        verbose_name="sens",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("equipment", "matériel"),
                            ("premises", "local"),
                            ("skill", "savoir-faire"),
                            ("vehicle", "véhicule"),
                            ("staff", "prêt d’un·e permanent·e"),
                        ],
                        max_length=10,
                        verbose_name="sorte",
                    ),
                ),
                ("title", models.CharField(max_length=150, verbose_name="en une ligne")),
                ("words", models.TextField(blank=True, max_length=2000, verbose_name="précisions")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="à partir du")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                ("shown_until", models.DateField(verbose_name="visible jusqu’au")),
                (
                    "terms",
                    models.CharField(
                        choices=[
                            ("free", "gratuitement"),
                            ("at_cost", "à prix coûtant, sans profit"),
                            ("to_agree", "à convenir ensemble"),
                        ],
                        max_length=10,
                        verbose_name="conditions",
                    ),
                ),
                (
                    "is_permanent",
                    models.BooleanField(
                        default=False, verbose_name="salarié·e permanent·e, confirmé"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "ouverte"),
                            ("answered", "une réponse est acceptée"),
                            ("closed", "close"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="écrite le")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="écrite par",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.department",
                        verbose_name="département",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mutual_offers",
                        to="members.network",
                        verbose_name="réseau",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mutual_offers",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "coup de main",
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(
                        fields=["network", "state", "shown_until"],
                        name="mobilisatio_network_4ff8b8_idx",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "staff"), _negated=True),
                            ("is_permanent", True),
                            _connector="OR",
                        ),
                        name="mutual_offer_lends_permanent_staff_only",
                        violation_error_message="On ne prête que des permanents\xa0: une personne en insertion n’est pas prêtée (code du travail, L8241-2).",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "staff"), _negated=True),
                            ("terms__in", ["free", "at_cost"]),
                            _connector="OR",
                        ),
                        name="mutual_offer_staff_without_profit",
                        violation_error_message="Un prêt de personnel se fait sans profit\xa0: gratuitement, ou à prix coûtant.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("starts_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="mutual_offer_ends_after_start",
                        violation_error_message="Le dernier jour vient avant le premier.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MutualReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.TextField(max_length=2000, verbose_name="réponse")),
                ("at", models.DateTimeField(verbose_name="écrite le")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "en attente"),
                            ("accepted", "acceptée"),
                            ("declined", "déclinée"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="suite",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="décidée le"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="écrite par",
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
                        verbose_name="décidée par",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="mobilisation.mutualoffer",
                        verbose_name="coup de main",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "réponse à un coup de main",
                "ordering": ["offer_id", "at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("offer", "structure"),
                        name="mutual_reply_once",
                        violation_error_message="Votre structure a déjà répondu.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("state", "waiting")),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True),
                                ("decided_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="mutual_reply_decided_has_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NightRanking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now=True, verbose_name="calculé le")),
                ("computed_for", models.DateField(verbose_name="calculé pour le jour")),
                (
                    "engine_version",
                    models.CharField(max_length=40, verbose_name="version du calcul"),
                ),
                (
                    "blocks_version",
                    models.CharField(max_length=64, verbose_name="version des données"),
                ),
                ("compared", models.PositiveIntegerField(verbose_name="structures comparées")),
                (
                    "ranked",
                    models.PositiveIntegerField(verbose_name="structures qui peuvent venir"),
                ),
                ("set_aside", models.JSONField(verbose_name="écartées, par raison")),
                ("rows", models.JSONField(verbose_name="premières structures")),
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
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="night_rankings",
                        to="opportunities.workpackage",
                        verbose_name="ensemble de travaux",
                    ),
                ),
            ],
            options={
                "verbose_name": "classement de la nuit",
                "ordering": ["package_id", "network_id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("network__isnull", False)),
                        fields=("package", "network"),
                        name="night_ranking_one_by_network",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("network__isnull", True)),
                        fields=("package",),
                        name="night_ranking_one_for_all",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgrammeProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "message",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="message de l’équipe"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="proposée le")),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "à décider"), ("declined", "non relayée")],
                        default="pending",
                        max_length=8,
                        verbose_name="décision",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="décidée le"),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("nobody_near", "Aucun membre assez proche"),
                            ("no_trade", "Aucun membre de ce métier"),
                            ("too_late", "Trop tard pour répondre"),
                            ("known", "Nos membres le savent déjà"),
                            ("too_much", "Nos membres reçoivent déjà beaucoup"),
                            ("other", "Autre raison"),
                        ],
                        max_length=12,
                        verbose_name="raison",
                    ),
                ),
                (
                    "words",
                    models.CharField(blank=True, max_length=300, verbose_name="en quelques mots"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposée par",
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
                        verbose_name="décidée par",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="members.network",
                        verbose_name="réseau",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="opportunities.opportunity",
                        verbose_name="opportunité",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="members.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposition d’un programme",
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["network", "state"], name="mobilisatio_network_5a3ec0_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "opportunity", "network"),
                        name="proposal_once",
                        violation_error_message="Cette opportunité est déjà proposée à ce réseau.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", False),
                                ("state", "declined"),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                ("decided_at__isnull", True),
                                ("reason", ""),
                                ("state", "pending"),
                                ("words", ""),
                            ),
                            _connector="OR",
                        ),
                        name="proposal_declined_says_why",
                        violation_error_message="Dites pourquoi votre réseau ne relaie pas.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ranking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="calculé le")),
                ("computed_for", models.DateField(verbose_name="calculé pour le jour")),
                (
                    "engine_version",
                    models.CharField(max_length=40, verbose_name="version du calcul"),
                ),
                ("inputs", models.JSONField(verbose_name="données du calcul")),
                ("rows", models.JSONField(verbose_name="classement")),
                (
                    "breakdown",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rankings",
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
            ],
            options={
                "verbose_name": "classement",
                "ordering": ["-made_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ReceivedMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        max_length=64, unique=True, verbose_name="empreinte du Message-ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="reçu le")),
                ("outcome", models.CharField(max_length=30, verbose_name="suite")),
                (
                    "message",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="mail",
                        to="mobilisation.message",
                        verbose_name="message",
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
                        verbose_name="de",
                    ),
                ),
            ],
            options={
                "verbose_name": "courrier reçu",
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["person", "at"], name="mobilisatio_person__348332_idx")
                ],
            },
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rank", models.PositiveIntegerField(verbose_name="rang")),
                (
                    "reason",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="pourquoi cela la concerne"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("chosen", "retenue"),
                            ("left_out", "non retenue"),
                            ("to_send", "à envoyer"),
                            ("held", "en attente"),
                            ("sent", "courrier envoyé"),
                            ("already_asked", "déjà sollicitée par un autre réseau"),
                            ("by_phone", "à appeler"),
                            ("withdrawn", "retirée avant l’envoi"),
                        ],
                        default="chosen",
                        max_length=15,
                        verbose_name="état",
                    ),
                ),
                (
                    "held",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("quiet", "hors des heures de bureau"),
                            ("cap", "assez de courriers cette semaine"),
                        ],
                        max_length=6,
                        verbose_name="attend parce que",
                    ),
                ),
                (
                    "relayed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="relayée le"),
                ),
                ("reminders", models.PositiveSmallIntegerField(default=0, verbose_name="rappels")),
                (
                    "reminded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="dernier rappel"),
                ),
                (
                    "ask",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recipients",
                        to="mobilisation.ask",
                        verbose_name="sollicitation",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recipients",
                        to="mobilisation.campaign",
                        verbose_name="campagne",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="opportunities.opportunity",
                        verbose_name="opportunité",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "destinataire",
                "ordering": ["campaign_id", "rank", "pk"],
                "indexes": [
                    models.Index(
                        fields=["structure", "state", "relayed_at"],
                        name="mobilisatio_structu_de2f7a_idx",
                    ),
                    models.Index(
                        fields=["state", "relayed_at"], name="mobilisatio_state_8c3c1c_idx"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "structure", "opportunity"),
                        name="recipient_once_in_a_campaign",
                        violation_error_message="Cette structure est déjà dans la liste.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ask__isnull", False),
                                ("relayed_at__isnull", False),
                                ("state__in", ["sent", "already_asked", "by_phone"]),
                            ),
                            models.Q(
                                models.Q(
                                    ("state__in", ["sent", "already_asked", "by_phone"]),
                                    _negated=True,
                                ),
                                ("ask__isnull", True),
                                ("relayed_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="recipient_relayed_has_its_ask",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "held"), models.Q(("held", ""), _negated=True)),
                            models.Q(models.Q(("state", "held"), _negated=True), ("held", "")),
                            _connector="OR",
                        ),
                        name="recipient_held_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Thread",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "is_with_author",
                    models.BooleanField(default=False, verbose_name="avec l’auteur du besoin"),
                ),
                ("opened_at", models.DateTimeField(verbose_name="ouverte le")),
                ("last_at", models.DateTimeField(verbose_name="dernier message le")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="close le")),
                (
                    "network",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="threads",
                        to="members.network",
                        verbose_name="réseau",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="threads",
                        to="opportunities.opportunity",
                        verbose_name="opportunité",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="threads",
                        to="members.programme",
                        verbose_name="programme",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="threads",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "conversation",
                "ordering": ["-last_at", "-pk"],
                "indexes": [
                    models.Index(fields=["last_at"], name="mobilisatio_last_at_f49797_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("is_with_author", False),
                                ("network__isnull", False),
                                ("programme__isnull", True),
                            ),
                            models.Q(
                                ("is_with_author", False),
                                ("network__isnull", True),
                                ("programme__isnull", False),
                            ),
                            models.Q(
                                ("is_with_author", True),
                                ("network__isnull", True),
                                ("programme__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="thread_one_counterpart",
                        violation_error_message="Une conversation a une seule personne en face.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("network__isnull", False)),
                        fields=("opportunity", "structure", "network"),
                        name="thread_unique_network",
                        violation_error_message="Cette conversation existe déjà.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("programme__isnull", False)),
                        fields=("opportunity", "structure", "programme"),
                        name="thread_unique_programme",
                        violation_error_message="Cette conversation existe déjà.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_with_author", True)),
                        fields=("opportunity", "structure"),
                        name="thread_unique_author",
                        violation_error_message="Cette conversation existe déjà.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="message",
            name="thread",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="mobilisation.thread",
                verbose_name="conversation",
            ),
        ),
        migrations.CreateModel(
            name="ThreadReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "last_read",
                    models.PositiveBigIntegerField(default=0, verbose_name="dernier message lu"),
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
                (
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="mobilisation.thread",
                        verbose_name="conversation",
                    ),
                ),
            ],
            options={
                "verbose_name": "lecture d’une conversation",
                "ordering": ["thread_id", "person_id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("thread", "person"), name="thread_reading_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UrgentCall",
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
                ("title", models.CharField(max_length=120, verbose_name="en une ligne")),
                ("question", models.TextField(max_length=2000, verbose_name="question")),
                ("needed_by", models.DateField(verbose_name="réponse utile jusqu’au")),
                ("at", models.DateTimeField(verbose_name="posée le")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="close le")),
                ("thanks", models.CharField(blank=True, max_length=500, verbose_name="merci")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="posée par",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="urgent_calls",
                        to="members.network",
                        verbose_name="réseau",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="urgent_calls",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "appel urgent",
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["structure", "at"], name="mobilisatio_structu_7676e0_idx")
                ],
            },
        ),
        migrations.CreateModel(
            name="UrgentAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.TextField(max_length=4000, verbose_name="réponse")),
                ("at", models.DateTimeField(verbose_name="écrite le")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="écrite par",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="mobilisation.urgentcall",
                        verbose_name="appel",
                    ),
                ),
            ],
            options={
                "verbose_name": "réponse à un appel",
                "ordering": ["call_id", "at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("call", "structure"),
                        name="urgent_answer_once",
                        violation_error_message="Votre structure a déjà répondu\xa0: changez sa réponse.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UrgentCallReach",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[("trade", "métier exercé"), ("contract", "contrat tenu")],
                        max_length=8,
                        verbose_name="parce que",
                    ),
                ),
                ("is_mailed", models.BooleanField(default=True, verbose_name="par courrier")),
                ("at", models.DateTimeField(verbose_name="le")),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reached",
                        to="mobilisation.urgentcall",
                        verbose_name="appel",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "structure atteinte par un appel",
                "ordering": ["call_id", "pk"],
                "indexes": [
                    models.Index(fields=["structure", "at"], name="mobilisatio_structu_14debc_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("call", "structure"), name="urgent_call_reaches_once"
                    )
                ],
            },
        ),
    ]
