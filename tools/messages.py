"""Message catalogues without the system's gettext: `python -m tools.messages update|check|compile`.

Messages are found as Django's `makemessages` finds them: Python by its translation calls, templates after
Django has turned their tags into such calls. Each area may hand in its translations as
`locale/<language>/parts/<area>.po`; `update` merges them into the one catalogue.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from tools.paths import ROOT, say

LANGUAGE = "id"
PLURAL_FORMS = "nplurals=1; plural=0;"
SOURCES = ("semarang_resilience", "stakeholders", "assessment", "strategy", "actions", "templates")
TEMPLATE_SUFFIXES = {".html", ".txt", ".svg", ".xml"}
COMMENT_TAGS = ("Translators:",)
SINGLE, PLURAL = (1,), (1, 2)
SINGLE_IN_CONTEXT, PLURAL_IN_CONTEXT = ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS = {
    name + suffix: arguments
    for name, arguments in {
        "gettext": SINGLE,
        "ngettext": PLURAL,
        "pgettext": SINGLE_IN_CONTEXT,
        "npgettext": PLURAL_IN_CONTEXT,
    }.items()
    for suffix in ("", "_lazy")
} | {"_": SINGLE, "gettext_noop": SINGLE}

NAMED = re.compile(r"%\((\w+)\)[-#0 +]?\d*(?:\.\d+)?[a-zA-Z]")
POSITIONAL = re.compile(r"(?<!%)(?:%%)*%[sdf]")
BRACED = re.compile(r"\{(\w*)[^{}]*\}")

Key = tuple[str | None, str]


@dataclass
class Findings:
    """What is wrong with a catalogue, as lines that a person can act on."""

    lines: list[str] = field(default_factory=list)

    def add(self, kind: str, message: Message) -> None:
        context = f" ({message.context})" if message.context else ""
        places = ", ".join(sorted({place for place, _line in message.locations})[:3])
        self.lines.append(f"{kind}: {singular(message)!r}{context}{f' in {places}' if places else ''}")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.messages", description=__doc__.splitlines()[0])
    parser.add_argument("task", choices=("update", "check", "compile"))
    parser.add_argument(
        "--absorb", action="store_true", help="after update, remove the parts that were merged"
    )
    options = parser.parse_args(arguments)
    if options.task == "compile":
        compile_catalogues()
        return 0
    if not settings.configured:
        settings.configure()  # templatize asks for nothing of ours
    findings = update(absorb=options.absorb) if options.task == "update" else check()
    for line in findings.lines:
        print(line)
    if options.task == "update":
        return 0
    print(
        f"{len(findings.lines)} findings in the {LANGUAGE} catalogue"
        if findings.lines
        else "The catalogue is complete"
    )
    return 1 if findings.lines else 0


def update(root: Path = ROOT, *, absorb: bool = False) -> Findings:
    """Write the catalogue anew: every message of the source, with the translations that are known."""
    target, part_files = catalogue_file(root), sorted(target_parts(root))
    findings = Findings()
    known: dict[Key, Message] = {}
    origin: dict[Key, Path] = {}
    old = read_catalogue(target)
    for file in [target, *part_files]:
        for message in translated(read_catalogue(file)):
            identity = key(message)
            earlier = known.get(identity)
            # A part is newer than the catalogue, so it wins quietly; two parts that disagree are a mistake.
            if earlier and earlier.string != message.string and origin[identity] != target:
                findings.add(f"conflict between {origin[identity].name} and {file.name}", message)
                continue
            known[identity], origin[identity] = message, file
    new = empty_catalogue(since=old.creation_date)
    for message in source_messages(root):
        new[message.id] = message
        stored = new.get(message.id, message.context)
        translation = known.pop(key(message), None)
        if stored is not None and translation is not None:
            stored.string = fitted(translation.string, plural=message.pluralizable)
    for identity, message in known.items():
        if origin[identity] != target:
            findings.add(f"not in the source, but in {origin[identity].name}", message)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file_object:
        write_po(file_object, new, sort_output=True, include_lineno=False, width=100, omit_header=False)
    untranslated = sum(not complete(message) for message in messages_of(new))
    say(f"{len(new)} messages, {untranslated} without translation")
    if absorb:
        for part in part_files:
            part.unlink()
    return findings


def check(root: Path = ROOT) -> Findings:
    """The catalogue says exactly what the source asks for, and keeps every placeholder."""
    findings = Findings()
    catalogue = {key(message): message for message in messages_of(read_catalogue(catalogue_file(root)))}
    wanted = {key(message): message for message in source_messages(root)}
    for identity, message in sorted(wanted.items(), key=lambda pair: pair[0][1]):
        have = catalogue.get(identity)
        if have is None or not complete(have):
            findings.add("missing", message)
        elif have.fuzzy:
            findings.add("fuzzy", message)
        elif have.pluralizable != message.pluralizable:
            findings.add("plural form differs", message)
        elif not same_placeholders(have):
            findings.add("placeholders differ", message)
    for identity in sorted(catalogue.keys() - wanted.keys(), key=lambda pair: pair[1]):
        findings.add("obsolete", catalogue[identity])
    return findings


def compile_catalogues(root: Path = ROOT) -> list[Path]:
    """Write each .mo that is older than its .po; returns those that were written."""
    written = []
    for source in sorted(root.glob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            draft = target.with_suffix(".mo.new")
            with draft.open("wb") as file_object:
                write_mo(file_object, read_catalogue(source), use_fuzzy=False)
            draft.replace(target)
            written.append(target)
    return written


def source_messages(root: Path) -> list[Message]:
    """Every message in the source, once, with all the files that use it."""
    collected = Catalog(locale=LANGUAGE)
    for file in source_files(root):
        place = file.relative_to(root).as_posix()
        for line, identifier, comments, context in extracted(file):
            collected.add(identifier, locations=[(place, line)], auto_comments=comments, context=context)
    return messages_of(collected)


def source_files(root: Path) -> Iterator[Path]:
    for source in SOURCES:
        for file in sorted((root / source).rglob("*")):
            if file.suffix == ".py" or file.suffix in TEMPLATE_SUFFIXES:
                yield file


def extracted(file: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    content = file.read_text()
    if file.suffix != ".py":
        # Python's tokenizer minds indentation, which a template does not; the line numbers stay.
        content = "\n".join(line.strip() for line in templatize(content, origin=str(file)).split("\n"))
    yield from extract("python", io.BytesIO(content.encode()), KEYWORDS, COMMENT_TAGS)


def catalogue_file(root: Path) -> Path:
    return root / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def target_parts(root: Path) -> Iterable[Path]:
    return root.glob(f"locale/{LANGUAGE}/parts/*.po")


def empty_catalogue(*, since: datetime | str) -> Catalog:
    """Its header depends on nothing but the day of the first message, so that it never differs by itself."""
    catalogue = Catalog(
        LANGUAGE, "django", project="Portal Ketahanan Kota Semarang", version="1", fuzzy=False
    )
    catalogue.header_comment = "# Written by `make messages`; translate the empty ones."
    catalogue.creation_date = catalogue.revision_date = since
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
    catalogue.mime_headers = [("Plural-Forms", PLURAL_FORMS)]
    return catalogue


def read_catalogue(file: Path) -> Catalog:
    """A catalogue from disk; of a plural the one form that Indonesian has, however many were written."""
    if not file.exists():
        return Catalog(LANGUAGE)
    with file.open("rb") as file_object:
        catalogue = read_po(file_object, locale=LANGUAGE)
    catalogue.mime_headers = [("Plural-Forms", PLURAL_FORMS)]
    for message in messages_of(catalogue):
        if message.pluralizable:
            message.string = tuple(forms(message.string)[:1])
    return catalogue


def messages_of(catalogue: Catalog) -> list[Message]:
    """All but the header, which the format keeps as the translation of nothing."""
    return [message for message in catalogue if message.id]


def translated(catalogue: Catalog) -> list[Message]:
    return [message for message in messages_of(catalogue) if complete(message) and not message.fuzzy]


def key(message: Message) -> Key:
    return (message.context, singular(message))


def singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(string: str | Iterable[str] | None) -> list[str]:
    return [string] if isinstance(string, str) else list(string or ())


def complete(message: Message) -> bool:
    return bool(message.string) and all(forms(message.string))


def fitted(string: str | Iterable[str] | None, *, plural: bool) -> str | tuple[str, ...]:
    """Indonesian has one form, so a translation fits a message that gained or lost its plural."""
    first = forms(string)[0]
    return (first,) if plural else first


def same_placeholders(message: Message) -> bool:
    """What the code fills in must stand in the translation: a lost `%(name)s` is a lost fact or a crash."""
    wanted = placeholders(forms(message.id)[-1])
    return all(placeholders(form) == wanted for form in forms(message.string))


def placeholders(text: str) -> tuple[set[str], int, set[str]]:
    return set(NAMED.findall(text)), len(POSITIONAL.findall(text)), set(BRACED.findall(text))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
