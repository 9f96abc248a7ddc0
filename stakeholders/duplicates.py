"""Entries of the register that may be the same, each with the reasons for thinking so.

Names are compared after what people write in many ways has been taken away (capitals, accents, PT, CV,
punctuation), by the trigrams that they share: weight of the shared ones / weight of all (Jaccard), where a
trigram weighs log(1 + names / names with it), so that "Dinas … Kota Semarang" says little.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import DISTINCT, Organization, Person

BLOCK = 256  # names compared with all others at a time
ALIKE = 0.55  # share of trigrams from which on two names are worth a look
Pair = tuple[int, int]
# Words that say nothing about who it is.
NOISE = frozenset(["pt", "cv", "tbk", "persero", "yayasan", "the", "of", "and", "dan", "di", "perkumpulan"])
TITLES = frozenset(
    {"bapak", "bpk", "pak", "ibu", "bu", "sdr", "sdri", "dr", "drs", "dra", "ir", "prof", "h", "hj", "st"}
    | {"mt", "si", "se", "sh", "mm", "msc", "phd"}
)
# The points of "M.T." and "P.M.I.", so that they are one word.
ABBREVIATION = re.compile(r"\b(\w)\.(?=\w\b|\W|$)")
# Where names differ in one of these they are different bodies, however alike the rest is.
RANKS = {
    "kota": "city",
    "kabupaten": "regency",
    "kab": "regency",
    "provinsi": "province",
    "prov": "province",
    "pusat": "centre",
    "cabang": "branch",
}


@dataclass(frozen=True)
class Reason:
    """Why two entries may be the same; `weight` from 0 to 1 is how much that says."""

    text: str | Promise
    weight: float
    share: int = 0  # per cent, where the reason is a likeness

    def __str__(self) -> str:
        return str(self.text) % {"share": self.share} if self.share else str(self.text)


SAME_NAME = Reason(_("The same name, written differently"), 0.95)
FORMER_NAME = Reason(_("One bears a former name of the other"), 0.9)
SAME_EMAIL = Reason(_("The same e-mail address"), 0.95)
SAME_PHONE = Reason(_("The same telephone number"), 0.7)
SAME_ACRONYM = Reason(_("The same acronym"), 0.6)
INITIALS = Reason(_("The acronym of one is made of the initials of the other"), 0.5)
SAME_WEBSITE = Reason(_("The same website"), 0.5)
SAME_PLACE_OF_WORK = Reason(_("They act for the same organisation"), 0.3)
LIKE_NAME = _("The names are alike (%(share)s%% of their parts)")


@dataclass(frozen=True)
class Candidate:
    """Two entries that may be the same; `first` has the lower number."""

    first: int
    second: int
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> float:
        """How likely they are the same, from 0 to 1: reasons taken as if independent of each other."""
        return 1 - math.prod(1 - reason.weight for reason in self.reasons)


# -- what is compared ----------------------------------------------------------------------------------------
def normalised(text: str, *, without: Collection[str] = NOISE) -> str:
    """Small letters without accents, punctuation and words of no meaning, single spaces."""
    plain = unicodedata.normalize("NFKD", ABBREVIATION.sub(r"\1", text.casefold()))
    words = re.findall(r"[a-z0-9]+", "".join(char for char in plain if not unicodedata.combining(char)))
    return " ".join(word for word in words if word not in without) or " ".join(words)


def trigrams(text: str) -> frozenset[str]:
    """All runs of three characters, word ends included."""
    padded = f"  {text} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2)) if text else frozenset()


def contradict(one: str, other: str) -> bool:
    """Whether two normalised names name different bodies: another number, or city against regency."""
    return _numbers(one) != _numbers(other) or bool(
        (ranks := _ranks(one)) and (theirs := _ranks(other)) and ranks != theirs
    )


def _numbers(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\d+", name))


def _ranks(name: str) -> frozenset[str]:
    return frozenset(RANKS[word] for word in name.split() if word in RANKS)


def alike(names: Mapping[int, str], *, threshold: float = ALIKE) -> Iterator[tuple[int, int, float]]:
    """All pairs of keys whose names share at least `threshold` of their trigrams' weight, and that share.

    Exact: the weights that two names share are the product of a sparse matrix (names by trigrams) with its
    transpose, taken in blocks of rows so that memory does not grow with the square of the register.
    """
    keys = sorted(key for key, name in names.items() if name)
    if len(keys) < 2:
        return
    marks, weights = _matrix([trigrams(names[key]) for key in keys])
    weighted = (marks @ weights).T.tocsc()
    totals = marks @ weights.diagonal()
    for start in range(0, len(keys), BLOCK):
        shared = (marks[start : start + BLOCK] @ weighted).tocoo()
        one, other = shared.row + start, shared.col
        share = shared.data / (totals[one] + totals[other] - shared.data)
        for place in ((share >= threshold) & (one < other)).nonzero()[0]:
            yield keys[one[place]], keys[other[place]], float(share[place])


def _matrix(sets: Sequence[frozenset[str]]) -> tuple[Any, Any]:
    """Names by trigrams (1 where a name has it), and the weights of the trigrams as a diagonal matrix."""
    from scipy import sparse  # half a second, only for those who look for duplicates

    frequency = Counter(gram for grams in sets for gram in grams)
    columns = {gram: place for place, gram in enumerate(sorted(frequency))}
    weight = [math.log(1 + len(sets) / frequency[gram]) for gram in columns]
    rows = [place for place, grams in enumerate(sets) for _gram in grams]
    cells = [columns[gram] for grams in sets for gram in grams]
    shape = (len(sets), len(columns))
    return sparse.csr_matrix(([1.0] * len(rows), (rows, cells)), shape=shape), sparse.diags(weight)


# -- candidates ----------------------------------------------------------------------------------------------
class Reasons:
    """Collects reasons by pair."""

    def __init__(self) -> None:
        self.by_pair: dict[Pair, dict[str, Reason]] = defaultdict(dict)

    def add(self, one: int, other: int, reason: Reason) -> None:
        """A reason counts once for a pair."""
        if one != other:
            low, high = sorted((one, other))
            self.by_pair[low, high].setdefault(str(reason.text), reason)

    def add_equal(self, keys: Iterable[tuple[int, str]], reason: Reason, *, most: int = 20) -> None:
        """A reason for all who share a value; a value of more than `most` says nothing about anybody."""
        holders: dict[str, list[int]] = defaultdict(list)
        for key, value in keys:
            if value:
                holders[value].append(key)
        for found in holders.values():
            if len(found) <= most:
                for place, one in enumerate(found):
                    for other in found[place + 1 :]:
                        self.add(one, other, reason)

    def add_alike(self, names: Mapping[int, str]) -> None:
        """Names that are the same, or nearly."""
        for one, other, share in alike(names):
            if contradict(names[one], names[other]):
                continue
            is_same = names[one] == names[other]
            near = Reason(LIKE_NAME, 0.75 * share, share=round(share * 100))
            self.add(one, other, SAME_NAME if is_same else near)

    def candidates(self, *, apart: Collection[Pair], least: float) -> list[Candidate]:
        """The most likely first; pairs that somebody said are different are left out."""
        found = [
            Candidate(low, high, tuple(sorted(reasons.values(), key=lambda each: -each.weight)))
            for (low, high), reasons in self.by_pair.items()
            if (low, high) not in apart
        ]
        found = [each for each in found if each.score >= least]
        return sorted(found, key=lambda each: (-each.score, each.first, each.second))


def organization_candidates(*, least: float = 0.4) -> list[Candidate]:
    """Organisations that may be the same: three queries."""
    columns = ("pk", "name", "acronym", "former_names", "website")
    registered = Organization.objects.registered().order_by("pk")
    apart = _kept_apart(Organization)  # and nobody takes a part for the whole
    above = registered.filter(parent__isnull=False).values_list("pk", "parent")
    apart |= {(min(pair), max(pair)) for pair in above}
    return _organization_reasons(list(registered.values_list(*columns))).candidates(apart=apart, least=least)


def like_organization(*, name: str, acronym: str = "", website: str = "") -> list[Candidate]:
    """Organisations of the register that a new entry may repeat, under the number 0: one query."""
    columns = ("pk", "name", "acronym", "former_names", "website")
    rows: list[tuple[Any, ...]] = [(0, name, acronym, [], website)]
    rows += Organization.objects.registered().order_by("pk").values_list(*columns)
    return [each for each in _organization_reasons(rows).candidates(apart=(), least=0.5) if each.first == 0]


def _organization_reasons(rows: Sequence[tuple[Any, ...]]) -> Reasons:
    reasons = Reasons()
    names = {pk: normalised(name) for pk, name, *_rest in rows}
    acronyms = {pk: normalised(acronym).replace(" ", "") for pk, _name, acronym, *_rest in rows}
    reasons.add_alike(names)
    reasons.add_equal([(pk, acronyms[pk]) for pk in names], SAME_ACRONYM)
    reasons.add_equal([(pk, _host(website)) for pk, *_rest, website in rows], SAME_WEBSITE, most=5)
    known = {**_unique(names), **_unique(acronyms)}
    for pk, _name, _acronym, former, _website in rows:
        for each in former:
            if (other := known.get(normalised(each))) is not None:
                reasons.add(pk, other, FORMER_NAME)
    initials = {pk: "".join(word[0] for word in name.split()) for pk, name in names.items()}
    bearers = _unique({pk: text for pk, text in initials.items() if len(text) >= 3 and not acronyms[pk]})
    for pk, acronym in acronyms.items():
        if (other := bearers.get(acronym)) is not None and not contradict(names[pk], names[other]):
            reasons.add(pk, other, INITIALS)
    return reasons


def person_candidates(*, least: float = 0.4) -> list[Candidate]:
    """People who may be the same: two queries."""
    columns = ("pk", "name", "email", "phone", "organization")
    rows = list(Person.objects.registered().order_by("pk").values_list(*columns))
    reasons = Reasons()
    names = {pk: normalised(name, without=TITLES) for pk, name, *_rest in rows}
    employers = {pk: employer for pk, *_rest, employer in rows}
    reasons.add_alike(names)
    reasons.add_equal([(pk, email.casefold()) for pk, _name, email, *_rest in rows], SAME_EMAIL)
    reasons.add_equal([(pk, _digits(phone)) for pk, _name, _email, phone, _org in rows], SAME_PHONE)
    for one, other in list(reasons.by_pair):
        if employers[one] == employers[other]:
            reasons.add(one, other, SAME_PLACE_OF_WORK)
    return reasons.candidates(apart=_kept_apart(Person), least=least)


CANDIDATES: Mapping[type[Organization | Person], Callable[[], list[Candidate]]] = {
    Organization: organization_candidates,
    Person: person_candidates,
}


def _kept_apart(model: type[Organization | Person]) -> set[Pair]:
    return set(DISTINCT[model]._default_manager.values_list("first", "second"))


def _unique(texts: Mapping[int, str]) -> dict[str, int]:
    """Text -> its only bearer."""
    counts = Counter(texts.values())
    return {text: pk for pk, text in texts.items() if text and counts[text] == 1}


def _host(website: str) -> str:
    return (urlsplit(website).hostname or "").removeprefix("www.")


def _digits(phone: str) -> str:
    """A number without its spellings: +62 812-… and 0812… are one."""
    digits = re.sub(r"\D", "", phone)
    return re.sub(r"^(62|0)", "", digits) if len(digits) >= 8 else ""
