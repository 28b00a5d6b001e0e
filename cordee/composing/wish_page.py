"""What somebody wished of an answer, may wish, or expected to see in it; read through `Reader`."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from cordee.composing import pages
from cordee.composing.models import Composition
from cordee.composing.problem import choices, reasons, study, wish_options, wish_search
from cordee.composing.problem.reader import Reader, by_term
from cordee.members.models import Structure
from cordee.rules.kinds import Kind


@dataclass(frozen=True, slots=True)
class GrantedWishes:
    """What was wished, what it costs, and what changes."""

    wishes: Sequence[str]
    sentence: str
    changes: Sequence[str]
    terms: Sequence[str]


def granted_wishes(page: pages.Page) -> GrantedWishes | None:
    """The wishes upon a first answer, as they are told; none where nothing was wished."""
    if page.against is None:
        return None
    asked = wish_search.read_wish_request(page.composition.wishes)
    answer = wish_search.outcome_of_wish(asked, page.against, page.posed, page.result)
    return GrantedWishes(
        wish_search.texts(asked, page.reader, page.against),
        wish_search.sentence(asked, answer, page.reader, page.against),
        choices.changes(answer, page.reader),
        by_term(answer.comparison.terms, page.reader) if answer.comparison else (),
    )


def variants_of(page: pages.Page, rows: Sequence[Composition]) -> list[tuple[Composition, str]]:
    """Other wishes upon the same first answer, in words; without those about people not here."""
    found = []
    for row in rows:
        asked = wish_search.read_wish_request(row.wishes)
        if wish_search.is_shown_by(asked, page.posed):
            clauses = wish_search.texts(asked, page.reader, page.against)
            found.append((row, ", ".join(choices.one_sentence(clauses))))
    return found


# Who was expected.


@dataclass(frozen=True, slots=True)
class Expected:
    """Why somebody who was expected is not in the team; `candidate` where the person may be
    wished.
    """

    line: str
    details: Sequence[str]
    candidate: str


MOST_EXPECTED = 5


def organisation_at(page: pages.Page, structure_id: str) -> str | None:
    """The organisation of a structure of the team; none where it is not in it."""
    people, around = page.composition.people, page.around
    at = (each for each in around.team if str(people[each]["structure_id"]) == structure_id)
    return next((around.organisations[each] for each in at), None)


def not_studied(page: pages.Page, structure: Structure) -> str:
    """Why a structure of the directory is not among those studied."""
    name = structure.shown_name
    if structure.kind == Kind.ENTREPRISE:
        return f"{name}\u00a0: une entreprise ordinaire ne vient qu’en sous-traitance."
    if structure.latitude is None or structure.longitude is None:
        return f"{name}\u00a0: nous ne savons pas où elle se trouve."
    if wish_options.is_within(page.posed, structure.latitude, structure.longitude):
        return f"{name}\u00a0: elle n’était pas connue au jour du calcul. Composez à nouveau."
    return reasons.not_studied(name, page.posed.params.max_distance_km)


def expected_of(
    page: pages.Page, name: str, *, is_open: Callable[[Collection[str]], bool]
) -> tuple[list[Expected], int]:
    """Those studied whose name holds some words, each with the reason, and how many more there are.

    `is_open` tells whether the figures of some candidates may be used today.
    """
    found = wish_options.among(page.around, name)
    shown = [_expected(page, candidate, is_open) for candidate in found[:MOST_EXPECTED]]
    return shown, max(0, len(found) - MOST_EXPECTED)


def _expected(
    page: pages.Page, candidate: str, is_open: Callable[[Collection[str]], bool]
) -> Expected:
    reader, plan = page.reader, page.result.plan
    owners, name = page.around.organisations, reader.name(candidate)
    organisation = owners[candidate]
    if plan is not None and organisation in plan.organisations:
        return Expected(f"{name} est dans l’équipe.", (), "")
    if plan is None or not is_open([each for each in owners if owners[each] == organisation]):
        return Expected(
            f"{name}\u00a0: ses chiffres ne sont plus ouverts. Composez à nouveau.", (), ""
        )
    why = study.why_not(page.posed, page.result, organisation)
    plans = [] if why.swap is None else [why.swap.plan]
    more = Reader.of(page.posed, reader.people, reader.viewer, plans).hidden
    blind = replace(reader, hidden=reader.hidden | more)
    may_wish = why.swap is not None or study.may_hold_some(why)
    return Expected(
        reasons.why_not_line(why, blind),
        reasons.why_not_details(why, blind),
        candidate if may_wish else "",
    )
