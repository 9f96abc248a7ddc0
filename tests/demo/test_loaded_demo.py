"""`load_demo` and `demo_info` where the example city is there already."""

import re
from collections.abc import Callable

import pytest
from django.core.management import CommandError
from django.urls import resolve

from semarang_resilience.accounts.models import Role, User
from semarang_resilience.demo import chapters
from semarang_resilience.demo.cast import CAST, EXAMPLE_PASSWORD
from tests.demo.commands import row_counts, run


class TestLoadedCity:
    def test_every_chapter_is_played_and_named(self, loaded: str, db: None) -> None:
        assert [chapter.title for chapter in chapters.CHAPTERS if chapter.title not in loaded] == []
        assert all(chapter.is_played() for chapter in chapters.CHAPTERS)

    def test_a_second_run_changes_nothing_and_says_so(self, loaded: str, db: None) -> None:
        before = row_counts()
        said = run("load_demo")
        assert said == "The example city is loaded already; nothing was changed.\n"
        assert row_counts() == before

    def test_a_second_run_is_a_look_at_each_chapter(
        self, loaded: str, db: None, django_assert_max_num_queries: Callable
    ) -> None:
        with django_assert_max_num_queries(3 * len(chapters.CHAPTERS)):
            run("load_demo")

    def test_with_verbosity_0_it_says_nothing(self, loaded: str, db: None) -> None:
        assert run("load_demo", verbosity=0) == ""

    def test_real_users_beside_the_loaded_city_are_refused_too(self, loaded: str, db: None) -> None:
        User.objects.create_user("warga@example.org", name="Seorang warga")
        with pytest.raises(CommandError, match="real users"):
            run("load_demo")

    def test_every_role_has_a_login_that_works(self, loaded: str, db: None) -> None:
        said = run("demo_info")
        assert {account.role for account in CAST} == set(Role)
        for account in CAST:
            assert account.email in said
            user = User.objects.get(email=account.email)
            assert user.check_password(EXAMPLE_PASSWORD)
            assert user.is_example
            assert user.roles == [account.role]

    def test_the_survey_link_leads_to_the_open_form(self, loaded: str, db: None) -> None:
        [path] = re.findall(r"http://localhost:8000(/id/survei/\S+)", run("demo_info"))
        match = resolve(path)
        assert match.view_name == "assessment:survey_form"
