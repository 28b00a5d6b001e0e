"""How big the work is: euros, months, people and hours, each with its origin and its range.

Pure. `comparing` finds what like contracts were paid; `money`, `timing` and `placing` give the
figures of a lot; `cutting` says which parts one small crew can hold.
"""
