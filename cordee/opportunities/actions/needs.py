"""A need written in Cordée: the same pipeline, and the same life, as a published notice.

Each version is a private-need file of ours, kept like an imported one. What a network decides
stands beside it, in its audience.
"""

import json
import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal, mailing
from cordee.accounts.models import User
from cordee.members.models import Network, RoleSeat
from cordee.notices.formats.private_need import FORMAT
from cordee.notices.notice import Kind, NeedKind, NoticeError
from cordee.notices.reading import NoticeFile
from cordee.opportunities.access import networks_moderated_by
from cordee.opportunities.actions.importing import import_document
from cordee.opportunities.actions.refreshing import recut_opportunity
from cordee.opportunities.import_report import ImportReport
from cordee.opportunities.models import (
    Audience,
    Breakdown,
    NeedDraft,
    NoticeVersion,
    Opportunity,
    Stage,
)
from cordee.opportunities.places import PlaceFinder

FROM = "besoin saisi dans Cordée"
DRAFT_DAYS = 30
ENDED = "Ce besoin est retiré ou pourvu : il ne change plus."


@transaction.atomic
def start_draft(*, kind: NeedKind, by: User, typed: Mapping[str, Any] | None = None) -> NeedDraft:
    """Begin to write a need, with some answers already; asked for twice, it is the same draft."""
    mine = NeedDraft.objects.filter(by=by, kind=kind.value, opportunity=None, revises=None)
    found = next((each for each in mine if each.typed == (typed or {})), None)
    return found or NeedDraft.objects.create(kind=kind.value, by=by, typed=dict(typed or {}))


@transaction.atomic
def draft_of(*, opportunity: Opportunity, typed: Mapping[str, Any], by: User) -> NeedDraft:
    """The draft that corrects a need, filled with what it says today; begun anew each time."""
    NeedDraft.objects.filter(revises=opportunity, by=by, opportunity=None).delete()
    kind = opportunity.need_kind or NeedKind.CONTRACT.value
    return NeedDraft.objects.create(kind=kind, by=by, revises=opportunity, typed=dict(typed))


@transaction.atomic
def save_step(*, draft: NeedDraft, step: str, typed: Mapping[str, Any]) -> None:
    """Keep the answers of one step, in place of those given before."""
    draft.typed = {**draft.typed, step: dict(typed)}
    draft.save(update_fields=["typed", "changed_at"])


@transaction.atomic
def send_draft(
    *, draft: NeedDraft, content: Mapping[str, Any], networks: Iterable[Network], now: datetime
) -> Opportunity:
    """Send what was typed, or the correction; sent twice, it is one need.

    Raises NoticeError naming the field that does not fit.
    """
    held = NeedDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if held.opportunity is not None:
        return held.opportunity
    if held.revises is not None:
        need = revise_need(
            opportunity=held.revises, content=content, networks=networks, by=held.by, now=now
        )
    else:
        need = write_private_need(content=content, networks=networks, by=held.by, now=now)
    held.opportunity = need
    held.save(update_fields=["opportunity", "changed_at"])
    return need


@transaction.atomic
def write_private_need(
    *, content: Mapping[str, Any], networks: Iterable[Network], by: User, now: datetime
) -> Opportunity:
    """Keep a need as a private-need file of ours, and address it to networks.

    `content`: the fields of `private_need.schema.json` except `format` and `id`. Published at once
    in a network for which the author reads needs over; read over by every other. Raises
    NoticeError naming the field that does not fit, and ValidationError without a network.
    """
    chosen = list(dict.fromkeys(networks))
    if not chosen:
        raise ValidationError("Choisissez au moins un réseau.")
    opportunity = _keep_new(content, network=chosen[0], by=by, now=now)
    _address(opportunity, chosen, by=by, now=now)
    journal.record(
        "opportunities.post_need",
        opportunity,
        by=by,
        after={"kind": opportunity.need_kind, "networks": [each.slug for each in chosen]},
    )
    return opportunity


@transaction.atomic
def keep_own_need(
    *, content: Mapping[str, Any], network: Network, by: User, now: datetime
) -> Opportunity:
    """Keep a need that is addressed to nobody: its author alone sees it, until a correction
    addresses it. `network` numbers it, and learns nothing. `content`: as of `write_private_need`.
    """
    opportunity = _keep_new(content, network=network, by=by, now=now)
    journal.record("opportunities.keep_own_need", opportunity, by=by)
    return opportunity


