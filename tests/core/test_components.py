"""Every part of the portal's pages: what it shows, what it leaves out, and that the gallery shows it."""

import inspect
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from playwright.sync_api import Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from semarang_resilience.accounts.models import Role, User
from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.core.components import content, controls, data, page, story
from semarang_resilience.core.components import forms as form_parts
from semarang_resilience.core.components.rendering import Mark
from semarang_resilience.core.templatetags import ui
from tests.support.http import PolicyClient

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
PARTS = (page, content, data, story, form_parts, controls)
# Used by base.html or inside other parts, so not shown alone.
FRAME = {"nav_items", "languages", "period"}
GALLERY = "/id/galeri/"


def show(source: str, request: HttpRequest | None = None, **context: Any) -> str:
    """Render a line of template code as a page would."""
    request = request or RequestFactory().get("/id/rencana/")
    return Template("{% load i18n ui %}" + source).render(Context(context | {"request": request}))


def words(html: str) -> str:
    """What a reader sees: tags gone, white space as one blank."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def tags() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every component with the function behind it."""
    for part in PARTS:
        for name in part.register.tags:
            yield name, getattr(part, name)


# -- the library as a whole ------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "function"), list(tags()))
def test_a_component_explains_itself_and_takes_keywords_only(name: str, function: Callable[..., Any]) -> None:
    assert inspect.getdoc(function)
    kinds = {p.name: p.kind for p in inspect.signature(function).parameters.values()}
    positional = {n for n, kind in kinds.items() if kind is not inspect.Parameter.KEYWORD_ONLY}
    assert positional <= {"content", "context"}


def test_the_gallery_shows_every_component() -> None:
    pages = [TEMPLATES / "portal" / "gallery.html", *(TEMPLATES / "portal" / "gallery").glob("*.html")]
    shown = set(re.findall(r"{%\s*(\w+)", "".join(path.read_text() for path in pages)))
    assert set(ui.register.tags) - FRAME - shown == set()


def _statuses(kind: type = ToneChoices) -> Iterator[Any]:
    for sub in kind.__subclasses__():
        yield from sub
        yield from _statuses(sub)


def test_every_icon_that_is_used_is_in_the_sprite() -> None:
    sprite = set(json.loads((ROOT / "static" / "src" / "icons.json").read_text()))
    sources = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    used = set(re.findall(r'{%[^%]*?\bicon(?: name)?="([a-z0-9-]+)"', sources))
    used |= set(content.NOTICE_ICONS.values()) | set(story.KIND_ICONS.values())
    used |= {str(option["icon"]) for option in form_parts.RATINGS}
    used |= {status.icon for status in _statuses()}
    assert used - sprite == set()


def test_every_status_has_a_tone_that_the_style_sheet_knows() -> None:
    assert {status.tone for status in _statuses()} <= {"neutral", "info", "success", "warning", "danger"}


@pytest.mark.django_db
def test_the_gallery_is_open_in_development(client: PolicyClient, settings: Settings) -> None:
    settings.DEBUG = True
    response = client.get(GALLERY)
    assert response.status_code == 200
    html = response.content.decode()
    assert html.count("<h1") == 1
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), "an id stands twice on the page"


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "status"), [(None, 302), (Role.FORUM_MEMBER, 403), (Role.CRO_STAFF, 200)])
def test_the_gallery_is_for_the_office_in_production(
    client: PolicyClient, role: Role | None, status: int
) -> None:
    if role:
        client.force_login(User.objects.create_user("someone@example.org", roles=[role.value]))
    assert client.get(GALLERY).status_code == status


@pytest.mark.e2e
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("viewport", [(1280, 800), (320, 640)])
def test_axe_and_the_reflow_rule_accept_the_gallery(
    live_server: LiveServer, settings: Settings, page: Page, viewport: tuple[int, int]
) -> None:
    settings.DEBUG = True
    page.goto(f"{live_server.url}{GALLERY}")
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], [node["target"] for node in v["nodes"]]) for v in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0]


