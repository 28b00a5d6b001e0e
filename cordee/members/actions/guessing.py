"""Writing down what is supposed of structures, and never over what they said."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import batched

from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members import directory_index
from cordee.members.guessing import Guess, guess_trades
from cordee.members.models import Activity, Chantier, StruckGuess, Structure
from cordee.members.models.capacity import Certainty

BATCH = 500

# (SIRET → trade → contracts won), for the SIRET asked about: given by a room above.
type Awards = Callable[[list[str]], Mapping[str, Mapping[str, int]]]


def guess_all(*, by: User | None, awards: Awards = lambda sirets: {}) -> int:
    """Suppose trades for every open structure; gives how many guesses were added.

    Committed batch by batch: a run that was stopped is resumed by running it again.
    """
    added = 0
    keys = list(Structure.objects.active().order_by("pk").values_list("pk", flat=True))
    for batch in batched(keys, BATCH):
        structures = list(Structure.objects.filter(pk__in=batch).order_by("pk"))
        won = awards([structure.siret for structure in structures])
        with transaction.atomic():
            changed = write_guesses(structures, won)
            for structure, trades in changed.items():
                journal.record("members.guess_trades", structure, by=by, after={"trades": trades})
            directory_index.index_structures(changed)
        added += sum(map(len, changed.values()))
    return added


def write_guesses(
    structures: Sequence[Structure], awards: Mapping[str, Mapping[str, int]]
) -> dict[Structure, list[str]]:
    """Add the guesses that lack to the first chantier of each structure; those changed.

    None for a structure with one known trade, none that was struck. Neither journal nor index: the
    caller does both, in the same transaction.
    """
    first = _first_chantiers(structures)
    known, settled = _already(structures)
    new: list[Activity] = []
    changed: dict[Structure, list[str]] = {}
    for structure in structures:
        chantier = first.get(structure.pk)
        if structure.pk in known or chantier is None:
            continue
        guesses = guess_trades(
            kind=structure.kind,
            name=structure.name,
            brand=structure.brand,
            naf=structure.naf,
            awards=awards.get(structure.siret),
        )
        lacking = [g for g in guesses if (structure.pk, g.trade) not in settled]
        if lacking:
            changed[structure] = [g.trade for g in lacking]
            new += [_activity(chantier, guess) for guess in lacking]
    Activity.objects.bulk_create(new, ignore_conflicts=True)
    return changed


def guess_ahead(structures: Iterable[Structure]) -> None:
    """Look for the words of their names now, so that `write_guesses` does not hold the base."""
    for s in structures:
        guess_trades(kind=s.kind, name=s.name, brand=s.brand, naf=s.naf)


def _activity(chantier: int, guess: Guess) -> Activity:
    return Activity(
        chantier_id=chantier,
        trade=guess.trade,
        certainty=Certainty.GUESSED,
        guess_reason=guess.reason,
    )


def _first_chantiers(structures: Sequence[Structure]) -> dict[int, int]:
    rows = Chantier.objects.filter(structure__in=structures).order_by("-pk")
    return dict(rows.values_list("structure_id", "pk"))


def _already(structures: Sequence[Structure]) -> tuple[set[int], set[tuple[int, str]]]:
    """(structures with a known trade, trades held or struck), whatever the chantier."""
    known, settled = set(), set()
    activities = Activity.objects.filter(chantier__structure__in=structures).order_by()
    for pk, trade, certainty in activities.values_list(
        "chantier__structure_id", "trade", "certainty"
    ):
        settled.add((pk, trade))
        if certainty == Certainty.KNOWN:
            known.add(pk)
    rows = StruckGuess.objects.filter(chantier__structure__in=structures).order_by()
    settled |= set(rows.values_list("chantier__structure_id", "trade"))
    return known, settled
