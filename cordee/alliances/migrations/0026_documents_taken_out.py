from django.db import migrations


class Migration(migrations.Migration):
    """Nothing is kept of which text of a document a person took out."""

    dependencies = [
        ("alliances", "0025_mails_of_messages_by_kind"),
    ]

    operations = [
        migrations.DeleteModel(name="IssuedDocument"),
    ]
