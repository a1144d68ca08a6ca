"""Records that contradict each other: sums and their parts, one person on two rosters, one community under two branches."""

from collections import defaultdict

from django.db.models import Case, CharField, F, Max, Min, Q, Value, When, Window
from django.db.models.functions import JSONObject, Length

from party.models import Coverage, OrganisationForm
from review.outliers.found import Outlier, OutlierKind
from staffing.models import Worker
from surveys.difference import key_text
from surveys.extras import round_sections
from surveys.sections import format_figure

BRANCHES = [OrganisationForm.BRANCH, OrganisationForm.JOINT]


def sums(round, visible):
    """Checks of whole and parts that do not hold, over every record in sight; one query."""
    sections = [
        s
        for s in round_sections(round)
        if any(names(check) for check in s.checks) and s.name != "workers"
    ]
    if not sections:
        return
    queries = [rows_of(section, visible) for section in sections]
    known = {section.name: section for section in sections}
    for name, filing, record in queries[0].union(*queries[1:], all=True):
        yield from broken(known[name], filing, record)


def names(check):
    """The values a check is about, where it is about one record alone."""
    return () if check.beside else check.names or getattr(check.holds, "names", ())


def rows_of(section, visible):
    wanted = {*section.key, *(name for check in section.checks for name in names(check))}
    rows = section.model.objects.filter(filing__in=visible).order_by()
    data = JSONObject(**{name: name for name in sorted(wanted)})
    return rows.annotate(section_name=Value(section.name), data=data).values_list(
        "section_name", "filing_id", "data"
    )


def broken(section, filing, record):
    key = key_text(section, record) if section.key else ""
    for check in section.checks:
        if names(check) and check.holds(record) is False:
            label = "·".join(filter(None, [section.label, key, section.label_of(check.field)]))
            subject = f"{section.name}.{check.name}.{key}"[:160]
            value = "、".join(
                f"{section.label_of(name)} {format_figure(record[name])}" for name in names(check)
            )
            yield Outlier(
                OutlierKind.PARTS, filing, subject, label, value, check.sentence, 8, section.name
            )


def persons(visible):
    """The same name with the same month of birth or telephone on rosters of two units; one query."""
    month = Q(born_length__gte=7)
    told = Case(
        When(month, then=F("born")),
        When(~Q(phone=""), then=F("phone")),
        default=Value(""),
        output_field=CharField(),
    )
    rows = (
        Worker.objects.filter(filing__in=visible)
        .annotate(born_length=Length("born"))
        .annotate(told=told)
    )
    same = {"partition_by": [F("name"), F("told")]}
    rows = rows.exclude(told="").annotate(
        low=Window(Min("filing"), **same), high=Window(Max("filing"), **same)
    )
    groups = defaultdict(list)
    for name, by, filing, unit in rows.filter(low__lt=F("high")).values_list(
        "name", "told", "filing", "filing__name"
    ):
        groups[name, by].append((filing, unit))
    for (name, _), places in groups.items():
        for filing, _ in places:
            others = "、".join(unit for other, unit in places if other != filing)
            why = f"也在{others}的名册上"
            yield Outlier(
                OutlierKind.PERSON,
                filing,
                f"workers.{name}"[:160],
                "工作人员",
                name,
                why,
                6,
                "workers",
            )


def coverage(visible):
    """Communities that a branch elsewhere says it serves, though they have one of their own; one query."""
    rows = Coverage.objects.filter(filing__in=visible, organisation__form__in=BRANCHES).order_by(
        "pk"
    )
    wanted = ("organisation__name", "organisation__filing", "organisation__filing__name", "filing")
    rows = list(rows.values_list(*wanted))
    own = {filing: name for name, host, _, filing in rows if host == filing}
    for name, host, unit, filing in rows:
        if host != filing and filing in own:
            why = f"{unit}的“{name}”也写明覆盖本社区"
            yield Outlier(
                OutlierKind.COVERAGE,
                filing,
                f"party.{host}.{name}"[:160],
                "党组织",
                own[filing],
                why,
                7,
                "party",
            )
