"""Answering through the API: questionnaires, answer sheets, drafts. The link's token is the only key.

No cookie is read or set and no session asked, so another site can send nothing in a reader's name.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException, ParseError, Throttled
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessment.answers import InvalidAnswers, Mistake, form_data
from assessment.forms.survey_drafts import marks_of
from assessment.models import Invitation, SurveyVersion
from assessment.models.responses import Channel
from assessment.operations import survey_drafts, surveys
from assessment.questionnaire import questionnaire_of
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.throttle import is_too_often

from . import querysets
from .schema import ErrorSerializer
from .serializers import answering as shapes
from .views import OpenData

TOKEN = OpenApiParameter("X-Survey-Token", str, "header", required=True, description="The token of a link.")
LARGEST = 1_000_000  # bytes
# What the refusals of the operations are in HTTP; every other one is a conflict (409).
STATUS = {
    "unknown_link": HTTPStatus.NOT_FOUND,
    "survey_closed": HTTPStatus.GONE,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}


class Answered(APIException):
    """An error in the one shape of the API: code, sentence, sentences by field."""

    def __init__(self, status: int, code: str, message: Any, fields: dict[str, list[str]] | None = None):
        super().__init__(message, code)
        self.status_code, self.code, self.fields = status, code, fields or {}


class SurveyVersionsView(OpenData):
    """The versions of a survey that were ever asked."""

    @extend_schema(responses=shapes.VersionSerializer(many=True), operation_id="surveys_versions_list")
    def get(self, request: Request, code: str) -> Response:
        """Newest first, without the questions."""
        survey = get_object_or_404(querysets.surveys(), slug=code)
        rows = _frozen().filter(survey=survey).defer("definition").order_by("-number")
        return Response(shapes.VersionSerializer(rows, many=True).data)


class SurveyVersionView(OpenData):
    """One version of a survey: everything that was asked, in both languages."""

    @extend_schema(responses=shapes.QuestionnaireSerializer, operation_id="surveys_versions_retrieve")
    def get(self, request: Request, code: str, number: int) -> Response:
        """The questionnaire as it was frozen."""
        survey = get_object_or_404(querysets.surveys(), slug=code)
        version = get_object_or_404(_frozen(), survey=survey, number=number)
        return Response(shapes.QuestionnaireSerializer(version).data)


def _frozen() -> Any:
    return SurveyVersion.objects.filter(frozen_at__isnull=False)


class CarefulJSONParser(JSONParser):
    """JSON, also where somebody nests it so deeply that reading it would never end."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The content; ParseError for what is no JSON or is nested beyond reason."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError(_("The sheet is nested too deeply.")) from None


