"""The filter bar of the matrix.

A value that means nothing is left out, so an old bookmark still opens.
"""

from django import forms
from django.db import models
from django.db.models import Q

from communities.models import Governance, Kind, Level
from reports.models.standard import Force, Topic
from surveys.models import Status
from surveys.number_text import format_number

REPORTED = [Status.SUBMITTED, Status.APPROVED]
STATES = {"done": Q(status__in=REPORTED), "open": ~Q(status__in=REPORTED)}
STATES |= {status.value: Q(status=status) for status in Status}


class CommunitySize(models.TextChoices):
    """How large a community is, by its households; the steps are those of the law."""

    UNDER_700 = "0-700", "700 户以下"
    UNDER_1000 = "700-1000", "700–1,000 户"
    UNDER_3000 = "1000-3000", "1,000–3,000 户"
    OVER = "3000-", "3,000 户以上"
    UNKNOWN = "unknown", "户数未填"

    @property
    def condition(self):
        """Those of this size among filings."""
        if self == CommunitySize.UNKNOWN:
            return Q(measures__households=None)
        least, most = self.value.split("-")
        at_least = Q(measures__households__gte=least)
        if not most:
            return at_least
        return at_least & Q(measures__households__lt=most)


class VerdictChoice(models.TextChoices):
    """Which verdicts a row is shown for."""

    UNMET = "unmet", "有未达标"
    UNKNOWN = "unknown", "有缺数"
    MET = "met", "全部达标"
    NOT_APPLICABLE = "na", "都不适用"


class BoundKind(models.TextChoices):
    """What `least` and `most` are held against.

    The value itself, or its share of what is required.
    """

    VALUE = "value", "实际值"
    SHARE = "share", "达到标准的百分比"


# What only a community can be asked for; upper units are added up from all of theirs.
OF_COMMUNITIES = ("state", "kind", "governance", "size", "verdict", "name", "least", "most")
OWN = "own"  # communities the area runs itself, without the level in between
SHOWN = ("street", "show", "force", "state", "kind", "governance", "size", "verdict", "name")
KINDS = [(kind.value, kind.label) for kind in (Kind.COMMUNITY, Kind.VILLAGE, Kind.OTHER)]


class MatrixFilter(forms.Form):
    """Which rows, which columns, in which order."""

    level = forms.TypedChoiceField(
        label="列到", required=False, coerce=int, empty_value=0, widget=forms.HiddenInput
    )
    street = forms.ChoiceField(label="单位", required=False)
    show = forms.ChoiceField(label="标准", required=False)
    force = forms.ChoiceField(
        label="效力", required=False, choices=[("", "效力不限"), *Force.choices]
    )
    state = forms.ChoiceField(
        label="报送",
        required=False,
        choices=[
            ("", "报送不限"),
            ("done", "已报送（含审定）"),
            ("open", "未报送"),
            *Status.choices,
        ],
    )
    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "类型不限"), *KINDS])
    governance = forms.ChoiceField(
        label="治理模式", required=False, choices=[("", "模式不限"), *Governance.choices]
    )
    size = forms.ChoiceField(
        label="规模", required=False, choices=[("", "规模不限"), *CommunitySize.choices]
    )
    verdict = forms.ChoiceField(
        label="结论", required=False, choices=[("", "结论不限"), *VerdictChoice.choices]
    )
    name = forms.CharField(label="社区名称", required=False, max_length=30)
    by = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    least = forms.FloatField(required=False, widget=forms.HiddenInput)
    most = forms.FloatField(required=False, widget=forms.HiddenInput)
    per = forms.ChoiceField(required=False, choices=BoundKind.choices, widget=forms.HiddenInput)

    def __init__(self, data, filing, levels, units, standards):
        super().__init__(data)
        self.filing, self.levels, self.units = filing, levels, units
        self.fields["level"].choices = [(level, level) for level in levels]
        below = [(str(unit.pk), unit.name) for unit in units]
        self.fields["street"].choices = [("", "全部单位"), *below, (OWN, "直管社区")]
        topics, singles = topic_choices(standards), standard_choices(standards)
        groups = [("按类别", topics), ("单项标准", singles)]
        self.fields["show"].choices = [("", "全部标准"), *groups]
        for name in SHOWN:
            field = self.fields[name]
            field.widget.attrs.update({"class": "inp", "aria-label": field.label})
        self.fields["name"].widget.attrs["placeholder"] = "社区名称"
        self.is_valid()

    def value(self, name):
        """What was chosen, or nothing where it was not among the choices."""
        found = self.cleaned_data.get(name)
        return "" if found is None else found

    @property
    def row_level(self):
        """The level of the rows.

        As chosen; else a city sees the units below it, a district its communities.
        """
        if chosen := self.value("level"):
            return chosen
        of_communities = any(self.value(name) != "" for name in OF_COMMUNITIES)
        if of_communities or self.filing.level > Level.CITY:
            return Level.COMMUNITY
        return self.levels[0]

    @property
    def of_communities(self):
        return self.row_level == Level.COMMUNITY

    @property
    def unit(self):
        """The one unit below that was chosen, or None."""
        chosen = self.value("street")
        return next((unit for unit in self.units if str(unit.pk) == chosen), None)

    @property
    def bar(self):
        """The fields of the bar that say something about rows of this level."""
        fields = []
        for name in SHOWN:
            if name in OF_COMMUNITIES and not self.of_communities:
                continue
            if name == "street" and not self.units:
                continue
            fields.append(self[name])
        return fields

    @property
    def narrowed(self):
        """Whether anything was chosen that leaves rows or columns out."""
        return any(self.value(name) != "" for name in (*SHOWN, "least", "most"))

    @property
    def narrows_rows(self):
        """Whether some communities of the area are left out before any judging."""
        if self.value("street") == OWN:
            return True
        return any(self.value(name) for name in ("name", "state", "size", "kind", "governance"))

    @property
    def range_words(self):
        """The values a click on a bar of a chart has asked for, in words."""
        least, most = self.value("least"), self.value("most")
        if least == "" and most == "":
            return ""
        kind = BoundKind(self.value("per") or BoundKind.VALUE)
        return f"{kind.label}{range_text(least, most)} · "

    def narrow(self, communities):
        """Those of a queryset of community filings that are asked for, before any judging."""
        found = communities
        if self.value("street") == OWN:
            found = found.filter(parent=self.filing)
        if name := self.value("name"):
            found = found.filter(name__contains=name)
        if state := self.value("state"):
            found = found.filter(STATES[state])
        if size := self.value("size"):
            found = found.filter(CommunitySize(size).condition)
        if kind := self.value("kind"):
            found = found.filter(kind=kind)
        if governance := self.value("governance"):
            found = found.filter(governance=governance)
        return found


def topic_choices(standards):
    present = {standard.topic for standard in standards}
    return [(topic.value, f"{topic.label}（全部）") for topic in Topic if topic.value in present]


def standard_choices(standards):
    """(code, name) of each standard, parts indented below their wholes."""
    choices = []
    for standard in standards:
        indent = "　" if standard.parent_id else ""
        choices.append((standard.code, f"{indent}{standard.name}"))
    return choices


def range_text(least, most):
    """A range whose upper end does not belong to it: 10 起, 不足 20, 10 至不足 20."""
    if most == "":
        return f"{format_number(least)} 起"
    if least == "":
        return f"不足 {format_number(most)}"
    return f"{format_number(least)} 至不足 {format_number(most)}"
