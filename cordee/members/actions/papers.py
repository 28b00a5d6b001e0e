"""The papers of a structure: their names and dates, never their content."""

from datetime import date

from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.actions.sheet_undo import remember
from cordee.members.models import Certification, Structure


@transaction.atomic
def declare_paper(
    *,
    structure: Structure,
    name: str,
    valid_from: date | None,
    valid_until: date | None,
    by: User | None,
) -> Certification:
    """Add a paper. Raises ValidationError where one has that name, or ends before it begins."""
    paper = Certification(
        structure=structure, name=name, valid_from=valid_from, valid_until=valid_until
    )
    paper.full_clean()
    remember(structure, "le papier ajouté", by)
    paper.save()
    journal.record("members.declare_paper", structure, by=by, after=_paper_values(paper))
    return paper


@transaction.atomic
def change_paper(
    *,
    paper: Certification,
    name: str,
    valid_from: date | None,
    valid_until: date | None,
    by: User | None,
) -> None:
    """Correct a paper, or renew it. Raises ValidationError as `declare_paper` does."""
    before = _paper_values(paper)
    paper.name, paper.valid_from, paper.valid_until = name, valid_from, valid_until
    paper.full_clean()
    remember(paper.structure, "le papier modifié", by)
    paper.save()
    journal.record(
        "members.change_paper", paper.structure, by=by, before=before, after=_paper_values(paper)
    )


@transaction.atomic
def remove_paper(*, paper: Certification, by: User | None) -> None:
    structure = paper.structure
    remember(structure, "le papier retiré", by)
    before = _paper_values(paper)
    paper.delete()
    journal.record("members.remove_paper", structure, by=by, before=before)


def _paper_values(paper: Certification) -> dict[str, object]:
    return {
        "name": paper.name,
        "valid_from": paper.valid_from.isoformat() if paper.valid_from else None,
        "valid_until": paper.valid_until.isoformat() if paper.valid_until else None,
    }
