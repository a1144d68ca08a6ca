"""The line a typed form leaves in the audit trail."""

from accounts.audit import audit_entry, write_entries


def record_typed(filing, made, remarks, *, by):
    """Write what a form changed: one line, with old and new value of every cell."""
    lines = typed_changes(made) | {
        f"{record_place(made.stored, r.key)}·{column_label(made, r.field)}·说明": [None, r.text]
        for r in remarks
    }
    what = f"{filing.name} {filing.round.period}"
    write_entries(
        audit_entry(
            by=by,
            verb="填报",
            what=what,
            path=filing.path,
            target=f"filing:{filing.pk}",
            changes=lines,
        )
    )


def typed_changes(made):
    """{工作人员·王芳·职务: [old, new]}; a record that came or went in one line."""
    stored, lines = made.stored, {}
    for row, fields in made.updated.items():
        where = record_place(stored, made.renamed.get(row, (stored.key(stored.rows[row]),))[0])
        for name, pair in fields.items():
            lines[f"{where}·{column_label(made, name)}"] = [
                stored.cells.show(name, value) or None for value in pair
            ]
    for row in made.covers.keys() - made.created.keys():
        where = record_place(stored, stored.key(stored.rows[row]))
        lines[f"{where}·{column_label(made, stored.section.covers)}"] = [
            made.covered_before.get(row) or None,
            stored.covers[row],
        ]
    lines |= {
        record_place(stored, stored.key(each)): [None, record_summary(made, each)]
        for each in made.created.values()
    }
    return lines | {
        record_place(stored, stored.key(each)): [record_summary(made, each), None]
        for each in made.deleted.values()
    }


def record_place(stored, key):
    return "·".join(filter(None, [stored.section.label, key]))


def column_label(made, name):
    return made.section.label_of(name)


def record_summary(made, values):
    """`性别 女，出生年月 1970-01`: a whole record without what is blank."""
    shown = ((name, made.cells.show(name, values[name])) for name in made.stored.names)
    return "，".join(f"{column_label(made, name)} {text}" for name, text in shown if text)
