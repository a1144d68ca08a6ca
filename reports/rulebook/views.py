"""The pages on which reviewers keep the standards of their area. Others read them; what is not theirs is 403."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from communities.files import UnreadableFile, uploaded_rows
from reports.models import Standard
from reports.models.standard import FORMULAS
from reports.rulebook import actions, sheets
from reports.rulebook.effect import effect
from reports.rulebook.forms import CostFormSet, RetireForm, StandardForm, VersionForm, regions
from reports.rulebook.reach import judged_rounds, settled_rounds
from reports.rulebook.vocabulary import functions, vocabulary
from reports.views.standards import beside
from surveys.pages.downloads import file_response


def show(request, template, here, **context):
    """A page of the rule book inside its frame."""
    frame = beside(request, here)
    query = f"?filing={frame.filing.pk}" if frame else ""
    return render(
        request,
        f"rulebook/{template}.html",
        {"frame": frame, "here": here, "query": query, **context},
    )


def kept(request, pk):
    """A standard this person keeps. Raises Http404 where there is none, PermissionDenied where it is somebody else's."""
    found = (
        Standard.objects.with_keeping(request.user).select_related("parent").filter(pk=pk).first()
    )
    if not found:
        raise Http404
    if not found.kept:
        raise PermissionDenied(not_yours(found))
    return found


def not_yours(standard):
    """Whose the standard is, for somebody who wanted to change it."""
    if not standard.region_code or not standard.region_known:
        return f"“{standard.name}”不是本地区制定的标准，这里只能查看；确需改动的，请系统管理员在后台办理。"
    return f"“{standard.name}”是{standard.region_name}的标准，由那里的审核人员维护，您只能查看。"


def sentences(error):
    return "".join(error.messages)


def new(request):
    """A standard of one's own area; `whole` is the composite it becomes a part of."""
    whole = kept(request, request.GET["whole"]) if request.GET.get("whole", "").isdigit() else None
    standard = part_of(whole) if whole else Standard(level=5, kinds=["community"], force="city")
    form = StandardForm(request.user, request.POST or None, instance=standard)
    if not form.names:
        raise PermissionDenied("您的单位没有区划代码，不能在这里新增标准；请系统管理员先补上代码。")
    if wants_saving(request, form):
        made = done(form, lambda: actions.create(by=request.user, standard=form.instance))
        if made:
            messages.success(request, f"已新增“{made.name}”。")
            return (
                redirect("rulebook:parts", (whole or made).pk)
                if whole or is_composite(made)
                else home(made)
            )
    here = f"新增分项：{whole.name}" if whole else "新增标准"
    return edit_page(request, form, here, whole=whole)


def part_of(whole):
    given = {
        name: getattr(whole, name)
        for name in (*actions.TOGETHER, "topic", "level", "kinds", "force", "source")
    }
    return Standard(parent=whole, **given)


def is_composite(standard):
    return not standard.actual and not standard.why_not


def edit(request, pk):
    """Correct the wording of a version; what decides verdicts only while no approved round stands by it."""
    standard = kept(request, pk)
    here, settled = f"更正：{standard.name}", settled_rounds(standard)
    form = StandardForm(request.user, request.POST or None, instance=standard, fixed=bool(settled))
    if wants_saving(request, form):
        seen = form.cleaned_data["seen"] or 0
        if done(
            form,
            lambda: actions.correct(by=request.user, standard=form.instance, seen=seen) or standard,
        ):
            messages.success(request, f"已更正“{standard.name}”。")
            return home(standard)
    return edit_page(request, form, here, standard=standard, settled=settled)


def version(request, pk):
    """A version that takes the place of another from a day on."""
    old = kept(request, pk)
    instance = actions.twin(old, effective_from=None, effective_to=None)
    form = VersionForm(request.user, request.POST or None, instance=instance, old=old)
    if wants_saving(request, form):
        seen = form.cleaned_data["seen"] or 0
        made = done(
            form,
            lambda: actions.new_version(by=request.user, old=old, new=form.instance, seen=seen),
        )
        if made:
            messages.success(
                request,
                f"“{made.name}”的新版本自 {made.effective_from} 起有效，旧版本到前一天为止。",
            )
            return home(made)
    settled = settled_rounds(old)
    return edit_page(
        request, form, f"出新版本：{old.name}", standard=old, follows=old, stands=settled
    )


def wants_saving(request, form):
    return request.method == "POST" and "check" not in request.POST and form.is_valid()


def done(form, act):
    """What the action gives; None where it refuses, and the form says why."""
    try:
        return act()
    except ValidationError as error:
        form.add_error(None, sentences(error))
    return None


def home(standard):
    return redirect(f"{reverse('reports:standard', args=[standard.code])}?version={standard.pk}")


