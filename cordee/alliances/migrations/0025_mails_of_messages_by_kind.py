from django.db import migrations


class Migration(migrations.Migration):
    """Who gets mails of messages is said once, in « Mes courriers », not in each alliance."""

    dependencies = [
        ("alliances", "0024_messages_reported_go"),
    ]

    operations = [
        migrations.DeleteModel(name="MessagePace"),
    ]
