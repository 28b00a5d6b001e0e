"""The field of a file that an alliance, or a team kept ready, keeps."""

from django import forms

from cordee.base.files import MOST_BYTES

# What a browser offers, and what it says at once to be too big: the server decides all the same.
FILE_INPUT = {
    "accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.odt,.ods,.txt,.csv",
    "data-cordee-most": str(MOST_BYTES),
}


class KeptFileField(forms.FileField):
    """A file to keep; `sorts` says which, in French."""

    widget = forms.ClearableFileInput(attrs=FILE_INPUT)

    def __init__(self, label: str, sorts: str) -> None:
        most = f"{MOST_BYTES // 1_000_000} Mo au plus"
        super().__init__(label=label, help_text=f"{sorts}, {most}")
