"""What was sought for one structure alone, since the notice bans groups, is to be done again.

A ban is a question to the buyer: teams are sought there as anywhere. One that suffices on known
figures is the answer all the same. Of the others, none is shown to be impossible any more: they
read as undecided, without the ways out that were sought for one alone; an empty digest, which no
question has, tells that they are outdated. One that still runs seeks teams when it is taken up.
"""

from django.db import migrations

REFUSED = "L’acheteur veut une seule entreprise"


def open_again(apps, schema_editor):
    base = schema_editor.connection.alias
    rows = apps.get_model("composing", "Composition").objects.using(base)
    alone = rows.filter(is_solo_only=True, state__in=["done", "stopped"])
    for row in alone.only("outcome", "best", "certain").iterator(chunk_size=20):
        best = row.best["value"]
        if best["solo"] and not best["assumptions"]:
            continue
        for answer in (best, row.certain["value"]):
            if answer["impossibility"]:
                answer |= {"status": "undecided", "impossibility": None}
        if row.outcome == "impossible":
            row.outcome = "undecided"
            apps.get_model("composing", "Study").objects.using(base).filter(composition=row).delete()
        row.question_sha256 = ""
        row.save(update_fields=["outcome", "best", "certain", "question_sha256"])
    verdicts = apps.get_model("opportunities", "Verdict").objects.using(base)
    # Computed anew in the night; until then the page says to look for a team.
    verdicts.filter(reason__startswith=REFUSED).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("composing", "0001_from_alliances"),
        ("opportunities", "0017_verdicts"),
    ]

    operations = [migrations.RunPython(open_again, migrations.RunPython.noop)]
