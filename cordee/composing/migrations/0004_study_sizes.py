"""At which size an answer changes is studied with it, where the size is only supposed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("composing", "0003_no_solo_only")]

    operations = [
        migrations.AddField(
            model_name="study",
            name="sizes",
            field=models.JSONField(default=dict, verbose_name="jusqu’à quelle taille"),
        ),
    ]
