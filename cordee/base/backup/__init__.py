"""Copies of all state, each whole or not there, and the way back from them (docs/backup.md)."""

from cordee.base.backup.making import made_in, make_copy, unfinished_in
from cordee.base.backup.manifest import BadCopy, Manifest
from cordee.base.backup.postgres import ToolFailed
from cordee.base.backup.restoring import NotRestored, Restored, restore_copy
