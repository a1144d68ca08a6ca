"""接口说明: the description of the interface as a page to read, print and hand to whoever connects to it."""

import json

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from api.interface import VERSION, api
from communities.people.views import render_admin_page

# What stands in an example for a parameter of the address.
EXAMPLES = {"round": "1", "filing": "1"}
EXAMPLE_QUERIES = {
    "units": "level=community",
    "filings": "status=approved&updated_since=2022-12-01T08:00:00",
    "values": "measures=households,office_area&per_page=1000",
    "verdicts": "unit=130983&scope=approved",
    "totals": "level=street&measures=households,office_area",
    "tallies": "level=street",
}


@require_safe
def guide(request):
    """Every question with its parameters, an example for curl and the fields of its answer, from the description."""
    schema = api.get_openapi_schema()
    base = request.build_absolute_uri("/").rstrip("/")
    context = {
        "schema": schema,
        "questions": [
            question(schema, base, at, each["get"]) for at, each in schema["paths"].items()
        ],
        "base": base + reverse("api:api-root"),
    }
    return render_admin_page(request, "tokens", "接口说明", context, "tokens/guide.html")


@require_safe
def description(request):
    """The same for programs, as a file."""
    content = json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1)
    named = content_disposition_header(True, f"openapi-v{VERSION}.json")
    return HttpResponse(content, "application/json", headers={"Content-Disposition": named})


def question(schema, base, at, operation):
    """One question as the page shows it."""
    name = at.rstrip("/").rpartition("/")[2]
    path = at.format(**EXAMPLES)
    query = f"?{EXAMPLE_QUERIES[name]}" if name in EXAMPLE_QUERIES else ""
    return {
        "name": operation["operationId"].rpartition("_")[2],
        "title": operation["summary"],
        "said": operation.get("description", ""),
        "path": at,
        "parameters": [
            parameter(each) for each in operation.get("parameters", []) if each["in"] == "query"
        ],
        "example": f"curl -H 'Authorization: Bearer 令牌' '{base}{path}{query}'",
        "fields": fields(schema, operation["responses"][200]),
    }


def parameter(given):
    """Its name, what it means with the words it takes, and what holds where it is left out."""
    form = given["schema"]
    return {
        "name": given["name"],
        "said": given.get("description") or form.get("description", ""),
        "default": form.get("default"),
    }


def fields(schema, answer):
    """[(field, what it means)] of one item of an answer, what stands inside a field after it."""
    form = resolved(schema, answer["content"]["application/json"]["schema"])
    items = form.get("items") or form.get("properties", {}).get("items", {}).get("items")
    return list(named(schema, resolved(schema, items) if items else form))


def named(schema, form, before=""):
    for name, each in form["properties"].items():
        yield before + name, each.get("description", "")
        inner = each.get("items") or each.get("additionalProperties") or each
        if isinstance(inner, dict) and "$ref" in inner and "enum" not in resolved(schema, inner):
            yield from named(schema, resolved(schema, inner), f"{before}{name}.")


def resolved(schema, form):
    """A form named elsewhere in the description, or the form itself."""
    name = form.get("$ref", "").rpartition("/")[2]
    return schema["components"]["schemas"][name] if name else form
