"""What is asked when a list is uploaded."""

from django import forms
from django.utils.translation import gettext_lazy

from semarang_resilience.core.forms import OperationForm

KEEP, EMPTY = "keep", "empty"


class UploadForm(OperationForm):
    """The file, and what an empty cell means."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("XLSX, XLS or CSV, at most 10 MB and 20,000 rows."),
        max_length=400,
        widget=forms.ClearableFileInput({"accept": ".xlsx,.xls,.csv,.txt"}),
        # An empty file gets the sentence of the reader, like everything else that is wrong with a file.
        allow_empty_file=True,
    )
    empties = forms.ChoiceField(
        label=gettext_lazy("What does an empty cell mean?"),
        choices=[
            (KEEP, gettext_lazy("Keep what the portal has")),
            (EMPTY, gettext_lazy("Empty it in the portal, too")),
        ],
        initial=KEEP,
        widget=forms.RadioSelect,
    )
