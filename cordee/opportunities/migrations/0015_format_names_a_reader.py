from django.db import migrations, models


class Migration(migrations.Migration):
    """Which formats there are is said by what reads them; no table changes."""

    dependencies = [
        ("opportunities", "0001_squashed_0014_need_addressed_when"),
    ]

    operations = [
        migrations.AlterField(
            model_name="noticeversion",
            name="format",
            field=models.CharField(max_length=20, verbose_name="format"),
        ),
    ]
