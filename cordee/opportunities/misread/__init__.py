"""What we misread: finding it when a person corrects, and the lines it becomes as an example.

`actions.correcting` finds one at each correction; the pages `/opportunites/mal-lus/`
(`views.misreadings`) list them week by week for national networks and export the examples.
"""
