"""`load_demo` and `demo_info`: once, completely, and never beside real people."""

import time
from dataclasses import replace

import pytest
from django.core.management import CommandError
from django.db import transaction

from semarang_resilience.accounts.models import User
from semarang_resilience.core.models import Cycle
from semarang_resilience.demo import chapters
from semarang_resilience.demo.management.commands import load_demo
from semarang_resilience.places.models import City
from tests.demo.commands import row_counts, run

SECONDS = 60


class TestLoading:
    def test_it_takes_less_than_a_minute(self, db: None) -> None:
        started = time.monotonic()
        run("load_demo")
        assert time.monotonic() - started < SECONDS

    def test_a_chapter_that_breaks_leaves_nothing_and_is_played_next_time(
        self, db: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = chapters.CHAPTERS
        place = next(i for i, chapter in enumerate(whole) if chapter.title == "cycle and stages")

        def play_half() -> None:
            whole[place].play()
            raise RuntimeError("the machine stops here")

        broken = (*whole[:place], replace(whole[place], play=play_half), *whole[place + 1 :])
        monkeypatch.setattr(load_demo, "CHAPTERS", broken)
        with pytest.raises(RuntimeError):
            run("load_demo")
        assert City.objects.count() == 1
        assert not Cycle.objects.exists()

        monkeypatch.setattr(load_demo, "CHAPTERS", whole)
        said = run("load_demo")
        assert all(chapter.is_played() for chapter in whole)
        assert f"({len(whole) - place} of {len(whole)} chapters were new)" in said


class TestRefusing:
    def test_a_database_with_real_users_is_left_alone(self, db: None) -> None:
        User.objects.create_user("warga@example.org", name="Seorang warga")
        before = row_counts()
        with pytest.raises(CommandError, match="real users"):
            run("load_demo")
        assert row_counts() == before

    def test_production_settings_refuse_because_the_password_is_public(
        self, db: None, settings: object
    ) -> None:
        settings.EXAMPLE_CITY_ALLOWED = False  # type: ignore[attr-defined]
        with pytest.raises(CommandError, match="public password"):
            run("load_demo")
        assert not User.objects.exists()

    def test_without_the_city_it_says_how_to_load_it(self, db: None) -> None:
        with pytest.raises(CommandError, match="load_demo"):
            run("demo_info")


def test_nothing_of_the_city_is_left_outside_its_transaction(db: None) -> None:
    """Guards the fixture itself: the modules that load the city take it back."""
    assert not transaction.get_connection().needs_rollback
    assert not Cycle.objects.exists()
