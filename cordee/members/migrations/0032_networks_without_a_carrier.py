from django.db import migrations


class Migration(migrations.Migration):
    """Nothing reads which organisation carries a network."""

    dependencies = [
        ("members", "0031_networks_stay_open"),
    ]

    operations = [
        migrations.RemoveField(model_name="network", name="organisation"),
    ]
