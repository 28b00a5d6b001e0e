"""Our own plain JSON for the needs of private buyers, who write no public notice.

The fields are described in `private_need.schema.json` and in `docs/notices.md`. Every field is
checked here too: an error names the field, the value and the cure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Any

from cordee.notices.formats.assembly import evidence_list, field_evidence, with_wording
from cordee.notices.formats.values import (
    MAX_AMOUNT_CENTS,
    MAX_MONTHS,
    cpv_code,
    day,
    end_of_day,
    moment,
    months_between,
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
    NoticeError,
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
_MAX_LOTS = 1000
_MAX_TEXT = 100_000


def read_private_need(content: Mapping[str, Any], place: str) -> Notice:
    """Read one private need. Raises NoticeError naming the first field that does not fit."""
    need = _Fields(content, place, "")
    need.refuse_unknown(_NEED)
    title = need.required_text("title")
    deadline, deadline_source = _deadline(need)
    published = need.text("published_on")
    buyer = _buyer(need.object("buyer", _BUYER))
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
        grouping=_grouping(need),
        amount=_amount(need),
        duration=_duration(need),
        trades=_trades(need),
        need_cfte=_need_cfte(need),
        need=_terms(need),
        awards=_awards(need),
        links=Links(notice=need.text("link"), documents=need.text("documents")),
        evidence=field_evidence(
            ("title", "title", title),
            ("buyer", "buyer.name", buyer.name if buyer else None),
            ("deadline", "deadline", deadline_source),
            ("published_on", "published_on", published),
        ),
    )
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


class _Fields:
    """Checked access to one object of the file; `path` names it in errors."""

    def __init__(self, content: Mapping[str, Any], place: str, path: str) -> None:
        self.content = content
        self.place = place
        self.path = path

    def fail(self, name: str, cure: str) -> NoticeError:
        value = repr(self.content.get(name))[:80]
        return NoticeError(
            f"{self.place}, champ {self.path}{name}", f"La valeur {value} ne convient pas.", cure
        )

    def refuse_unknown(self, known: frozenset[str]) -> None:
        for name in self.content:
            if name not in known:
                raise self.fail(name, f"Ce champ n’existe pas. Champs admis : {_list(known)}.")

    def text(self, name: str) -> str | None:
        value = self.content.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > _MAX_TEXT:
            raise self.fail(name, "Écrivez un texte entre guillemets.")
        return value.strip() or None

    def required_text(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise self.fail(name, "Ce champ est obligatoire : écrivez un texte.")
        return value

    def day(self, name: str) -> date | None:
        text = self.text(name)
        if text is None:
            return None
        found = day(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
        if found is None:
            raise self.fail(name, "Écrivez une date comme 2027-03-31.")
        return found

    def number(self, name: str, most: int) -> Decimal | None:
        value = self.content.get(name)
        if value is None:
            return None
        try:
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError
            exact = Decimal(str(value))
            if not 0 < exact <= most or exact != round(exact, 2):
                raise ValueError
        except (ValueError, InvalidOperation):
            cure = f"Écrivez un nombre entre 0 et {most}, avec deux décimales au plus."
            raise self.fail(name, cure) from None
        return exact

    def choice[Choice: StrEnum](self, name: str, kinds: type[Choice]) -> Choice | None:
        text = self.text(name)
        if text is None:
            return None
        for kind in kinds:
            if text.lower() == kind.value.lower():
                return kind
        raise self.fail(name, f"Choisissez parmi : {_list(k.value.lower() for k in kinds)}.")

    def list(self, name: str, most: int = _MAX_LOTS) -> list[Any]:
        value = self.content.get(name, [])
        if not isinstance(value, list) or len(value) > most:
            raise self.fail(name, f"Écrivez une liste entre crochets, de {most} lignes au plus.")
        return value

    def object(self, name: str, known: frozenset[str]) -> _Fields | None:
        value = self.content.get(name)
        return None if value is None else self.nested(name, value, known)

    def nested(self, name: str, value: Any, known: frozenset[str]) -> _Fields:
        if not isinstance(value, Mapping):
            raise self.fail(name, f"Écrivez un objet entre accolades avec {_list(known)}.")
        inner = _Fields(value, self.place, f"{self.path}{name}.")
        inner.refuse_unknown(known)
        return inner

    def codes(self, name: str, check: Callable[[str], str | None], cure: str) -> tuple[str, ...]:
        found: list[str] = []
        for item in self.list(name):
            code = check(item) if isinstance(item, str) else None
            if code is None:
                raise self.fail(name, cure)
            found.append(code)
        return tuple(dict.fromkeys(found))


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _buyer(fields: _Fields | None) -> Buyer | None:
    if fields is None:
        return None
    number = fields.text("siret")
    if number is not None and siret(number) is None:
        raise fields.fail("siret", "Vérifiez les 14 chiffres du SIRET : sa clé est fausse.")
    postcode = _postcode(fields)
    return Buyer(
        name=fields.required_text("name"),
        siret=siret(number),
        postcode=postcode,
        city=fields.text("city"),
        department=department_of_address(postcode, None),
    )


def _postcode(fields: _Fields) -> str | None:
    postcode = fields.text("postcode")
    if postcode is not None and not re.fullmatch(r"\d{5}", postcode):
        raise fields.fail("postcode", "Écrivez les cinq chiffres du code postal.")
    return postcode


def _deadline(need: _Fields) -> tuple[datetime | None, str | None]:
    text = need.text("deadline")
    if text is None:
        return None, None
    when = moment(text) if len(text) > 10 else end_of_day(text)
    if when is None:
        raise need.fail("deadline", "Écrivez une date et une heure comme 2027-03-31T12:00.")
    return when, text


def _cpv(fields: _Fields) -> Cpv:
    codes = fields.codes("cpv", cpv_code, "Écrivez des codes CPV de huit chiffres.")
    return Cpv(codes[0], codes[1:]) if codes else Cpv()


def _trades(fields: _Fields) -> tuple[str, ...]:
    return fields.codes(
        "trades",
        lambda slug: slug if slug in TRADES else None,
        f"Choisissez parmi : {_list(TRADES)}.",
    )


def _places(fields: _Fields) -> tuple[Place, ...]:
    found: list[Place] = []
    for number, item in enumerate(fields.list("places")):
        one = fields.nested("places", item, _PLACE)
        one.path = f"{fields.path}places[{number}]."
        found.append(_place(one))
    return tuple(found)


def _place(one: _Fields) -> Place:
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
    said = [part for part in (written, commune, postcode, one.text("city"), nuts) if part]
    return Place(
        department=department_code(written) or computed,
        commune=commune,
        postcode=postcode,
        city=one.text("city"),
        nuts=nuts,
        provenance=Provenance.STATED if written or not computed else Provenance.COMPUTED,
        evidence=Evidence(one.path.rstrip("."), " · ".join(said)),
    )


def _lots(need: _Fields) -> tuple[Lot, ...]:
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
    if len(set(identifiers)) != len(identifiers):
        raise need.fail("lots", "Donnez à chaque lot un numéro (id) différent.")
    return tuple(found)


def _amount(fields: _Fields) -> Amount | None:
    euros = fields.number("amount_euros", MAX_AMOUNT_CENTS // 100)
    where = f"{fields.path}amount_euros"
    return Amount(int(euros * 100), Evidence(where, str(euros))) if euros else None


def _need_cfte(fields: _Fields) -> int | None:
    fte = fields.number("need_fte", 100_000)
    return int(fte * 100) if fte else None


def _duration(fields: _Fields) -> Duration | None:
    start, end = fields.day("start"), fields.day("end")
    written = fields.number("duration_months", MAX_MONTHS)
    if written is not None and written != int(written):
        raise fields.fail("duration_months", "Écrivez un nombre entier de mois.")
    if start and end and end < start:
        raise fields.fail("end", "La fin doit suivre le début (start).")
    if not (start or end or written):
        return None
    return Duration(
        months=int(written) if written else months_between(start, end),
        start=start,
        end=end,
        provenance=Provenance.STATED if written or not (start and end) else Provenance.COMPUTED,
        evidence=evidence_list(
            (f"{fields.path}duration_months", str(written) if written else None),
            (f"{fields.path}start", fields.text("start")),
            (f"{fields.path}end", fields.text("end")),
        ),
    )


def _terms(need: _Fields) -> NeedTerms | None:
    """What its kind asks, and nothing that another kind does."""
    terms = need.object("need", frozenset().union(*_TERMS.values()))
    if terms is None:
        return None
    kind = terms.choice("kind", NeedKind)
    if kind is None:
        raise terms.fail("kind", f"Choisissez parmi : {_list(k.value for k in NeedKind)}.")
    terms.refuse_unknown(_TERMS[kind])
    rome = terms.text("rome")
    if rome is not None and not re.fullmatch(r"[A-N]\d{4}", rome):
        raise terms.fail("rome", "Écrivez un code ROME, comme A1203.")
    return NeedTerms(
        kind=kind,
        quantity=terms.text("quantity"),
        main_contract=terms.text("main_contract"),
        people=_people(terms),
        rome=rome,
        contract=_one_of(terms, "contract", "need_labour"),
        giving=_one_of(terms, "giving", "need_sponsorship"),
        for_whom=terms.text("for_whom"),
    )


def _people(terms: _Fields) -> int | None:
    written = terms.number("people", 1000)
    if written is not None and written != int(written):
        raise terms.fail("people", "Écrivez un nombre entier de personnes.")
    return int(written) if written else None


def _one_of(terms: _Fields, name: str, definition: str) -> str | None:
    text = terms.text(name)
    allowed = SCHEMA["$defs"][definition]["properties"].get(name, {}).get("enum", [])
    if text is not None and text not in allowed:
        raise terms.fail(name, f"Choisissez parmi : {_list(allowed)}.")
    return text


def _awards(need: _Fields) -> tuple[Award, ...]:
    """Who meets the need, in the words of its author."""
    name = need.text("filled_by")
    if name is None:
        return ()
    return (Award(winners=(Winner(name=name),), evidence=(Evidence("filled_by", name),)),)


def _reserved(fields: _Fields) -> Reserved | None:
    kind = fields.choice("reservation", Reservation)
    where = f"{fields.path}reservation"
    return Reserved(kind, (Evidence(where, kind.value.lower()),)) if kind else None


def _social_clause(need: _Fields) -> SocialClause | None:
    clause = need.object("social_clause", _CLAUSE)
    if clause is None:
        return None
    kind = clause.choice("kind", ClauseKind)
    if kind is None:
        raise clause.fail("kind", f"Choisissez parmi : {_list(k.value for k in ClauseKind)}.")
    hours = clause.number("hours", 10_000_000)
    return SocialClause(
        kind=kind,
        evidence=(Evidence("social_clause", kind.value),),
        hours=int(hours) if hours else None,
        rate_percent=clause.number("rate_percent", 100),
        negated=kind is ClauseKind.NONE,
    )


def _grouping(need: _Fields) -> GroupingTerms | None:
    form = need.choice("grouping", GroupingForm)
    return GroupingTerms(form, (Evidence("grouping", form.value),)) if form else None
