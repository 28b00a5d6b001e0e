"""OCDS packages: valid against 1.1.5 and against our extension, exact, and the same each time."""

import csv
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from cordee.agreement import Cell, PartyRole, Terms
from cordee.agreement.edits import alone
from cordee.agreement.phases import Phase
from cordee.alliances.ocds import package as ocds_package
from cordee.alliances.ocds.package import Process, PublishedFacts, Who, release_package
from cordee.rules.groups import GroupForm
from tests.agreement.makers import edited, party, whole

SCHEMAS = Path(__file__).parent / "ocds_schema"
OURS = Path(__file__).resolve().parents[3] / "docs" / "ocds"
AT = datetime(2026, 11, 25, 9, 30, 15, tzinfo=UTC)


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def merged(into: Any, patch: Any) -> Any:
    """A JSON merge patch (RFC 7396), as OCDS applies its extensions."""
    if not isinstance(patch, dict) or not isinstance(into, dict):
        return patch
    found = dict(into)
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = merged(found.get(name, {}), value)
    return found


def validator() -> Draft4Validator:
    """Of a package, its releases held against 1.1.5 with the extensions that it names."""
    release = read(SCHEMAS / "release-schema.json")
    for patch in (SCHEMAS / "used-extensions.json", OURS / "release-schema.json"):
        release = merged(release, read(patch))
    resource = Resource.from_contents(release, default_specification=DRAFT4)
    registry = Registry().with_resource(release["id"], resource)
    return Draft4Validator(read(SCHEMAS / "release-package-schema.json"), registry=registry)


VALIDATOR = validator()
# The same without any extension: what stays must be plain OCDS.
PLAIN = Draft4Validator(
    read(SCHEMAS / "release-package-schema.json"),
    registry=Registry().with_resource(
        read(SCHEMAS / "release-schema.json")["id"],
        Resource.from_contents(read(SCHEMAS / "release-schema.json"), default_specification=DRAFT4),
    ),
)


def faults(package: Any) -> list[str]:
    """What either schema says of a package, once it went through JSON."""
    plain = json.loads(json.dumps(package))
    found = [*VALIDATOR.iter_errors(plain), *PLAIN.iter_errors(plain)]
    return [f"{list(error.absolute_path)}: {error.message}" for error in found]


def facts_of(terms: Terms, phase: Phase = Phase.SPLIT, **values: Any) -> PublishedFacts:
    given_facts: dict[str, Any] = {
        "alliance": "0b9d3c1e-6f2a-4c57-9f0e-1d2c3b4a5f60",
        "title": "Les haies du Mirel",
        "version": 7,
        "phase": phase,
        "at": AT,
        "process": Process(
            ocid="unregistered-boamp-26-10001",
            id="boamp-26-10001",
            title="Entretien des espaces verts",
            buyer=Who(id="FR-SIRET-90000001000012", name="Commune", siren="900000010"),
            deadline=AT,
            value_cents=180_000_00,
            cpv="77310000",
            lots=[("1", "Haies"), ("2", "Tonte")],
        ),
        "who": {
            each.key: Who(
                id=f"FR-SIRET-{each.siren}00015-{each.kind}",
                name=f"Structure {each.key}",
                siren=each.siren,
                siret=f"{each.siren}00015",
                city="Roche-Mirel",
                postcode="38200",
            )
            for each in terms.parties
        },
        "coordinator": "Réseau du Val",
        "address": "https://cordee.example/api/v1/alliances/0b9d/ocds.json",
        "extension": "https://cordee.example/ocds/extension.json",
    }
    return PublishedFacts(**(given_facts | values))


def release_of(terms: Terms, **values: Any) -> Any:
    (release,) = release_package(terms, facts_of(terms, **values))["releases"]
    return release


def test_the_schemas_are_those_that_were_published() -> None:
    """Unchanged: an edit would make them say what we like."""
    told = dict(
        re.findall(
            r"\| ([\w-]+\.json) \|.*\| ([0-9a-f]{64}) \|", (SCHEMAS / "README.md").read_text()
        )
    )
    assert set(told) == {"release-schema.json", "release-package-schema.json"}
    for name, print_ in told.items():
        assert hashlib.sha256((SCHEMAS / name).read_bytes()).hexdigest() == print_
        assert "/1__1__5/" in read(SCHEMAS / name)["id"]


def test_the_extension_is_itself_a_schema_with_its_words_and_lists() -> None:
    patch = read(OURS / "release-schema.json")
    Draft4Validator.check_schema(merged(read(SCHEMAS / "release-schema.json"), patch))
    listed = {
        path.name: [row["Code"] for row in csv.DictReader(path.read_text("utf-8").splitlines())]
        for path in (OURS / "codelists").glob("*.csv")
    }
    assert sorted(listed) == sorted(read(OURS / "extension.json")["codelists"])
    for definition in patch["definitions"].values():
        for field in definition["properties"].values():
            assert field["description"].endswith(".")
            if "codelist" in field:
                codes = [code for code in field["enum"] if code is not None]
                assert listed[field["codelist"]] == codes
    assert listed["groupForm.csv"] == [*ocds_package.FORMS.values(), ocds_package.SOLE]
    assert listed["groupRole.csv"] == [
        *(ocds_package.ROLES[role] for role in PartyRole),
        ocds_package.SOLE,
    ]
    assert set(listed["+partyRole.csv"]) == set(ocds_package.PARTY_ROLES.values()) - {"tenderer"}
    phases = patch["definitions"]["Group"]["properties"]["phase"]["enum"]
    assert phases == [*(phase.value for phase in Phase), None]


