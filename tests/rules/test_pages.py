"""The pages and the docstrings: each rule says its source and its limits."""

import ast
import re
from pathlib import Path

import pytest

from cordee.rules import parameters

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(p for p in (ROOT / "docs" / "rules").glob("*.md") if p.name != "README.md")
# Modules that hold rules; the others hold tables, months or figures.
MODULES = (
    "advance afest cash ceiling convention exits group_changes groups immersion insertion_hours "
    "labour posts procedure prudence reservation signing social_conditions staff_loan "
    "subcontracting time_left"
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_says_its_source_and_what_is_not_covered(page: Path) -> None:
    text = page.read_text()
    assert "\n## Source\n" in text
    assert "\n## Ce qui n’est pas couvert\n" in text
    assert f"({page.name})" in (page.parent / "README.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_parameters_named_on_a_page_exist(page: Path) -> None:
    files = "|".join(sorted({name.split(".")[0] for name in parameters.TABLE}))
    for name in re.findall(rf"`((?:{files})\.(?!toml)\w+)`", page.read_text()):
        assert name in parameters.TABLE


def test_every_file_of_values_is_named_on_a_page_or_holds_one_value() -> None:
    pages = "".join(page.read_text() for page in PAGES)
    for path in parameters.FOLDER.glob("*.toml"):
        few = sum(name.startswith(f"{path.stem}.") for name in parameters.TABLE) == 1
        assert path.name in pages or few, path.name


@pytest.mark.parametrize("module", MODULES.split())
def test_every_rule_says_its_source(module: str) -> None:
    tree = ast.parse((ROOT / "cordee" / "rules" / f"{module}.py").read_text())
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        text = ast.get_docstring(node) or ""
        assert text.split("\n\n")[0].rstrip().endswith("."), node.name
        takes_on = any(a.arg == "on" for a in (*node.args.args, *node.args.kwonlyargs))
        if takes_on and not node.name.endswith("_problem"):
            assert "Source:" in text, f"{module}.{node.name}"


def test_no_rule_has_a_default_date() -> None:
    for path in (ROOT / "cordee" / "rules").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                defaults = dict(
                    zip([a.arg for a in node.args.kwonlyargs], node.args.kw_defaults, strict=True)
                )
                assert defaults.get("on") is None, f"{path.name}: {node.name}"
