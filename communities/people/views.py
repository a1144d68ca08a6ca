"""The administrators' pages about people. Outside the area is 404; inside but somebody else's business is 403."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.actions import issue_password, set_active
from accounts.roles import ADMIN_ROLES, Role
from communities.files import UnreadableFile
from communities.models import Assignment, Person, Unit
from communities.people import actions
from communities.people.forms import GrantForm, NewPersonForm, PersonForm
from communities.people.page_context import AdminPageContext
from communities.people.resources import (
    PersonResource,
    pasteable_text,
    pasted_table,
    uploaded_table,
)
from communities.tree import lies_inside

PER_PAGE = 50
PROPOSED = 300  # units offered while one types; more would slow the page down
STATES = {
    "active": ("在用", Q(is_active=True)),
    "off": ("已停用", Q(is_active=False)),
    "new": ("还没有密码", Q(password__startswith="!")),  # noqa: S106 - no password: nothing can match
    "roleless": ("还没有角色", Q(assignments=None)),
}


def people_page(request):
    """Everybody inside the area, found by name, login or office."""
    given = {name: request.GET.get(name, "").strip() for name in ("q", "state")}
    found = matching_people(Person.objects.visible_to(request.user), given)
    mine = Person.objects.editable_by(request.user).filter(pk=OuterRef("pk"))
    found = found.annotate(editable=Exists(mine)).select_related("workplace__unit")
    page = Paginator(found.prefetch_related("assignments__unit"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "given": given,
        "states": STATES,
        "query": urlencode(given),
        "form": GrantForm(request.user),
    }
    return render_admin_page(request, "list", "", context | proposed_units(request))


def matching_people(found, given):
    """The people a search asks for."""
    if given["state"] in STATES:
        found = found.filter(STATES[given["state"]][1])
    if text := given["q"]:
        found = found.filter(
            Q(name__icontains=text)
            | Q(username__icontains=text)
            | Q(workplace__unit__name__icontains=text)
        )
    return found.order_by("workplace__unit__path", "username")


def render_admin_page(request, page, here, context, template=None):
    """An administrator's page inside its frame."""
    frame = AdminPageContext(request.user, page, here)
    return render(request, template or f"people/{page}.html", {"frame": frame, **context})


def proposed_units(request):
    """The units the browser proposes while one types; none where there are too many."""
    names = Unit.objects.filter(lies_inside(request.user.admin_area), closed_on=None).values_list(
        "name", flat=True
    )
    proposed = list(names.order_by("path")[: PROPOSED + 1])
    return {"units": proposed if len(proposed) <= PROPOSED else []}


def add_person(request):
    """One new account, without password or role."""
    form = NewPersonForm(request.user, request.POST or None)
    if form.is_bound and form.is_valid():
        person = actions.open_account(by=request.user, **form.cleaned_data)
        messages.success(
            request, f"已开通“{person}”的账号。请安全管理员授予角色并发一次性密码，之后就能登录。"
        )
        return redirect("people:person", person.pk)
    return render_admin_page(request, "add", "新增一人", {"form": form, **proposed_units(request)})


def invite_people(request):
    """A whole table of new accounts: read, shown, and opened once confirmed; all or none."""
    context = {"text": request.POST.get("table", "")}
    if request.method == "POST":
        try:
            file = request.FILES.get("file")
            dataset = uploaded_table(file) if file else pasted_table(context["text"])
        except UnreadableFile as error:
            return render_admin_page(request, "invite", "批量开通", context | {"error": str(error)})
        wanted = "confirm" in request.POST
        result = open_accounts(request.user, dataset, dry_run=not wanted)
        if wanted and not table_problems(result):
            messages.success(
                request, f"已开通 {len(dataset)} 个账号。请安全管理员授予角色并发一次性密码。"
            )
            return redirect(reverse("people:list") + "?state=new")
        context = {
            "text": pasteable_text(dataset),
            "rows": dataset,
            "problems": table_problems(result),
        }
        context |= {"count": len(dataset), "unused": dataset.title}
    return render_admin_page(request, "invite", "批量开通", context)


def open_accounts(user, dataset, *, dry_run):
    """What import-export makes of the table; nothing stays where a row is wrong."""
    return PersonResource(user).import_data(
        dataset, dry_run=dry_run, use_transactions=True, rollback_on_validation_errors=True
    )


def table_problems(result):
    """[(line of the table, sentence)] of everything that is wrong."""
    found = [(0, str(error.error)) for error in result.base_errors]
    found += [(row.number, str(each.error)) for row in result.error_rows for each in row.errors]
    found += [(row.number, text) for row in result.invalid_rows for text in row.error.messages]
    return sorted(found)