@pytest.mark.parametrize("phase", list(Phase))
def test_a_package_of_each_phase_is_valid(phase: Phase) -> None:
    terms = whole()
    package = release_package(terms, facts_of(terms, phase, filed_at=AT, decided_at=AT))
    assert faults(package) == []


def test_a_faulty_package_is_seen() -> None:
    """The proof that the tests above look: each of these is refused."""
    terms = whole()

    def broken(change: Any) -> list[str]:
        package = json.loads(json.dumps(release_package(terms, facts_of(terms, Phase.FILED))))
        change(package, package["releases"][0])
        return faults(package)

    assert broken(lambda package, release: package.pop("uri"))
    assert broken(lambda package, release: release.update(tag=["bid"]))
    assert broken(lambda package, release: release["groups"][0].update(form="cartel"))
    assert broken(lambda package, release: release["groups"][0]["members"][0].pop("role"))
    assert broken(lambda package, release: release["groups"][0]["value"].update(currency="€"))
    assert broken(lambda package, release: release["bids"]["details"][0].update(status="late"))
    assert broken(lambda package, release: release["tender"].update(id=None))


def test_parties_have_roles_lead_and_shares() -> None:
    release = release_of(whole(), phase=Phase.WON, decided_at=AT)
    roles = {each["name"]: each["roles"] for each in release["parties"]}
    assert roles == {
        "Commune": ["buyer"],
        "Structure 1": ["tenderer", "supplier"],
        "Structure 2": ["tenderer", "supplier"],
        "Structure 3": ["subcontractor"],
    }
    (group,) = release["groups"]
    assert (group["form"], group["lead"]["name"]) == ("joint", "Structure 2")
    assert group["value"] == {"amount": 150_000.01, "currency": "EUR"}
    first, second, third = group["members"]
    assert [each["isLead"] for each in group["members"]] == [False, True, False]
    assert first["shares"] == [
        {
            "relatedItem": "01",
            "relatedLot": "1",
            "firstMonth": "2027-03",
            "months": 8,
            "value": {"amount": 60_000, "currency": "EUR"},
            "fullTimeEquivalents": 2.4,
            "insertionHours": 180,
        }
    ]
    assert second["value"] == {"amount": 90_000.01, "currency": "EUR"}
    assert (third["role"], third["worksFor"]["name"]) == ("subcontractor", "Structure 2")
    assert release["awards"][0]["suppliers"] == release["bids"]["details"][0]["tenderers"]


def test_who_answers_alone_is_the_only_tenderer_and_leads_nobody() -> None:
    """The form that a group had chosen before is not told either."""
    terms = replace(alone(whole(), "2"), form=GroupForm.SOLIDAIRE)
    package = release_package(terms, facts_of(terms, phase=Phase.WON))
    assert faults(package) == []
    (release,) = package["releases"]
    roles = {party["identifier"]["id"]: party["roles"] for party in release["parties"][1:]}
    assert roles == {
        "000000001": ["subcontractor"],
        "000000002": ["tenderer", "supplier"],
        "000000003": ["subcontractor"],
    }
    (group,) = release["groups"]
    assert group["form"] == "soleTenderer"
    assert "lead" not in group
    assert [(each["role"], each["isLead"]) for each in group["members"]] == [
        ("subcontractor", False),
        ("soleTenderer", False),
        ("subcontractor", False),
    ]
    assert group["members"][0]["worksFor"] == release["bids"]["details"][0]["tenderers"][0]
    assert len(release["awards"][0]["suppliers"]) == 1
    assert release["awards"][0]["value"]["amount"] == 150_000.01


def test_what_is_not_yet_so_is_not_said() -> None:
    terms = replace(whole(), form=None, lead=None)
    release = release_of(terms)
    assert not {"bids", "awards"} & release.keys()
    assert not {"form", "lead", "relatedBid"} & release["groups"][0].keys()
    assert "tenderers" not in release["tender"]
    assert release["tag"] == ["tender"]


def test_an_unknown_amount_is_absent_and_a_zero_is_zero() -> None:
    cells = (
        Cell(party="1", line="01", cfte=240),
        Cell(party="2", line="01", cents=0),
    )
    one, two, _ = release_of(whole(cells=cells))["groups"][0]["members"]
    assert "value" not in one
    assert "value" not in one["shares"][0]
    assert two["value"]["amount"] == two["shares"][0]["value"]["amount"] == 0


