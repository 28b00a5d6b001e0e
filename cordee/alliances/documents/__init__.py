"""The documents of a bid, made from one frozen `Dossier`. No Django here but in `gathering`.

Each builder takes a `Dossier` and gives a `Document` of `cordee.base.documents`. What the dossier
does not know is a `Gap`, which says who can fill it and where; nothing is invented.
"""
