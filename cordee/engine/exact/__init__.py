"""The exact method at the size of a country: branch and price, compiled.

`arrays` turns a problem into flat arrays; `shares` finds what one chantier does best at given
prices; `pricing` bounds a whole team; `master` is the small linear program over columns; `node`
generates columns at one node; `branching` splits it; `tree` does both for one thread; `swaps`,
`incumbent` and `seeking` find teams; `roots` and `search` run it all; `twins` settles who signs
among equals; `method` is the door. See `docs/algorithms/compose.md`.
"""
