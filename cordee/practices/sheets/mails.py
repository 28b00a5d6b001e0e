"""What is written about a sheet: to its authors, and to who proposed to improve it."""

from collections.abc import Iterable, Mapping
from typing import Any

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.members.actions.network_mails import staff_of
from cordee.members.models import RoleSeat
from cordee.practices.models import Review, Sheet, SheetComment

KIND = "practices"


def register() -> None:
    """Called once, when the application starts."""
    mailing.register(
        KIND,
        "Reprises et relectures de mes pratiques, et réponses à ce que je propose",
        why="Vous recevez ce courrier parce que votre structure ou votre réseau a écrit cette "
        "pratique, ou que vous avez proposé de l’améliorer.",
    )


def writers_of(sheet: Sheet) -> list[User]:
    """The directions of its authors; the staff of its network where it has no author."""
    structures = sheet.authors.order_by().values("structure")
    people = list(RoleSeat.objects.directors().filter(structure__in=structures).people())
    return people or (staff_of(sheet.network) if sheet.network else [])


def write(
    sheet: Sheet, template: str, about: str, said: Mapping[str, Any], to: Iterable[User]
) -> None:
    """Once to each, about one thing."""
    for person in to:
        key = f"{template}:{about}:{person.pk}"
        context = {"sheet": sheet, **said}
        mailing.write_to(person, kind=KIND, template=template, context=context, key=key)


def tell_review(review: Review) -> None:
    """A report was handed over: its authors read it on the page of reviews."""
    sheet = review.version.sheet
    write(sheet, "practices/mail/reviewed", f"{review.pk}", {}, writers_of(sheet))


def tell_settled(comment: SheetComment) -> None:
    """What somebody proposed has its answer, or its version."""
    to = [comment.noted_by] if comment.noted_by else []
    write(comment.sheet, "practices/mail/settled", f"{comment.pk}", {"comment": comment}, to)
