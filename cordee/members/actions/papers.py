"""The papers of a structure, by name and dates, never their content; and its annexes."""

from datetime import date

from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.actions.sheet_undo import remember
from cordee.members.models import Certification, Convention


@transaction.atomic
def write_paper(
    *,
    paper: Certification,
    name: str,
    valid_from: date | None,
    valid_until: date | None,
    by: User | None,
) -> None:
    """Add a paper, correct it, or renew it.

    Raises ValidationError where the structure has one of that name, or it ends before it begins.
    """
    is_new = paper.pk is None
    before = {} if is_new else _paper_values(paper)
    paper.name, paper.valid_from, paper.valid_until = name, valid_from, valid_until
    paper.full_clean()
    remember(paper.structure, f"le papier {'ajouté' if is_new else 'modifié'}", by)
    paper.save()
    journal.record(
        "members.declare_paper" if is_new else "members.change_paper",
        paper.structure,
        by=by,
        before=before,
        after=_paper_values(paper),
    )


@transaction.atomic
def remove_paper(*, paper: Certification, by: User | None) -> None:
    structure = paper.structure
    remember(structure, "le papier retiré", by)
    before = _paper_values(paper)
    paper.delete()
    journal.record("members.remove_paper", structure, by=by, before=before)


@transaction.atomic
def write_annex(*, annex: Convention, by: User | None) -> None:
    """Keep what a director says of a financial annex, new or corrected. Raises ValidationError.

    Its amount stays out of the journal: it is the structure's own.
    """
    verb = "members.declare_annex" if annex.pk is None else "members.change_annex"
    annex.full_clean()
    annex.save()
    journal.record(verb, annex.structure, by=by, after={"number": annex.number})


def _paper_values(paper: Certification) -> dict[str, object]:
    return {
        "name": paper.name,
        "valid_from": paper.valid_from.isoformat() if paper.valid_from else None,
        "valid_until": paper.valid_until.isoformat() if paper.valid_until else None,
    }
