"""What every route of the API stands on: refusals in French JSON, pages of rows, the way in.

Rooms write their routes in their own `api.py`; `config/api.py` puts them together. Who asks is
settled by `cordee.accounts.bearer`, for which network by `cordee.members.api`.
"""
