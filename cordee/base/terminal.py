"""What every command of the terminal shares: a day as an argument, a base that is ready."""

from argparse import ArgumentTypeError
from datetime import date

from django.core.management import call_command
from django.core.management.base import OutputWrapper


def day(text: str) -> date:
    """Read `--on`; an `argparse` type. Refuses anything but a day, naming the form to write."""
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise ArgumentTypeError(
            f"« {text} » n’est pas un jour : écrivez-le AAAA-MM-JJ, par exemple 2026-11-25."
        ) from wrong


def prepare_base(progress: OutputWrapper) -> None:
    """Make tables and territories where they lack, so that no command needs an earlier one."""
    call_command("prepare", stdout=progress, stderr=progress)