@method_decorator(never_cache, name="dispatch")
class TokenView(APIView):
    """What somebody with a link may do: no login, no cookie, no CSRF token."""

    authentication_classes = ()
    permission_classes = ()
    parser_classes = (CarefulJSONParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what is too large before anything is read, and what comes too often."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or len(length) > 15 or int(length) > LARGEST:
            message = _("This is more than the portal can take in at once.")
            raise Answered(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", message)
        super().initial(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        """Refusals and mistakes in the one shape of errors."""
        if isinstance(exc, Refused):
            status = STATUS.get(exc.code, HTTPStatus.CONFLICT)
            exc = Answered(status, exc.code, str(exc.message))
        elif isinstance(exc, InvalidAnswers):
            message = _("Some answers cannot be taken in as they are.")
            exc = Answered(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", message, _by_field(exc.mistakes))
        if isinstance(exc, Answered):
            body = {"code": exc.code, "message": str(exc.detail), "fields": exc.fields}
            return Response(body, status=exc.status_code)
        return super().handle_exception(exc)

    @property
    def token(self) -> str:
        """The token of the link, as the header says it."""
        return str(self.request.headers.get("X-Survey-Token", ""))


def _by_field(mistakes: list[Mistake]) -> dict[str, list[str]]:
    """Sentences by the place in the sheet: sector, district, answers.<key>, or "sheet" for the whole."""
    fields: dict[str, list[str]] = {}
    for mistake in mistakes:
        name = f"answers.{mistake.name[2:]}" if mistake.name.startswith("q_") else mistake.name or "sheet"
        fields.setdefault(name, []).append(mistake.message)
    return fields


def _errors(*codes: int) -> dict[int, OpenApiResponse]:
    return {code: OpenApiResponse(ErrorSerializer, description=HTTPStatus(code).phrase) for code in codes}


class ResponseView(TokenView):
    """One answer sheet, under an id that the client makes."""

    def check_throttles(self, request: Request) -> None:
        """One address, as on the form."""
        if is_too_often(request._request, scope="survey", rate=settings.PUBLIC_FORM_RATE):
            raise Throttled()

    @extend_schema(
        operation_id="surveys_responses_put",
        parameters=[TOKEN],
        request=shapes.SheetSerializer,
        responses={
            200: OpenApiResponse(shapes.ReceiptSerializer, description="It had arrived before."),
            201: OpenApiResponse(shapes.ReceiptSerializer, description="It has arrived."),
            **_errors(400, 404, 409, 410, 413, 415, 422, 429),
        },
    )
    def put(self, request: Request, code: str, uuid: str) -> Response:
        """Take in a sheet exactly once: sent again under the same id, it gets the same receipt."""
        at = timezone.now()
        submission, sheet = _uuid(uuid), _sheet(request.data)
        submitted = surveys.submit_response(
            token=self.token,
            slug=code,
            submission_id=submission,
            data=self._form(code, sheet),
            at=at,
            version=sheet["version"],
            channel=Channel(sheet["channel"]),
        )
        survey_drafts.forget_draft(token=self.token)  # in a transaction of its own, after the sheet's
        status = HTTPStatus.OK if submitted.is_repeat else HTTPStatus.CREATED
        return Response({"receipt": submitted.receipt, "is_repeat": submitted.is_repeat}, status=status)

    @sensitive_variables()
    def _form(self, code: str, sheet: dict[str, Any]) -> dict[str, list[str]]:
        """The sheet as a form; read with the questionnaire of the version that the client has seen."""
        version = _version_seen(self.token, code, sheet["version"])
        return form_data(questionnaire_of(version), sheet) if version else {}


def _version_seen(token: str, slug: str, number: int | None) -> SurveyVersion | None:
    """The version of the link's survey; None where link or version is unknown (the operation says so)."""
    links = Invitation.objects.filter(token_hash=Invitation.hash_of(token), survey__slug=slug)
    link = (
        links.select_related("survey__current_version").defer("survey__current_version__definition").first()
    )
    if link is None:
        return None
    current = link.survey.current_version
    if current is None or number in (None, current.number):
        return current
    return _frozen().filter(survey=link.survey_id, number=number).defer("definition").first()


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        message = _("The sheet's id must be a UUID.")
        raise Answered(HTTPStatus.BAD_REQUEST, "invalid_id", message) from None


def _sheet(data: Any) -> dict[str, Any]:
    """The body with its types checked; what the answers mean is checked by the operation."""
    checked = shapes.SheetSerializer(data=data)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


class DraftView(TokenView):
    """The unfinished sheet of a personal link, sealed with the link's own token."""

    def check_throttles(self, request: Request) -> None:
        """One link: a whole room may share an address."""
        key = survey_drafts.locator_of(self.token)
        if is_too_often(request._request, scope="draft", rate=settings.SURVEY_DRAFT_RATE, whose=key):
            raise Throttled()

    @extend_schema(
        operation_id="surveys_draft_get",
        parameters=[TOKEN],
        responses={200: shapes.DraftSerializer, **_errors(404, 409, 410, 429)},
    )
    def get(self, request: Request, code: str) -> Response:
        """The draft as it was kept."""
        invitation = surveys.find_invitation(slug=code, token=self.token, at=timezone.now())
        kept = survey_drafts.open_draft(token=self.token, slug=code)
        if kept is None:
            raise Answered(HTTPStatus.NOT_FOUND, "no_draft", _("No draft is kept for this link."))
        version = _frozen().filter(survey=invitation.survey_id, number=kept.version).first()
        marks = marks_of(version) if version else {}
        body = {"version": kept.version, "fields": kept.fields, "notes": kept.notes, "marks": marks}
        return Response(body)

    @extend_schema(
        operation_id="surveys_draft_put",
        parameters=[TOKEN],
        request=shapes.DraftSerializer,
        responses={204: None, **_errors(400, 404, 409, 410, 413, 415, 422, 429)},
    )
    def put(self, request: Request, code: str) -> Response:
        """Keep a draft; it takes the place of an earlier one."""
        checked = shapes.DraftSerializer(data=request.data)
        checked.is_valid(raise_exception=True)
        draft = checked.validated_data
        survey_drafts.save_draft(
            token=self.token,
            slug=code,
            fields=draft["fields"],
            version=draft["version"],
            notes=draft["notes"],
            at=timezone.now(),
        )
        return Response(status=HTTPStatus.NO_CONTENT)

    @extend_schema(
        operation_id="surveys_draft_delete", parameters=[TOKEN], responses={204: None, **_errors(404, 429)}
    )
    def delete(self, request: Request, code: str) -> Response:
        """Forget the draft."""
        survey_drafts.forget_draft(token=self.token)
        return Response(status=HTTPStatus.NO_CONTENT)


__all__ = ["DraftView", "ResponseView", "SurveyVersionView", "SurveyVersionsView"]
