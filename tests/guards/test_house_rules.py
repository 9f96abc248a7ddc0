"""Rules of the house that a reader would otherwise have to remember (docs/architecture.md)."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.paths import ROOT

PACKAGES = ("semarang_resilience", "stakeholders", "assessment", "strategy", "actions", "tools")
MODULE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 400, 40, 150
# May only shrink. A name here is a debt, not a habit.
LONG_MODULES: frozenset[str] = frozenset()
LONG_FUNCTIONS: frozenset[str] = frozenset()
LONG_TEMPLATES: frozenset[str] = frozenset()


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def templates() -> Iterator[Path]:
    yield from sorted((ROOT / "templates").rglob("*.html"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
            yield f"{name(path)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1 - docstring


def test_a_module_has_one_subject() -> None:
    long = {name(path) for path in modules() if len(path.read_text().splitlines()) > MODULE_LINES}
    assert long == LONG_MODULES


def test_a_function_fits_a_screen() -> None:
    long = {label for path in modules() for label, lines in functions(path) if lines > FUNCTION_LINES}
    assert long == LONG_FUNCTIONS


def test_a_template_is_a_page_not_a_book() -> None:
    long = {name(path) for path in templates() if len(path.read_text().splitlines()) > TEMPLATE_LINES}
    assert long == LONG_TEMPLATES


def test_nothing_inline_in_templates() -> None:
    """The browser would refuse it; documents for print follow the same rule."""
    inline = re.compile(r"\sstyle=|\son[a-z]+=\"|<style\b|<script(?![^>]*\bsrc=)")
    assert [name(path) for path in templates() if inline.search(path.read_text())] == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX", "pytest.skip(reason", "except Exception: pass"])
def test_nothing_is_left_for_later(word: str) -> None:
    found = [
        name(path)
        for path in [*modules(), *templates()]
        if re.search(rf"\b{re.escape(word)}", path.read_text())
    ]
    assert found == []


def test_html_is_marked_safe_only_where_it_is_made_safe() -> None:
    # The gallery shows a made-up figure; everything else comes out of the kernel or the print templates.
    allowed = re.compile(r"^semarang_resilience/(core/|documents/templatetags/|portal/views/gallery.py)")
    found = [
        name(path) for path in modules() if "mark_safe(" in path.read_text() and not allowed.match(name(path))
    ]
    assert found == []


def test_the_number_of_partners_and_pillars_is_never_typed() -> None:
    """Counts are computed; sentences about 28 partners or 6 pillars belong to quoted content only."""
    claim = re.compile(
        r"\b(28|6|18|53) (partners|organisations|pillars|strategies|initiatives|mitra|pilar|inisiatif)\b"
    )
    sources = [path for path in [*modules(), *templates()] if "/demo/" not in str(path)]
    assert [name(path) for path in sources if claim.search(path.read_text())] == []


def test_no_signals_carry_business_rules() -> None:
    found = [
        name(path) for path in modules() if re.search(r"post_save|pre_save|m2m_changed", path.read_text())
    ]
    assert found == []


def test_nothing_in_the_repository_names_a_registry_or_this_machine() -> None:
    """Lock files record names, versions and hashes; where they are fetched from is the machine's business."""
    hosts = re.compile(rb"registry\.npmjs\.org|pypi\.org/simple|files\.pythonhosted\.org")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / part.decode() for part in listed.split(b"\0") if part]
    this = Path(__file__)
    found = [
        name(path) for path in paths if path.is_file() and path != this and hosts.search(path.read_bytes())
    ]
    assert found == []
