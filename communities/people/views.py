"""The administrators' pages about people.

Outside the area is 404; inside but somebody else's business is 403.
"""

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
    """List everybody inside the area, found by name, login or office."""
    given = {name: request.GET.get(name, "").strip() for name in ("q", "state")}
    found = matching_people(Person.objects.visible_to(request.user), given)
    mine = Person.objects.editable_by(request.user).filter(pk=OuterRef("pk"))
    found = found.annotate(editable=Exists(mine))
    found = found.select_related("workplace__unit").prefetch_related("assignments__unit")
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "given": given,
        "states": STATES,
        "query": urlencode(given),
        "form": GrantForm(request.user),
        **proposed_units(request),
    }
    return render_admin_page(request, "list", "", context)


def matching_people(found, given):
    """Return the people a search asks for."""
    if given["state"] in STATES:
        _, condition = STATES[given["state"]]
        found = found.filter(condition)
    if text := given["q"]:
        found = found.filter(
            Q(name__icontains=text)
            | Q(username__icontains=text)
            | Q(workplace__unit__name__icontains=text)
        )
    return found.order_by("workplace__unit__path", "username")


def render_admin_page(request, page, here, context, template=None):
    """Render an administrator's page inside its bar, navigation and breadcrumb."""
    context = {"frame": AdminPageContext(request.user, page, here), **context}
    return render(request, template or f"people/{page}.html", context)


def proposed_units(request):
    """Return {"units": names} that the browser proposes; none where they are too many."""
    units = Unit.objects.filter(lies_inside(request.user.admin_area), closed_on=None)
    names = units.order_by("path").values_list("name", flat=True)
    proposed = list(names[: PROPOSED + 1])
    return {"units": proposed if len(proposed) <= PROPOSED else []}


def add_person(request):
    """Open one new account, without password or role."""
    form = NewPersonForm(request.user, request.POST or None)
    if form.is_bound and form.is_valid():
        person = actions.open_account(by=request.user, **form.cleaned_data)
        messages.success(
            request, f"已开通“{person}”的账号。请安全管理员授予角色并发一次性密码，之后就能登录。"
        )
        return redirect("people:person", person.pk)
    context = {"form": form, **proposed_units(request)}
    return render_admin_page(request, "add", "新增一人", context)


def invite_people(request):
    """Open a whole table of new accounts: read, shown, and opened once confirmed; all or none."""
    if request.method != "POST":
        return render_invite_page(request, {"text": ""})
    text = request.POST.get("table", "")
    try:
        file = request.FILES.get("file")
        dataset = uploaded_table(file) if file else pasted_table(text)
    except UnreadableFile as error:
        return render_invite_page(request, {"text": text, "error": str(error)})
    confirmed = "confirm" in request.POST
    problems = table_problems(open_accounts(request.user, dataset, dry_run=not confirmed))
    if confirmed and not problems:
        messages.success(
            request, f"已开通 {len(dataset)} 个账号。请安全管理员授予角色并发一次性密码。"
        )
        return redirect(reverse("people:list") + "?state=new")
    context = {
        "text": pasteable_text(dataset),
        "rows": dataset,
        "problems": problems,
        "count": len(dataset),
        "unused": dataset.title,
    }
    return render_invite_page(request, context)


def render_invite_page(request, context):
    return render_admin_page(request, "invite", "批量开通", context)


def open_accounts(user, dataset, *, dry_run):
    """Return what import-export makes of the table; nothing stays where a row is wrong."""
    return PersonResource(user).import_data(
        dataset, dry_run=dry_run, use_transactions=True, rollback_on_validation_errors=True
    )


def table_problems(result):
    """Return [(line of the table, sentence)] of everything that is wrong."""
    found = [(0, str(error.error)) for error in result.base_errors]
    for row in result.error_rows:
        found += [(row.number, str(error.error)) for error in row.errors]
    for row in result.invalid_rows:
        found += [(row.number, text) for text in row.error.messages]
    return sorted(found)


def person_page(request, pk):
    """Show one person: office, roles, state; 系统管理 corrects name and office here."""
    people = Person.objects.visible_to(request.user).select_related("workplace__unit")
    person = get_object_or_404(people, pk=pk)
    editable = may_edit_person(request.user, pk)
    unit = person.workplace.unit
    old = {"name": person.name, "unit": unit.code or unit.name}
    form = PersonForm(request.user, request.POST or None, initial=old)
    if form.is_bound and not editable:
        raise PermissionDenied(foreign_account_text(person))
    if form.is_bound and form.is_valid():
        actions.correct_account(by=request.user, person=person, **form.cleaned_data)
        messages.success(request, "已保存。")
        return redirect("people:person", pk)
    roles = person.assignments.select_related("unit")
    context = {
        "person": person,
        "editable": editable,
        "form": form,
        "grant": GrantForm(request.user),
        **proposed_units(request),
        "assignments": roles.order_by("unit__path", "role"),
    }
    return render_admin_page(request, "list", person.name, context, "people/person.html")


