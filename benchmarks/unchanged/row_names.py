"""Names for the row numbers in addresses, which two databases may count differently."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.apps import apps

STEP = re.compile(r"([a-z_-]+)/(\d+)(?=[/?]|$)")
# A standard, a measure or a section by its code, after what it is about.
CODE = re.compile(r"/(standards|(?:standing|overview|fill)/[^/]+)/[\w-]+/$")
# Numbers that are no row: the second own item of a round, a column of a sheet.
PLAIN = {"extras", "columns"}
MODEL_AFTER = {
    "rounds": "Round",
    "upload": "Upload",
    "people": "User",
    "rulebook": "Standard",
    "jobs": "Job",
    "messages": "Message",
    "issued": "IssuedReport",
    "tokens": "Token",
    "settle": "Remark",
    "reopen": "Dismissal",
    "scheme": "RatingScheme",
}
MODEL_ASKED = {
    "round": "Round",
    "unit": "Unit",
    "units": "Unit",
    "area": "Unit",
    "version": "Standard",
    "whole": "Standard",
    "filing": "Filing",
    "of": "Filing",
    "person": "User",
}
# What is asked for makes another kind of page, or of file.
TELLING = {"format", "shape"}
MODELS = {model.__name__: model for model in apps.get_models() if model.__module__[:7] != "django."}


class RowNames:
    """What each row of the models above is called in the real world."""

    def __init__(self, latest):
        self.units = dict(MODELS["Unit"].objects.values_list("pk", "code"))
        self.names = {
            "Unit": self.units,
            "User": dict(MODELS["User"].objects.values_list("pk", "username")),
            "Upload": dict(MODELS["Upload"].objects.values_list("pk", "name")),
            "Round": {},
            "Standard": {},
            "Filing": {},
        }
        self.filing_kinds = {}
        for pk, unit, period in MODELS["Round"].objects.values_list("pk", "unit_id", "period"):
            self.names["Round"][pk] = f"{self.units[unit]}@{period}"
        standards = MODELS["Standard"].objects.values_list("pk", "code", "effective_from")
        for pk, code, since in standards:
            self.names["Standard"][pk] = f"{code}@{since}"
        columns = ("pk", "code", "name", "level", "round__period")
        filings = list(MODELS["Filing"].objects.values_list(*columns))
        for pk, code, name, level, period in filings:
            self.names["Filing"][pk] = f"{code or name}@{period}"
            self.filing_kinds[pk] = f"level {level}, {'latest' if period == latest else 'earlier'}"

    def name(self, model, number):
        """The name of a row; of a model without names, its place among its kind."""
        known = self.names.setdefault(model, {})
        return known.setdefault(int(number), f"#{len(known) + 1}")

    def mask_address(self, address):
        """The address with the rows' names in the place of their numbers."""
        parts = urlsplit(address)
        path = STEP.sub(self.named_step, parts.path)
        asked = [(key, self.named_value(key, value)) for key, value in parse_qsl(parts.query, True)]
        query = urlencode(asked, safe="{}@#:/,")
        return f"{path}?{query}" if query else path

    def kind_of(self, address):
        """What the address is about in general: those of a kind differ in their rows only."""
        parts = urlsplit(address)
        path = STEP.sub(self.kind_of_step, parts.path)
        path = CODE.sub(r"/\1/code/", path)
        asked = sorted(dict(parse_qsl(parts.query)).items())
        told = [f"{key}={value}" if key in TELLING else key for key, value in asked]
        return path, *told

    def kind_of_step(self, match):
        step, number = match.groups()
        model = MODEL_AFTER.get(step, "Filing")
        if step in PLAIN:
            return match.group()
        if model == "Filing":
            return f"{step}/{self.filing_kinds.get(int(number))}"
        return f"{step}/{model}"

    def named_step(self, match):
        step, number = match.groups()
        if step in PLAIN:
            return match.group()
        return f"{step}/{{{self.name(MODEL_AFTER.get(step, 'Filing'), number)}}}"

    def named_value(self, key, value):
        if key not in MODEL_ASKED or not value.isdigit():
            return value
        return f"{{{self.name(MODEL_ASKED[key], value)}}}"
