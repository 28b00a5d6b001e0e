"""Published minutes that answer a question, for the people of the network."""

from cordee.accounts.models import User
from cordee.base.search import index
from cordee.base.search.words import of_title
from cordee.practices.commissions.access import minutes_for
from cordee.practices.models import Meeting
from cordee.practices.sheets.finding.search import synonyms, worth

MOST = 3


def index_minutes(meeting: Meeting) -> None:
    """Put minutes in the search once they are published; out of it, as drafts."""
    if meeting.published_at is None:
        index.remove_rows(Meeting, [meeting.pk])
        return
    said = [meeting.title, meeting.decided, meeting.learnt, meeting.next_time]
    index.index_rows(Meeting, [(meeting.pk, f"{' '.join(said)} {of_title(meeting.title)}")])


def minutes_answering(user: User, question: str) -> list[Meeting]:
    """The three that answer best, of commissions whose minutes the user reads. Three queries."""
    rows = minutes_for(user)
    found = index.ranked(Meeting, question, within=rows, near=synonyms(), most=MOST)
    read = rows.select_related("commission__network").in_bulk([key for key, _ in worth(found)])
    return [read[key] for key, _ in worth(found) if key in read]
