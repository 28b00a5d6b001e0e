from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0006_sizes")]
    operations = []
