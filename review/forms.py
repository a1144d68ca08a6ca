"""The filter bar of the queue; a value that means nothing is left out, so an old bookmark still opens."""

from django import forms

from review.queue import FLAGS, ORDERS, STATES


class QueueFilter(forms.Form):
    state = forms.ChoiceField(
        required=False, choices=[(name, name) for name in STATES], widget=forms.HiddenInput
    )
    unit = forms.ChoiceField(label="单位", required=False)
    flag = forms.ChoiceField(
        label="标记",
        required=False,
        choices=[("", "全部标记"), *((name, label) for name, (label, _) in FLAGS.items())],
    )
    by = forms.ChoiceField(
        label="次序", required=False, choices=[(name, label) for name, (label, _) in ORDERS.items()]
    )
    name = forms.CharField(label="名称", required=False, max_length=30)

    def __init__(self, data, units):
        super().__init__(data)
        self.units = units
        self.fields["unit"].choices = [
            ("", "全部单位"),
            *((str(unit.pk), unit.name) for unit in units),
        ]
        for field in self.fields.values():
            field.widget.attrs.update({"class": "inp", "aria-label": field.label})
        self.fields["name"].widget.attrs["placeholder"] = "单位名称"
        self.is_valid()

    def value(self, name):
        return self.cleaned_data.get(name) or ""

    @property
    def lies(self):
        """The state that is shown."""
        return self.value("state") or "waiting"

    @property
    def order(self):
        return self.value("by") or "attention"

    @property
    def narrowed(self):
        """Whether more than the state was chosen."""
        return any(map(self.value, ("unit", "flag", "name")))

    def narrow(self, filings):
        """Those of the unit and with the name that were asked for."""
        unit = next((each for each in self.units if str(each.pk) == self.value("unit")), None)
        found = filings.within(unit) if unit else filings
        return found.filter(name__icontains=self.value("name")) if self.value("name") else found

    def flagged(self, watched):
        """Those with the flag that was asked for."""
        flag = self.value("flag")
        return watched.filter(FLAGS[flag][1]) if flag else watched
