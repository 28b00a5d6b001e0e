from cordee.base.mail.models import OutgoingMail
from cordee.base.search.models import SearchEntry

__all__ = ["OutgoingMail", "SearchEntry"]
