"""How big the work is: euros, months, people and hours, each with its origin and its range.

Pure. `comparables` finds what like contracts were paid; `money` and `where_and_when` give the
figures of a lot; `splitting` says which parts one small crew can hold.
"""