def person_page(request, pk):
    """One person: office, roles, state; 系统管理 corrects name and office here."""
    found = get_object_or_404(
        Person.objects.visible_to(request.user).select_related("workplace__unit"), pk=pk
    )
    editable = Person.objects.editable_by(request.user).filter(pk=pk).exists()
    old = {"name": found.name, "unit": found.workplace.unit.code or found.workplace.unit.name}
    form = PersonForm(request.user, request.POST or None, initial=old)
    if form.is_bound and not editable:
        raise PermissionDenied(foreign_account_text(found))
    if form.is_bound and form.is_valid():
        actions.correct_account(by=request.user, person=found, **form.cleaned_data)
        messages.success(request, "已保存。")
        return redirect("people:person", pk)
    context = {
        "person": found,
        "editable": editable,
        "form": form,
        "grant": GrantForm(request.user),
    }
    roles = found.assignments.select_related("unit").order_by("unit__path", "role")
    context |= proposed_units(request) | {"assignments": roles}
    return render_admin_page(request, "list", found.name, context, "people/person.html")


def foreign_account_text(person):
    return f"“{person}”的账号不归您管理：是您本人、同级的管理员，或在您的范围以外还有角色。"


def chosen_people(request):
    """The people ticked. Raises Http404 for anybody outside the area, PermissionDenied for one not to be touched."""
    numbers = {int(text) for text in request.POST.getlist("person") if text.isdigit()}
    found = list(
        Person.objects.visible_to(request.user)
        .filter(pk__in=numbers)
        .select_related("workplace__unit")
    )
    if len(found) != len(numbers):
        raise Http404
    allowed = {
        *Person.objects.editable_by(request.user)
        .filter(pk__in=numbers)
        .values_list("pk", flat=True)
    }
    for each in found:
        if each.pk not in allowed:
            raise PermissionDenied(foreign_account_text(each))
    return sorted(found, key=lambda each: (each.workplace.unit.path, each.username))


def back_to_people(request, people):
    """To the one person's page, or to the list as it was."""
    if len(people) == 1 and "from_person" in request.POST:
        return redirect("people:person", people[0].pk)
    return redirect(f"{reverse('people:list')}?{request.POST.get('query', '')}")


@transaction.atomic
def set_people_active(request):
    """Let the chosen in, or keep them out."""
    people, on = chosen_people(request), request.POST.get("active") == "1"
    changed = [each for each in people if each.is_active != on]
    for each in changed:
        set_active(user=each, active=on, by=request.user)
    messages.success(
        request,
        f"已{'启用' if on else '停用'} {len(changed)} 个账号。"
        if people
        else "请先勾选要办理的人。",
    )
    return back_to_people(request, people)


@transaction.atomic
def reset_passwords(request):
    """One-time passwords for the chosen, on a page that is shown once."""
    people = chosen_people(request)
    if not people:
        messages.warning(request, "请先勾选要发密码的人。")
        return back_to_people(request, people)
    issued = [(each, issue_password(user=each, by=request.user)) for each in people]
    return render_admin_page(
        request, "list", "一次性密码", {"issued": issued}, "people/issued.html"
    )


def grant_roles(request):
    """A role for the chosen, each at the unit named or at their own office."""
    people, form = chosen_people(request), GrantForm(request.user, request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([text for texts in form.errors.values() for text in texts])
        with transaction.atomic():
            for each in people:
                give_role(request.user, each, form.cleaned_data)
    except ValidationError as error:
        messages.error(request, "没有授予：" + "".join(error.messages))
    else:
        messages.success(
            request, f"已授予 {len(people)} 人角色。" if people else "请先勾选要授予角色的人。"
        )
    return back_to_people(request, people)


def give_role(by, person, given):
    """One role to one person; a refusal says whose it is."""
    try:
        actions.grant_role(
            by=by, person=person, unit=given["unit"] or person.workplace.unit, role=given["role"]
        )
    except ValidationError as error:
        raise ValidationError([f"{person}：{text}" for text in error.messages]) from None


def withdraw_assignment(request, pk):
    """Take one role back."""
    known = Assignment.objects.filter(user__in=Person.objects.visible_to(request.user))
    assignment = get_object_or_404(known.select_related("user", "unit"), pk=pk)
    if not Person.objects.editable_by(request.user).filter(pk=assignment.user_id).exists():
        raise PermissionDenied(foreign_account_text(assignment.user))
    actions.withdraw_role(by=request.user, assignment=assignment)
    messages.success(request, f"已收回“{assignment.get_role_display()}”角色。")
    return redirect("people:person", assignment.user_id)


def admin_home_href(user):
    """The first page of an administrator; None for anybody else."""
    if user.admin_role in ADMIN_ROLES:
        return reverse("people:trail" if user.admin_role == Role.AUDITOR else "people:list")
    return None
