"""Verdicts computed ahead of time: at night, and again when a notice or a sheet changes.

Only for structures that somebody directs, ten contracts each, within the seconds of a budget
(docs/verdicts.md). Where they run out, the next run goes on with who waited longest.
"""
