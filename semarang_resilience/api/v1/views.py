"""The endpoints. Everybody reads the same: there is no login, and what is not published is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404
from django_filters import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from actions.filters import ActionFilter
from assessment.filters import FindingFilter, HazardFilter
from assessment.models import SurveyStatus
from semarang_resilience.core.http_cache import conditional
from semarang_resilience.thread import START_TYPES, as_data, find_start, thread_of
from stakeholders.filters import OrganizationFilter

from . import filters, querysets
from .renderers import CsvRenderer
from .results import results_csv, results_of
from .schema import OpenSchema
from .serializers import assessment, common, plans, threads


class OpenData(APIView):
    """What all endpoints share: no login, one throttle, 304 where nothing changed."""

    authentication_classes = ()
    throttle_scope = "open_data"
    schema = OpenSchema()

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Readable from any site; 304 once the content is known and the reader has it already."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"  # nobody is logged in here, so nothing can leak
        if response.status_code == 200:
            response.add_post_render_callback(lambda rendered: conditional(request, rendered))
        return response


class OpenRows(OpenData, mixins.ListModelMixin, viewsets.GenericViewSet[Any]):
    """A list of published rows."""

    rows: Callable[[], QuerySet[Any]]
    filterset_class: type[FilterSet] | None = None
    lookup_value_regex = r"[^/]+"

    def get_queryset(self) -> QuerySet[Any]:
        """Asked anew for each request: what is published may have changed."""
        return type(self).rows()


class OpenRowsByCode(mixins.RetrieveModelMixin, OpenRows):
    """A list of published rows, and each by its code."""

    lookup_field = "code"


class CycleView(OpenRowsByCode):
    """Runs of the programme with their stages, planned and actual."""

    rows = querysets.cycles
    serializer_class = common.CycleSerializer
    lookup_field = "slug"
    lookup_url_kwarg = "code"


class OrganizationView(OpenRowsByCode):
    """Organisations of the forum and partners."""

    rows = querysets.organizations
    serializer_class = common.OrganizationSerializer
    filterset_class = OrganizationFilter


class HazardView(OpenRowsByCode):
    """Shocks and stresses by the city's own list."""

    rows = querysets.hazards
    serializer_class = assessment.HazardSerializer
    filterset_class = HazardFilter
    lookup_field = "slug"
    lookup_url_kwarg = "code"


class SurveyView(OpenRowsByCode):
    """Perception surveys that have been opened."""

    rows = querysets.surveys
    serializer_class = assessment.SurveySerializer
    lookup_field = "slug"
    lookup_url_kwarg = "code"

    @extend_schema(responses=assessment.SurveyResultsSerializer)
    @action(detail=True, url_path="results", filterset_class=None, pagination_class=None)
    def results(self, request: Request, code: str) -> Response:
        """What people answered; 404 until the results are published."""
        survey = self.get_object()
        if survey.status != SurveyStatus.PUBLISHED:
            raise Http404
        data = results_of(survey, request.build_absolute_uri)
        return Response(assessment.SurveyResultsSerializer(data).data)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR}, operation_id="surveys_results_csv")
    @action(
        detail=True,
        url_path="results/csv",
        filterset_class=None,
        pagination_class=None,
        renderer_classes=[CsvRenderer],
    )
    def results_csv(self, request: Request, code: str) -> Response:
        """The same by sector and district as a table, in the language of `Accept-Language`."""
        survey = self.get_object()
        if survey.status != SurveyStatus.PUBLISHED:
            raise Http404
        headers = {"Content-Disposition": f'attachment; filename="{survey.slug}.csv"'}
        return Response("".join(results_csv(survey)), headers=headers)


class FindingView(OpenRowsByCode):
    """Strengths, weaknesses, gaps and opportunities with their evidence."""

    rows = querysets.findings
    serializer_class = assessment.FindingSerializer
    filterset_class = FindingFilter


class FocusAreaView(OpenRowsByCode):
    """Focus areas, chosen and not chosen, with the reasons."""

    rows = querysets.focus_areas
    serializer_class = assessment.FocusAreaSerializer
    filterset_class = filters.FocusAreaFilter
    lookup_field = "slug"
    lookup_url_kwarg = "code"


class InitiativeView(OpenRowsByCode):
    """Initiatives of the strategy."""

    rows = querysets.initiatives
    serializer_class = plans.InitiativeSerializer
    filterset_class = filters.InitiativeFilter


class ActionView(OpenRowsByCode):
    """The action plan: what has run, is running and will run."""

    rows = querysets.actions
    serializer_class = plans.ActionSerializer
    filterset_class = ActionFilter


class EditionView(OpenRows):
    """Published editions of the documents."""

    rows = querysets.editions
    serializer_class = plans.EditionSerializer
    filterset_class = filters.EditionFilter


class ThreadView(OpenData):
    """Why something is done and what came of it: survey, finding, focus area, initiative, action, partner."""

    @extend_schema(
        responses=threads.ThreadSerializer,
        parameters=[OpenApiParameter("kind", str, "path", enum=list(START_TYPES))],
        operation_id="threads_retrieve",
    )
    def get(self, request: Request, kind: str, code: str) -> Response:
        """The thread of one object in the language of `Accept-Language`."""
        start = find_start(kind, code, AnonymousUser())
        if start is None:
            raise Http404
        data = as_data(thread_of(start, AnonymousUser()), request.build_absolute_uri)
        return Response(threads.ThreadSerializer(data).data)
