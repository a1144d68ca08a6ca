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


def choices(round):
    """[(group, [(path, label)])]: everything a column may stand for."""
    groups = [("单位", [(f"unit.{name}", label) for name, label in UNIT_NAMES.items()])]
    known = vocabulary_of(round).targets
    for section in round_sections(round):
        options = [
            (Target(section, column, column.name).path, label(section, column))
            for column in section.columns
        ]
        groups.append((section.label, [option for option in options if option[0] in known]))
    return groups


def label(section, column):
    """How people call a column; one of a wide sheet by its own first name."""
    return column.synonyms[0] if column.fixed else section.label_of(column.name)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request, pk, number):
    """One sheet's columns; the same address keeps what was chosen, and the file is read anew, a large one by a job."""
    upload, filing = (editable_upload if request.method == "POST" else visible_upload)(request, pk)
    if upload.status != Upload.Status.CHECKED:
        return redirect("surveys:upload", pk)
    try:
        reading = preview_of_waiting(
            upload, filing, may_edit=may_upload_for(request.user, filing)
        ).reading
    except ValidationError:
        return redirect("surveys:upload", pk)  # which says why
    if number >= len(reading.sheets):
        return redirect("surveys:upload", pk)
    sheet = reading.sheets[number]
    if request.method != "POST":
        return page(request, upload, filing, sheet, reading, sheet.mapping)
    chosen = {
        name: request.POST.get(f"column-{at}", "") for at, name in enumerate(sheet.columns) if name
    }
    large = is_large(upload)
    try:
        checked(chosen, vocabulary_of(upload.round).targets)
        given = {"signature": sheet.signature, "mapping": chosen, "by": request.user}
        confirm_columns(upload=upload, **given, reread=not large)
    except ValidationError as refused:
        return page(
            request, upload, filing, sheet, reading, chosen, wrong=refused.messages, status=422
        )
    if large:
        return redirect(
            "surveys:job", start_rechecking(upload=upload, filing=filing, by=request.user).pk
        )
    return redirect("surveys:upload", pk)


def checked(chosen, known):
    """Known targets only, and each of them once."""
    taken = {}
    for name, path in chosen.items():
        if path and path not in known:
            raise ValidationError(f"“{name}”列选的内容不认识，请从列表中选择。")
        if path and path in taken:
            raise ValidationError(
                f"“{taken[path]}”列和“{name}”列选了同一项内容，请只留一列，另一列选“不读入”。"
            )
        taken[path] = name


def page(request, upload, filing, sheet, reading, mapping, wrong=(), status=200):
    # Values may be telephone numbers: for those who fill in the area.
    samples = sheet.samples if may_upload_for(request.user, filing) else [""] * len(sheet.columns)
    lines = [
        {
            "at": at,
            "letters": column_letters(at),
            "label": name.replace("|", " › "),
            "samples": samples[at],
            "path": mapping.get(name, ""),
            "unknown": name in sheet.ignored,
        }
        for at, name in enumerate(sheet.columns)
        if name
    ]
    context = upload_context(
        request, upload, filing, sheet=sheet, sheets=reading.sheets, lines=lines, wrong=wrong
    )
    context["choices"] = choices(upload.round)
    return render(request, "surveys/upload_columns.html", context, status=status)
