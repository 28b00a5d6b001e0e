"""The table of an alliance: who takes what of which line, edited by several people at once.

`measures` says what a cell may show and how it is typed; `edits` turns what somebody typed into
terms and conflicts into sentences; `page` counts what the page shows; `repair_page` what a repair
would change; `history` what each version changed.
"""
