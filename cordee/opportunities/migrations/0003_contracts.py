from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0002_decp_source")]
    operations = []
