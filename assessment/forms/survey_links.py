"""Handing out links to a survey."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessment.models import InvitationKind


class LinkForm(forms.Form):
    """A link and what it is for."""

    kind = forms.ChoiceField(
        label=_("Kind of link"),
        choices=[
            (InvitationKind.OPEN, _("Open link: for posters, messages and workshops; anybody may answer")),
            (InvitationKind.PERSONAL, _("Personal link: for one person; takes one answer")),
        ],
        widget=forms.RadioSelect,
        initial=InvitationKind.OPEN,
    )
    label = forms.CharField(
        label=_("What it is for"),
        help_text=_("For instance “Poster at the Tugu district office”. Do not write the name of a person."),
        max_length=120,
    )
