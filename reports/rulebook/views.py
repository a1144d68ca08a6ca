"""The pages on which reviewers keep the standards of their area. Others read them.

What is not theirs is 403.
"""

from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from communities.files import UnreadableFile, uploaded_rows
from communities.models import Level
from reports.models import Standard
from reports.models.standard import FORMULAS
from reports.rulebook import actions, sheets
from reports.rulebook.effect import effect_of_standard
from reports.rulebook.forms import (
    CostFormSet,
    RetireForm,
    StandardForm,
    VersionForm,
    editable_regions,
)
from reports.rulebook.reach import judged_rounds, settled_rounds
from reports.rulebook.vocabulary import formula_functions, formula_vocabulary
from reports.views.standards import rule_book_context
from surveys.pages.downloads import file_response


def render_in_rulebook(request, template, here, **context):
    """A page of the rule book inside its frame."""
    frame = rule_book_context(request, here)
    context["frame"] = frame
    context["here"] = here
    context["query"] = f"?filing={frame.filing.pk}" if frame else ""
    return render(request, f"rulebook/{template}.html", context)


def editable_standard(request, pk):
    """A standard this person keeps.

    Raises Http404 where there is none, PermissionDenied where it is somebody else's.
    """
    standards = Standard.objects.with_may_edit(request.user).select_related("parent")
    standard = standards.filter(pk=pk).first()
    if not standard:
        raise Http404
    if not standard.may_edit:
        raise PermissionDenied(whose_it_is(standard))
    return standard


def whose_it_is(standard):
    """Whose the standard is, for somebody who wanted to change it."""
    if not standard.region_code or not standard.region_known:
        return (
            f"“{standard.name}”不是本地区制定的标准，这里只能查看；"
            "确需改动的，请系统管理员在后台办理。"
        )
    return f"“{standard.name}”是{standard.region_name}的标准，由那里的审核人员维护，您只能查看。"


def error_text(error):
    """What a ValidationError says."""
    return "".join(error.messages)


def new_standard_page(request):
    """A standard of one's own area; `whole` is the composite it becomes a part of."""
    whole = None
    if request.GET.get("whole", "").isdigit():
        whole = editable_standard(request, request.GET["whole"])
    form = StandardForm(request.user, request.POST or None, instance=unsaved_standard(whole))
    if not form.names:
        raise PermissionDenied("您的单位没有区划代码，不能在这里新增标准；请系统管理员先补上代码。")
    if wants_saving(request, form):
        with refusal_in(form):
            created = actions.create_standard(by=request.user, standard=form.instance)
            messages.success(request, f"已新增“{created.name}”。")
            if whole or is_composite(created):
                return redirect("rulebook:parts", (whole or created).pk)
            return redirect_to_standard(created)
    here = f"新增分项：{whole.name}" if whole else "新增标准"
    return standard_form_page(request, form, here, whole=whole)


def unsaved_standard(whole=None):
    """What the form of a new standard begins with; a part has much of its whole."""
    if whole is None:
        return Standard(level=Level.COMMUNITY, kinds=["community"], force="city")
    names = (*actions.TOGETHER, "topic", "level", "kinds", "force", "source")
    shared = {name: getattr(whole, name) for name in names}
    return Standard(parent=whole, **shared)


def is_composite(standard):
    """Whether a standard is judged by its parts."""
    return not standard.actual and not standard.why_not


def correction_page(request, pk):
    """Correct the wording of a version.

    What decides verdicts only while no approved round stands by it.
    """
    standard = editable_standard(request, pk)
    here, settled = f"更正：{standard.name}", settled_rounds(standard)
    form = StandardForm(request.user, request.POST or None, instance=standard, fixed=bool(settled))
    if wants_saving(request, form):
        seen = form.cleaned_data["seen"] or 0
        with refusal_in(form):
            actions.correct_standard(by=request.user, standard=form.instance, seen=seen)
            messages.success(request, f"已更正“{standard.name}”。")
            return redirect_to_standard(standard)
    return standard_form_page(request, form, here, standard=standard, settled=settled)


def new_version_page(request, pk):
    """A version that takes the place of another from a day on."""
    old = editable_standard(request, pk)
    copied = actions.unsaved_copy(old, effective_from=None, effective_to=None)
    form = VersionForm(request.user, request.POST or None, instance=copied, old=old)
    if wants_saving(request, form):
        seen = form.cleaned_data["seen"] or 0
        with refusal_in(form):
            new = actions.new_version(by=request.user, old=old, new=form.instance, seen=seen)
            began = f"自 {new.effective_from} 起有效"
            messages.success(request, f"“{new.name}”的新版本{began}，旧版本到前一天为止。")
            return redirect_to_standard(new)
    here, settled = f"出新版本：{old.name}", settled_rounds(old)
    return standard_form_page(request, form, here, standard=old, follows=old, stands=settled)


def wants_saving(request, form):
    """Whether a sound form was sent to be saved, not only to be tried."""
    return request.method == "POST" and "check" not in request.POST and form.is_valid()


@contextmanager
def refusal_in(form):
    """Let the form say why an action refused."""
    try:
        yield
    except ValidationError as error:
        form.add_error(None, error_text(error))


def redirect_to_standard(standard):
    """To the page of this version."""
    address = reverse("reports:standard", args=[standard.code])
    return redirect(f"{address}?version={standard.pk}")


