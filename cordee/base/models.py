from cordee.base.files.models import StoredFile
from cordee.base.mail.models import DeadAddress, MailServerPause, OutgoingMail
from cordee.base.queue_models import WorkerBeat
from cordee.base.schedule_models import ScheduledRun
from cordee.base.search.models import SearchEntry

__all__ = [
    "DeadAddress",
    "MailServerPause",
    "OutgoingMail",
    "ScheduledRun",
    "SearchEntry",
    "StoredFile",
    "WorkerBeat",
]
