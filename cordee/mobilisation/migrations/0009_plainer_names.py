"""Fields named after what they hold; only their columns' names change, no row is written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mobilisation", "0001_squashed_0008_french_spaces")]

    operations = [
        migrations.RenameField("answer", "said_at", "given_at"),
        migrations.AlterModelOptions(
            "answer",
            options={
                "ordering": ["ask_id", "given_at", "pk"],
                "verbose_name": "réponse",
            },
        ),
        migrations.RenameField("ask", "told_deadline", "announced_deadline"),
        migrations.RenameField("digestitem", "told", "facts"),
    ]
