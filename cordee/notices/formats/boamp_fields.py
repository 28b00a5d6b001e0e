"""Fields that both BOAMP schemas write alike, under names in lower case without separators."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from cordee.notices.formats.assembly import duration_from, evidence_list
from cordee.notices.formats.awards import Decision, tender_count, winner, winners_of
from cordee.notices.formats.tree import Node
from cordee.notices.formats.values import cents, cpv_code, day, end_of_day, epoch_ms, moment, months
from cordee.notices.notice import Amount, Award, Duration, Evidence, Notice, Place, Winner
from cordee.rules import clock

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def first_deadline(*texts: str | None) -> tuple[datetime | None, str | None]:
    """The first of these texts that is a moment or a day, in UTC, with the text itself."""
    for text in texts:
        when = epoch_ms(text) or moment(text)
        if when is None and text and _DAY.fullmatch(text):
            when = end_of_day(text)
        if when is not None:
            return when, text
    return None, None


def deadline_with(envelope: Notice, *texts: str | None) -> tuple[datetime | None, str | None]:
    """The deadline of the body, else that of the envelope."""
    # The API's own column says +00:00 for times that are French local times: the body wins.
    when, text = first_deadline(*texts)
    return (when, text) if when else (envelope.deadline, envelope.deadline_source)


def labelled(envelope: Notice, **read: tuple[str, str | None]) -> tuple[tuple[str, Evidence], ...]:
    """The evidence of the envelope, then that of the fields read in the body: (place, words)."""
    in_body = {name: Evidence(where, words) for name, (where, words) in read.items() if words}
    return tuple({**dict(envelope.evidence), **in_body}.items())


def places_with(envelope: Notice, places: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places of the body, and those of the envelope where the body names no department."""
    located = any(place.department or place.nuts for place in places)
    return places if located else (*places, *envelope.places)


def day_of(text: str | None) -> date | None:
    """A day written as a date or as milliseconds since 1970 (midnight in France), or None."""
    when = epoch_ms(text)
    return clock.day_of(when) if when else day(text)


def name_with(envelope: Notice, name: str | None) -> str | None:
    """The name of the buyer in the body, else in the envelope."""
    return name or (envelope.buyer.name if envelope.buyer else None)


def codes_in(node: Node) -> list[str]:
    """CPV codes written directly under the CPV elements of this node, in order."""
    found: list[str] = []
    for item in (*node.all("cpv"), *node.all("codecpv")):
        for below in item.walk():
            # Some records use the code itself as the name of an element.
            code = cpv_code(below.text) or cpv_code(below.name)
            if code:
                found.append(code)
    return found


def amount_in(node: Node, *names: str) -> Amount | None:
    """The first amount in euros under one of these names, or None."""
    for name in names:
        item = node.find(name)
        for below in item.walk() if item else ():
            currency = below.attributes.get("devise") or below.attributes.get("DEVISE")
            value = cents(below.text, currency)
            if value is not None:
                return Amount(value, Evidence(name, below.text.strip()))
    return None


# Names of one meaning, schema by schema; the first of each is the one that is quoted.
_MONTHS = (("nbmois",), ("dureemois",))
_DAYS = (("nbjours",), ("dureejours",))
_FIRST_DAYS = (
    ("datedebutprestation", "datedebuttravaux", "acompterdu", "dateacompterdu"),
    ("datedebut", "dateexecution", "datelivraison"),
)
_LAST_DAYS = (("datejusquau",), ("datefin",))


def duration_of(node: Node) -> Duration | None:
    """How long the work lasts, from whichever of these elements is there, or None."""
    quoted = in_months, in_days, start, end = [
        next(
            (
                (group[0], value)
                for group in groups
                for name in group
                if (value := node.value(name))
            ),
            ("", None),
        )
        for groups in (_MONTHS, _DAYS, _FIRST_DAYS, _LAST_DAYS)
    ]
    is_in_months = months(in_months[1], "MONTH") is not None
    written, unit = (in_months[1], "MONTH") if is_in_months else (in_days[1], "DAY")
    return duration_from(written, unit, day_of(start[1]), day_of(end[1]), *quoted)


_WITHOUT_WINNER = ("infructueux", "sanssuite", "nonattribue")
# The API of 2020 wrote firms and figures into one list.
_FIRMS = ("titulaire", "titulaireandrenseignement")
_FIGURES = ("renseignement", "titulaireandrenseignement")


def awards_of(tree: Node) -> tuple[Decision, ...]:
    """Read ATTRIBUTION: one award a decision."""
    attribution = tree.find("attribution")
    if attribution is None:
        return ()
    decided = attribution.value("datedecision")
    return tuple(_decision(node, decided) for node in attribution.all("decision"))


def _decision(node: Node, decided: str | None) -> Decision:
    without = node.first(*_WITHOUT_WINNER)
    when = _figure(node, "dateattribution") or decided
    title = node.words("intitule")
    text = node.words("description")
    return Decision(
        Award(
            lot_id=node.value("numlot"),
            winners=winners_of(_firms(node)),
            amount=next(
                (
                    amount
                    for figures in _either(node, _FIGURES)
                    if (amount := amount_in(figures, "montant", "montantmaxi"))
                ),
                None,
            ),
            decided_on=day_of(when),
            tenders=tender_count(_figure(node, "nboffrerecu")),
            is_unsuccessful=without is not None,
            evidence=evidence_list(
                ("ATTRIBUTION/DATE_ATTRIBUTION", when),
                ("ATTRIBUTION/DECISION", without.name.upper() if without else None),
                ("ATTRIBUTION/INTITULE", title),
            ),
        ),
        title=title or text,
        text=text if title else None,
    )


def _figure(node: Node, name: str) -> str | None:
    """The first figure of this name: some buyers repeat it for each firm of a group."""
    return next((value for one in _either(node, _FIGURES) if (value := one.value(name))), None)


def _firms(node: Node) -> Iterator[Winner | None]:
    for firm in _either(node, _FIRMS):
        yield winner(firm.words("denomination"), firm.value("codeidentnational"))


def _either(node: Node, names: tuple[str, ...]) -> list[Node]:
    return [child for child in node.children if child.name in names]


def award_of_record(record: Node) -> tuple[Decision, ...]:
    """The column `titulaire` of a record, where the notice itself has only free text."""
    names = winners_of(winner(node.text, None) for node in record.all("titulaire"))
    evidence = evidence_list(*(("titulaire", one.name) for one in names))
    return (Decision(Award(winners=names, evidence=evidence)),) if names else ()
