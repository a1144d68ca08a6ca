"""What is supposed: which standards are to be met together, and with which thresholds; the address
holds all of it.
"""

from django import forms

from reports.engine.formulas import FormulaError
from reports.matrix.forms import standard_choices
from reports.models.standard import parsed_formula

NONE = "无"  # this limit is dropped
LIMITS = {"low": ("lower", "下限"), "up": ("upper", "上限")}
NO_LIMIT = "至少要有一个下限或上限，否则没有达标与否。"


def limit_words(text):
    """A limit in words."""
    return parsed_formula(text).words if text else NONE


class WhatIfForm(forms.Form):
    """Fields `s` (the standards), and `low-…`, `up-…` of each that is chosen.

    Blank leaves the threshold as it is.
    """

    s = forms.MultipleChoiceField(
        label="要同时达到的标准", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data, standards):
        super().__init__(data)
        self.standards = [s for s in standards if not s.observed_only]
        self.fields["s"].choices = standard_choices(self.standards)
        self.chosen = list(self.taken(set(data.getlist("s"))))
        for standard in self.chosen:
            for short, (name, label) in LIMITS.items():
                self.fields[f"{short}-{standard.code}"] = self.limit(standard, name, label)

    def taken(self, codes):
        """Those chosen, composites as their parts: a whole has no threshold of its own."""
        wholes = {standard.pk: standard for standard in self.standards}
        for standard in self.standards:
            whole = wholes.get(standard.parent_id)
            by_whole = whole and not whole.actual and whole.code in codes
            has_limits = standard.actual or standard.why_not
            if has_limits and (standard.code in codes or by_whole):
                yield standard

    @staticmethod
    def limit(standard, name, label):
        says = {
            "class": "inp",
            "placeholder": getattr(standard, name) or NONE,
            "aria-label": f"{standard.name}的{label}",
        }
        return forms.CharField(
            label=label, required=False, max_length=300, widget=forms.TextInput(says)
        )

    def clean(self):
        for standard in self.chosen:
            for short in LIMITS:
                self.check(f"{short}-{standard.code}")
            if standard.actual and not any(self.limits(standard).values()):
                self.add_error(f"low-{standard.code}", NO_LIMIT)
        return self.cleaned_data

    def check(self, name):
        """The field says why a formula cannot be used."""
        text = self.cleaned_data.get(name, "")
        if text and text != NONE:
            try:
                parsed_formula(text)
            except FormulaError as error:
                self.add_error(name, str(error))

    def limits(self, standard):
        """{lower, upper} as supposed."""
        found = {}
        for short, (name, _) in LIMITS.items():
            text = self.cleaned_data.get(f"{short}-{standard.code}", "").strip()
            if text == NONE:
                found[name] = ""
            else:
                found[name] = text or getattr(standard, name)
        return found

    @property
    def rows(self):
        """(standard, [(limit now in words, the field of the supposed one)]) of each chosen one that
        has a threshold.
        """
        for standard in self.chosen:
            if not standard.actual:
                continue
            limits = []
            for short, (name, _) in LIMITS.items():
                now = limit_words(getattr(standard, name))
                limits.append((now, self[f"{short}-{standard.code}"]))
            yield standard, limits