@pytest.mark.e2e
@pytest.mark.django_db(transaction=True)
@pytest.mark.viewport(360, 740)
def test_the_menu_opens_without_javascript(
    live_server: LiveServer, settings: Settings, new_page: Callable[..., Page]
) -> None:
    settings.DEBUG = True
    page = new_page(java_script_enabled=False)
    page.goto(f"{live_server.url}{GALLERY}")
    link = page.locator(".menu--site .menu__panel a").last
    assert not link.is_visible()
    page.click(".menu--site summary")
    assert link.is_visible()


@pytest.mark.e2e
@pytest.mark.django_db(transaction=True)
def test_the_error_summary_takes_the_focus_and_leads_to_the_field(
    live_server: LiveServer, settings: Settings, page: Page
) -> None:
    settings.DEBUG = True
    page.goto(f"{live_server.url}{GALLERY}")
    assert page.evaluate("document.activeElement.matches('[data-error-summary]')")
    page.click("[data-error-summary] a[href='#broken_title']")
    assert page.evaluate("document.activeElement.id") == "broken_title"
    page.click("[data-error-summary] a[href^='#broken_level']")
    assert page.evaluate("document.activeElement.name") == "level"


# -- page, content ---------------------------------------------------------------------------------------


def test_what_people_typed_is_escaped_everywhere() -> None:
    evil = "<script>alert(1)</script>"
    html = show(
        "{% page_header title=x lead=x eyebrow=x %}{{ x }}{% endpage_header %}"
        "{% card title=x meta=x %}{{ x }}{% endcard %}{% notice title=x %}{{ x }}{% endnotice %}"
        "{% stat value=x label=x %}{% badge label=x %}{% tag_list tags=tags %}{% thread nodes=nodes %}",
        x=evil,
        tags=[(evil, None)],
        nodes=[{"kind": "survey", "kind_label": evil, "title": evil, "reason": evil}],
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 16


def test_an_empty_block_leaves_no_empty_box() -> None:
    assert "page-header__actions" not in show('{% page_header title="A" %}\n  {% endpage_header %}')
    with_button = '{% page_header title="A" %}{% button label="B" url="/" %}{% endpage_header %}'
    assert '<a class="btn' in show(with_button)


def test_a_status_says_its_word_beside_its_colour_and_icon() -> None:
    class Step(ToneChoices):
        LATE = "late", "warning", "clock", "Late"

    html = show("{% status status=step reason='no permit' %}", step=Step.LATE)
    assert words(html) == "Late no permit"
    assert "badge-mark--warning" in html
    assert "icons.svg#clock" in html


def test_no_status_shows_nothing_and_an_unknown_tone_is_neutral() -> None:
    assert words(show("{% status status=None %}")) == ""
    html = show("{% status status=mark %}", mark=SimpleNamespace(label="Odd", tone="pink", icon=""))
    assert "badge-mark--neutral" in html


def test_a_quoted_mark_names_its_source() -> None:
    html = show('{% quoted_mark source="Rencana Tindak Lanjut" url="https://example.org/" %}')
    assert "<details" in html
    assert '<a href="https://example.org/">Rencana Tindak Lanjut</a>' in html


# -- lists -----------------------------------------------------------------------------------------------


class SampleFilter(forms.Form):
    pillar = forms.ChoiceField(choices=[("", "All"), ("1", "Water"), ("4", "Mobility")], required=False)
    text = forms.CharField(required=False)


def test_filters_in_force_are_named_and_can_be_taken_away_one_by_one() -> None:
    request = RequestFactory().get("/id/rencana/", {"pillar": "4", "text": "bus", "page": "3"})
    html = show("{% filters form=form total=2 %}", request, form=SampleFilter(request.GET))
    assert "Mobility" in words(html)
    links = re.findall(r'class="tag tag--remove" href="([^"]+)"', html)
    assert links == ["/id/rencana/?text=bus", "/id/rencana/?pillar=4"]
    assert "<details" in html
    assert " open>" in html


def test_without_filters_nothing_is_said_to_be_in_force() -> None:
    html = show("{% filters form=form total=2 %}", form=SampleFilter())
    assert "tag--remove" not in html
    assert " open>" not in html


def test_pages_keep_the_filters_of_the_address() -> None:
    request = RequestFactory().get("/id/rencana/", {"pillar": "4", "page": "2"})
    html = show("{% pagination page=page %}", request, page=Paginator(range(100), 10).page(2))
    assert 'rel="next" href="?pillar=4&amp;page=3"' in html
    assert '<span aria-current="page">2</span>' in html


def test_one_page_needs_no_page_numbers() -> None:
    assert words(show("{% pagination page=page %}", page=Paginator(range(3), 10).page(1))) == ""


def test_a_figure_comes_with_its_words_and_its_table() -> None:
    table = SimpleNamespace(headers=["a", "b"], rows=[("x", 0)])
    figure = SimpleNamespace(svg="", title="Rob", description="It grows.", table=table)
    html = show("{% figure figure=figure n=402 %}", figure=figure)
    assert 'role="img" aria-label="Rob. It grows."' in html
    assert '<th scope="row">x</th><td>0</td>' in html
    assert "n = 402" in words(html)


def test_shares_fill_the_whole_bar() -> None:
    marks = [Mark(label=name, tone="info") for name in "abc"]
    pieces = data.share_bar(parts=[(mark, 1) for mark in marks], label="x")["pieces"]
    assert sum(float(piece["width"]) for piece in pieces) == pytest.approx(100, abs=0.05)
    assert data.share_bar(parts=[(marks[0], 0)], label="x")["pieces"][0]["width"] == "0.00"


def test_a_tree_reads_objects_and_mappings_alike() -> None:
    leaf = SimpleNamespace(code="1.2.1", title="Rain", url="/r/")
    html = show("{% tree nodes=nodes %}", nodes=[{"code": "1", "title": "Water", "children": [leaf]}])
    assert words(html) == "1 Water 1.2.1 Rain"
    assert html.count("<ul") == 2


# -- story -----------------------------------------------------------------------------------------------


def test_the_thread_shows_where_the_reader_is_and_where_a_link_is_missing() -> None:
    nodes = [
        {"kind": "finding", "kind_label": "Finding", "title": "Rob", "url": "/f/", "current": True},
        {"kind": "action", "kind_label": "Action", "title": ""},
    ]
    html = show("{% thread nodes=nodes %}", nodes=nodes)
    assert html.count("thread__node--gap") == 1
    assert 'aria-current="step"' in html
    assert 'href="/f/"' not in html, "the page that one is on needs no link to itself"


@pytest.mark.parametrize(
    ("start", "end", "today", "state"),
    [
        (None, None, date(2016, 1, 1), "coming"),
        (date(2015, 5, 1), None, date(2016, 1, 1), "current"),
        (date(2015, 5, 1), date(2015, 9, 1), date(2016, 1, 1), "done"),
        (date(2015, 5, 1), date(2016, 9, 1), date(2016, 1, 1), "current"),
        (date(2016, 5, 1), None, date(2016, 1, 1), "coming"),
    ],
)
def test_the_state_of_a_phase_follows_from_its_actual_dates(
    start: date | None, end: date | None, today: date, state: str
) -> None:
    phase = SimpleNamespace(name="Stage 1", actual_start=start, actual_end=end, outputs="A\nB", position=1)
    shown = story.phase_timeline(phases=[phase], today=today)["phases"][0]
    assert shown["state"] == state
    assert [output["label"] for output in shown["outputs"]] == ["A", "B"]


# -- forms -----------------------------------------------------------------------------------------------


class SampleForm(forms.Form):
    title = forms.CharField(help_text="One sentence.", widget=forms.TextInput(attrs={"placeholder": "Title"}))
    found_on = forms.DateField(required=False)
    level = forms.ChoiceField(choices=[("1", "Low"), ("2", "High")], widget=forms.RadioSelect)
    note = forms.CharField(required=False)


@pytest.fixture
def broken() -> SampleForm:
    form = SampleForm({"title": "", "found_on": "2016-05-23", "level": ""})
    assert not form.is_valid()
    return form


def test_label_help_and_error_are_tied_to_the_control(broken: SampleForm) -> None:
    html = show("{% field field=form.title %}", form=broken)
    assert '<label class="field__label" for="id_title">' in html
    assert 'aria-describedby="id_title_help id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_title_help"' in html
    assert 'id="id_title_error"' in html
    assert "placeholder" not in html


def test_several_choices_are_a_fieldset_with_a_legend(broken: SampleForm) -> None:
    html = show("{% field field=form.level %}", form=broken)
    assert '<fieldset class="field field--error" id="id_level" aria-describedby="id_level_error">' in html
    assert "<legend" in html
    assert html.count('type="radio"') == 2


def test_a_date_is_given_to_the_browser_in_its_iso_form(broken: SampleForm) -> None:
    html = show("{% field field=form.found_on %}", form=SampleForm(initial={"found_on": date(2016, 5, 23)}))
    assert 'type="date"' in html
    assert 'value="2016-05-23"' in html


def test_only_what_may_stay_empty_is_marked(broken: SampleForm) -> None:
    assert "field__optional" in show("{% field field=form.note %}", form=broken)
    assert "field__optional" not in show("{% field field=form.title %}", form=broken)


def test_the_error_summary_links_to_each_field(broken: SampleForm) -> None:
    html = show("{% error_summary form=form errors=more %}", form=broken, more=[("Answer this.", "#id_q1")])
    assert 'href="#id_title"' in html
    assert 'href="#id_q1"' in html
    assert "data-error-summary" in html
    assert words(show("{% error_summary form=form %}", form=SampleForm())) == ""


def test_a_rating_offers_i_do_not_know_and_remembers_the_answer() -> None:
    html = show('{% rating name="q1" legend="Water?" value=0 error="Choose." %}')
    assert re.search(r'id="id_q1_3" value="0" checked', html)
    assert html.count("checked") == 1
    assert 'aria-describedby="id_q1_error"' in html


def test_an_unanswered_rating_has_nothing_chosen() -> None:
    assert "checked" not in show('{% rating name="q1" legend="Water?" %}')


# -- controls --------------------------------------------------------------------------------------------


def test_a_decision_asks_for_its_reason_and_carries_the_token() -> None:
    html = show('{% post_button url="/x/" label="Return" reason="Why?" %}', csrf_token="secret")
    assert 'name="csrfmiddlewaretoken" value="secret"' in html
    assert re.search(r'<textarea[^>]+name="reason"[^>]+required', html)
    assert "<details" in html
    assert "<textarea" not in show('{% post_button url="/x/" label="Accept" %}', csrf_token="secret")


@pytest.mark.parametrize("state", ["queued", "running", "done", "failed"])
def test_a_progress_box_asks_again_only_while_it_waits(state: str) -> None:
    polls = state in {"queued", "running"}
    box = '{% progress_box url="/job/" title="PRA" state=state reload_url="/page/" %}{% endprogress_box %}'
    html = show(box, state=state)
    assert ('hx-get="/job/"' in html) is polls
    assert ('href="/page/"' in html) is polls
    assert ("<progress" in html) is polls


def test_a_checksum_is_shown_in_groups_and_copied_whole() -> None:
    html = show("{% hash value=value %}", value="ab" * 32)
    assert html.count("<span>abababab</span>") == 8
    assert f'data-copy="{"ab" * 32}"' in html
