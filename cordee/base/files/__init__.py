"""Private files that people bring: checked by their content, kept under the folder of the state.

A room keeps its own row beside `StoredFile` and says who may fetch it; nothing here knows who asks.
"""

from cordee.base.files.sorts import MOST_BYTES, MOST_SOUND_BYTES, Sort, sort_of, sound_of
from cordee.base.files.storing import (
    LostFile,
    TooManyOrphans,
    content_of,
    download,
    erase,
    forget_orphans,
    play,
    store,
)
from cordee.base.models import StoredFile
