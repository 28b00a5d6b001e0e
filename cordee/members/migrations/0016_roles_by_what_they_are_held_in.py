from django.db import migrations, models


class Migration(migrations.Migration):
    """The constraint of programmes is written as those of networks and structures are."""

    dependencies = [
        ("members", "0015_a_list_began_at"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="roleseat",
            name="seat_of_programme_names_it",
        ),
        migrations.AddConstraint(
            model_name="roleseat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role__in", ["programme_team"]), _negated=True),
                    ("programme__isnull", False),
                    _connector="OR",
                ),
                name="seat_of_programme_names_it",
                violation_error_message="Ce rôle se tient dans un programme\xa0: dites lequel.",
            ),
        ),
    ]