@transaction.atomic
def recut_own_need(*, opportunity: Opportunity, content: Mapping[str, Any], by: User) -> Breakdown:
    """The work of a need that its author alone reads, as it is asked now: what is composed upon.
    Its file follows when it is revised, before others read it. Its caller says who asked for what.

    Raises NoticeError as `write_private_need`.
    """
    day = opportunity.published_on or timezone.localdate()
    need = {"published_on": day.isoformat(), **content, "format": FORMAT, "id": "0"}
    notice = NoticeFile(FROM, _bytes_of(need)).read()
    if isinstance(notice, NoticeError):
        raise notice
    return recut_opportunity(opportunity=opportunity, notice=notice, by=by)


def _keep_new(
    content: Mapping[str, Any], *, network: Network, by: User, now: datetime
) -> Opportunity:
    today = timezone.localdate(now)
    need = {"published_on": today.isoformat(), **content, "format": FORMAT, "id": uuid.uuid4().hex}
    opportunity = _keep(need, network=network, by=by, on=today)
    if opportunity is None:
        raise RuntimeError("A need with an identifier of its own is new.")
    # What the import of a network's own people takes as published is addressed again, one by one.
    opportunity.audiences.all().delete()
    return opportunity


@transaction.atomic
def revise_need(
    *,
    opportunity: Opportunity,
    content: Mapping[str, Any],
    networks: Iterable[Network],
    by: User,
    now: datetime,
    latest: Mapping[str, Any] | None = None,
) -> Opportunity:
    """Keep a new version of a need, and address it to networks that are new.

    A network that asked or refused reads it again; where it is published it stays so, and the
    network is told. `latest`: what it says, where that was just read. Raises NoticeError, and
    ValidationError where the need has ended.
    """
    locked = _standing(opportunity)
    latest = latest_content(locked) if latest is None else latest
    kept = {name: latest[name] for name in _KEPT if name in latest}
    unasked = {name: latest[name] for name in _UNASKED if name in latest}
    today = timezone.localdate(now)
    need = {**unasked, **content, **kept}
    changed = _keep(need, network=locked.network, by=by, on=today, latest=latest)
    known = set(locked.audiences.values_list("network_id", flat=True))
    _address(locked, [each for each in networks if each.pk not in known], by=by, now=now)
    if changed is None:
        return locked
    # Of a need that nobody reads yet, nobody is asked for.
    for audience in locked.audiences.filter(network__in=known).select_related("network"):
        if audience.state in (Audience.State.ASKED, Audience.State.REFUSED):
            audience.state, audience.asked_at = Audience.State.PENDING, now
            audience.save(update_fields=["state", "asked_at"])
        notify_readers(
            audience, "opportunities/mail/need_to_read", by=by, stamp=now, is_corrected=True
        )
    journal.record("opportunities.revise_need", changed, by=by)
    return changed


@transaction.atomic
def withdraw_need(*, opportunity: Opportunity, by: User, now: datetime) -> None:
    """Take a need back: it stays, as cancelled, for those who saw it. Twice is once."""
    if (ended := _end(opportunity, Stage.CANCELLED, Kind.CANCELLATION, by=by, now=now)) is not None:
        journal.record("opportunities.withdraw_need", ended, by=by)


@transaction.atomic
def close_need(*, opportunity: Opportunity, filled_by: str, by: User, now: datetime) -> None:
    """Say that a need is met, and by whom in the author's words. Twice is once."""
    said = {"filled_by": filled_by.strip()} if filled_by.strip() else {}
    ended = _end(opportunity, Stage.AWARDED, Kind.AWARD, by=by, now=now, **said)
    if ended is None:
        return
    journal.record("opportunities.close_need", ended, by=by)
    for audience in ended.audiences.published().select_related("network", "opportunity"):
        notify_readers(audience, "opportunities/mail/need_met", by=by, stamp=now)


def latest_content(opportunity: Opportunity) -> dict[str, Any]:
    """The private-need file of the last version that calls for answers."""
    version = (
        NoticeVersion.objects.of_opportunity(opportunity)
        .filter(kind=Kind.CALL.value)
        .order_by("-pk")[:1]
        .get()
    )
    content: dict[str, Any] = json.loads(version.content)
    return content


@transaction.atomic
def drop_draft(*, draft: NeedDraft) -> None:
    """Throw a draft away; one that was sent stays, so that sending it again is no second need."""
    NeedDraft.objects.filter(pk=draft.pk, opportunity=None).delete()


def drop_old_drafts(now: datetime) -> int:
    """Delete the drafts that nobody touched for a month; returns how many."""
    before = now - timedelta(days=DRAFT_DAYS)
    _, deleted = NeedDraft.objects.filter(changed_at__lt=before).delete()
    return deleted.get(NeedDraft._meta.label, 0)


_KEPT = ("format", "id", "published_on")
# What a file may say and no form asks.
_UNASKED = ("lots", "cpv", "reservation", "social_clause")


