"""Search by words: folded, stemmed, the same counts on SQLite and PostgreSQL.

`cordee.base.search.index` puts rows in and finds them, by all words or ranked; `words` says what a
word is.
"""
