"""Accepted hours as the software of whoever accepts them takes them: its titles, in its order."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.search.words import fold
from cordee.base.tables import Column
from cordee.base.ui import french
from cordee.delivery.models import Delivery, ExportColumns

# What a column may hold, of one row of hours.
CONTENTS = {
    "marché": lambda row: row.lot.delivery.title,
    "acheteur": lambda row: row.lot.delivery.buyer_name,
    "lot": lambda row: row.lot.key or row.lot.title,
    "structure": lambda row: row.partner.name,
    "façon": lambda row: row.get_way_display(),
    "mois": lambda row: f"{row.month % 12 + 1:02}/{row.month // 12}",
    "heures": lambda row: round(Decimal(row.minutes) / 60, 2),
}


class ColumnsForm(forms.Form):
    """`titres` once valid: pairs of a title and what its column holds."""

    titres = forms.CharField(
        label="Les titres de votre logiciel, dans son ordre",
        help_text="Séparez-les par un point-virgule. Pour un autre nom, écrivez par exemple "
        "«\u00a0Opération = marché\u00a0». Les mots de Cordée\u00a0: "
        f"{french.series([*CONTENTS])}.",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
    )

    def clean_titres(self) -> list[tuple[str, str]]:
        known = {fold(name): name for name in CONTENTS}
        found = []
        for part in self.cleaned_data["titres"].split(";"):
            title, _, said = (" ".join(words.split()) for words in part.partition("="))
            content = known.get(fold(said or title))
            if content is None:
                words = french.series([*CONTENTS])
                raise ValidationError(
                    f"«\u00a0{part.strip()}\u00a0» n’est pas reconnu. Écrivez après le signe égal "
                    f"l’un de ces mots\u00a0: {words}."
                )
            found.append((title, content))
        return found


def titles_of(person: User) -> list[tuple[str, str]]:
    """As the person chose once, else all that there is."""
    kept = ExportColumns.objects.filter(person=person).first()
    return kept.columns if kept else [(name.capitalize(), name) for name in CONTENTS]


def columns_of(person: User) -> list[Column]:
    """The columns of a CSV of rows of hours."""
    return [Column(title, CONTENTS[content]) for title, content in titles_of(person)]


@transaction.atomic
def keep_titles(*, titles: list[tuple[str, str]], delivery: Delivery, by: User) -> None:
    """For all the contracts that the person follows."""
    ExportColumns.objects.update_or_create(person=by, defaults={"columns": titles})
    journal.record("delivery.name_columns", delivery, by=by, after={"columns": len(titles)})
