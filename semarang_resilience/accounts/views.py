"""Accounts and roles, for administrators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from semarang_resilience.core.http import page_of, reads, require, writes

from . import operations
from .forms import AccountForm, RolesForm
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
        messages.success(request, _("Account made for %(name)s.") % {"name": user})
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
    return render(request, "accounts/edit.html", {"form": form, "account": user}, status=status)


@writes
def account_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Deactivate an account, or activate it again."""
    require(request, "accounts.manage_accounts")
    user = get_object_or_404(User, pk=pk)
    operations.set_active(
        user=user, active=request.POST.get("active") == "1", by=request.user, at=timezone.now()
    )
    return redirect("accounts:edit", pk=pk)
