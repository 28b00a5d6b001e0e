"""Writes docs/example-compose.md and .json: the whole output of `compose` on a demo notice.

Run it with the project’s own Python. A test checks that the text is what the command says.
"""

import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
NOTICE = "02-espaces-verts-berges-murets.xml"
DAY = date(2026, 11, 25)
HEAD = """# An example: the whole output of `compose`

The notice is one of the twelve of the demo (`demo/notices/{notice}`, as it is on {day}):
three lots, which no structure of the valley can carry alone. The same answer for programs, with
every input of the composition, is in [example-compose.json](example-compose.json). Options and
keys are in [compose-command.md](compose-command.md).

```
$ ./go run -- compose {notice} --on {day}
{text}
```
"""


def run(path: Path, *more: str) -> str:
    command = [sys.executable, str(ROOT / "manage.py"), "compose", str(path)]
    done = subprocess.run(
        [*command, "--on", DAY.isoformat(), *more], capture_output=True, text=True, check=True
    )
    return done.stdout


def main() -> None:
    from demo.notices import render_notices

    with tempfile.TemporaryDirectory() as folder:
        render_notices(DAY, Path(folder))
        path = Path(folder) / NOTICE
        text = run(path).rstrip()
        docs = ROOT / "docs"
        page = HEAD.format(notice=NOTICE, day=DAY, text=text)
        (docs / "example-compose.md").write_text(page, encoding="utf-8")
        (docs / "example-compose.json").write_text(run(path, "--json"), encoding="utf-8")


if __name__ == "__main__":
    main()
