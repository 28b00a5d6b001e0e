from cordee.base.mail.models import OutgoingMail
from cordee.base.schedule_models import ScheduledRun
from cordee.base.search.models import SearchEntry

__all__ = ["OutgoingMail", "ScheduledRun", "SearchEntry"]
