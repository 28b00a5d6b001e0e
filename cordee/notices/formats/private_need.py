"""Our own plain JSON for the needs of private buyers, who write no public notice.

The fields are described in `private_need.schema.json` and in `docs/notices.md`. Every field is
checked here too: an error names the field, the value and the cure.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cordee.notices.formats.assembly import (
    buyer_from,
    cpv_of,
    duration_from,
    field_evidence,
    with_wording,
)
from cordee.notices.formats.private_need_fields import Fields, listed
from cordee.notices.formats.values import (
    MAX_AMOUNT_CENTS,
    MAX_MONTHS,
    cpv_code,
    end_of_day,
    moment,
    siret,
)
from cordee.notices.notice import (
    Amount,
    Award,
    Buyer,
    ClauseKind,
    Cpv,
    Duration,
    Evidence,
    Format,
    GroupingForm,
    GroupingTerms,
    Kind,
    Links,
    Lot,
    NeedKind,
    NeedTerms,
    Notice,
    Place,
    Provenance,
    Reserved,
    SocialClause,
    Source,
    Winner,
)
from cordee.notices.places import department_code, department_of_address
from cordee.rules import territory
from cordee.rules.reservation import Reservation
from cordee.rules.trades import TRADES

FORMAT = "cordee-private-need/1"

# The published schema is the list of fields: a field cannot be read and not documented.
SCHEMA: Mapping[str, Any] = json.loads(
    Path(__file__).with_name("private_need.schema.json").read_text(encoding="utf-8")
)
_NEED = frozenset(SCHEMA["properties"])
_LOT = frozenset(SCHEMA["$defs"]["lot"]["properties"])
_BUYER = frozenset(SCHEMA["$defs"]["buyer"]["properties"])
_PLACE = frozenset(SCHEMA["$defs"]["place"]["properties"])
_CLAUSE = frozenset(SCHEMA["$defs"]["social_clause"]["properties"])
_TERMS = {
    NeedKind(name): frozenset(SCHEMA["$defs"][f"need_{name}"]["properties"])
    for name in (kind.value for kind in NeedKind)
}


def read_private_need(content: Mapping[str, Any], place: str) -> Notice:
    """Read one private need. Raises NoticeError naming the first field that does not fit."""
    need = Fields(content, place, "")
    need.refuse_unknown(_NEED)
    title = need.required_text("title")
    deadline, deadline_source = _deadline(need)
    published = need.text("published_on")
    buyer = _buyer(need.object("buyer", _BUYER))
    form = need.choice("grouping", GroupingForm)
    # Who meets the need, in the words of its author.
    met_by = need.text("filled_by")
    notice = Notice(
        source=Source.PRIVATE,
        format=Format.PRIVATE_NEED,
        id=need.required_text("id"),
        kind=need.choice("kind", Kind) or Kind.CALL,
        form=FORMAT,
        title=title,
        text=need.text("text"),
        buyer=buyer,
        published_on=need.day("published_on"),
        deadline=deadline,
        deadline_source=deadline_source,
        cpv=_cpv(need),
        places=_places(need),
        lots=_lots(need),
        reserved=_reserved(need),
        social_clause=_social_clause(need),
        grouping=GroupingTerms(form, (Evidence("grouping", form.value),)) if form else None,
        amount=_amount(need),
        duration=_duration(need),
        trades=_trades(need),
        need_cfte=_need_cfte(need),
        need=_terms(need),
        awards=(Award(winners=(Winner(met_by),), evidence=(Evidence("filled_by", met_by),)),)
        if met_by
        else (),
        links=Links(notice=need.text("link"), documents=need.text("documents")),
        evidence=field_evidence(
            ("title", "title", title),
            ("buyer", "buyer.name", buyer.name if buyer else None),
            ("deadline", "deadline", deadline_source),
            ("published_on", "published_on", published),
        ),
    )
    # Read as any notice first: what was not typed may still stand in the text.
    read = with_wording(notice, box=notice.reserved, social=notice.social_clause)
    return _typed_wins(notice, read)


def _typed_wins(typed: Notice, read: Notice) -> Notice:
    """What the buyer typed in its own field is exact: words elsewhere do not change it."""
    lots = tuple(
        replace(after, reserved=before.reserved or after.reserved)
        for before, after in zip(typed.lots, read.lots, strict=True)
    )
    return replace(
        read,
        lots=lots,
        reserved=typed.reserved or read.reserved,
        social_clause=typed.social_clause or read.social_clause,
        grouping=typed.grouping or read.grouping,
    )


def _buyer(fields: Fields | None) -> Buyer | None:
    if fields is None:
        return None
    number = fields.text("siret")
    if number is not None and siret(number) is None:
        raise fields.fail("siret", "Vérifiez les 14 chiffres du SIRET : sa clé est fausse.")
    return buyer_from(
        fields.required_text("name"),
        number=number,
        postcode=_postcode(fields),
        city=fields.text("city"),
    )


def _postcode(fields: Fields) -> str | None:
    postcode = fields.text("postcode")
    if postcode is not None and not re.fullmatch(r"\d{5}", postcode):
        raise fields.fail("postcode", "Écrivez les cinq chiffres du code postal.")
    return postcode


def _deadline(need: Fields) -> tuple[datetime | None, str | None]:
    text = need.text("deadline")
    if text is None:
        return None, None
    # A day alone lasts until its end; ten letters are a day and nothing more.
    when = moment(text) if len(text) > 10 else end_of_day(text)
    if when is None:
        raise need.fail("deadline", "Écrivez une date et une heure comme 2027-03-31T12:00.")
    return when, text


def _cpv(fields: Fields) -> Cpv:
    codes = fields.codes("cpv", cpv_code, "Écrivez des codes CPV de huit chiffres.")
    return cpv_of(None, codes)


def _trades(fields: Fields) -> tuple[str, ...]:
    return fields.codes(
        "trades",
        lambda slug: slug if slug in TRADES else None,
        f"Choisissez parmi : {listed(TRADES)}.",
    )


def _places(fields: Fields) -> tuple[Place, ...]:
    found: list[Place] = []
    for number, item in enumerate(fields.list("places")):
        one = fields.nested("places", item, _PLACE)
        one.path = f"{fields.path}places[{number}]."
        found.append(_place(one))
    return tuple(found)


def _place(one: Fields) -> Place:
    postcode, commune, nuts = _postcode(one), one.text("commune"), one.text("nuts")
    if commune is not None and territory.department_of_insee(commune) is None:
        raise one.fail("commune", "Écrivez le code INSEE de la commune, comme 07186.")
    if nuts is not None and not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{0,3}", nuts):
        raise one.fail("nuts", "Écrivez un code NUTS, comme FRK22.")
    written = one.text("department")
    if written is not None and department_code(written) is None:
        raise one.fail("department", "Écrivez un code de département, comme 07, 2A ou 974.")
    computed = (
        territory.department_of_insee(commune) if commune else None
    ) or department_of_address(postcode, nuts)
    parts = [part for part in (written, commune, postcode, one.text("city"), nuts) if part]
    return Place(
        department=department_code(written) or computed,
        commune=commune,
        postcode=postcode,
        city=one.text("city"),
        nuts=nuts,
        provenance=Provenance.STATED if written or not computed else Provenance.COMPUTED,
        evidence=Evidence(one.path.rstrip("."), " · ".join(parts)),
    )


def _lots(need: Fields) -> tuple[Lot, ...]:
    found: list[Lot] = []
    for number, item in enumerate(need.list("lots")):
        lot = need.nested("lots", item, _LOT)
        lot.path = f"lots[{number}]."
        found.append(
            Lot(
                id=lot.text("id") or str(number + 1),
                title=lot.text("title"),
                text=lot.text("text"),
                cpv=_cpv(lot),
                places=_places(lot),
                amount=_amount(lot),
                duration=_duration(lot),
                reserved=_reserved(lot),
                trades=_trades(lot),
                need_cfte=_need_cfte(lot),
            )
        )
    identifiers = [lot.id for lot in found]
    # Corrections and packages name lots by this number.
    if len(set(identifiers)) != len(identifiers):
        raise need.fail("lots", "Donnez à chaque lot un numéro (id) différent.")
    return tuple(found)


def _amount(fields: Fields) -> Amount | None:
    euros = fields.number("amount_euros", MAX_AMOUNT_CENTS // 100)
    where = f"{fields.path}amount_euros"
    return Amount(int(euros * 100), Evidence(where, str(euros))) if euros else None


def _need_cfte(fields: Fields) -> int | None:
    fte = fields.number("need_fte", 100_000)
    return int(fte * 100) if fte else None


def _duration(fields: Fields) -> Duration | None:
    start, end = fields.day("start"), fields.day("end")
    written = fields.whole("duration_months", MAX_MONTHS, "de mois")
    if start and end and end < start:
        raise fields.fail("end", "La fin doit suivre le début (start).")
    return duration_from(
        str(written) if written else None,
        "MONTH",
        start,
        end,
        (f"{fields.path}duration_months", str(written) if written else None),
        (f"{fields.path}start", fields.text("start")),
        (f"{fields.path}end", fields.text("end")),
    )


def _terms(need: Fields) -> NeedTerms | None:
    """What its kind asks, and nothing that another kind does."""
    terms = need.object("need", frozenset().union(*_TERMS.values()))
    if terms is None:
        return None
    kind = terms.required_choice("kind", NeedKind)
    terms.refuse_unknown(_TERMS[kind])
    rome = terms.text("rome")
    if rome is not None and not re.fullmatch(r"[A-N]\d{4}", rome):
        raise terms.fail("rome", "Écrivez un code ROME, comme A1203.")
    people = terms.whole("people", 1000, "de personnes")
    return NeedTerms(
        kind=kind,
        quantity=terms.text("quantity"),
        main_contract=terms.text("main_contract"),
        people=int(people) if people else None,
        rome=rome,
        contract=_one_of(terms, "contract", "need_labour"),
        giving=_one_of(terms, "giving", "need_sponsorship"),
        for_whom=terms.text("for_whom"),
    )


def _one_of(terms: Fields, name: str, definition: str) -> str | None:
    text = terms.text(name)
    allowed = SCHEMA["$defs"][definition]["properties"].get(name, {}).get("enum", [])
    if text is not None and text not in allowed:
        raise terms.fail(name, f"Choisissez parmi : {listed(allowed)}.")
    return text


def _reserved(fields: Fields) -> Reserved | None:
    kind = fields.choice("reservation", Reservation)
    where = f"{fields.path}reservation"
    return Reserved(kind, (Evidence(where, kind.value.lower()),)) if kind else None


def _social_clause(need: Fields) -> SocialClause | None:
    clause = need.object("social_clause", _CLAUSE)
    if clause is None:
        return None
    kind = clause.required_choice("kind", ClauseKind)
    hours = clause.number("hours", 10_000_000)
    return SocialClause(
        kind=kind,
        evidence=(Evidence("social_clause", kind.value),),
        hours=int(hours) if hours else None,
        rate_percent=clause.number("rate_percent", 100),
        negated=kind is ClauseKind.NONE,
    )
