"""Needs that were kept for one network are published there: it was its own people's doing."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def write_audiences(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    opportunity, audience = (
        apps.get_model("opportunities", name) for name in ("Opportunity", "Audience")
    )
    rows = opportunity.objects.filter(network__isnull=False).values_list("pk", "network")
    audience.objects.bulk_create(
        (
            audience(opportunity_id=pk, network_id=network, state="published")
            for pk, network in rows.iterator(chunk_size=500)
        ),
        batch_size=500,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0012_needs_by_audience")]
    operations = [migrations.RunPython(write_audiences, migrations.RunPython.noop)]
