"""The API: the routes of every room under one address."""

from cordee.accounts.bearer import AUTH
from cordee.alliances.api import router as alliances
from cordee.base.api.frame import Api, only_what_is_read
from cordee.composing.api import router as composing
from cordee.members.api import router as members
from cordee.mobilisation.api import router as mobilisation
from cordee.opportunities.api import router as opportunities

api = Api(
    title="Cordée",
    version="1",
    description="Les opportunités, leurs classements, les équipes et les alliances, pour un "
    "logiciel qui agit en votre nom. Il voit ce que vous voyez, et rien de plus.",
    auth=AUTH,
    urls_namespace="api",
)
api.add_decorator(only_what_is_read, mode="view")
for router in (members, opportunities, mobilisation, composing, alliances):
    api.add_router("", router)
