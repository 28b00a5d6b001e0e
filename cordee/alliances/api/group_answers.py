"""An alliance as the API answers it: what its pages show the same person."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cordee.alliances.access import AllianceAccess
from cordee.alliances.frame.listing import title_of
from cordee.alliances.models import Alliance
from cordee.alliances.overview import pages
from cordee.alliances.planning.pages import milestones_of
from cordee.opportunities.api import month_of


def line_of(one: Alliance, *, is_inside: bool) -> dict[str, Any]:
    """Whoever is outside reads neither its name, nor its step, nor its version (RULE-38)."""
    deadline = one.opportunity.deadline
    return {
        "id": one.pk,
        "url": reverse("alliances:detail", args=[one.pk]),
        "title": title_of(one, is_inside=is_inside),
        "opportunity": one.opportunity_id,
        "deadline": deadline,
        "coordinator": one.coordinator_name,
        "phase": one.phase if is_inside else None,
        "phase_label": one.step.label if is_inside else "",
        "version": one.version if is_inside else None,
    }


def detail_of(access: AllianceAccess, now: datetime) -> dict[str, Any]:
    return {
        **line_of(access.alliance, is_inside=access.is_inside),
        "coordinates": access.coordinates,
        "yours": [party.pk for party in access.own],
        "reads_team": access.reads_shares,
        "terms": _terms(access, now) if access.is_inside else None,
    }


def _terms(access: AllianceAccess, now: datetime) -> dict[str, Any]:
    """A subcontractor reads its own cells, and of the rest what its pages show it."""
    page = pages.page_of(access, now=now)
    terms, reads = page.terms, access.reads_shares
    cells = [cell for cell in terms.cells if reads or cell.party in access.own_keys]
    held = {cell.line for cell in cells}
    known = access.own_keys | (access.clients or frozenset())
    arrangement = terms.arrangement
    return {
        "price_cents": terms.price_cents if reads else None,
        "form": arrangement.form_label(terms) or None,
        "answers_alone": arrangement.is_alone,
        "reasons": [
            arrangement.reason_label(each) for each in sorted(arrangement.reasons(terms)) if reads
        ],
        "lines": [
            {
                "key": line.key,
                "lot": line.lot,
                "label": line.label,
                "trade": line.trade,
                "price_cents": line.price_cents if reads else None,
                "need_cfte": line.need_cfte,
                "insertion_hours": line.insertion_hours,
                "first_month": month_of(line.first_month),
                "months": line.months,
            }
            for line in terms.lines
            if reads or line.key in held
        ],
        "parties": [
            {
                "id": row.party.pk,
                "structure": row.party.structure_id if row.is_named else None,
                "name": row.name,
                "state": row.party.state,
                "role": row.role,
                "works_for": row.of,
                "is_lead": row.is_lead,
                "is_yours": row.is_own,
                "has_accepted": row.has_accepted,
                "share_cents": row.share_cents if reads or row.is_own else None,
            }
            for row in page.rows
            if reads or row.party.key in known
        ],
        "cells": cells,
        "deadlines": [
            {"label": arrangement.step_label(each.step), "day": each.day, "is_late": each.is_late}
            for each in milestones_of(access.alliance, on=timezone.localdate(now))
        ],
        "breaks": [each.text for each in page.breaks if reads or each.party in access.own_keys],
        "missing": [text for text, _ in page.missing] if reads else [],
    }
