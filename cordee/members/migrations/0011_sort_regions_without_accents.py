from django.db import migrations, models

from cordee.members.place_names import fold_place_name


def fold_names(apps, schema_editor):
    Region = apps.get_model("members", "Region")
    for region in Region.objects.all():
        region.folded_name = fold_place_name(region.name)
        region.save(update_fields=["folded_name"])


class Migration(migrations.Migration):
    dependencies = [("members", "0010_seats_since_a_day")]

    operations = [
        migrations.AlterModelOptions(
            name="region",
            options={
                "ordering": ["folded_name", "name"],
                "verbose_name": "région",
                "verbose_name_plural": "régions",
            },
        ),
        migrations.AddField(
            model_name="region",
            name="folded_name",
            field=models.CharField(default="", max_length=60, verbose_name="nom sans accents"),
        ),
        migrations.RunPython(fold_names, migrations.RunPython.noop),
    ]
