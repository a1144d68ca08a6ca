"""The columns of an uploaded sheet: what each was taken for, to confirm or correct."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from surveys.actions.checking import confirm_columns
from surveys.actions.lengthy import is_large, start_rechecking
from surveys.extras import round_sections
from surveys.models import Upload
from surveys.pages.filings import may_upload_for
from surveys.pages.uploads import (
    editable_upload,
    preview_of_waiting,
    upload_context,
    visible_upload,
)
from surveys.reading.labels import Target, vocabulary_of
from surveys.reading.workbook import column_letters

UNIT_NAMES = {"code": "区划代码", "district": "区县", "street": "街道", "name": "社区（单位）"}


def column_choices(round):
    """[(group, [(path, label)])]: everything a column may stand for."""
    units = []
    for name, label in UNIT_NAMES.items():
        units.append((f"unit.{name}", label))
    groups = [("单位", units)]
    known = vocabulary_of(round).targets
    for section in round_sections(round):
        options = []
        for column in section.columns:
            path = Target(section, column, column.name).path
            if path in known:
                options.append((path, choice_label(section, column)))
        groups.append((section.label, options))
    return groups


def choice_label(section, column):
    """How people call a column; one of a wide sheet by its own first name."""
    if column.fixed:
        return column.synonyms[0]
    return section.label_of(column.name)


@require_http_methods(["GET", "HEAD", "POST"])
def columns_page(request, pk, number):
    """One sheet's columns; a POST keeps what was chosen for them."""
    find_upload = editable_upload if request.method == "POST" else visible_upload
    upload, filing = find_upload(request, pk)
    if upload.status != Upload.Status.CHECKED:
        return redirect("surveys:upload", pk)
    may_edit = may_upload_for(request.user, filing)
    try:
        reading = preview_of_waiting(upload, filing, may_edit=may_edit).reading
    except ValidationError:
        return redirect("surveys:upload", pk)  # which says why
    if number >= len(reading.sheets):
        return redirect("surveys:upload", pk)
    sheet = reading.sheets[number]
    if request.method == "POST":
        return keep_columns(request, upload, filing, sheet, reading)
    return show_columns(request, upload, filing, sheet, reading, sheet.mapping)


def keep_columns(request, upload, filing, sheet, reading):
    """Keep what was chosen; the file is read anew, a large one by a job."""
    chosen = {}
    for at, name in enumerate(sheet.columns):
        if name:
            chosen[name] = request.POST.get(f"column-{at}", "")
    large = is_large(upload)
    try:
        refuse_wrong_targets(chosen, vocabulary_of(upload.round).targets)
        given = {"signature": sheet.signature, "mapping": chosen, "by": request.user}
        confirm_columns(upload=upload, **given, reread=not large)
    except ValidationError as refused:
        wrong = refused.messages
        return show_columns(request, upload, filing, sheet, reading, chosen, wrong, status=422)
    if large:
        job = start_rechecking(upload=upload, filing=filing, by=request.user)
        return redirect("surveys:job", job.pk)
    return redirect("surveys:upload", upload.pk)


def refuse_wrong_targets(chosen, known):
    """Raise ValidationError where a target is not a known one or is chosen for two columns."""
    taken = {}
    for name, path in chosen.items():
        if path and path not in known:
            raise ValidationError(f"“{name}”列选的内容不认识，请从列表中选择。")
        if path and path in taken:
            raise ValidationError(
                f"“{taken[path]}”列和“{name}”列选了同一项内容，请只留一列，另一列选“不读入”。"
            )
        taken[path] = name


def show_columns(request, upload, filing, sheet, reading, mapping, wrong=(), status=200):
    # Values may be telephone numbers: for those who fill in the area.
    samples = sheet.samples
    if not may_upload_for(request.user, filing):
        samples = [""] * len(sheet.columns)
    lines = []
    for at, name in enumerate(sheet.columns):
        if name:
            line = {"at": at, "letters": column_letters(at), "samples": samples[at]}
            line["label"] = name.replace("|", " › ")
            line["path"] = mapping.get(name, "")
            line["unknown"] = name in sheet.ignored
            lines.append(line)
    context = upload_context(request, upload, filing, sheet=sheet, lines=lines, wrong=wrong)
    context["sheets"] = reading.sheets
    context["choices"] = column_choices(upload.round)
    return render(request, "surveys/upload_columns.html", context, status=status)
