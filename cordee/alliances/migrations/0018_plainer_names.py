"""Models and fields named after what they hold; only names change, no row is written."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

SIGNED_AFTER_WON = models.CheckConstraint(
    condition=Q(signed_on__isnull=True) | Q(is_won=True, signed_on__gte=F("announced_on")),
    name="bid_result_signed_after_won",
    violation_error_message="Le marché se notifie après son attribution.",
)


class Migration(migrations.Migration):
    dependencies = [("alliances", "0017_composing_is_a_room")]

    operations = [
        migrations.AlterModelTable("againword", "alliances_againword"),
        migrations.RenameField("againword", "said_at", "given_at"),
        migrations.RenameModel("AgainWord", "Endorsement"),
        migrations.AlterField(
            "endorsement",
            "by_party",
            models.ForeignKey(
                "alliances.AllianceParty",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="endorsements_given",
                verbose_name="dit par",
            ),
        ),
        migrations.AlterField(
            "endorsement",
            "about",
            models.ForeignKey(
                "alliances.AllianceParty",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="endorsements_received",
                verbose_name="dit de",
            ),
        ),
        migrations.RenameField("messagepace", "told_until", "notified_until"),
        # Both databases rename the column inside the check as well: only what Django knows of it
        # has to follow.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint("bidresult", "bid_result_signed_after_won"),
            ]
        ),
        migrations.RenameField("bidresult", "told_on", "announced_on"),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.AddConstraint("bidresult", SIGNED_AFTER_WON)]
        ),
        migrations.AlterModelOptions(
            "bidresult",
            options={
                "ordering": ["-announced_on"],
                "verbose_name": "résultat",
            },
        ),
        migrations.RenameField("withdrawal", "told_at", "announced_at"),
        migrations.RenameField("withdrawal", "told_by", "announced_by"),
        migrations.RenameField("withdrawal", "told_by_lead", "announced_by_lead"),
        migrations.AlterModelOptions(
            "withdrawal",
            options={
                "ordering": ["alliance_id", "-announced_at", "-pk"],
                "verbose_name": "retrait",
            },
        ),
    ]