def standard_form_page(request, form, here, **context):
    """The form, the measures rule_book_context it, and what the formulas would do.

    Status 422 where something is to be put right.
    """
    context |= formula_trial(request, form)
    context["form"] = form
    context["vocabulary"] = formula_vocabulary(request.user)
    context["functions"] = formula_functions()
    answer = render_in_rulebook(request, "edit", here, **context)
    refused = form.is_bound and form.errors and "check" not in request.POST
    answer.status_code = 422 if refused else 200
    return answer


def formula_trial(request, form):
    """What is said of the formulas as they stand in the form: faults, words, effect."""
    if not form.is_bound:
        return {}
    effect = None
    if form.formula_is_sound and not form.instance.why_not:
        effect = effect_of_standard(request.user, form.instance)
    faults = []
    for name in FORMULAS:
        faults += [(form[name].label, text) for text in form.errors.get(name, ())]
    return {"effect": effect, "form_words": form.words, "faults": faults, "tried": True}


def formula_check_piece(request):
    """The piece of the form page that says what the formulas mean and would change.

    Nothing is written.
    """
    form = checked_form(request)
    return render(request, "rulebook/_tried.html", formula_trial(request, form))


def checked_form(request):
    """The form as it was sent to be tried: of a new standard, a correction or a new version."""
    if not request.POST.get("of", "").isdigit():
        return StandardForm(request.user, request.POST, instance=Standard())
    old = editable_standard(request, request.POST["of"])
    if "follows" in request.POST:
        copied = actions.unsaved_copy(old)
        return VersionForm(request.user, request.POST, instance=copied, old=old)
    fixed = bool(settled_rounds(old))
    return StandardForm(request.user, request.POST, instance=old, fixed=fixed)


def measures_piece(request):
    """The piece of the form page with the measures whose label or name has a word in it."""
    found = formula_vocabulary(request.user, request.GET.get("word", ""))
    return render(request, "rulebook/_measures.html", {"vocabulary": found})


def retire_page(request, pk):
    """Let a version end, or take out of the book what never judged anything."""
    standard = editable_standard(request, pk)
    initial = {"last_day": standard.effective_to, "seen": standard.revision}
    form = RetireForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        last_day, seen = form.cleaned_data["last_day"], form.cleaned_data["seen"]
        with refusal_in(form):
            actions.retire_standard(
                by=request.user, standard=standard, last_day=last_day, seen=seen
            )
            messages.success(request, f"“{standard.name}”到 {standard.effective_to} 为止有效。")
            return redirect_to_standard(standard)
    context = {"standard": standard, "form": form, "judged": judged_rounds(standard)}
    return render_in_rulebook(request, "retire", f"停用：{standard.name}", **context)


def delete_standard_page(request, pk):
    """Take a version out of the book that never judged anything."""
    standard = editable_standard(request, pk)
    name = standard.name
    try:
        actions.delete_standard(by=request.user, standard=standard)
    except ValidationError as error:
        messages.error(request, error_text(error))
        return redirect("rulebook:retire", pk)
    messages.success(request, f"已删除“{name}”。")
    return redirect("reports:standards")


def region_costs_page(request, pk):
    """What one unit of gap costs in the regions of the area."""
    standard = editable_standard(request, pk)
    rows = []
    for cost in standard.costs.all():
        rows.append({"region": cost.region_code, "cost": cost.cost, "source": cost.source})
    regions = {"regions": editable_regions(request.user)}
    formset = CostFormSet(request.POST or None, initial=rows, form_kwargs=regions)
    if formset.is_bound and formset.is_valid():
        actions.set_region_costs(by=request.user, standard=standard, costs=formset.costs)
        messages.success(request, "已保存地区费用。")
        return redirect_to_standard(standard)
    here = f"地区费用：{standard.name}"
    return render_in_rulebook(request, "costs", here, standard=standard, formset=formset)


def standards_file(request):
    """The rule book as an Excel sheet."""
    standards = Standard.objects.select_related("parent")
    content = sheets.standards_workbook(request.user, standards)
    return file_response(content, "标准库.xlsx")


def import_page(request):
    """A sheet of standards: read, shown with what it changes, and written once confirmed.

    All or nothing.
    """
    here = "导入标准"
    try:
        dataset = sent_dataset(request)
    except UnreadableFile as error:
        return render_in_rulebook(request, "take_in", here, wrong=str(error))
    if dataset is None:
        return render_in_rulebook(request, "take_in", here)
    confirmed = "confirm" in request.POST
    result, resource = sheets.import_standards(request.user, dataset, dry_run=not confirmed)
    problems = list(sheets.import_faults(result, resource))
    summary = sheets.import_summary(result)
    if confirmed and not problems:
        messages.success(request, summary)
        return redirect("reports:standards")
    changes = [] if problems else list(sheets.import_changes(result, resource))
    context = {"problems": problems, "summary": summary, "changes": changes, "read": True}
    context["text"] = sheets.dataset_as_text(dataset)
    answer = render_in_rulebook(request, "take_in", here, **context)
    answer.status_code = 422 if problems else 200
    return answer


def sent_dataset(request):
    """The table sent as a file, or come back from the preview; None where there is none yet.

    Raises UnreadableFile.
    """
    if file := request.FILES.get("file"):
        return sheets.without_blank_end(sheets.rows_as_dataset(uploaded_rows(file)))
    if text := request.POST.get("table", ""):
        return sheets.without_blank_end(sheets.dataset_from_text(text))
    if request.method == "POST":
        raise UnreadableFile("请先选一个 .xlsx 文件。")
    return None
