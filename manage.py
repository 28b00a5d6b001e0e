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
