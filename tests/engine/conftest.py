"""A valley of six structures, known by heart; every figure of it is used by some test."""

import pytest

from cordee.engine.compiling import compile_all, warm
from cordee.engine.problem import (
    AccountingYear,
    Candidate,
    Certainty,
    Package,
    Params,
    Problem,
    Skill,
    month_number,
)

APRIL = month_number(2027, 4)
YEAR_2027 = month_number(2027, 1)
BOURG = (45.0, 5.7)
VILLAGE = (45.09, 5.7)  # 10.0 km north of the bourg


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    """Compile first, as a process that serves does: no seconds of a search go into it."""
    compile_all()
    warm()


def practises(trade: str, proficiency: int = 3, reach_km: int = 40) -> Skill:
    """Return a trade that is known."""
    return Skill(trade=trade, certainty=Certainty.KNOWN, proficiency=proficiency, reach_km=reach_km)


def steady(cfte: int, months: int = 12, first_month: int = YEAR_2027) -> dict[int, int]:
    """Return the same free capacity in each month."""
    return dict.fromkeys(range(first_month, first_month + months), cfte)


def structure(name: str, **changes: object) -> Candidate:
    """Return an EI of the bourg with 2 FTE free in 2027, cleaning and gardening, able to lead."""
    values: dict[str, object] = {
        "id": name,
        "organisation": f"{name}-asso",
        "name": name.title(),
        "kind": "EI",
        "latitude_deg": BOURG[0],
        "longitude_deg": BOURG[1],
        "skills": (practises("espaces-verts"), practises("proprete")),
        "capacity_cfte_by_month": steady(200),
        "capacity_certainty": Certainty.KNOWN,
        "max_packages": 2,
        "can_lead": True,
        "coordination_cost_cents": 150_000,
        "lead_cost_cents": 100_000,
    }
    return Candidate(**(values | changes))  # type: ignore[arg-type]


def package(name: str, **changes: object) -> Package:
    """Return six months of gardening in the bourg: 3 FTE, 54 000 € (30 € per cFTE-month)."""
    values: dict[str, object] = {
        "id": name,
        "lot_id": f"lot-{name}",
        "label": name,
        "trade": "espaces-verts",
        "latitude_deg": BOURG[0],
        "longitude_deg": BOURG[1],
        "first_month": APRIL,
        "months": 6,
        "need_cfte": 300,
        "amount_cents": 5_400_000,
        "min_share_cfte": 50,
    }
    return Package(**(values | changes))  # type: ignore[arg-type]


def accounts(headroom_cents: int | None, first_month: int = YEAR_2027) -> tuple[AccountingYear]:
    """Return one accounting year, the calendar year 2027 unless told otherwise."""
    return (AccountingYear(first_month=first_month, headroom_cents=headroom_cents),)


@pytest.fixture
def valley() -> Problem:
    """A park (3 FTE) and a school (2 FTE) for six structures; the park needs two of them.

    `jardins` and `berges` are the gardeners that count; `relais` cleans; `loin` is too far;
    `paysage` is an ordinary company; `nouveau` has said nothing of its capacity.
    """
    return Problem(
        packages=(
            package("parc"),
            package("ecole", trade="proprete", need_cfte=200, amount_cents=3_600_000),
        ),
        candidates=(
            structure(
                "jardins",
                kind="ACI",
                skills=(practises("espaces-verts"),),
                is_capped=True,
                accounting_years=accounts(4_000_000),
            ),
            structure("berges", skills=(practises("espaces-verts", 2),), can_lead=False),
            structure("relais", skills=(practises("proprete"),)),
            structure("loin", latitude_deg=46.0),
            structure("paysage", kind="ENTREPRISE", latitude_deg=VILLAGE[0]),
            structure(
                "nouveau",
                kind="ACI",
                is_capped=True,
                capacity_cfte_by_month=None,
                capacity_certainty=Certainty.UNKNOWN,
            ),
        ),
        params=Params(max_partners=4),
    )


@pytest.fixture
def pair_of_gardeners() -> Problem:
    """The least problem that needs a team: one park, two gardeners at its gate."""
    gardener = (practises("espaces-verts"),)
    return Problem(
        packages=(package("parc"),),
        candidates=(
            structure("abelia", skills=gardener),
            structure("buis", skills=gardener, lead_cost_cents=80_000),
        ),
        params=Params(max_partners=3),
    )
