import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("opportunities", "0008_trades_as_written"),
    ]

    operations = [
        migrations.AlterField(
            model_name="awardedcontract",
            name="opportunity",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="contracts",
                to="opportunities.opportunity",
                verbose_name="opportunité attribuée",
            ),
        ),
        migrations.AddIndex(
            model_name="awardedcontract",
            index=models.Index(
                condition=models.Q(("opportunity__isnull", False)),
                fields=["opportunity"],
                name="contract_of_opportunity",
            ),
        ),
    ]
