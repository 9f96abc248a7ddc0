"""Which kind of question a row of an XLSForm is, and why the portal cannot ask it where it cannot."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

METADATA = frozenset(
    [
        *("start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username"),
        *("email", "audit", "start-geopoint", "background-audio", "background-geopoint"),
    ]
)
_PLACES = _("The portal asks for no coordinates. Ask for a place and its ward instead (asset nomination).")
_NUMBERS = _("The portal has no question for free numbers or dates. Offer ranges to choose from instead.")
_MEDIA = _("The portal takes no pictures, recordings or files: they could show who answers.")
_COMPUTED = _("The portal computes nothing while people answer. Work it out from the answers afterwards.")
UNKNOWN = _("The portal knows no question of this type.")
NOT_ASKED: dict[str, str | Promise] = {
    **dict.fromkeys(("geopoint", "geotrace", "geoshape"), _PLACES),
    **dict.fromkeys(("integer", "int", "decimal", "date", "time", "datetime"), _NUMBERS),
    **dict.fromkeys(("image", "photo", "audio", "video", "file"), _MEDIA),
    **dict.fromkeys(("calculate", "hidden", "xml-external", "csv-external"), _COMPUTED),
    **dict.fromkeys(METADATA, _("It would tell who answers or when. Answers are anonymous here.")),
    "rank": _("The portal has no ranking. A vote “choose up to a number” comes nearest."),
    "barcode": _("The portal reads no barcodes."),
    "acknowledge": _("A tick to confirm is no question. Write the sentence into the introduction."),
    "trigger": _("A tick to confirm is no question. Write the sentence into the introduction."),
    "select_one_from_file": _("Its options come from a file that is not part of the form."),
    "select_multiple_from_file": _("Its options come from a file that is not part of the form."),
    "select_one_external": _("Its options come from a file that is not part of the form."),
}
REPEATED = _("It is asked several times over (repeat). The portal asks everything once.")
BLOCKS: dict[str, str | Promise] = {
    "repeat": REPEATED,
    "kobomatrix": _("The portal has no matrix of questions. Ask its rows one by one."),
    "score": _("The portal has no matrix of questions. Ask its rows one by one."),
    "rank": NOT_ASKED["rank"],
    "loop": REPEATED,
}
_TYPE = re.compile(
    r"(?P<what>select[ _]?one[ _]from[ _]file|select[ _]?multiple[ _]from[ _]file|select[ _]?one[ _]external"
    r"|select[ _]?one|select1|select all that apply(?: from)?|select[ _]?multiple)\s+(?P<list>\S+)"
    r"(?P<other>\s+or[ _]other|\s+specify[ _]other)?\Z",
    re.IGNORECASE,
)
_NAMES = {"select1": "select_one", "select all that apply": "select_multiple"}


def kind_of(text: str) -> tuple[str, str, bool]:
    """Type, list and whether people may write another answer, of what stands in the column `type`."""
    match = _TYPE.match(text.strip())
    if match is None:
        return re.sub(r"\s+", "_", text.strip().lower()), "", False
    what = re.sub(r"[ _]+", "_", match["what"].lower().removesuffix(" from"))
    what = {"selectone": "select_one", "selectmultiple": "select_multiple"}.get(what, what)
    return _NAMES.get(what.replace("_", " "), what), match["list"], bool(match["other"])


def block_of(kind: str) -> tuple[str, str] | None:
    """("begin" or "end", which block) of a row that opens or closes one."""
    match = re.match(r"(begin|end)_(.+)\Z", kind)
    return (match[1], match[2]) if match else None
