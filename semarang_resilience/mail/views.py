"""The outbox for the office, and the page on which anybody unsubscribes by the link in a letter."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from semarang_resilience.core.http import page_of, public, reads, writes
from semarang_resilience.core.permissions import ensure
from semarang_resilience.core.throttle import is_too_often

from . import operations
from .filters import MessageFilter
from .models import Message, MessageStatus, OptOut
from .unsubscribing import UnknownLink, message_of


@reads
def outbox(request: HttpRequest) -> HttpResponse:
    """Every letter with its state, and in words why it did not arrive."""
    ensure(request.user, "mail.see_outbox")
    filterset = MessageFilter(request.GET, queryset=Message.objects.for_list(), request=request)
    page = page_of(request, filterset.qs)
    troubled = Message.objects.filter(status__in=[MessageStatus.FAILED, MessageStatus.BOUNCED]).count()
    context = {"filter": filterset, "page": page, "troubled": troubled}
    return render(request, "mail/outbox.html", context)


@writes
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a letter again."""
    message = get_object_or_404(Message, pk=pk)
    operations.retry_message(message=message, by=request.user, at=timezone.now())
    messages.success(request, _("The letter waits to be sent again."))
    return redirect("mail:outbox")


@writes
def bounced(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a letter that came back."""
    message = get_object_or_404(Message, pk=pk)
    operations.mark_bounced(message=message, by=request.user, at=timezone.now())
    messages.success(request, _("The letter is marked as bounced."))
    return redirect("mail:outbox")


@public
@csrf_exempt  # mail programs send the POST themselves (RFC 8058); the signed link is the right to do it
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask (GET), or say no to letters of one purpose (POST), which a second POST can take back."""
    if is_too_often(request, scope="unsubscribe", rate=settings.UNSUBSCRIBE_RATE):
        return render(request, "429.html", status=429)
    try:
        if request.method != "POST":
            message = message_of(token)
        elif request.POST.get("again"):
            message = operations.subscribe_again(token=token)
        else:
            message = operations.unsubscribe(token=token, at=timezone.now())
    except UnknownLink as refusal:
        return render(request, "mail/unsubscribe.html", {"refusal": refusal}, status=404)
    context = {"purpose": message.get_purpose_display(), "is_out": _is_out(message)}
    return render(request, "mail/unsubscribe.html", context)


def _is_out(message: Message) -> bool:
    return OptOut.objects.covers(message.recipient, message.purpose)
