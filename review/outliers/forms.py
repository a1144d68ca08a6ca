"""The filter bar of the list; a value that means nothing is left out, so an old bookmark still opens."""

from django import forms

from review.outliers.found import OutlierKind

DONE = [("", "未核对"), ("done", "已核对"), ("all", "全部")]


class OutlierFilter(forms.Form):
    kind = forms.ChoiceField(
        label="类别",
        required=False,
        choices=[("", "全部类别"), *((k.key, k.label) for k in OutlierKind)],
    )
    unit = forms.ChoiceField(label="单位", required=False)
    done = forms.ChoiceField(label="核对", required=False, choices=DONE)

    def __init__(self, data, units):
        super().__init__(data)
        self.units = units
        self.fields["unit"].choices = [
            ("", "全部单位"),
            *((str(unit.pk), unit.name) for unit in units),
        ]
        for field in self.fields.values():
            field.widget.attrs.update({"class": "inp", "aria-label": field.label})
        self.is_valid()

    def value(self, name):
        return self.cleaned_data.get(name) or ""

    def choose(self, lines):
        """The lines that were asked for: by default those nobody has explained."""
        unit = next((each for each in self.units if str(each.pk) == self.value("unit")), None)
        done, kind = self.value("done"), self.value("kind")
        return [
            line
            for line in lines
            if (done == "all" or bool(line.said) == (done == "done"))
            and (not kind or line.outlier.kind.key == kind)
            and (not unit or line.place.path.startswith(unit.path))
        ]
