from django.db import migrations


def forget_those_of_people(apps, schema_editor):
    apps.get_model("mobilisation", "DigestChoice").objects.filter(structure=None).delete()


class Migration(migrations.Migration):
    """The weekly digest is that of a structure: those of people go, before their columns (0013)."""

    dependencies = [
        ("mobilisation", "0011_plainer_names_of_messages"),
    ]

    operations = [
        migrations.RunPython(forget_those_of_people, migrations.RunPython.noop),
    ]
