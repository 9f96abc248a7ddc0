"""The proof of anonymity: somebody with the whole database in his hands tries to say who gave which answer.

The attacker may run any SQL after people have answered. He knows which links were used, and everything that
stands in any row of any table, PostgreSQL's own books included: transaction numbers (xmin, cmin), places in
the table (ctid), ids, dates. He pairs links with sheets in every way these offer: rows with a value in
common, and rows in the same rank of any two orders, forwards and backwards. The best of all his attempts must
be no better than chance, and the same attack must succeed against a design that marks a link in its own row.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from assessment.models import Channel, Invitation, OpenAnswer, Response, Survey
from assessment.operations import survey_submission, surveys
from semarang_resilience.accounts.models import User

from .conftest import AT, filled

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 60
CHANCE = 1e-6  # how often a harmless run may fail
Row = dict[str, Any]
Truth = dict[Any, Any]  # what the attacker looks for: key of one side -> key of the other


# -- the attack


def whole_rows(table: str, where: str = "true") -> list[Row]:
    """Everything that SQL tells about the rows of a table: columns, and the database's own."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT *, xmin::text::bigint AS xmin, cmin::text::bigint AS cmin, "  # noqa: S608
            f"(ctid::text::point)[0] * 10000 + (ctid::text::point)[1] AS place FROM {table} WHERE {where}"
        )
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def orders(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """The rows in the order of each column by which they can be told apart."""
    for name in rows[0]:
        values = [row[name] for row in rows]
        if None not in values and len({str(value) for value in values}) > 1:
            shuffled = random.Random(1).sample(list(rows), len(rows))  # ties say nothing
            try:
                yield name, sorted(shuffled, key=lambda row: row[name])
            except TypeError:
                yield name, sorted(shuffled, key=lambda row: str(row[name]))


class Attack:
    """All attempts to pair rows of two tables; truth is known of the columns `key_a` and `key_b`."""

    def __init__(self, a: Sequence[Row], b: Sequence[Row], *, key_a: str, key_b: str, truth: Truth) -> None:
        self.truth, self.key_a, self.key_b, self.pairs = truth, key_a, key_b, len(a)
        self.attempts: dict[str, int] = {}
        self.correlations: dict[str, float] = {}
        for name_a, in_order_a in orders(a):
            for name_b, in_order_b in orders(b):
                self._by_rank(f"{name_a} ~ {name_b}", in_order_a, in_order_b)
                self._by_rank(f"{name_a} ~ -{name_b}", in_order_a, in_order_b[::-1])
        for name_a in a[0]:
            for name_b in b[0]:
                self._by_value(f"{name_a} = {name_b}", name_a, name_b, a, b)

    def _by_rank(self, name: str, a: Sequence[Row], b: Sequence[Row]) -> None:
        """Pair the first with the first, and so on; b may have rows of people without a link among them."""
        wanted = {self.truth[row[self.key_a]] for row in a}
        b = [row for row in b if row[self.key_b] in wanted]  # a gift to the attacker
        pairs = list(zip(a, b, strict=True))
        self.attempts[name] = sum(self.truth[x[self.key_a]] == y[self.key_b] for x, y in pairs)
        rank = {row[self.key_b]: place for place, row in enumerate(b)}
        moved = sum((place - rank[self.truth[row[self.key_a]]]) ** 2 for place, row in enumerate(a))
        n = len(a)
        self.correlations[name] = abs(1 - 6 * moved / (n * (n * n - 1)))  # Spearman's rho

    def _by_value(self, name: str, name_a: str, name_b: str, a: Sequence[Row], b: Sequence[Row]) -> None:
        """Pair rows that share a value which few others have; a group counts by the chance to hit in it."""
        groups: dict[str, list[Row]] = {}
        for row in b:
            groups.setdefault(str(row[name_b]), []).append(row)
        hits = 0.0
        for row in a:
            group = groups.get(str(row[name_a]), [])
            if any(other[self.key_b] == self.truth[row[self.key_a]] for other in group):
                hits += 1 / len(group)
        self.attempts[name] = math.floor(hits)

    @property
    def best(self) -> tuple[int, str]:
        """The most pairs that any attempt got right."""
        return max((hits, name) for name, hits in self.attempts.items())

    @property
    def strongest(self) -> tuple[float, str]:
        """The closest that any two orders come to each other."""
        return max((rho, name) for name, rho in self.correlations.items())

    def hits_by_chance(self) -> int:
        """A number of right pairs that chance reaches less often than CHANCE, in any attempt.

        A random pairing gets about one right (Poisson); the bound is divided by the number of attempts.
        """
        allowed, tail, hits = CHANCE / len(self.attempts), 1.0, 0
        while tail > allowed:
            tail -= math.exp(-1) / math.factorial(hits)
            hits += 1
            if hits > 30:
                break
        return hits

    def rho_by_chance(self) -> float:
        """The same for the closeness of two orders: rho is about normal with deviation 1/sqrt(n - 1)."""
        allowed, z = CHANCE / max(1, len(self.correlations)), 0.0
        while math.erfc(z / math.sqrt(2)) > allowed:
            z += 0.05
        return z / math.sqrt(self.pairs - 1)

    def fails(self) -> bool:
        """Whether all attempts are as good as guessing."""
        return self.best[0] < self.hits_by_chance() and self.strongest[0] < self.rho_by_chance()


def attack_links(truth: Truth) -> Attack:
    """Pair links that were used with sheets."""
    links = [row | {"used": None} for row in whole_rows("assessment_invitation") if row["id"] in truth]
    participation = whole_rows("assessment_participation")
    assert len(participation) == 1
    for row in links:  # all that is known of a link's use stands in one row for all
        row |= {f"participation_{name}": participation[0][name] for name in ("xmin", "cmin", "place")}
    return Attack(links, whole_rows("assessment_response"), key_a="id", key_b="receipt", truth=truth)


# -- people who answer


@pytest.fixture
def links(survey: Survey, budi: User) -> list[tuple[Invitation, str]]:
    """Personal links, some of which nobody will use."""
    return [
        surveys.issue_link(survey=survey, kind="personal", label=f"Orang {n}", by=budi, at=AT)
        for n in range(PEOPLE + 20)
    ]


@pytest.fixture
def poster(survey: Survey, budi: User) -> str:
    """An open link, which others use meanwhile."""
    return surveys.issue_link(survey=survey, kind="open", label="Poster", by=budi, at=AT)[1]


def answer_all(
    links: list[tuple[Invitation, str]],
    poster: str,
    *,
    seed: int,
    between: Callable[[int], None] = lambda n: None,
) -> tuple[Truth, Truth]:
    """People answer in random order on the web and offline, others by the poster: link, text -> receipt."""
    draw = random.Random(seed)
    chosen = draw.sample(links, PEOPLE)
    link_of: Truth = {}
    text_of: Truth = {}
    for number, (invitation, token) in enumerate(chosen):
        at = AT + timedelta(hours=number // 6)
        text = f"Saran {draw.getrandbits(40)}"
        submitted = surveys.submit_response(
            token=token,
            submission_id=uuid4(),
            data=filled(sector=[draw.choice(["community", "media"])], q_suggestion=[text]),
            at=at,
            channel=draw.choice([Channel.WEB, Channel.OFFLINE]),
        )
        link_of[invitation.pk], text_of[text] = submitted.receipt, submitted.receipt
        if draw.random() < 0.3:
            surveys.submit_response(token=poster, submission_id=uuid4(), data=filled(), at=at)
        between(number)
    return link_of, text_of


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_can_pair_links_with_sheets(
    links: list[tuple[Invitation, str]], poster: str, survey: Survey, budi: User, seed: int
) -> None:
    """While people answer, after sheets were counted, and when the survey is closed."""

    def fold_now_and_then(number: int) -> None:
        if number % 17 == 16:
            surveys.fold_all_responses(least=5)

    truth, _texts = answer_all(links, poster, seed=seed, between=fold_now_and_then)
    attack = attack_links(truth)
    assert attack.fails(), (attack.best, attack.strongest)
    surveys.fold_all_responses(least=5)
    attack = attack_links(truth)
    assert attack.fails(), (attack.best, attack.strongest)
    surveys.close_survey(survey=survey, by=budi, at=AT)
    attack = attack_links(truth)
    assert attack.fails(), (attack.best, attack.strongest)


def test_the_attack_succeeds_where_a_link_is_marked_in_its_own_row(
    links: list[tuple[Invitation, str]], poster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the usual design, a mark in the link's own row, without anything that names a sheet."""
    honest = survey_submission.mark_used

    def naive(*, survey_id: int, position: int) -> bool:
        Invitation.objects.filter(survey=survey_id, position=position).update(label="sudah dipakai")
        return honest(survey_id=survey_id, position=position)

    monkeypatch.setattr(survey_submission, "mark_used", naive)
    truth, _texts = answer_all(links, poster, seed=1)
    attack = attack_links(truth)
    assert attack.attempts["xmin = xmin"] == PEOPLE
    assert attack.best[0] == PEOPLE
    assert not attack.fails()


def test_the_attack_succeeds_where_links_are_only_written_in_the_order_of_use(
    links: list[tuple[Invitation, str]], poster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A subtler design: the mark is made later, by another transaction, but in the order of arrival."""
    used: list[int] = []
    honest = survey_submission.mark_used

    def remember(*, survey_id: int, position: int) -> bool:
        used.append(position)
        return honest(survey_id=survey_id, position=position)

    monkeypatch.setattr(survey_submission, "mark_used", remember)
    truth, _texts = answer_all(links, poster, seed=1)
    for position in used:
        Invitation.objects.filter(position=position).update(label="sudah dipakai")
    attack = attack_links(truth)
    assert attack.attempts["xmin = xmin"] == 0
    assert attack.attempts["xmin ~ xmin"] == PEOPLE
    assert not attack.fails()


def test_once_the_survey_is_closed_nobody_can_pair_texts_with_sheets(
    links: list[tuple[Invitation, str]], poster: str, survey: Survey, budi: User
) -> None:
    _truth, texts = answer_all(links, poster, seed=4)
    surveys.close_survey(survey=survey, by=budi, at=AT)
    assert not Response.objects.exclude(texts={}).exists()
    assert OpenAnswer.objects.filter(text__in=texts).count() == PEOPLE
    for sector in ("community", "media"):  # the sector is known of both
        where = f"sector = '{sector}'"
        written = [row for row in whole_rows("assessment_openanswer", where) if row["text"] in texts]
        sheets = whole_rows("assessment_response", where)
        assert len(written) > 20
        attack = Attack(written, sheets, key_a="text", key_b="receipt", truth=texts)
        assert attack.fails(), (attack.best, attack.strongest)


def test_the_text_of_a_small_sector_does_not_keep_its_sector(survey: Survey, budi: User) -> None:
    """The only donor would be known by it: her text would lead to her sheet."""
    sectors = ["community"] * 6 + ["media"] * 6 + ["donor"]
    rows = [{"sector": sector, "answers": {"suggestion": f"Saran {sector}"}} for sector in sectors]
    surveys.load_responses(version=survey.current_version, rows=rows, by=budi, at=AT)
    surveys.close_survey(survey=survey, by=budi, at=AT)
    kept = dict(OpenAnswer.objects.values_list("text", "sector"))
    assert kept["Saran donor"] == ""
    assert len(set(kept.values())) == 2, "and the smaller of the others goes with it"


def test_the_order_of_arrival_is_gone_when_the_survey_is_closed(
    links: list[tuple[Invitation, str]], poster: str, survey: Survey, budi: User
) -> None:
    """Not even the sheets alone tell who came first: one transaction wrote them all, shuffled."""
    truth, _texts = answer_all(links, poster, seed=5)
    arrival = {receipt: place for place, receipt in enumerate(truth.values())}
    surveys.close_survey(survey=survey, by=budi, at=AT)
    sheets = [row for row in whole_rows("assessment_response") if row["receipt"] in arrival]
    assert len({row["xmin"] for row in sheets}) == 1
    by_place = sorted(sheets, key=lambda row: row["place"])
    n = len(sheets)
    moved = sum((place - arrival[row["receipt"]]) ** 2 for place, row in enumerate(by_place))
    assert abs(1 - 6 * moved / (n * (n * n - 1))) < 5.5 / math.sqrt(n - 1)


# -- what an answer leaves behind anywhere


def newest_transaction() -> int:
    """The number of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT txid_current()")
        return int(cursor.fetchone()[0])


def rows_written_since(transaction: int) -> dict[str, int]:
    """Table -> rows that were written after a transaction, over all tables of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_stat_user_tables ORDER BY relname")
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE xmin::text::bigint > %s',  # noqa: S608
                [transaction % 2**32],
            )
            if number := cursor.fetchone()[0]:
                found[table] = number
        return found


def sequences() -> dict[str, int | None]:
    """The last value of every sequence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences")
        return dict(cursor.fetchall())


@pytest.mark.parametrize("language", ["id", "en"])
def test_an_answer_leaves_a_sheet_and_a_bit_and_nothing_else(
    client: Client, survey: Survey, budi: User, language: str, settings: Any
) -> None:
    """Through the real page, from looking at the form on: no session, no log line, no sequence."""
    from django.utils import timezone, translation

    Survey.objects.update(opens_at=timezone.now() - timedelta(1), closes_at=timezone.now() + timedelta(1))
    _, token = surveys.issue_link(survey=survey, kind="personal", label="", by=budi, at=timezone.now())
    with translation.override(language):
        address = reverse("assessment:survey_form", args=[survey.slug, token])
    before, counters = newest_transaction(), sequences()
    assert client.get(address).status_code == 200
    assert rows_written_since(before) == {}
    sent = client.post(address, filled() | {"submission": [str(uuid4())]})
    assert sent.status_code == 303
    assert rows_written_since(before) == {"assessment_response": 1, "assessment_participation": 1}
    assert sequences() == counters
    assert not client.session.keys()
    assert settings.SESSION_COOKIE_NAME not in sent.cookies


def test_the_id_that_a_client_made_is_not_the_one_that_is_kept(open_link: Any) -> None:
    """It stands in the logs of the client's way here, or in a file that somebody handed in."""
    made = uuid4()
    surveys.submit_response(token=open_link.token, submission_id=made, data=filled(), at=AT)
    row = Response.objects.values().get()
    assert str(made) not in str(row)
