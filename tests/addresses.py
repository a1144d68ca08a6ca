"""Every address of the project that is looked at by a person, about everything there is: for whoever walks them all."""

from django.urls import URLResolver, get_resolver, reverse

from communities.models import Person
from config import policy
from documents.models import IssuedReport
from reports.models import Scheme, Standard
from surveys.extras import round_sections
from surveys.models import Extra, Filing, Job, Round, Upload

# What a number in an address stands for, where it is no filing's.
OTHERS = {
    **dict.fromkeys(["surveys:round", "surveys:extras", "surveys:extra"], Round),
    **{f"surveys:{name}": Upload for name in ("upload", "columns", "original", "marked")},
    **dict.fromkeys(["surveys:job", "surveys:job_file"], Job),
    **{f"rulebook:{name}": Standard for name in ("edit", "version", "parts", "costs", "retire")},
    **dict.fromkeys(["documents:one", "documents:issued_file"], IssuedReport),
    "people:person": Person,
}
MORE = {
    "reports:measure": lambda: ["households"],
    **dict.fromkeys(
        ["reports:standard", "reports:standing"],
        lambda: Standard.objects.values_list("code", flat=True),
    ),
    "surveys:section": lambda: [section.name for section in round_sections(Round.objects.first())],
    "surveys:extra": lambda: Extra.objects.values_list("pk", flat=True),
    "surveys:columns": lambda: [0],
    "documents:template": lambda: ["survey"],
    "rating:edit": lambda: Scheme.objects.values_list("pk", flat=True),
}
FOR_PROGRAMS = "api:"


def patterns(resolver=None, namespace="", converters=()):
    """(URL name, what its arguments are) of every address outside the back room."""
    for pattern in (resolver or get_resolver()).url_patterns:
        known = {**dict(converters), **pattern.pattern.converters}
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from patterns(pattern, inner, known.items())
        elif not namespace.startswith("admin"):
            yield f"{namespace}{pattern.name}", known


def looked_at():
    """{URL name: its arguments} of every page and file a person may ask for."""
    found = dict(patterns())
    return {
        name: list(arguments)
        for name, arguments in found.items()
        if "GET" in policy.policy_row(name) and not name.startswith(FOR_PROGRAMS)
    }


def addresses():
    """{URL name: [address about each thing there is, …]}"""
    return {name: list(made(name, arguments)) for name, arguments in looked_at().items()}


def made(name, arguments):
    first = (
        OTHERS.get(name, Filing).objects.values_list("pk", flat=True)
        if "pk" in arguments
        else [None]
    )
    second = MORE[name]() if len(arguments) > ("pk" in arguments) else [None]
    for one in first:
        for other in second:
            yield reverse(name, args=[each for each in (one, other) if each is not None])
