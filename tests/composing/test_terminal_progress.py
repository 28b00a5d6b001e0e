"""The terminal while it composes: one line in place, lines of their own elsewhere, Ctrl-C."""

import json
import signal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from cordee.composing import problem
from cordee.composing.problem import search_progress
from cordee.composing.terminal import progress
from cordee.composing.terminal.progress import ProgressLine
from demo.notices import render_notices
from tests.composing.conftest import DAY

pytestmark = pytest.mark.django_db


class Screen(StringIO):
    """Standard error on a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def at_once(monkeypatch: Any) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr(progress, "QUIET_SECONDS", 0.0)


@pytest.fixture
def compose(valley: Any, tmp_path: Path) -> Any:
    """`compose("--json", err=…)`: the command on the berges; what it printed."""
    notice = str(render_notices(DAY, tmp_path)[1])

    def run(*arguments: str, err: StringIO) -> str:
        out = StringIO()
        network = f"--network={valley.network.slug}"
        command = ["compose", notice, network, "--members=database", f"--on={DAY}", *arguments]
        call_command(*command, stdout=out, stderr=err, no_color=True)
        return out.getvalue()

    return run


def interrupt() -> None:
    # To this thread, at once: two sent to the process may arrive as one where others run.
    signal.raise_signal(signal.SIGINT)


def test_on_a_terminal_one_line_is_drawn_in_place_and_taken_away(compose, tell) -> None:
    screen = Screen()
    tell(proves=True)
    out = compose(err=screen)
    said = screen.getvalue()
    assert "3\u202fstructures" in said
    assert "écart au plus 9,1\u202f%" in said
    assert said.count("écart au plus") > 1
    _, cleared, after = said[said.rindex("écart au plus") :].partition("\r\x1b[K")
    assert cleared, "nothing of it stays above the answer"
    assert after.startswith("  Recherche\u00a0: d’autres équipes"), (
        "what follows has lines of its own"
    )
    assert "écart au plus" not in out


def test_elsewhere_each_improvement_has_its_line(compose, tell) -> None:
    tell(proves=True)
    err = StringIO()
    compose(err=err)
    lines = [line for line in err.getvalue().splitlines() if "écart au plus" in line]
    assert 1 <= len(lines) <= 2, "the simple team, then the better one: not each rising bound"
    assert "\r" not in err.getvalue()


def test_elsewhere_a_quick_search_says_nothing_of_itself(compose, tell, monkeypatch: Any) -> None:
    monkeypatch.setattr(progress, "QUIET_SECONDS", 60.0)
    tell(proves=True)
    err = StringIO()
    compose(err=err)
    assert "écart au plus" not in err.getvalue()


def test_ctrl_c_keeps_the_team_that_is_there(compose, tell) -> None:
    before = signal.getsignal(signal.SIGINT)
    method = tell(interrupt)
    err = StringIO()
    out = compose(err=err)
    assert method.answers == [True, False]
    assert "Équipe trouvée" in out
    assert "Recherche arrêtée à votre demande" in out
    assert "une autre coûterait au plus" in out
    assert "Ctrl-C encore pour abandonner" in err.getvalue()
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_twice_ends_the_command_in_one_line(compose, tell) -> None:
    def twice() -> None:
        interrupt()
        interrupt()

    tell(twice)
    err = StringIO()
    with pytest.raises(SystemExit) as end:
        compose(err=err)
    assert end.value.code == 130
    assert err.getvalue().strip().endswith("Abandonné\u00a0: rien n’est gardé.")
    assert "Traceback" not in err.getvalue()


def test_json_stays_alone_on_the_output_and_says_that_it_was_stopped(compose, tell) -> None:
    tell(interrupt)
    answer = json.loads(compose("--json", err=Screen()))
    assert answer["was_stopped"] is True
    (proposal,) = answer["proposals"]
    assert proposal["status"] == "gap"
    assert proposal["gap"] > 0.3
    tell(proves=True)
    assert json.loads(compose("--json", err=Screen()))["was_stopped"] is False


def test_the_second_run_says_that_it_supposes_nothing(valley) -> None:
    plan = problem.read_result(valley.compose("berges").best).plan
    said: list[str] = []
    follower = ProgressLine(said.append, is_in_place=True)
    assert follower(search_progress.Run.BEST, search_progress.Moment(0.0, None, None))
    assert follower(search_progress.Run.CERTAIN, search_progress.Moment(0.0, plan, None))
    assert "pas encore d’équipe" in said[0]
    assert "Sans rien supposer" in said[1]
    assert "inconnu" in said[1]
