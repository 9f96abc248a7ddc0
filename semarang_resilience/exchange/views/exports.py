"""Files to take away: the list as it is seen, the template to fill in, the problems of an upload."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from semarang_resilience.core.http import reads, writes
from semarang_resilience.core.importing.models import ImportRun
from semarang_resilience.core.importing.operations import export_list, problems_of
from semarang_resilience.core.importing.resources import Resource
from semarang_resilience.core.permissions import ensure
from semarang_resilience.core.sheets.writing import Sheet, csv_lines, xlsx_file

from .imports import resource_or_404

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@writes
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The rows that the list page shows for this address, as XLSX or CSV; a line in the log says so.

    A POST, because it is written down, and so that no link or preloader can fetch it.
    """
    resource = resource_or_404(kind)
    ensure(request.user, resource.export_permission)
    wanted = "csv" if request.POST.get("format") == "csv" else "xlsx"
    count = resource.rows_for_export(request.GET, request.user).count()
    export_list(kind=kind, format=wanted, count=count, by=request.user, at=timezone.now())
    headings = [str(column.heading) for column in resource.columns]
    rows = resource.cells_for_export(request.GET, request.user)
    name = f"{kind}-{timezone.localdate():%Y-%m-%d}"
    if wanted == "csv":
        lines = csv_lines(headings, rows, delimiter=";" if get_language() == "id" else ",")
        return _private(
            StreamingHttpResponse(
                lines,
                content_type="text/csv; charset=utf-8",
                headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
            )
        )
    return _workbook([_list_sheet(resource, rows), _values_sheet(resource)], name)


@reads
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty list with headings, examples, the allowed values and what each column means."""
    resource = resource_or_404(kind)
    ensure(request.user, resource.permission)
    examples = [
        [_example(column, value) for column, value in zip(resource.columns, row, strict=True)]
        for row in resource.examples()
    ]
    return _workbook(
        [_list_sheet(resource, examples), _help_sheet(resource), _values_sheet(resource)],
        _("template-%(kind)s") % {"kind": kind},
    )


@reads
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that stayed out as they stood in the file, with what is wrong; can be mended and uploaded."""
    run = get_object_or_404(ImportRun, pk=pk)
    resource = resource_or_404(run.kind)
    ensure(request.user, resource.permission)
    names = [name for name in run.plan.get("columns", {}) if name in resource.by_name]
    headings = [*(str(resource.by_name[name].heading) for name in names), _("Problem")]

    def rows() -> Any:
        for row in problems_of(run):
            said = "; ".join(
                f"{resource.by_name[name].heading}: {sentence}" if name in resource.by_name else sentence
                for name, sentence in row.errors.items()
            )
            yield [*(row.raw.get(name, "") for name in names), said]

    widths = [*(resource.by_name[name].width for name in names), 80]
    sheet = Sheet(name=_("Problems"), headings=headings, rows=rows(), widths=widths)
    return _workbook([sheet], _("problems-%(number)s") % {"number": run.pk})


def _list_sheet(resource: Resource, rows: Any) -> Sheet:
    return Sheet(
        name=str(resource.label),
        headings=[str(column.heading) for column in resource.columns],
        rows=rows,
        widths=[column.width for column in resource.columns],
        choices={str(column.heading): column.possible() for column in resource.columns if column.possible()},
        notes={str(column.heading): str(column.help) for column in resource.columns if column.help},
    )


def _values_sheet(resource: Resource) -> Sheet:
    columns = [column for column in resource.columns if column.possible()]
    longest = max((len(column.possible()) for column in columns), default=0)
    rows = [
        [column.possible()[index] if index < len(column.possible()) else "" for column in columns]
        for index in range(longest)
    ]
    return Sheet(
        name=_("Allowed values"),
        headings=[str(column.heading) for column in columns] or [_("Allowed values")],
        rows=rows,
        widths=[28 for _column in columns],
    )


def _help_sheet(resource: Resource) -> Sheet:
    rows = [
        [
            str(column.heading),
            _("only for information")
            if column.is_exported_only
            else _("must be filled")
            if column.is_required
            else "",
            str(column.help),
            ", ".join(dict.fromkeys(word for word in column.words()[1:] if word != str(column.heading))),
        ]
        for column in resource.columns
    ]
    return Sheet(
        name=_("Explanation"),
        headings=[_("Column"), _("Needed"), _("What belongs here"), _("Also understood as")],
        rows=rows,
        widths=[28, 20, 60, 60],
    )


def _example(column: Any, value: Any) -> Any:
    return column.write(column.read(value, [])) if value else ""


def _workbook(sheets: list[Sheet], name: str) -> HttpResponse:
    response = FileResponse(xlsx_file(sheets), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    return _private(response)


def _private(response: Any) -> HttpResponse:
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, no_store=True)
    return response
