"""Whether what a team was computed from is still what the notice says: compared, never flagged."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, F, OuterRef, Q

from cordee.composing.models import Composition
from cordee.notices.notice import GroupingForm
from cordee.opportunities.models import Correction, Opportunity, Reading, superseded


def mark(compositions: Iterable[Composition]) -> None:
    """Set `is_outdated` of each: three queries, and the notice read again of the few whose terms
    of group may have changed.
    """
    found: Sequence[Composition] = list(compositions)
    rows = Composition.objects.filter(pk__in=[each.pk for each in found]).order_by()
    opportunity = OuterRef("breakdown__opportunity")
    recut = superseded(each.breakdown_id for each in found)
    said = Correction.objects.filter(opportunity=opportunity, fact="grouping")
    read = Reading.objects.filter(
        version__publication__opportunity=opportunity, pk__gt=OuterRef("breakdown__reading")
    )
    moved = rows.filter(
        Exists(said) | Exists(read) | Q(breakdown__opportunity__joined_to__isnull=False)
    )
    doubtful = dict(moved.values_list("pk", F("breakdown__opportunity")))
    needs = Opportunity.objects.select_related("joined_to").in_bulk(set(doubtful.values()))
    alone = {pk: _forbids_groups(need) for pk, need in needs.items()}
    for each in found:
        need = doubtful.get(each.pk)
        each.is_outdated = each.breakdown_id in recut or (
            need is not None and alone[need] != each.is_solo_only
        )


def _forbids_groups(need: Opportunity) -> bool:
    terms = need.current().notice.grouping
    return terms is not None and terms.form is GroupingForm.FORBIDDEN
