"""The stored values of a section, in the words and the order of its sheet."""

from collections import defaultdict

from communities import tree
from communities.models import Level
from surveys.fields import YesNoField
from surveys.workbook.masking import mask_number
from surveys.workbook.places import short_unit_name


def stored_records(section, round, unit, named):
    """{filing id: [{column: stored value}, …]} of every record inside `unit`: one query,
    one more for `covers`.
    """
    names = []
    for column in section.own_columns:
        if column.name != section.covers:
            names.append(column.name)
    records = section.model.objects.filter(
        tree.lies_inside([unit.path], "filing__path"),
        filing__round=round,
        filing__level__in=section.levels,
    )
    covered = covered_names(section, round, unit, named) if section.covers else {}
    rows = records.order_by("pk").values_list("filing_id", "pk", *names)
    found = defaultdict(list)
    for filing, pk, *values in rows:
        record = dict(zip(names, values, strict=True))
        record[section.covers] = covered.get(pk)
        found[filing].append(record)
    return found


def covered_names(section, round, unit, named):
    """{record id: 「育才社区、东昊社区」}; a community of another street is named with its street.

    `named` are the names the workbook gives its own filings. That a street's own committee covers
    the street is not written: the column lists communities.
    """
    link = section.field(section.covers)
    host, other = link.m2m_field_name(), link.m2m_reverse_field_name()
    links = link.remote_field.through.objects.filter(
        tree.lies_inside([unit.path], f"{host}__filing__path"),
        **{f"{host}__filing__round": round, f"{other}__level": Level.COMMUNITY},
    )
    rows = links.order_by(f"{other}__code", "pk").values_list(
        f"{host}_id",
        f"{other}_id",
        f"{host}__filing__street",
        f"{other}__street",
        f"{other}__street__name",
        f"{other}__name",
    )
    communities = defaultdict(list)
    for pk, filing, own_street, street, street_name, name in rows:
        text = named.get(filing) or short_unit_name(name)
        if street != own_street and street_name:
            text = street_name + text
        communities[pk].append(text)
    joined = {}
    for pk, names in communities.items():
        joined[pk] = "、".join(names)
    return joined


def value_writer(section, column, *, show_personal):
    """A function from the stored value of a column to what its cell says;
    None where nothing is known.
    """
    field = section.field(column.name)
    if isinstance(field, YesNoField):
        words = {True: "是", False: "否"}
        return words.get
    if getattr(field, "choices", None):
        words = {}
        for value, label in field.choices:
            words[value] = str(label)
        return lambda value: words.get(value, value or None)
    if column.personal and not show_personal:
        return lambda value: mask_number(value) if value else None
    return lambda value: None if value == "" else value


def sheet_rows(section, units, records, *, show_personal):
    """(ReportingUnit, values) line by line.

    A unit without a record gets one empty line, so that nobody has to pick its name.
    """
    writers = {}
    for column in section.own_columns:
        writers[column.name] = value_writer(section, column, show_personal=show_personal)
    for unit in units:
        for record in records.get(unit.filing) or [{}]:
            texts = []
            for name, write in writers.items():
                texts.append(write(record.get(name)))
            yield unit, texts
