"""Communities × standards: which rows, which columns, in which order."""

from dataclasses import dataclass

from django import forms
from django.core.paginator import Paginator

from communities.models import Level
from reports import judging
from reports.compliance import at, judge, ranked, rules
from reports.models.standard import Topic
from surveys.models import Filing, Status

PER_PAGE = 50
REPORTED = [Status.SUBMITTED, Status.APPROVED]


class MatrixFilter(forms.Form):
    """The filter bar; a value that means nothing is left out, so an old bookmark still opens."""

    street = forms.ChoiceField(label="街道", required=False)
    show = forms.ChoiceField(label="标准", required=False)
    state = forms.ChoiceField(
        label="报送", required=False, choices=[("", "报送不限"), ("done", "已报送"), ("open", "未报送")]
    )
    name = forms.CharField(label="社区名称", required=False, max_length=30)
    unmet = forms.BooleanField(label="只看未达标", required=False)
    by = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(self, data, streets, standards):
        super().__init__(data)
        self.streets = streets
        self.fields["street"].choices = [("", "全部单位"), *((str(s.pk), s.name) for s in streets)]
        self.fields["show"].choices = [("", "全部标准"), *self.topics(standards), *self.singles(standards)]
        for name in ("street", "show", "state", "name"):
            self.fields[name].widget.attrs.update({"class": "inp", "aria-label": self.fields[name].label})
        self.fields["name"].widget.attrs["placeholder"] = "社区名称"

    @staticmethod
    def topics(standards):
        present = {standard.topic for standard in standards}
        yield ("按类别", [(topic.value, f"{topic.label}（全部）") for topic in Topic if topic.value in present])

    @staticmethod
    def singles(standards):
        yield ("单项标准", [(s.code, f"　{s.name}" if s.parent_id else s.name) for s in standards])

    def value(self, name):
        """What was chosen, or nothing where it was not among the choices."""
        self.is_valid()
        return self.cleaned_data.get(name) or ""


@dataclass
class Matrix:
    """One page of the matrix of an area, as the filter asks for it."""

    filing: Filing
    standards: list
    form: MatrixFilter
    page_number: object = 1

    def __post_init__(self):
        self.judged = at(Level.COMMUNITY, self.standards)
        self.single = self.named(self.form.value("show"))
        self.by = self.named(self.form.value("by")) or self.single
        self.columns = self.chosen_columns()
        self.page = self.read_page()
        self.verdicts = judge(self.page.object_list, self.family(self.columns))

    def named(self, code):
        return next((standard for standard in self.judged if standard.code == code), None)

    def family(self, chosen):
        """The chosen standards with the parts they are judged by."""
        keys = {standard.pk for standard in chosen}
        return [s for s in self.judged if s.pk in keys or s.parent_id in keys]

    def chosen_columns(self):
        """One standard with its parts, a topic, or all that can be met; what is only observed when asked for."""
        if self.single:
            return self.family([self.single])
        topic = self.form.value("show")
        whole = {standard.pk for standard in self.judged}
        shown = [s for s in self.judged if s.parent_id not in whole and not s.observed_only]
        return [s for s in shown if s.topic == topic] if topic else shown

    def communities(self):
        """The communities the filter leaves, before any judging."""
        rows = Filing.objects.within(self.area()).filter(round=self.filing.round_id).communities()
        if name := self.form.value("name"):
            rows = rows.filter(name__contains=name)
        if state := self.form.value("state"):
            rows = rows.filter(status__in=REPORTED) if state == "done" else rows.exclude(status__in=REPORTED)
        return rows

    def area(self):
        """The whole unit, or the one street of it that was chosen."""
        chosen = self.form.value("street")
        return next((child for child in self.form.streets if str(child.pk) == chosen), self.filing)

    def read_page(self):
        rows = self.communities().select_related("parent").order_by("parent__code", "code", "path")
        if self.form.value("unmet"):
            rows = rows.filter(pk__in=failing(self.communities(), self.family(self.columns), self.columns))
        if not self.by:
            return Paginator(rows, PER_PAGE).get_page(self.page_number)
        allowed = self.communities() if not self.form.value("unmet") else rows
        page = Paginator(ranked(allowed, self.by, self.judged), PER_PAGE).get_page(self.page_number)
        found = {row.pk: row for row in Filing.objects.select_related("parent").filter(pk__in=page.object_list)}
        page.object_list = [found[pk] for pk in page.object_list]
        return page

    @property
    def rows(self):
        return [(filing, self.verdicts.get(filing.pk, {})) for filing in self.page.object_list]

    def without(self, *names):
        """The query string of this page but for these parameters, to hang a link on."""
        data = self.form.data.copy()
        for name in (*names, "page"):
            data.pop(name, None)
        return data.urlencode()


def failing(communities, standards, columns):
    """Pks of those that miss at least one of the columns."""
    if not columns:
        return []
    missed = " OR ".join(f"j.v{standard.pk} = {judging.UNMET}" for standard in columns)
    return [pk for (pk,) in judging.select(rules(standards), communities, "j.filing_id", f"AND ({missed})")]
