"""« Aujourd’hui »: the home after sign-in. What waits for one person, by date, and whom to call.

Each room tells what waits in it (`waiting.readers`, filled by its `apps.py`);
the page puts it in one list. What is done is gone from the list: nothing here is kept.
"""
