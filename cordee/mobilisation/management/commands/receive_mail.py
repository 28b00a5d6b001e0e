"""Takes one mail from standard input, as a mail server hands it over."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError
from django.utils import timezone

from cordee.mobilisation.conversations.receiving import KEPT, MOST_BYTES, receive

# sysexits.h: the mail server keeps the mail and tries again.
RETRY_LATER = 75


class Command(BaseCommand):
    help = "Reçoit un courrier sur l’entrée standard et l’ajoute à l’échange auquel il répond."

    def handle(self, **options: Any) -> None:
        # One byte more tells that it is too big, without holding all of it.
        raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        try:
            outcome = receive(raw, now=timezone.now())
        except OperationalError as failure:
            self.stderr.write(f"La base ne répond pas : {failure}")
            sys.exit(RETRY_LATER)
        line = f"{outcome.what} {outcome.words}".strip()
        (self.stdout if outcome.what == KEPT else self.stderr).write(line)
