"""The kernel: refusals, activity, prose, figures, views that only read, health."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from semarang_resilience.accounts.models import User
from semarang_resilience.core.activity import record
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.figures import render_svg
from semarang_resilience.core.http import WriteInReadView, reads
from semarang_resilience.core.markdown import render_markdown
from semarang_resilience.core.middleware import RefusalMiddleware
from semarang_resilience.core.models import Activity, Cycle
from semarang_resilience.core.permissions import allowed, ensure

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
BARS = {
    "data": {"values": [{"a": "<script>x</script>", "b": 3}]},
    "mark": "bar",
    "encoding": {"x": {"field": "b", "type": "quantitative"}, "y": {"field": "a", "type": "nominal"}},
}


def test_prose_keeps_structure_and_loses_everything_that_could_act() -> None:
    html = render_markdown(
        "**kuat** <script>alert(1)</script> [x](javascript:alert(1)) [y](https://example.org)"
    )
    assert "<strong>kuat</strong>" in html
    assert "<script" not in html
    assert "javascript:" not in html.replace("(javascript:alert(1))", "")
    assert 'href="https://example.org"' in html
    assert 'rel="noopener noreferrer"' in html


def test_a_figure_names_itself_and_escapes_its_labels() -> None:
    svg = render_svg(BARS, title="Judul & lain", description="3 dari 3")
    assert "<title>Judul &amp; lain</title><desc>3 dari 3</desc>" in svg
    assert "<script" not in svg
    assert "style=" not in svg
    assert svg == render_svg(BARS, title="Judul & lain", description="3 dari 3")


def test_a_figure_reads_nothing_from_outside() -> None:
    with pytest.raises(ValueError, match="inline"):
        render_svg({"data": {"url": "/etc/passwd"}, "mark": "bar"}, title="t", description="d")


@pytest.mark.django_db
def test_a_view_that_only_reads_may_not_write(rf: RequestFactory) -> None:
    @reads
    def view(request: object) -> HttpResponse:
        Cycle.objects.create(slug="x", name="x", planned_start=date(2020, 1, 1), planned_end=date(2020, 2, 1))
        return HttpResponse("")

    with pytest.raises(WriteInReadView):
        view(rf.get("/"))
    assert view(rf.post("/")).status_code == 405


@pytest.mark.django_db
def test_a_line_of_the_log_stays_readable_without_its_actor() -> None:
    user = User.objects.create_user("a@contoh.semarang", name="Ani")
    run = Cycle.objects.create(
        slug="x", name="Siklus", planned_start=date(2020, 1, 1), planned_end=date(2020, 2, 1)
    )
    record(verb="open_cycle", target=run, by=user, at=AT, note="uji")
    user.delete()
    line = Activity.objects.get()
    assert (line.actor, line.actor_label, line.target_label, line.data) == (
        None,
        "Ani",
        "Siklus",
        {"note": "uji"},
    )


def test_nobody_and_the_anonymous_may_do_nothing() -> None:
    assert not allowed(None, "accounts.manage_accounts")
    with pytest.raises(NotAllowed):
        ensure(AnonymousUser(), "accounts.manage_accounts")


def test_a_refusal_becomes_a_page_with_its_sentence(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    response = RefusalMiddleware(lambda _: HttpResponse()).process_exception(
        request, Refused("Sudah ditutup.")
    )
    assert response is not None
    assert response.status_code == 409
    assert "Sudah ditutup." in response.content.decode()


def test_health_needs_neither_database_nor_known_host() -> None:
    assert Client(headers={"host": "10.0.0.9"}).get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_readiness_names_what_is_there(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "checks": {"database": True, "migrations": True, "broker": True}}


@pytest.mark.django_db
def test_a_dead_broker_is_reported_but_the_portal_stays_ready(client: Client, settings: object) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # type: ignore[attr-defined]
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["broker"]) == (200, False)


@pytest.mark.django_db
def test_readiness_fails_without_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def dead() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", dead)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
