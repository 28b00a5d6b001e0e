"""Lines of the journal as a page and a file tell them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from cordee.accounts import access, journal_kinds
from cordee.accounts.journal_kinds import Named, vocabulary, words_of
from cordee.accounts.models import JournalEntry, JournalQuerySet, User
from cordee.base.tables import Column

NAMELESS = "Cordée, ou un compte effacé"
ELSEWHERE = "Une personne d’ailleurs"
# Beyond these, a midnight in Paris is no moment that a computer can write in UTC.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class JournalRow:
    """`what` is empty where the thing is gone, or not for this reader."""

    at: datetime
    who: str
    did: str
    sort: str
    what: Named | None
    detail: str


COLUMNS = (
    Column("quand", lambda line: timezone.localtime(line.at).replace(microsecond=0, tzinfo=None)),
    Column("qui", lambda line: line.who),
    Column("a fait", lambda line: line.did),
    Column("sur", lambda line: line.sort),
    Column("lequel", lambda line: line.what.name if line.what else ""),
    Column("précision", lambda line: line.detail),
)


class FilterForm(forms.Form):
    """Between two days, both included; and one action."""

    du = forms.DateField(
        label="Du",
        required=False,
        validators=[MinValueValidator(FIRST_DAY)],
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    au = forms.DateField(
        label="Au",
        required=False,
        validators=[MaxValueValidator(LAST_DAY)],
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    action = forms.ChoiceField(label="Action", required=False)

    def __init__(self, verbs: Iterable[str], *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        choices = sorted(((verb, words_of(verb)) for verb in verbs), key=lambda pair: pair[1])
        self.fields["action"].choices = [("", "Toutes"), *choices]  # type: ignore[attr-defined]

    def apply(self, rows: JournalQuerySet) -> JournalQuerySet:
        asked = self.cleaned_data
        if asked.get("du"):
            rows = rows.filter(at__gte=_midnight(asked["du"]))
        if asked.get("au"):
            rows = rows.filter(at__lt=_midnight(asked["au"] + timedelta(days=1)))
        if asked.get("action"):
            rows = rows.filter(verb=asked["action"])
        return rows

    def chips(self) -> list[tuple[str, str]]:
        asked = self.cleaned_data
        found = [
            (f"{label} {asked[name]:%d/%m/%Y}", name)
            for name, label in (("du", "depuis le"), ("au", "jusqu’au"))
            if asked.get(name)
        ]
        if asked.get("action"):
            found.append((words_of(asked["action"]), "action"))
        return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def lines_of(entries: Sequence[JournalEntry], reader: User, on: date) -> list[JournalRow]:
    """For many entries as many queries as there are sorts of things in them."""
    known = journal_kinds.kinds_by_model()
    named = access.people_nameable_by(reader)
    asked: dict[str, set[str]] = {}
    for entry in entries:
        asked.setdefault(entry.target_kind, set()).add(entry.target_id)
    names = {
        label: known[label].names(reader, ids, on) for label, ids in asked.items() if label in known
    }
    return [
        JournalRow(
            at=entry.at,
            who=_who(entry, reader, named),
            did=words_of(entry.verb),
            sort=known[entry.target_kind].label if entry.target_kind in known else "",
            what=names.get(entry.target_kind, {}).get(entry.target_id),
            detail=_detail(entry),
        )
        for entry in entries
    ]


def _who(entry: JournalEntry, reader: User, named: set[int]) -> str:
    if entry.by is None:
        return NAMELESS
    if entry.by == reader:
        return "Vous"
    return str(entry.by) if entry.by.pk in named else ELSEWHERE


def _detail(entry: JournalEntry) -> str:
    sentence = vocabulary().sentences.get(entry.verb)
    return sentence(entry.before, entry.after) if sentence is not None else ""
