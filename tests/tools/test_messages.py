"""The catalogue tool finds what Django's makemessages finds, merges the areas' parts, checks the result."""

import gettext
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import messages

PYTHON_SOURCE = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext, npgettext_lazy
_("Plain"); gettext_lazy("Lazy"); _("Long "
  "literal")
ngettext("%(count)s answer", "%(count)s answers", count) % {"count": count}
pgettext("month", "May")
npgettext_lazy("people", "%d member", "%d members", count)
not_a_call = "Not a message"
"""
TEMPLATE_SOURCE = """
{% load i18n %}
<p>{% translate "From a tag" %}</p>
      <p>{% trans 'Old tag' context "button" %}</p>
  <p>{% translate "100 % sure" as sure %}{{ value|default:_("nothing") }}{{ _("constant") }}</p>
{% component label=_("As an argument") %}
{% blocktranslate trimmed with name=person.name %}
    Hello {{ name }},
    welcome
{% endblocktranslate %}
{% blocktranslate count n=people|length %}{{ n }} person{% plural %}{{ n }} people{% endblocktranslate %}
{% blocktranslate %}5 % of {{ total }}{% endblocktranslate %}
{# _("commented out") #}
{% comment %}{% translate "also commented out" %}{% endcomment %}
"""
EXPECTED = {
    (None, "Plain"),
    (None, "Lazy"),
    (None, "Long literal"),
    (None, "%(count)s answer"),
    ("month", "May"),
    ("people", "%d member"),
    (None, "From a tag"),
    ("button", "Old tag"),
    (None, "100 %% sure"),
    (None, "nothing"),
    (None, "constant"),
    (None, "As an argument"),
    (None, "Hello %(name)s, welcome"),
    (None, "%(n)s person"),
    (None, "5 %% of %(total)s"),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one module, one template, and things that must not be read."""
    write(tmp_path / "actions" / "models.py", PYTHON_SOURCE)
    write(tmp_path / "templates" / "page.html", TEMPLATE_SOURCE)
    write(tmp_path / "tests" / "test_page.py", '_("in a test")')
    write(tmp_path / ".venv" / "lib" / "module.py", '_("in a package")')
    write(tmp_path / "node_modules" / "page.html", '{% translate "in node_modules" %}')
    return tmp_path


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def translate(project: Path, area: str, *pairs: tuple[str, str]) -> None:
    entries = "\n\n".join(f'msgid "{source}"\nmsgstr "{target}"' for source, target in pairs)
    write(project / "locale" / "id" / "parts" / f"{area}.po", entries + "\n")


def translate_everything(project: Path) -> None:
    """Every message by itself, which keeps all placeholders."""
    messages.update(project)
    catalogue = messages.read_catalogue(messages.catalogue_file(project))
    for message in messages.messages_of(catalogue):
        last = messages.forms(message.id)[-1]
        message.string = (last,) if message.pluralizable else last
    with messages.catalogue_file(project).open("wb") as file:
        messages.write_po(file, catalogue)


def edit(project: Path, old: str, new: str) -> None:
    file = messages.catalogue_file(project)
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_finds_every_kind_of_message_and_nothing_else(project: Path) -> None:
    assert {messages.key(message) for message in messages.source_messages(project)} == EXPECTED


@pytest.mark.skipif(
    not shutil.which("xgettext"), reason="compares with the system's gettext where there is one"
)
def test_finds_what_makemessages_finds(project: Path) -> None:
    (project / "locale").mkdir()
    ours = {messages.key(message) for message in messages.source_messages(project)}
    command = ["makemessages", "-l", "id", "-i", "tests", "-i", ".venv", "-i", "node_modules"]
    run_django_admin(project, *command)
    theirs = messages.messages_of(messages.read_catalogue(messages.catalogue_file(project)))
    assert ours == {messages.key(message) for message in theirs}


def run_django_admin(project: Path, *command: str) -> None:
    subprocess.run([str(messages.ROOT / ".venv/bin/django-admin"), *command], cwd=project, check=True)


def test_update_keeps_what_is_known_and_takes_in_the_parts(project: Path) -> None:
    translate(project, "first", ("Plain", "Polos"))
    messages.update(project)
    translate(project, "first")
    translate(project, "second", ("Lazy", "Malas"))
    messages.update(project)
    catalogue = messages.read_catalogue(messages.catalogue_file(project))
    assert catalogue["Plain"].string == "Polos"
    assert catalogue["Lazy"].string == "Malas"
    assert catalogue["Long literal"].string == ""
    assert catalogue["Plain"].locations == [("actions/models.py", None)]


def test_update_changes_nothing_when_nothing_changed(project: Path) -> None:
    messages.update(project)
    first = messages.catalogue_file(project).read_bytes()
    messages.update(project)
    assert messages.catalogue_file(project).read_bytes() == first


def test_a_newer_part_replaces_the_catalogue_and_two_parts_may_not_disagree(project: Path) -> None:
    translate(project, "first", ("Plain", "Polos"))
    messages.update(project)
    translate(project, "first", ("Plain", "Sederhana"))
    assert messages.update(project).lines == []
    assert messages.read_catalogue(messages.catalogue_file(project))["Plain"].string == "Sederhana"
    translate(project, "second", ("Plain", "Biasa"))
    assert messages.update(project).lines == ["conflict between first.po and second.po: 'Plain'"]


def test_update_names_translations_of_messages_that_do_not_exist(project: Path) -> None:
    translate(project, "first", ("Plian", "Polos"))
    assert messages.update(project).lines == ["not in the source, but in first.po: 'Plian'"]


def test_absorbed_parts_are_removed(project: Path) -> None:
    translate(project, "first", ("Plain", "Polos"))
    messages.update(project, absorb=True)
    assert list(messages.target_parts(project)) == []
    assert messages.read_catalogue(messages.catalogue_file(project))["Plain"].string == "Polos"


def test_a_complete_catalogue_passes(project: Path) -> None:
    translate_everything(project)
    assert messages.check(project).lines == []


def break_missing(project: Path) -> None:
    edit(project, 'msgstr "Plain"', 'msgstr ""')


def break_fuzzy(project: Path) -> None:
    edit(project, 'msgid "Plain"', '#, fuzzy\nmsgid "Plain"')


def break_placeholder(project: Path) -> None:
    edit(project, 'msgstr "Hello %(name)s, welcome"', 'msgstr "Hello, welcome"')


def break_plural_placeholder(project: Path) -> None:
    edit(project, 'msgstr[0] "%(count)s answers"', 'msgstr[0] "%(cuont)s answers"')


def break_obsolete(project: Path) -> None:
    with messages.catalogue_file(project).open("a") as file:
        file.write('\nmsgid "Gone"\nmsgstr "Hilang"\n')


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        (break_missing, "missing: 'Plain' in actions/models.py"),
        (break_fuzzy, "fuzzy: 'Plain' in actions/models.py"),
        (break_placeholder, "placeholders differ: 'Hello %(name)s, welcome' in templates/page.html"),
        (break_plural_placeholder, "placeholders differ: '%(count)s answer' in actions/models.py"),
        (break_obsolete, "obsolete: 'Gone'"),
    ],
)
def test_check_names_each_fault(project: Path, damage: Callable[[Path], None], finding: str) -> None:
    translate_everything(project)
    damage(project)
    lines = messages.check(project).lines
    assert len(lines) == 1
    assert lines[0].startswith(finding)


def test_compiled_catalogues_are_what_gettext_reads(project: Path) -> None:
    translate(project, "first", ("Plain", "Polos"))
    messages.update(project)
    (compiled,) = messages.compile_catalogues(project)
    with compiled.open("rb") as file:
        translations = gettext.GNUTranslations(file)
    assert translations.gettext("Plain") == "Polos"
    assert translations.gettext("Lazy") == "Lazy"
    assert messages.compile_catalogues(project) == [], "nothing is written when nothing changed"
