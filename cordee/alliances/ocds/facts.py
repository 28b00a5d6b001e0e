"""What an OCDS package of an alliance says beside its terms, as one reader may know it."""

from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry
from cordee.alliances.access import AllianceAccess
from cordee.alliances.models import Alliance, AllianceParty, BidResult, Filing
from cordee.alliances.ocds import package
from cordee.members.models import Structure
from cordee.notices.notice import Notice
from cordee.opportunities.models import Opportunity, Publication, Stage


def package_of(access: AllianceAccess) -> dict[str, Any]:
    """For who is inside; others than the user are named as on its page."""
    alliance = access.alliance
    revision = alliance.revision()
    filing = Filing.objects.filter(alliance=alliance).select_related("revision").first()
    result = BidResult.objects.filter(alliance=alliance, is_won=True).first()
    facts = package.PublishedFacts(
        alliance=str(alliance.pk),
        title=alliance.title,
        version=revision.number,
        phase=alliance.step,
        at=_last_change(alliance, revision.made_at, filing),
        process=_process(alliance),
        who={row.key: _who(access, row) for row in access.rows},
        coordinator=alliance.coordinator_name,
        address=settings.SITE_ADDRESS + reverse("api:alliance_ocds", args=[alliance.pk]),
        extension=settings.SITE_ADDRESS + reverse("ocds_extension", args=["extension"]),
        filed=None if filing is None else filing.revision.read(),
        filed_at=None if filing is None else timezone.localtime(filing.filed_at),
        decided_at=(
            None
            if result is None
            else timezone.make_aware(datetime.combine(result.announced_on, time()))
        ),
    )
    return package.release_package(alliance.terms, facts)


def _last_change(alliance: Alliance, written_at: datetime, filing: Filing | None) -> datetime:
    """When something last happened to it: its journal says so, its rows where that is forgotten."""
    line = JournalEntry.objects.about(alliance).order_by("-at").first()
    moments = [
        written_at,
        alliance.ended_at,
        None if filing is None else filing.noted_at,
        None if line is None else line.at,
    ]
    return timezone.localtime(max(moment for moment in moments if moment is not None))


def _process(alliance: Alliance) -> package.Process:
    opportunity = alliance.opportunity
    notice = opportunity.current().notice
    titles = {lot.id: lot.title or "" for lot in notice.lots}
    own = alliance.lots.values_list("lot_id", flat=True)
    source = _source(opportunity)
    deadline = opportunity.deadline
    return package.Process(
        ocid="-".join((settings.OCDS_PREFIX, *source)),
        id="-".join(source),
        title=opportunity.title,
        buyer=_buyer(opportunity, notice),
        is_cancelled=opportunity.stage == Stage.CANCELLED,
        deadline=None if deadline is None else timezone.localtime(deadline),
        value_cents=opportunity.amount_cents,
        cpv=notice.cpv.main or "",
        lots=[(lot, titles.get(lot) or opportunity.title) for lot in sorted(own)],
    )


def _source(opportunity: Opportunity) -> tuple[str, str]:
    """Where the need was published and under which number.

    The same before and after it is joined to another one, which takes its publications along.
    """
    own = Publication.objects.filter(Q(home=opportunity) | Q(opportunity=opportunity, home=None))
    found = min(((each.source, each.source_id) for each in own), default=None)
    return found or ("cordee", str(opportunity.pk))


def _buyer(opportunity: Opportunity, notice: Notice) -> package.Who | None:
    written, known = notice.buyer, opportunity.buyer
    name = opportunity.buyer_name or (written.name if written else "")
    if not name:
        return None
    siret = (written.siret if written else "") or ""
    siren = siret[:9] or (known.siren if known else "")
    number = f"{package.SIRET_SCHEME}-{siret}" if siret else f"{package.SIREN_SCHEME}-{siren}"
    return package.Who(
        id=number if siren else "buyer",
        name=name,
        siren=siren,
        siret=siret,
        legal_name=known.name if known else "",
        postcode=(written.postcode if written else "") or "",
        city=(written.city if written else "") or "",
    )


def _who(access: AllianceAccess, row: AllianceParty) -> package.Who:
    """A party; whoever has not said yes is nobody to the others (RULE-38)."""
    name = access.called[row.key]
    if not access.names(row):
        return package.Who(id=f"party-{row.key}", name=name)
    structure: Structure = row.structure
    return package.Who(
        id=f"{package.SIRET_SCHEME}-{structure.siret}-{structure.kind}",
        name=name,
        siren=structure.organisation.siren,
        siret=structure.siret,
        legal_name=structure.organisation.name,
        street=structure.address,
        postcode=structure.postcode,
        city=structure.city,
    )
