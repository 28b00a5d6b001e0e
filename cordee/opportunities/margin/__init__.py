"""The notice as the buyer wrote it, with our reading in the margin.

`passages` puts what the buyer wrote in reading order, `marks` finds the words of a fact in it,
`source_names` names the boxes and fields, `folding` shortens what is long, `notes` puts the margin
together, `pages` asks for it. What the notice says stays plain text here: only a template makes
HTML of it. The page of an opportunity shows it (`views.page`), and the form that corrects a fact
(`views.correcting`).
"""
