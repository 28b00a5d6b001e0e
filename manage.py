#!/usr/bin/env python
"""Django's command line. People call it through `./go run -- COMMAND`."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        # A wrong setting is told in one line: it names the variable, its value and the cure.
        sys.exit(f"{wrong} Settings: docs/settings.md.")
    except KeyboardInterrupt:
        sys.stderr.write("\nArrêté.\n")
        sys.exit(130)
    except BrokenPipeError:
        # `… | head`: who reads has enough. Nothing more can be said on that pipe, even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
