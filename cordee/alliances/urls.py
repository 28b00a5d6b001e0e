"""Every page of the room: each feature lists its own in its `urls.py`."""

from itertools import chain

from django.urls import include, path

from cordee.alliances.approvals import urls as approvals
from cordee.alliances.coordination import urls as coordination
from cordee.alliances.decisions import urls as decisions
from cordee.alliances.documents import urls as documents
from cordee.alliances.endorsements import urls as endorsements
from cordee.alliances.files import urls as files
from cordee.alliances.filing import urls as filing
from cordee.alliances.invitations import urls as invitations
from cordee.alliances.legal_form import urls as legal_form
from cordee.alliances.messages import urls as messages
from cordee.alliances.ocds import urls as ocds
from cordee.alliances.open_lines import urls as open_lines
from cordee.alliances.opening import urls as opening
from cordee.alliances.overview import list_views
from cordee.alliances.overview import urls as overview
from cordee.alliances.planning import urls as planning
from cordee.alliances.shares import urls as shares
from cordee.alliances.table import urls as table
from cordee.alliances.withdrawals import urls as withdrawals

app_name = "alliances"
# In the order in which an alliance lives.
FEATURES = (
    *(opening, overview, invitations, open_lines, shares, table, planning, legal_form, decisions),
    *(coordination, messages, files, documents, approvals, filing, withdrawals, endorsements, ocds),
)
urlpatterns = [
    path("", list_views.alliance_list, name="list"),
    path("groupes/", include(list(chain.from_iterable(each.urlpatterns for each in FEATURES)))),
]