def _keep(
    need: Mapping[str, Any],
    *,
    network: Network | None,
    by: User,
    on: date,
    latest: Mapping[str, Any] | None = None,
) -> Opportunity | None:
    """Keep one version of a need; None where it says what the `latest` one did."""
    if need == latest:
        return None
    content = _bytes_of(need)
    report, finder, kept = ImportReport(), PlaceFinder(), None
    while kept is None:
        kept = import_document(
            NoticeFile(FROM, content), report, by=by, on=on, finder=finder, network=network
        )
        if report.errors:
            raise report.errors[0]
        # What was said before the last version is said again: another file of the same words.
        content += b"\n"
    return kept


def _bytes_of(need: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(need), ensure_ascii=False, sort_keys=True).encode()


def _address(
    opportunity: Opportunity, networks: Collection[Network], *, by: User, now: datetime
) -> None:
    own = set(networks_moderated_by(by).values_list("pk", flat=True)) if networks else set()
    for network in networks:
        is_own = network.pk in own
        audience = Audience.objects.create(
            opportunity=opportunity,
            network=network,
            state=Audience.State.PUBLISHED if is_own else Audience.State.PENDING,
            asked_at=now,
            decided_at=now if is_own else None,
            decided_by=by if is_own else None,
        )
        if not is_own:
            notify_readers(audience, "opportunities/mail/need_to_read", by=by, stamp=now)


def _standing(opportunity: Opportunity) -> Opportunity:
    held = Opportunity.objects.select_related("network").select_for_update(of=("self",))
    locked = held.get(pk=opportunity.pk)
    if locked.has_ended:
        raise ValidationError(ENDED)
    return locked


def _end(
    opportunity: Opportunity, stage: Stage, kind: Kind, *, by: User, now: datetime, **said: str
) -> Opportunity | None:
    """Keep a last version that ends a need; None where it has that end already."""
    if Opportunity.objects.filter(pk=opportunity.pk, stage=stage).exists():
        return None
    locked, today = _standing(opportunity), timezone.localdate(now)
    end = {"kind": kind.value, "published_on": today.isoformat(), **said}
    _keep({**latest_content(locked), **end}, network=locked.network, by=by, on=today)
    return locked


_VERBS = {
    Audience.State.PUBLISHED: "opportunities.publish_need",
    Audience.State.REFUSED: "opportunities.refuse_need",
    Audience.State.ASKED: "opportunities.ask_about_need",
}


@transaction.atomic
def decide_need(
    *, audience: Audience, state: str, words: str = "", by: User, now: datetime
) -> None:
    """Show a need to a network, refuse it, or put a question to its author, who is told.

    Twice is once. Raises ValidationError for a need that has ended, a refusal without its reason,
    or a question without words.
    """
    Opportunity.objects.select_for_update(of=("self",)).get(pk=audience.opportunity_id)
    held = Audience.objects.select_related("opportunity", "network").get(pk=audience.pk)
    before, decided = held.state, Audience.State(state)
    if (before, held.words) == (decided, words.strip()):
        return
    if held.opportunity.has_ended:
        raise ValidationError(ENDED)
    held.state, held.words = decided, words.strip()
    held.decided_at, held.decided_by = now, by
    held.full_clean(exclude=["opportunity", "network", "decided_by"])
    held.save(update_fields=["state", "words", "decided_at", "decided_by"])
    journal.record(
        _VERBS[decided],
        held.opportunity,
        by=by,
        before={"network": held.network.slug, "state": before},
        after={"network": held.network.slug, "state": state},
    )
    notify_author(held, by=by, stamp=now)


AUTHOR, READERS = "need_author", "need_readers"


def notify_readers(
    audience: Audience, template: str, *, by: User, stamp: datetime, is_corrected: bool = False
) -> None:
    """Those who read needs over for a network: one waits, was corrected, or is met."""
    readers = RoleSeat.objects.of_networks().filter(network=audience.network_id).people()
    for person in readers.exclude(pk=by.pk):
        mailing.write_to(
            person,
            kind=READERS,
            template=template,
            context={
                "audience": audience,
                "opportunity": audience.opportunity,
                "is_corrected": is_corrected,
            },
            key=f"need:{audience.pk}:readers:{stamp:%Y%m%d%H%M%S%f}:{person.pk}",
        )


def notify_author(audience: Audience, *, by: User, stamp: datetime) -> None:
    """What a network decided."""
    author = audience.opportunity.created_by
    if author is None or author == by:
        return
    mailing.write_to(
        author,
        kind=AUTHOR,
        template="opportunities/mail/need_decided",
        context={"audience": audience, "opportunity": audience.opportunity},
        key=f"need:{audience.pk}:decided:{stamp:%Y%m%d%H%M%S%f}",
    )
