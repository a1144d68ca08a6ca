"""The filter bar of the gap list; a value that means nothing is left out, so an old bookmark still opens."""

from django import forms

from reports import judging
from reports.gaps.listing import Order

STATES = {"": (judging.UNMET, judging.UNKNOWN), "unmet": (judging.UNMET,), "unknown": (judging.UNKNOWN,)}


class GapFilter(forms.Form):
    street = forms.ChoiceField(label="单位", required=False)
    show = forms.ChoiceField(label="标准", required=False)
    state = forms.ChoiceField(
        label="结论",
        required=False,
        choices=[("", "未达标和缺数"), ("unmet", "只看未达标"), ("unknown", "只看缺数")],
    )
    by = forms.ChoiceField(label="次序", required=False, choices=[(order.value, order.label) for order in Order])

    def __init__(self, data, units, standards):
        super().__init__(data)
        self.units, self.standards = units, standards
        self.fields["street"].choices = [("", "全部单位"), *((str(unit.pk), unit.name) for unit in units)]
        self.fields["show"].choices = [("", "全部标准"), *((s.code, s.name) for s in standards)]
        for field in self.fields.values():
            field.widget.attrs.update({"class": "inp", "aria-label": field.label})
        self.is_valid()

    def value(self, name):
        return self.cleaned_data.get(name) or ""

    @property
    def unit(self):
        """The one unit below that was chosen, or None."""
        return next((unit for unit in self.units if str(unit.pk) == self.value("street")), None)

    @property
    def standard(self):
        """The one standard that was chosen, or None."""
        return next((s for s in self.standards if s.code == self.value("show")), None)

    @property
    def states(self):
        return STATES[self.value("state")]

    @property
    def order(self):
        return Order(self.value("by") or Order.COST)
