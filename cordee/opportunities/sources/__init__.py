"""Where notices come from while Cordée runs: one folder for each live source.

Nothing here writes to the database: `actions.syncing` does, with what these rooms fetch.
"""
