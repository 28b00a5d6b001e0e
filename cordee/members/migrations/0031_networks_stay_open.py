from django.db import migrations


class Migration(migrations.Migration):
    """A network is neither moved nor closed in Cordée any more."""

    dependencies = [
        ("members", "0029_members_counted"),
    ]

    operations = [
        migrations.RemoveField(model_name="network", name="closed_on"),
    ]
