"""Who may use which address, and by which method: the one table of the whole project.

An address without a row keeps the system from starting (config.E009). What a person finds behind an
open address still depends on the area: outside it is 404, inside but not one's business is 403.
"""

from django.core.checks import Error
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.urls import URLResolver, get_resolver

from accounts.roles import Role
from api.models import Token

SYSTEM, SECURITY, AUDIT = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR

ANYONE, SIGNED_IN, SUPERUSER = "anyone", "signed_in", "superuser"
PROGRAM = "program"  # another program that shows its key; no person, whoever signed in


def reads(*who):
    """A page that is only looked at."""
    return {"GET": who}


def asks(*who):
    """A page with a form: looked at and sent."""
    return {"GET": who, "POST": who}


def does(*who):
    """A button: only sent."""
    return {"POST": who}


# {URL name, or the namespace of an app that asks for itself: {method: who}}; HEAD goes with GET.
POLICY = {
    "accounts:sign_in": asks(ANYONE),
    "accounts:sign_out": does(ANYONE),
    "accounts:again": asks(ANYONE),
    "accounts:alive": asks(ANYONE),
    "accounts:password": asks(SIGNED_IN),
    "people:list": reads(SYSTEM, SECURITY),
    "people:person": {"GET": (SYSTEM, SECURITY), "POST": (SYSTEM,)},
    "people:add": asks(SYSTEM),
    "people:invite": asks(SYSTEM),
    "people:active": does(SYSTEM),
    "people:reset": does(SECURITY),
    "people:grant": does(SECURITY),
    "people:withdraw": does(SECURITY),
    "tokens:list": {"GET": (SYSTEM, SECURITY), "POST": (SYSTEM,)},
    "tokens:enable": does(SECURITY),
    "tokens:revoke": does(SYSTEM, SECURITY),
    "people:trail": reads(AUDIT),
    "people:verify": does(AUDIT),
    "admin": asks(SUPERUSER),
    "admin:login": reads(ANYONE),  # leads to the one sign-in page
    "reports:home": reads(SIGNED_IN),
    "reports:overview": reads(SIGNED_IN),
    "reports:measure": reads(SIGNED_IN),
    "reports:matrix": reads(SIGNED_IN),
    "reports:standing": reads(SIGNED_IN),
    "reports:what_if": reads(SIGNED_IN),
    "checker:checker": asks(SIGNED_IN),
    "gaps:gaps": reads(SIGNED_IN),
    "papers:papers": reads(SIGNED_IN),
    "papers:one": reads(SIGNED_IN),
    "papers:reminders": reads(SIGNED_IN),
    "papers:summary": reads(SIGNED_IN),
    "papers:booklet": does(SIGNED_IN),
    "gaps:plan": reads(SIGNED_IN),
    "rating:rating": reads(SIGNED_IN),
    "rating:scheme": reads(SIGNED_IN),
    "rating:new": asks(Role.REVIEWER),
    "rating:edit": asks(Role.REVIEWER),
    "rating:delete": does(Role.REVIEWER),
    "reports:remarks": reads(SIGNED_IN),
    "reports:summary": reads(SIGNED_IN),
    "reports:pivot": reads(SIGNED_IN),
    "reports:units": reads(SIGNED_IN),
    "reports:boundaries": asks(Role.REVIEWER, SYSTEM),
    "reports:map": reads(SIGNED_IN),
    "reports:models": reads(SIGNED_IN),
    "reports:trend": reads(SIGNED_IN),
    "reports:raw": reads(SIGNED_IN),
    "reports:filing": reads(SIGNED_IN),
    "reports:verdicts": reads(SIGNED_IN),
    "reports:standards": reads(SIGNED_IN),
    "reports:standard": reads(SIGNED_IN),
    "documents:draft": reads(SIGNED_IN),
    "documents:file": reads(SIGNED_IN),
    "documents:figures": reads(SIGNED_IN),
    "documents:keep": does(Role.REVIEWER),
    "documents:issued": reads(SIGNED_IN),
    "documents:one": reads(SIGNED_IN),
    "documents:issued_file": reads(SIGNED_IN),
    "documents:templates": {"GET": [SIGNED_IN], "POST": [Role.REVIEWER]},
    "documents:template": reads(SIGNED_IN),
    "documents:drop_template": does(Role.REVIEWER),
    "documents:reference": reads(SIGNED_IN),
    "outliers:list": reads(Role.REVIEWER),
    **dict.fromkeys(["outliers:dismiss", "outliers:reopen"], does(Role.REVIEWER)),
    "review:queue": reads(Role.REVIEWER),
    "review:approve_several": does(Role.REVIEWER),
    "review:one": reads(Role.REVIEWER),
    **dict.fromkeys(
        ["review:approve", "review:give_back", "review:ask", "review:settle"], does(Role.REVIEWER)
    ),
    "surveys:messages": reads(SIGNED_IN),
    "surveys:message": does(SIGNED_IN),
    "surveys:read_all": does(SIGNED_IN),
    "rulebook:new": asks(Role.REVIEWER),
    "rulebook:check": does(Role.REVIEWER),
    "rulebook:measures": reads(Role.REVIEWER),
    "rulebook:workbook": reads(SIGNED_IN),
    "rulebook:take_in": asks(Role.REVIEWER),
    "rulebook:edit": asks(Role.REVIEWER),
    "rulebook:version": asks(Role.REVIEWER),
    "rulebook:parts": asks(Role.REVIEWER),
    "rulebook:costs": asks(Role.REVIEWER),
    "rulebook:retire": asks(Role.REVIEWER),
    "rulebook:delete": does(Role.REVIEWER),
    "surveys:uploads": {"GET": [SIGNED_IN], "POST": [Role.CLERK]},
    "surveys:workbook": reads(SIGNED_IN),
    "surveys:upload": reads(SIGNED_IN),
    "surveys:decisions": does(Role.CLERK),
    "surveys:columns": {"GET": [SIGNED_IN], "POST": [Role.CLERK]},
    "surveys:recheck": does(Role.CLERK),
    "surveys:apply": does(Role.CLERK),
    "surveys:undo": does(Role.CLERK),
    "surveys:original": reads(Role.CLERK),
    "surveys:marked": asks(Role.CLERK),
    "surveys:jobs": reads(SIGNED_IN),
    "surveys:job": reads(SIGNED_IN),
    "surveys:job_file": reads(SIGNED_IN),
    "surveys:cancel_job": does(SIGNED_IN),
    "surveys:work": reads(Role.CLERK),
    "surveys:hand_in_several": does(Role.CLERK),
    "surveys:answer": asks(Role.CLERK),
    "surveys:check": asks(Role.CLERK),
    "surveys:handed": reads(Role.CLERK),
    "surveys:withdraw": does(Role.CLERK),
    "surveys:send_back": asks(Role.CLERK, Role.REVIEWER),
    "surveys:history": reads(SIGNED_IN),
    "surveys:rounds": reads(SIGNED_IN),
    "surveys:new_round": asks(Role.REVIEWER),
    "surveys:round": reads(SIGNED_IN),
    "surveys:extend_round": does(Role.REVIEWER),
    "surveys:close_round": does(Role.REVIEWER),
    "surveys:reopen_round": does(Role.REVIEWER),
    "surveys:extras": reads(SIGNED_IN),
    "surveys:ask_extra": does(Role.REVIEWER),
    "surveys:ask_extras_again": does(Role.REVIEWER),
    "surveys:extra": asks(Role.REVIEWER),
    "surveys:move_extra": does(Role.REVIEWER),
    "surveys:withdraw_extra": does(Role.REVIEWER),
    "surveys:progress": reads(SIGNED_IN),
    "surveys:remind": does(Role.REVIEWER),
    "surveys:fill": reads(Role.CLERK),
    "surveys:section": asks(Role.CLERK),
    "interface:guide": reads(SYSTEM, SECURITY),
    "interface:description": reads(SYSTEM, SECURITY),
    "api": reads(PROGRAM),
}


