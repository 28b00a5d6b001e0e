"""The chain of approvals: whatever is changed, taken away or put in is seen."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cordee.agreement.chain import (
    Identity,
    Link,
    Stored,
    faults,
    genesis,
    identity_sha256,
    link_sha256,
)

ALLIANCE = "6f0c3a52-0000-4000-8000-000000000001"
ERASED = Identity(name="", function="", key="")


def made(how_many: int) -> list[Stored]:
    rows: list[Stored] = []
    for place in range(1, how_many + 1):
        who = Identity(name=f"Personne {place}", function="présidente", key=f"{place:064x}")
        link = Link(
            alliance=ALLIANCE,
            sequence=place,
            kind="approve",
            party=str(place),
            version=3,
            document_sha256="a" * 64,
            at=f"2026-11-25T10:00:{place:02d}+00:00",
            method="password",
            authenticated_at="2026-11-25T09:59:00+00:00",
            identity_sha256=identity_sha256(who),
            previous_sha256=rows[-1].sha256 if rows else genesis(ALLIANCE),
        )
        rows.append(Stored(link, link_sha256(link), who))
    return rows


def noted(rows: list[Stored]) -> dict[int, str]:
    return {row.link.sequence: row.sha256 for row in rows}


@given(st.integers(0, 6))
def test_a_chain_that_nobody_touched_is_whole(how_many: int) -> None:
    rows = made(how_many)
    assert faults(ALLIANCE, rows, noted(rows)) == ()


@given(
    place=st.integers(0, 3),
    field=st.sampled_from(
        ["kind", "party", "document_sha256", "at", "method", "authenticated_at", "identity_sha256"]
    ),
)
def test_a_changed_value_is_seen_on_its_line(place: int, field: str) -> None:
    rows = made(4)
    rows[place] = replace(rows[place], link=replace(rows[place].link, **{field: "autre"}))
    assert faults(ALLIANCE, rows)[0].sequence == place + 1


@given(place=st.integers(0, 3))
def test_a_line_made_anew_with_its_fingerprint_breaks_the_next_or_the_journal(place: int) -> None:
    rows = made(4)
    before = noted(rows)
    forged = replace(rows[place].link, document_sha256="b" * 64)
    rows[place] = Stored(forged, link_sha256(forged), rows[place].identity)
    seen = {fault.sequence for fault in faults(ALLIANCE, rows, before)}
    assert seen == {place + 1} | ({place + 2} if place < 3 else set())


@given(place=st.integers(0, 3))
def test_a_line_taken_away_is_seen(place: int) -> None:
    rows = made(4)
    before = noted(rows)
    del rows[place]
    assert faults(ALLIANCE, rows, before) != ()


def test_a_line_of_another_alliance_is_seen() -> None:
    assert faults("ailleurs", made(1)) != ()


def test_a_person_erased_leaves_the_chain_whole_and_says_nothing() -> None:
    rows = made(3)
    rows[1] = replace(rows[1], identity=ERASED)
    assert faults(ALLIANCE, rows, noted(rows)) == ()


def test_another_name_on_a_line_is_seen() -> None:
    rows = made(2)
    rows[0] = replace(rows[0], identity=replace(rows[0].identity, name="Quelqu’un d’autre"))
    assert [fault.sequence for fault in faults(ALLIANCE, rows)] == [1]


def test_a_receipt_proves_who_it_was_and_nobody_else() -> None:
    who = Identity(name="Mireille Aubier", function="présidente", key="c" * 64)
    kept = identity_sha256(who)
    assert identity_sha256(replace(who)) == kept
    assert identity_sha256(replace(who, name="Mireille Aubierre")) != kept
    assert identity_sha256(replace(who, key="d" * 64)) != kept
