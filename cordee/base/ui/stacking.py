"""A table that becomes cards on a phone: what each of its tags must say for that.

There a row is drawn as a block: cells keep what they are to a screen reader by their role, and say
their column by `data-titre`. A template writes plain heads and rows; this adds the rest.
"""

import re

TAG = re.compile(r"<(tr|th|td)\b((?:\"[^\"]*\"|[^>\"])*)>")
HEAD = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
SPACE = re.compile(r"[ \t\n]+")  # a no-break space stays one
UNSHOWN = re.compile(
    r'<span (?:class="visually-hidden"|aria-hidden="true")>.*?</span>|<[^>]*>', re.DOTALL
)


def stacked(content: str) -> tuple[str, str, str]:
    """The heads, the rows and the foot of a table, from heads, then rows, then maybe a `<tfoot>`.

    What a tag says of itself is left as it is: `data-titre`, and any role.
    """
    heads, tag, rows = content.partition("<tr")
    rows, _, foot = (tag + rows).partition("<tfoot>")
    columns = [SPACE.sub(" ", UNSHOWN.sub("", head)).strip() for head in HEAD.findall(heads)]
    # A head that sorts says of itself what it is.
    heads = re.sub(r"<th\b(?!\s+scope)", '<th scope="col" role="columnheader"', heads)
    return heads, _named(rows, columns), _named(foot.replace("</tfoot>", ""), columns)


def _named(rows: str, columns: list[str]) -> str:
    column = 0

    def named(tag: re.Match[str]) -> str:
        nonlocal column
        name, attributes = tag[1], tag[2]
        if name == "tr":
            column, added = 0, ' role="row"'
        else:
            label = columns[column] if column < len(columns) else ""
            span = re.search(r'\bcolspan="(\d+)"', attributes)
            column += int(span[1]) if span else 1
            added = ' scope="row" role="rowheader"' if name == "th" else ' role="cell"'
            if name == "td" and label and "data-titre=" not in attributes:
                added += f' data-titre="{label}"'
        return f"<{name}{added if ' role=' not in attributes else ''}{attributes}>"

    return TAG.sub(named, rows)
