"""The line a typed form leaves in the audit trail."""

from accounts.audit import audit_entry, write_entries


def record_typed(filing, made, remarks, *, by):
    """Write what a form changed: one line, with old and new value of every cell."""
    changes = typed_changes(made)
    for remark in remarks:
        place = record_place(made.stored, remark.key)
        changes[f"{place}·{column_label(made, remark.field)}·说明"] = [None, remark.text]
    what, target = f"{filing.name} {filing.round.period}", f"filing:{filing.pk}"
    entry = audit_entry(
        by=by, verb="填报", what=what, path=filing.path, target=target, changes=changes
    )
    write_entries(entry)


def typed_changes(made):
    """{工作人员·王芳·职务: [old, new]}; a record that came or went in one line."""
    stored, changes = made.stored, {}
    for row, fields in made.updated.items():
        key = stored.key(stored.rows[row])
        if row in made.renamed:
            key, _ = made.renamed[row]  # the name it was known by
        place = record_place(stored, key)
        for name, (old, new) in fields.items():
            shown = [stored.cells.show(name, old) or None, stored.cells.show(name, new) or None]
            changes[f"{place}·{column_label(made, name)}"] = shown
    for row in made.covers.keys() - made.created.keys():
        place = record_place(stored, stored.key(stored.rows[row]))
        before = made.covered_before.get(row) or None
        label = column_label(made, stored.section.covers)
        changes[f"{place}·{label}"] = [before, stored.covers[row]]
    for record in made.created.values():
        changes[record_place(stored, stored.key(record))] = [None, record_summary(made, record)]
    for record in made.deleted.values():
        changes[record_place(stored, stored.key(record))] = [record_summary(made, record), None]
    return changes


def record_place(stored, key):
    """`工作人员·王芳`: a record by its section and key; the section where it has one record."""
    label = stored.section.label
    if key:
        return f"{label}·{key}"
    return label


def column_label(made, name):
    return made.section.label_of(name)


def record_summary(made, values):
    """`性别 女，出生年月 1970-01`: a whole record without what is blank."""
    parts = []
    for name in made.stored.names:
        text = made.cells.show(name, values[name])
        if text:
            parts.append(f"{column_label(made, name)} {text}")
    return "，".join(parts)