def may_edit_person(user, pk):
    return Person.objects.editable_by(user).filter(pk=pk).exists()


def foreign_account_text(person):
    return f"“{person}”的账号不归您管理：是您本人、同级的管理员，或在您的范围以外还有角色。"


def chosen_people(request):
    """Return the people ticked, by office and login.

    Raises Http404 for anybody outside the area, PermissionDenied for one not to be touched.
    """
    numbers = {int(text) for text in request.POST.getlist("person") if text.isdigit()}
    visible = Person.objects.visible_to(request.user).filter(pk__in=numbers)
    found = list(visible.select_related("workplace__unit"))
    if len(found) != len(numbers):
        raise Http404
    editable = Person.objects.editable_by(request.user).filter(pk__in=numbers)
    allowed = set(editable.values_list("pk", flat=True))
    for person in found:
        if person.pk not in allowed:
            raise PermissionDenied(foreign_account_text(person))
    return sorted(found, key=lambda person: (person.workplace.unit.path, person.username))


def back_to_people(request, people):
    """Redirect to the one person's page, or to the list as it was."""
    if len(people) == 1 and "from_person" in request.POST:
        return redirect("people:person", people[0].pk)
    return redirect(f"{reverse('people:list')}?{request.POST.get('query', '')}")


@transaction.atomic
def set_people_active(request):
    """Let the chosen in, or keep them out."""
    people = chosen_people(request)
    active = request.POST.get("active") == "1"
    changed = [person for person in people if person.is_active != active]
    for person in changed:
        set_active(user=person, active=active, by=request.user)
    if not people:
        messages.success(request, "请先勾选要办理的人。")
    elif active:
        messages.success(request, f"已启用 {len(changed)} 个账号。")
    else:
        messages.success(request, f"已停用 {len(changed)} 个账号。")
    return back_to_people(request, people)


@transaction.atomic
def reset_passwords(request):
    """Give the chosen one-time passwords, on a page that is shown once."""
    people = chosen_people(request)
    if not people:
        messages.warning(request, "请先勾选要发密码的人。")
        return back_to_people(request, people)
    issued = [(person, issue_password(user=person, by=request.user)) for person in people]
    context = {"issued": issued}
    return render_admin_page(request, "list", "一次性密码", context, "people/issued.html")


def grant_roles(request):
    """Give the chosen a role, each at the unit named or at their own office."""
    people = chosen_people(request)
    form = GrantForm(request.user, request.POST)
    try:
        grant_to_all(request.user, people, form)
    except ValidationError as error:
        messages.error(request, "没有授予：" + "".join(error.messages))
    else:
        done = f"已授予 {len(people)} 人角色。"
        messages.success(request, done if people else "请先勾选要授予角色的人。")
    return back_to_people(request, people)


@transaction.atomic
def grant_to_all(by, people, form):
    """Give each of these people the role, or none of them. Raises ValidationError."""
    if not form.is_valid():
        raise ValidationError([text for texts in form.errors.values() for text in texts])
    for person in people:
        give_role(by, person, form.cleaned_data)


def give_role(by, person, given):
    """Give one person a role. Raises ValidationError, which says whose role was refused."""
    unit = given["unit"] or person.workplace.unit
    try:
        actions.grant_role(by=by, person=person, unit=unit, role=given["role"])
    except ValidationError as error:
        raise ValidationError([f"{person}：{text}" for text in error.messages]) from None


def withdraw_assignment(request, pk):
    """Take one role back."""
    known = Assignment.objects.filter(user__in=Person.objects.visible_to(request.user))
    assignment = get_object_or_404(known.select_related("user", "unit"), pk=pk)
    if not may_edit_person(request.user, assignment.user_id):
        raise PermissionDenied(foreign_account_text(assignment.user))
    actions.withdraw_role(by=request.user, assignment=assignment)
    messages.success(request, f"已收回“{assignment.get_role_display()}”角色。")
    return redirect("people:person", assignment.user_id)


def admin_home_href(user):
    """Return the first page of an administrator; None for anybody else."""
    if user.admin_role not in ADMIN_ROLES:
        return None
    if user.admin_role == Role.AUDITOR:
        return reverse("people:trail")
    return reverse("people:list")