def test_a_party_without_name_has_no_identifier() -> None:
    terms = whole()
    facts = facts_of(terms)
    hidden = replace(
        facts, who={**facts.who, "1": Who(id="party-1", name="structure pressentie 1")}
    )
    package = release_package(terms, hidden)
    assert faults(package) == []
    one = next(each for each in package["releases"][0]["parties"] if each["id"] == "party-1")
    assert one == {"id": "party-1", "name": "structure pressentie 1", "roles": ["tenderer"]}


def test_moments_without_an_offset_are_refused() -> None:
    terms = whole()
    with pytest.raises(ValueError, match="no offset"):
        release_package(terms, facts_of(terms, at=datetime(2026, 11, 25, 9, 30)))  # noqa: DTZ001


@given(edited(whole()), st.sampled_from(list(Phase)))
def test_any_terms_give_a_valid_package_exact_to_the_cent(terms: Terms, phase: Phase) -> None:
    facts = facts_of(terms, phase)
    package = release_package(terms, facts)
    assert faults(package) == []
    assert package == release_package(terms, facts)
    release = json.loads(json.dumps(package))["releases"][0]
    (group,) = release["groups"]
    assert cents(group["value"]) == terms.price_cents
    for told, held in zip(group["members"], terms.parties, strict=True):
        shares = sum(cents(share["value"]) for share in told["shares"] if "value" in share)
        assert shares == terms.share_cents(held.key)
        assert cents(told.get("value", {"amount": 0})) == shares
    known = {each["id"] for each in release["parties"]}
    assert references(release) <= known
    assert len(known) == len(release["parties"])


def cents(value: Mapping[str, Any]) -> int:
    return round(value["amount"] * 100)


def references(release: Mapping[str, Any]) -> set[str]:
    """Every organisation that the release points to."""
    (group,) = release["groups"]
    found = [release["buyer"], release["tender"]["procuringEntity"]]
    found += [m["party"] for m in group["members"]]
    found += [m["worksFor"] for m in group["members"] if "worksFor" in m]
    found += [group["lead"]] if "lead" in group else []
    found += release["tender"].get("tenderers", [])
    for part in (*release.get("bids", {}).get("details", []), *release.get("awards", [])):
        found += [*part.get("tenderers", []), *part.get("suppliers", [])]
    return {each["id"] for each in found}


def test_an_offer_stays_as_it_was_filed_when_a_member_leaves() -> None:
    filed = whole()
    now = whole(
        parties=(party("1"), party("4")),
        cells=(Cell(party="1", line="01", cents=100_000_00),),
        lead="1",
    )
    both = facts_of(filed).who | facts_of(now).who
    package = release_package(now, facts_of(now, Phase.WON, who=both, filed=filed, filed_at=AT))
    assert faults(package) == []
    (release,) = package["releases"]
    tenderers = [each["name"] for each in release["bids"]["details"][0]["tenderers"]]
    assert tenderers == ["Structure 1", "Structure 2"]
    assert [each["name"] for each in release["awards"][0]["suppliers"]] == [
        "Structure 1",
        "Structure 4",
    ]
    roles = {each["name"]: each["roles"] for each in release["parties"]}
    assert roles["Structure 2"] == ["tenderer"]
    assert references(release) <= {each["id"] for each in release["parties"]}


def test_moments_are_iso_with_an_offset() -> None:
    release = release_of(whole(), phase=Phase.WON, filed_at=AT, decided_at=AT)
    told = [release["date"], release["tender"]["tenderPeriod"]["endDate"]]
    told += [release["bids"]["details"][0]["date"], release["awards"][0]["date"]]
    for moment in told:
        assert datetime.fromisoformat(moment).utcoffset() is not None


def test_a_form_and_a_role_of_ours_each_have_a_code() -> None:
    assert set(ocds_package.FORMS) == set(GroupForm)
    assert set(ocds_package.ROLES) == set(ocds_package.PARTY_ROLES) == set(PartyRole)


def test_a_supplier_of_staff_and_a_future_employer_are_told() -> None:
    terms = whole(
        parties=(
            party("1"),
            party("2"),
            party("3", role=PartyRole.STAFFING, of="1"),
            party("4", role=PartyRole.EMPLOYER, of="1"),
        ),
        cells=(Cell(party="1", line="01", cents=1_00), Cell(party="3", line="01", cents=50)),
    )
    package = release_package(terms, facts_of(terms))
    assert faults(package) == []
    roles = [each["role"] for each in package["releases"][0]["groups"][0]["members"]]
    assert roles == ["member", "member", "staffSupplier", "futureEmployer"]


def test_a_share_that_begins_late_and_says_no_months_ends_with_its_line() -> None:
    terms = whole()
    line, cell = terms.lines[0], terms.cells[0]
    late = replace(cell, first_month=line.first_month + 2, months=None)
    (share, *_) = release_of(terms.with_cell(late))["groups"][0]["members"][0]["shares"]
    assert share["months"] == line.months - 2
