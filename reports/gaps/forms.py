"""The filter bar of the gap list.

A value that means nothing is left out, so an old bookmark still opens.
"""

from django import forms

from reports.engine import judging
from reports.gaps.listing import GapOrder
from reports.gaps.plan import PlanOrder

STATES = {
    "": (judging.UNMET, judging.UNKNOWN),
    "unmet": (judging.UNMET,),
    "unknown": (judging.UNKNOWN,),
}


class GapFilter(forms.Form):
    street = forms.ChoiceField(label="单位", required=False)
    show = forms.ChoiceField(label="标准", required=False)
    state = forms.ChoiceField(
        label="结论",
        required=False,
        choices=[("", "未达标和缺数"), ("unmet", "只看未达标"), ("unknown", "只看缺数")],
    )
    by = forms.ChoiceField(
        label="次序", required=False, choices=[(order.value, order.label) for order in GapOrder]
    )

    def __init__(self, data, units, standards):
        super().__init__(data)
        self.units, self.standards = units, standards
        unit_choices = [(str(unit.pk), unit.name) for unit in units]
        standard_choices = [(standard.code, standard.name) for standard in standards]
        self.fields["street"].choices = [("", "全部单位"), *unit_choices]
        self.fields["show"].choices = [("", "全部标准"), *standard_choices]
        for field in self.fields.values():
            field.widget.attrs.update({"class": "inp", "aria-label": field.label})
        self.is_valid()

    def value(self, name):
        return self.cleaned_data.get(name) or ""

    @property
    def unit(self):
        """The one unit below that was chosen, or None."""
        for unit in self.units:
            if str(unit.pk) == self.value("street"):
                return unit
        return None

    @property
    def standard(self):
        """The one standard that was chosen, or None."""
        for standard in self.standards:
            if standard.code == self.value("show"):
                return standard
        return None

    @property
    def states(self):
        """The verdicts that are listed."""
        return STATES[self.value("state")]

    @property
    def order(self):
        return GapOrder(self.value("by") or GapOrder.COST)


class PlanForm(forms.Form):
    """What a staged plan is asked for; sent by GET, so that its address can be passed on."""

    standard = forms.MultipleChoiceField(
        label="达到哪些标准",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请至少勾选一项标准。",
            "invalid_choice": "没有这项标准，请在下面重新勾选。",
        },
    )
    share = forms.IntegerField(
        label="目标达标率（%）",
        initial=80,
        min_value=1,
        max_value=100,
        error_messages={
            "invalid": "请填 1 到 100 的整数。",
            "required": "请填 1 到 100 的整数。",
            "min_value": "目标至少是 1%%。",
            "max_value": "目标最多是 100%%。",
        },
    )
    years = forms.IntegerField(
        label="几年内",
        initial=2,
        min_value=1,
        max_value=10,
        error_messages={
            "invalid": "请填 1 到 10 的整数。",
            "required": "请填 1 到 10 的整数。",
            "min_value": "至少 1 年。",
            "max_value": "最多排 10 年。",
        },
    )
    first = forms.ChoiceField(
        label="先补谁",
        initial=PlanOrder.COST.value,
        choices=[(first.value, first.label) for first in PlanOrder],
        error_messages={"required": "请选一种次序。", "invalid_choice": "没有这种次序，请重新选。"},
    )
    budget = forms.DecimalField(
        label="每年最多用多少万元",
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=4,
        error_messages={
            "invalid": "请填数字，如 50 或 12.5；没有上限就空着。",
            "min_value": "预算不能小于 0。",
            "max_digits": "数字太大，请按万元填。",
            "max_decimal_places": "最多四位小数，即精确到元。",
            "max_whole_digits": "数字太大，请按万元填。",
        },
    )

    def __init__(self, data, standards):
        asked = "standard" in data or "share" in data
        super().__init__(data if asked else None)
        self.fields["standard"].choices = [(s.code, s.name) for s in standards]
        for name in ("share", "years", "first", "budget"):
            self.fields[name].widget.attrs["class"] = "inp"

    @property
    def budget_in_yuan(self):
        """The money of one year, asked for in 万元; None where there is no limit."""
        budget = self.cleaned_data["budget"]
        if budget is None:
            return None
        return float(budget * 10_000)

    def plan_wishes(self):
        """The keyword arguments of `make_plan`."""
        return {
            "share": self.cleaned_data["share"] / 100,
            "years": self.cleaned_data["years"],
            "first": self.cleaned_data["first"],
            "budget": self.budget_in_yuan,
        }
