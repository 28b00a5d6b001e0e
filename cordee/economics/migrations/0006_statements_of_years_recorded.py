"""Each year that was recorded before statements were kept becomes one, by nobody known, undated."""

from django.db import migrations


def state_years(apps, schema_editor):
    years = apps.get_model("economics", "AccountingYear")
    statements = apps.get_model("economics", "YearStatement")
    statements.objects.bulk_create(
        (
            statements(
                chantier_id=year.chantier_id,
                first_month=year.first_month,
                months=year.months,
                basis=year.basis,
                charges_cents=year.charges_cents,
                receipts_cents=year.receipts_cents,
                amounts={
                    key: cents
                    for key, cents in (
                        ("SANS_DETAIL", year.charges_cents),
                        ("VENTES", year.receipts_cents),
                    )
                    if cents
                },
            )
            for year in years.objects.order_by("pk").iterator()
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("economics", "0005_statements")]
    operations = [migrations.RunPython(state_years, migrations.RunPython.noop)]
