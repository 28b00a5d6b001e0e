"""Whether a notice bans groups changes no question any more."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("composing", "0002_teams_where_groups_are_banned")]

    operations = [migrations.RemoveField(model_name="composition", name="is_solo_only")]