def policy_row(name):
    """Return the row for a URL name: its own, or that of its namespace as a whole."""
    namespace, _, _ = name.partition(":")
    return POLICY.get(name) or POLICY.get(namespace)


def may_use(user, who):
    """Return whether the user is among those a row names."""
    is_program = isinstance(user, Token)
    if is_program or PROGRAM in who:
        return is_program and PROGRAM in who
    if ANYONE in who:
        return True
    if not user.is_authenticated:
        return False
    if SIGNED_IN in who:
        return True
    if SUPERUSER in who and user.is_superuser:
        return True
    return any(role in who for role, _ in user.assigned_roles())


class PolicyGuard:
    """The one place where the table is enforced, before any view runs."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        row = policy_row(request.resolver_match.view_name) or {}
        method = "GET" if request.method == "HEAD" else request.method
        if row and method not in row:
            return HttpResponseNotAllowed(row)
        who = row.get(method, ())
        if not may_use(request.user, who):
            raise PermissionDenied(refusal_text(who))
        return None


def refusal_text(who):
    """Return whose business it is, for somebody who came here by mistake."""
    labels = [f"“{role.label}”" for role in Role if role in who]
    if not labels:
        return ""
    return f"这里由{'、'.join(labels)}办理，您的账号没有这个角色。"


def url_names(resolver=None, namespace=""):
    """Yield every URL name of the project, namespaces included; an unnamed one as `namespace:`."""
    resolver = resolver or get_resolver()
    for pattern in resolver.url_patterns:
        if not isinstance(pattern, URLResolver):
            yield f"{namespace}{pattern.name or ''}"
        elif pattern.namespace:
            yield from url_names(pattern, f"{namespace}{pattern.namespace}:")
        else:
            yield from url_names(pattern, namespace)


def every_address_has_its_row(app_configs, **kwargs):
    """Refuse an address without a policy, and a policy without an address."""
    names = set(url_names())
    return [*addresses_without_row(names), *rows_without_address(names)]


def addresses_without_row(names):
    hint = "在 config/policy.py 的 POLICY 中写明谁能用、用哪种方法。"
    for name in sorted(names):
        if not policy_row(name):
            text = f"网址 {name or '（无名）'} 没有写明谁能用。"
            yield Error(text, hint=hint, id="config.E009")


def rows_without_address(names):
    """Yield an error a row that is neither an address with a row nor the namespace of one."""
    covered = {name for name in names if policy_row(name)}
    for name in names:
        namespace, _, _ = name.partition(":")
        covered.add(namespace)
    for name in POLICY:
        if name not in covered:
            yield Error(
                f"POLICY 中的 {name} 没有对应的网址。",
                hint="删去这一行，或改正名称。",
                id="config.E010",
            )
