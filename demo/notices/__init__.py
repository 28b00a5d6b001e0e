"""The twelve notices of the demo, in the true formats, with dates relative to a day.

The templates stand beside this file; what each must be read as is in `demo.expected`.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from string import Template
from typing import Any

from cordee.rules.clock import PARIS
from demo.numbers import FIRST_BUYER_RANK, fictional_siret
from demo.valley import contract_start

TEMPLATES = Path(__file__).parent

# Days from today.
_DAYS = {"long_ago": -40, "published": -7, "closed": -5, "deadline": 30}
_BUYERS = (
    "scierie",
    "val_verdoire",
    "syndicat",
    "vaubrune",
    "sainte_vergne",
    "confluents",
    "port_clairval",
    "hauts_mirels",
    "roquebrise",
    "garonne_haute",
    "valombreuse",
)


def render_notices(today: date, folder: Path) -> list[Path]:
    """Write the twelve notices of a day into a folder, in the order of their numbers."""
    values = notice_values(today)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for source in template_paths():
        target = folder / source.name
        target.write_text(render(source.read_text(encoding="utf-8"), values), encoding="utf-8")
        written.append(target)
    return written


def template_paths() -> list[Path]:
    """The templates, in the order of their numbers."""
    return sorted(p for p in TEMPLATES.iterdir() if p.suffix in (".xml", ".json"))


def render(template: str, values: Mapping[str, str]) -> str:
    """Fill one template. Raises `KeyError` on a name that nobody defines."""
    text = Template(template).substitute(values)
    if not template.lstrip().startswith("{"):
        return text
    return json.dumps(_as_published(json.loads(text)), ensure_ascii=False, indent=1) + "\n"


def notice_values(today: date) -> dict[str, str]:
    """What a template may name: days in three writings with their offset, years and SIRET."""
    days = {name: today + timedelta(days=shift) for name, shift in _DAYS.items()}
    days["start"] = contract_start(today)
    values = {"year": f"{today.year}", "yy": f"{today.year % 100:02d}"}
    for name, day in days.items():
        noon = datetime.combine(day, time(12), PARIS)
        offset = noon.strftime("%z")
        values[name] = day.isoformat()
        values[f"{name}_compact"] = day.strftime("%Y%m%d")
        values[f"{name}_offset"] = f"{offset[:3]}:{offset[3:]}"
        values[f"{name}_ms"] = f"{int(noon.astimezone(UTC).timestamp())}000"
    for rank, name in enumerate(_BUYERS, start=FIRST_BUYER_RANK):
        values[f"siret_{name}"] = fictional_siret(rank)
    return values


def _as_published(record: dict[str, Any]) -> dict[str, Any]:
    # The API of the BOAMP gives these two as JSON inside JSON; templates keep them readable.
    packed = ("donnees", "gestion") if "idweb" in record else ()
    return {
        name: json.dumps(value, ensure_ascii=False) if name in packed else value
        for name, value in record.items()
    }
