"""Each structure gets the key by which lists are sorted, and the base an index of it."""

from django.db import migrations, models

from cordee.members.models.structures import sort_key

BATCH = 2_000


def write_keys(apps, schema_editor):
    """The same key as every save writes, for the rows that were there."""
    Structure = apps.get_model("members", "Structure")
    keys = Structure.objects.order_by("pk").values_list("pk", "brand", "name")
    first = 0
    while rows := list(keys.filter(pk__gt=first)[:BATCH]):
        for pk, brand, name in rows:
            Structure.objects.filter(pk=pk).update(sort_key=sort_key(brand or name))
        first = rows[-1][0]


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0026_exits"),
    ]

    operations = [
        migrations.AddField(
            model_name="structure",
            name="sort_key",
            field=models.CharField(
                default="", editable=False, max_length=200, verbose_name="nom pour trier"
            ),
        ),
        migrations.RunPython(write_keys, migrations.RunPython.noop, elidable=True),
        migrations.RemoveIndex(
            model_name="structure", name="members_str_latitud_46b36e_idx"
        ),
        migrations.AddIndex(
            model_name="structure",
            index=models.Index(
                fields=["sort_key", "id", "is_closed", "source", "is_claimed"],
                name="structure_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="structure",
            index=models.Index(
                fields=["latitude", "longitude", "commune", "is_closed", "source", "is_claimed"],
                name="structure_on_map",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(fields=["trade", "chantier"], name="activity_by_trade"),
        ),
    ]
