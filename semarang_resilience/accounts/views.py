"""Accounts and roles, for administrators."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from semarang_resilience.core.http import page_of, public, reads, require, writes
from semarang_resilience.core.throttle import is_too_often
from semarang_resilience.mail.models import Message

from . import invitations, operations
from .forms import AccountForm, LanguageForm, PasswordForm, RolesForm
from .models import User


@reads
def account_list(request: HttpRequest) -> HttpResponse:
    """Everybody who can log in, with roles."""
    require(request, "accounts.manage_accounts")
    page = page_of(request, User.objects.order_by("name", "pk"))
    return render(request, "accounts/list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def account_new(request: HttpRequest) -> HttpResponse:
    """Make an account; without a password, so that nobody but its owner ever knows one."""
    require(request, "accounts.manage_accounts")
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = operations.create_account(**form.values(), password=None, by=request.user, at=timezone.now())
        messages.success(
            request,
            _("Account made for %(name)s. A letter with a link to choose a password is on its way.")
            % {"name": user},
        )
        return redirect("accounts:list")
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the roles of an account."""
    require(request, "accounts.manage_accounts")
    user = get_object_or_404(User, pk=pk)
    form = RolesForm(request.POST or None, initial={"roles": user.roles})
    if request.method == "POST" and form.is_valid():
        operations.assign_roles(
            user=user, roles=form.cleaned_data["roles"], by=request.user, at=timezone.now()
        )
        messages.success(request, _("Roles of %(name)s changed.") % {"name": user})
        return redirect("accounts:list")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "account": user, "is_waiting": invitations.is_open(user)}
    if context["is_waiting"]:
        letters = Message.objects.about(invitations.KIND, invitations.about(user))
        context |= {"letter": letters.for_list().first(), "language_form": LanguageForm()}
    return render(request, "accounts/edit.html", context, status=status)


@writes
def account_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Deactivate an account, or activate it again."""
    require(request, "accounts.manage_accounts")
    user = get_object_or_404(User, pk=pk)
    operations.set_active(
        user=user, active=request.POST.get("active") == "1", by=request.user, at=timezone.now()
    )
    return redirect("accounts:edit", pk=pk)


@writes
def account_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the link to choose a password once more."""
    require(request, "accounts.manage_accounts")
    user = get_object_or_404(User, pk=pk)
    form = LanguageForm(request.POST)
    language = form.cleaned_data["language"] if form.is_valid() else settings.LANGUAGE_CODE
    operations.invite_account(user=user, language=language, by=request.user, at=timezone.now())
    messages.success(request, _("A new invitation is on its way to %(email)s.") % {"email": user.email})
    return redirect("accounts:edit", pk=pk)


@public
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest, token: str) -> HttpResponse:
    """Choose the first password by the link in the letter, then log in."""
    if is_too_often(request, scope="choose_password", rate=settings.CHOOSE_PASSWORD_RATE):
        return render(request, "429.html", status=429)
    try:
        user = invitations.user_of(token)
        form = PasswordForm(request.POST or None, user=user)
        if request.method == "POST" and form.is_valid():
            operations.choose_password(token=token, password=form.cleaned_data["again"], at=timezone.now())
            messages.success(request, _("Your password is set. Log in with it now."))
            return redirect(settings.LOGIN_URL)
    except invitations.UnknownInvitation as refusal:
        return render(request, "accounts/choose_password.html", {"refusal": refusal}, status=404)
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/choose_password.html", {"form": form, "account": user}, status=status)
