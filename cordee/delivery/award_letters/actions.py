"""Writes of letters after an award: who is asked to be named, what became of the letter."""

from datetime import date, datetime

from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.delivery.award_letters.awards import Award
from cordee.delivery.models import AwardLetter, LetterName
from cordee.members.models import Network, Structure


def letter_of(award: Award, network: Network) -> AwardLetter:
    """The letter of a network about an award, begun where nobody began it."""
    said = {"title": str(award.contract), "holder": award.holder[:300]}
    letter, _ = AwardLetter.objects.get_or_create(
        network=network, award=award.contract, defaults=said
    )
    return letter


@transaction.atomic
def ask_name(*, letter: AwardLetter, structure: Structure, by: User, now: datetime) -> None:
    """Ask a member whether this letter may name it; asked twice is once."""
    _, is_new = letter.names.get_or_create(structure=structure, defaults={"asked_at": now})
    if is_new:
        after = {"letter": letter.pk, "structure": structure.pk}
        journal.record("delivery.ask_name", letter.network, by=by, after=after)


@transaction.atomic
def answer_name(*, name: LetterName, agrees: bool, by: User, now: datetime) -> None:
    """Say yes or no to one letter; the last word stands."""
    if name.agrees is not agrees:
        name.agrees, name.answered_at = agrees, now
        name.save(update_fields=["agrees", "answered_at"])
        after = {"letter": name.letter_id, "agrees": agrees}
        journal.record("delivery.answer_name", name.structure, by=by, after=after)


@transaction.atomic
def mark_letter(*, letter: AwardLetter, step: str, on: date | None, by: User) -> None:
    """Note what became of a letter, or take that back; twice is once. Raises ValidationError."""
    if (getattr(letter, step) is None) is not (on is None):
        setattr(letter, step, on)
        letter.validate_constraints()
        letter.save(update_fields=[step])
        verb = "delivery.mark_letter" if on else "delivery.unmark_letter"
        journal.record(verb, letter.network, by=by, after={"letter": letter.pk, "step": step})
