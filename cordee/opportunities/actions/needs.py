"""A private buyer's need, written in Cordée: the same pipeline as a published notice."""

import json
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from cordee.accounts.models import User
from cordee.members.models import Network
from cordee.notices.formats.private_need import FORMAT
from cordee.opportunities.actions.importing import import_document
from cordee.opportunities.documents import Document
from cordee.opportunities.import_report import ImportReport
from cordee.opportunities.models import Opportunity
from cordee.opportunities.places import PlaceFinder


@transaction.atomic
def write_private_need(
    *, content: Mapping[str, Any], network: Network, by: User, on: date
) -> Opportunity:
    """Keep a need as a private-need file of ours, for the people of one network.

    `content`: the fields of `private_need.schema.json` except `format` and `id`. Raises NoticeError
    naming the field that does not fit.
    """
    need = {"format": FORMAT, "id": uuid.uuid4().hex, **content}
    document = Document(
        "besoin privé saisi dans Cordée",
        json.dumps(need, ensure_ascii=False, sort_keys=True).encode(),
    )
    report = ImportReport()
    opportunity = import_document(
        document, report, by=by, on=on, finder=PlaceFinder(), network=network
    )
    if opportunity is None:
        raise report.errors[0]
    return opportunity