def edit_page(request, form, here, **context):
    """The form, the measures beside it, and what the formulas would do; 422 where something is to be put right."""
    tried = tried_out(request, form)
    answer = show(
        request,
        "edit",
        here,
        form=form,
        vocabulary=vocabulary(request.user),
        functions=functions(),
        **tried,
        **context,
    )
    answer.status_code = (
        422 if form.is_bound and form.errors and "check" not in request.POST else 200
    )
    return answer


def tried_out(request, form):
    """What is said of the formulas as they stand in the form: faults, words, effect."""
    if not form.is_bound:
        return {}
    sound = form.formula_is_sound
    faults = [(form[name].label, text) for name in FORMULAS for text in form.errors.get(name, ())]
    judged = sound and not form.instance.why_not
    found = effect(request.user, form.instance) if judged else None
    return {"effect": found, "form_words": form.words, "faults": faults, "tried": True}


def check(request):
    """The piece of the form page that says what the formulas mean and would change; nothing is written."""
    old = kept(request, request.POST["of"]) if request.POST.get("of", "").isdigit() else None
    if old and "follows" in request.POST:
        form = VersionForm(request.user, request.POST, instance=actions.twin(old), old=old)
    else:
        fixed = bool(old and settled_rounds(old))
        form = StandardForm(request.user, request.POST, instance=old or Standard(), fixed=fixed)
    return render(request, "rulebook/_tried.html", tried_out(request, form))


def measures(request):
    """The measures whose label or name has a word in it: the piece of the form page that lists them."""
    return render(
        request,
        "rulebook/_measures.html",
        {"vocabulary": vocabulary(request.user, request.GET.get("word", ""))},
    )


def retire(request, pk):
    """Let a version end, or take out of the book what never judged anything."""
    standard = kept(request, pk)
    given = {"last_day": standard.effective_to, "seen": standard.revision}
    form = RetireForm(request.POST or None, initial=given)
    if form.is_bound and form.is_valid():
        kwargs = {"last_day": form.cleaned_data["last_day"], "seen": form.cleaned_data["seen"]}
        if done(
            form, lambda: actions.retire(by=request.user, standard=standard, **kwargs) or standard
        ):
            messages.success(request, f"“{standard.name}”到 {standard.effective_to} 为止有效。")
            return home(standard)
    judged = judged_rounds(standard)
    return show(
        request, "retire", f"停用：{standard.name}", standard=standard, form=form, judged=judged
    )


def delete(request, pk):
    """Take a version out of the book that never judged anything."""
    standard = kept(request, pk)
    name = standard.name
    try:
        actions.delete(by=request.user, standard=standard)
    except ValidationError as error:
        messages.error(request, sentences(error))
        return redirect("rulebook:retire", pk)
    messages.success(request, f"已删除“{name}”。")
    return redirect("reports:standards")


def costs(request, pk):
    """What one unit of gap costs in the regions of the area."""
    standard = kept(request, pk)
    own = regions(request.user)
    rows = [
        {"region": c.region_code, "cost": c.cost, "source": c.source} for c in standard.costs.all()
    ]
    formset = CostFormSet(request.POST or None, initial=rows, form_kwargs={"regions": own})
    if formset.is_bound and formset.is_valid():
        actions.price(by=request.user, standard=standard, costs=formset.costs)
        messages.success(request, "已保存地区费用。")
        return home(standard)
    return show(request, "costs", f"地区费用：{standard.name}", standard=standard, formset=formset)


def workbook(request):
    """The rule book as an Excel sheet."""
    return file_response(
        sheets.workbook(request.user, Standard.objects.select_related("parent")), "标准库.xlsx"
    )


def take_in(request):
    """A sheet of standards: read, shown with what it changes, and written once confirmed; all or nothing."""
    context = {"here": "导入标准"}
    try:
        dataset = sent(request)
    except UnreadableFile as error:
        return show(request, "take_in", wrong=str(error), **context)
    if dataset is None:
        return show(request, "take_in", **context)
    result, resource = sheets.take_in(request.user, dataset, dry_run="confirm" not in request.POST)
    problems = list(sheets.sentences(result, resource))
    if "confirm" in request.POST and not problems:
        messages.success(request, sheets.summary(result))
        return redirect("reports:standards")
    context |= {
        "problems": problems,
        "summary": sheets.summary(result),
        "text": sheets.as_text(dataset),
    }
    changes = [] if problems else list(sheets.differences(result, resource))
    answer = show(request, "take_in", changes=changes, read=True, **context)
    answer.status_code = 422 if problems else 200
    return answer


def sent(request):
    """The table sent as a file, or come back from the preview; None where there is none yet."""
    if file := request.FILES.get("file"):
        return sheets.filled(sheets.table(uploaded_rows(file)))
    if text := request.POST.get("table", ""):
        return sheets.filled(sheets.from_text(text))
    if request.method == "POST":
        raise UnreadableFile("请先选一个 .xlsx 文件。")
    return None
