"""What `compose` says of its answer: reasons, limits, other teams, wishes, ways out; options."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import CommandParser

from cordee.composing import terminal
from cordee.composing.management.commands.compose import Command
from cordee.composing.problem import study
from cordee.composing.problem.reader import Reader
from cordee.members.sharing import Viewer
from cordee.notices.notice import Notice
from cordee.rules.groups import GROUPS_BANNED
from demo.notices import render_notices
from tests.composing.conftest import DAY
from tests.composing.known_valley import valley as known_valley

pytestmark = pytest.mark.django_db

BERGES, FACADES = 1, 3
GUIDE = Path(__file__).resolve().parent.parent.parent / "docs" / "compose-command.md"


@pytest.fixture
def compose(valley: Any, tmp_path: Path) -> Any:
    """`compose(BERGES, "--json")`: the command on one of the notices; what it printed."""
    notices = [str(path) for path in render_notices(DAY, tmp_path)]

    def run(number: int, *arguments: str, err: StringIO | None = None) -> str:
        out = StringIO()
        network = f"--network={valley.network.slug}"
        command = ["compose", notices[number], network, "--members=database", f"--on={DAY}"]
        call_command(*command, *arguments, stdout=out, stderr=err or StringIO(), no_color=True)
        return out.getvalue()

    return run


def refused(compose: Any, *arguments: str) -> str:
    """The one line in which the command ends."""
    err = StringIO()
    with pytest.raises(SystemExit) as end:
        compose(BERGES, *arguments, err=err)
    assert end.value.code == 2
    return err.getvalue().strip().splitlines()[-1]


def block(text: str, title: str) -> str:
    """A part of the text as one line."""
    (found,) = (part for part in text.split("\n\n") if part.startswith(title))
    return " ".join(found.split())


def test_the_text_says_why_each_partner_and_which_other_teams(compose) -> None:
    text = compose(BERGES)
    why = block(text, "Pourquoi ces structures")
    assert "Pierre et Chaux est la seule à pouvoir prendre" in why
    assert "Avec Val Mirel Environnement à sa place, l’équipe coûterait 2 700" in why
    assert why.count(" - ") == 3
    others = block(text, "D’autres équipes")
    assert "- Avec Val Mirel Environnement, sans Les Jardins de la Verdoire." in others
    assert others.count("Aucune équipe aussi différente ne coûte moins.") == 2
    assert others.endswith("Aucune autre équipe n’est assez différente : c’est prouvé.")
    assert "Métier à consolider" in block(text, "Où la méthode simple perd")
    assert max(map(len, text[text.index("Pourquoi") :].splitlines())) <= 100


def test_no_other_team_is_sought_where_none_is_asked(compose) -> None:
    assert "D’autres équipes" not in compose(BERGES, "--alternatives=0")
    assert compose(BERGES, "--alternatives=1").count("- Avec ") == 1


def test_where_nobody_can_ways_out_are_told_with_their_team(compose) -> None:
    text = compose(FACADES)
    told = block(text, "Ce qui rendrait ce marché possible")
    assert "Pierre et Chaux pourrait tout tenir seule" in told
    assert "C’est le plus petit changement de cette sorte." in told
    assert "Qui décide ·" in told
    assert "Chercher plus loin ne suffirait pas." in told
    assert "Pourquoi ces structures" not in text


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--alternatives=onze", "« onze » ne convient pas : écrivez un nombre entier de 0 à 10"),
        ("--alternatives=11", "« 11 » ne convient pas : écrivez un nombre entier de 0 à 10"),
        ("--time-limit=0", "« 0 » ne convient pas : écrivez des secondes"),
        ("--time-limit=nan", "« nan » ne convient pas : écrivez des secondes"),
    ],
)
def test_an_option_that_makes_no_sense_names_its_value_and_the_cure(option: str, says: str) -> None:
    with pytest.raises(CommandError) as error:
        call_command("compose", "x.xml", option)
    assert says in str(error.value)
    assert option.split("=")[0] in str(error.value)


def test_a_ban_on_groups_is_a_question_told_before_the_team(compose, monkeypatch) -> None:
    assert GROUPS_BANNED not in compose(BERGES, "--alternatives=0")
    monkeypatch.setattr(Notice, "groups_banned", GROUPS_BANNED)
    text = compose(BERGES, "--alternatives=0")
    assert "Équipe trouvée" in text.partition(GROUPS_BANNED)[0]
    assert "1. Les Jardins de la Verdoire" in text.partition(GROUPS_BANNED)[2]


def test_the_guide_names_every_option_and_every_key(compose) -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    parser = CommandParser()
    Command().add_arguments(parser)
    options = {option for action in parser._actions for option in action.option_strings}
    assert [option for option in sorted(options - {"-h", "--help"}) if option not in guide] == []
    team = json.loads(compose(BERGES, "--json"))
    nobody = json.loads(compose(FACADES, "--json"))
    keys = {*team, *team["alternatives"][0], *team["explanation"]}
    keys |= {*team["explanation"]["partners"][0]}
    keys |= {*team["explanation"]["greedy_loss"], *nobody["cures"][0]}
    keys |= {*nobody["cures"][0]["parts"][0]}
    assert [key for key in sorted(keys - PROPOSAL) if f"`{key}`" not in guide] == []


# JSON.

ALWAYS = {
    "alternatives",
    "alternatives_end",
    "cures",
    "cures_useless",
    "explanation",
    "size_limits",
    "wishes",
    "cut_short",
}
PROPOSAL = {
    "status",
    "gap",
    "verified",
    "solo",
    "objective",
    "bound",
    "greedy_objective",
    "terms_microcents",
    "assumptions",
    "partners",
    "seconds",
    "seed",
    "solver",
}


def test_the_json_of_a_team(compose) -> None:
    told = json.loads(compose(BERGES, "--json"))
    assert told.keys() >= ALWAYS
    assert told["cures"] == []
    assert told["cut_short"] == []
    assert told["alternatives_end"] == "no_other"
    best, first = told["proposals"][0], told["alternatives"][0]
    assert first.keys() == PROPOSAL | {
        "joins",
        "leaves",
        "difference_microcents",
        "terms_difference_microcents",
        "is_tie",
        "sentence",
        "proof",
    }
    assert first["verified"] is True
    assert sum(first["terms_difference_microcents"].values()) == first["difference_microcents"]
    assert {p["organisation"] for p in first["partners"]} == (
        {p["organisation"] for p in best["partners"]} - {*first["leaves"]} | {*first["joins"]}
    )
    why = told["explanation"]
    assert why.keys() == {"partners", "binding_limits", "greedy_loss", "why_not", "sentences"}
    assert {each["name"] for each in why["partners"]} == {p["name"] for p in best["partners"]}
    terms = [each["terms_microcents"] for each in why["partners"]]
    assert {name: sum(each[name] for each in terms) for name in terms[0]} == (
        best["terms_microcents"]
    )
    assert sum(why["greedy_loss"]["terms_microcents"].values()) > 0
    # What a page asks beside, and a terminal does not.
    assert (why["why_not"], told["wishes"]) == ([], None)


def test_the_json_of_what_binds_has_units_in_its_names(compose) -> None:
    told = json.loads(compose(BERGES, "--json"))
    limits = {each["kind"]: each for each in told["explanation"]["binding_limits"]}
    assert {"used_cfte", "limit_cfte", "worth", "sentences"} <= limits["min_share"].keys()


def test_the_json_where_nobody_can(compose) -> None:
    told = json.loads(compose(FACADES, "--json"))
    assert told.keys() >= ALWAYS
    assert (told["alternatives"], told["alternatives_end"]) == ([], None)
    assert told["explanation"] is None
    people, newcomer = told["cures"]
    assert people.keys() == {
        "kind",
        "amounts",
        "least_amounts",
        "is_least",
        "parts",
        "sentence",
        "title",
        "who_decides",
        "proof",
        "proposal",
    }
    assert (people["kind"], people["amounts"], people["is_least"]) == (
        "people",
        {"cfte_months": 60},
        True,
    )
    (part,) = people["parts"]
    assert (part["months"], part["cfte"]) == (["2027-05"], 60)
    assert newcomer["kind"] == "ei"
    assert newcomer["proposal"].keys() == PROPOSAL
    assert newcomer["proposal"]["verified"] is True
    names = [each["name"] for each in newcomer["proposal"]["partners"]]
    assert "Une entreprise d’insertion à trouver" in names
    assert "radius" in told["cures_useless"]
    assert {c["id"] for c in told["problem"]["value"]["candidates"]} >= {
        s["candidate"] for p in people["proposal"]["partners"] for s in p["shares"]
    }


@pytest.mark.parametrize("number", [6, 8])
def test_the_json_of_a_road_that_ends_early_has_every_key(compose, number: int) -> None:
    told = json.loads(compose(number, "--json"))
    assert told["alternatives"] == told["cures"] == told["cut_short"] == []
    assert told["explanation"] is told["wishes"] is None


# Time.


def test_a_search_that_is_stopped_says_what_was_not_sought(compose, tell, monkeypatch: Any) -> None:
    def interrupted(*arguments: Any, **more: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(study, "alternatives", interrupted)
    text = compose(BERGES)
    assert "Équipe trouvée" in text
    assert "Pourquoi ces structures" in text
    assert block(text, "Pas cherché") == (
        "Pas cherché jusqu’au bout : d’autres équipes et ce que rapporterait chaque limite "
        "un peu plus large."
    )
    assert json.loads(compose(BERGES, "--json"))["cut_short"] == ["alternatives", "limits"]


def test_the_composition_leaves_time_to_the_study_of_its_answer(compose, monkeypatch: Any) -> None:
    given: list[float] = []
    solve, shares_of = terminal.problem.solve, study.shares_of

    def spied(question: Any, *, time_limit_s: float, **more: Any) -> Any:
        given.append(time_limit_s)
        return solve(question, time_limit_s=time_limit_s, **more)

    def sought(time_limit_s: float) -> study.Seconds:
        given.append(time_limit_s)
        return shares_of(time_limit_s)

    monkeypatch.setattr(terminal.problem, "solve", spied)
    monkeypatch.setattr(study, "shares_of", sought)
    compose(BERGES, "--time-limit=8")
    compose(BERGES, "--time-limit=40")
    assert given[0] == 6
    assert 2 <= given[1] <= 8
    assert given[2] == 35
    assert 5 <= given[3] <= 40


def test_each_step_is_told_while_it_lasts(compose) -> None:
    err = StringIO()
    compose(BERGES, err=err)
    said = err.getvalue()
    assert said.index("Recherche\u00a0: d’autres équipes") < said.index(
        "Recherche\u00a0: ce que rapporterait"
    )
    err = StringIO()
    compose(FACADES, err=err)
    assert "Recherche\u00a0: d’autres changements possibles" in err.getvalue()


def test_an_organisation_of_several_chantiers_has_the_name_they_share() -> None:
    """Else a team that holds the third one would be explained under the name of the first."""
    own = known_valley().candidates[0]
    second = replace(own, id="jardins-2")
    people = {
        own.id: {"name": "Les Jardins, Chantier 1", "structure_id": 1},
        second.id: {"name": "Les Jardins, Chantier 2", "structure_id": 1},
    }
    problem = known_valley().replace(candidates=(own, second))
    nobody = Viewer(None, DAY)
    assert Reader(problem, people, nobody).organisation(own.organisation) == "Les Jardins"
    people[second.id]["name"] = "Le Verger"
    told = Reader(problem, people, nobody).organisation(own.organisation)
    assert told == "Les Jardins, Chantier 1", "nothing in common: the first one"
