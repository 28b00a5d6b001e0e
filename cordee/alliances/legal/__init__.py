"""Law and prudence on an alliance: its form, its subcontracts, its time, go or no-go.

`facts`, `edits`: pure, from terms to what `cordee.rules` asks and back. `reading`: from rows to
facts. `pages`, `views`: what is shown.
"""
