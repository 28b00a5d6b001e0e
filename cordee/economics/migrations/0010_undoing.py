"""Which statements undid the one before: until now, those that said again what stood before it."""

from django.db import migrations, models

SAID = ("months", "until_month", "amounts", "choices", "is_withdrawn")


def mark(apps, schema_editor):
    statements = apps.get_model("economics", "YearStatement").objects
    kept = {}
    for each in statements.order_by("pk"):
        of_basis = kept.setdefault((each.chantier_id, each.first_month, each.basis), [])
        before = of_basis[-2] if len(of_basis) > 1 else None
        if before and all(getattr(each, name) == getattr(before, name) for name in SAID):
            of_basis.pop()
            statements.filter(pk=each.pk).update(is_undoing=True)
        else:
            of_basis.append(each)


class Migration(migrations.Migration):
    dependencies = [("economics", "0009_resources_and_cash")]

    operations = [
        migrations.AddField(
            "yearstatement",
            "is_undoing",
            models.BooleanField(default=False, verbose_name="annule ce qui précède"),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
