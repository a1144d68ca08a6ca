"""What a reviewer fills in about a scheme: its stars, what unknown counts, and the points of every standard."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from reports.models import Scheme, Standard, Way, Weight
from reports.models.rating import MOST_STARS
from reports.models.standard import Topic
from reports.rating.items import candidates

FADED = "本期没有有效版本"
HELP = {
    "effective_from": "基准日在这一天及以后的填报期按这个办法评分，到下一个办法生效为止。",
    "source": "印发这个办法的文件名称和文号。",
    "least_known": "数据太少的社区不排名、不定星；都要排名就填 0。",
    "unknown": "没有填报、因而判断不了的标准怎么算；两种都会在得分旁写明。",
}


@dataclass(frozen=True)
class Line:
    """One standard that may be worth points; `standard` is None where it is no longer in force."""

    code: str
    name: str
    standard: Standard | None


def groups(weights, standards):
    """[(heading, [Line])] of the standards of an area by topic, last those of the scheme that are no longer in force."""
    known = candidates(standards)
    lines = [(Topic(s.topic).label, Line(s.code, s.name, s)) for s in known]
    found = [
        (topic.label, [line for label, line in lines if label == topic.label]) for topic in Topic
    ]
    lost = {weight.code for weight in weights} - {standard.code for standard in known}
    names = dict(Standard.objects.filter(code__in=lost).values_list("code", "name")) if lost else {}
    found.append((FADED, [Line(code, names.get(code, code), None) for code in sorted(lost)]))
    return [(label, own) for label, own in found if own]


class SchemeForm(forms.ModelForm):
    """A scheme and its weights; `seen` is the revision looked at. A standard without points is not counted."""

    use_required_attribute = False
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Scheme
        fields = ["name", "effective_from", "source", "note", "unknown", "least_known"]
        widgets = {
            "effective_from": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "note": forms.Textarea({"rows": 2}),
        }
        error_messages = {"effective_from": {"required": "请填生效日期：从哪一天起按它评分。"}}

    def __init__(self, *args, weights, standards, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored, self.groups = weights, groups(weights, standards)
        self.initial["seen"] = self.instance.revision
        self.stars = [self.add_star(number) for number in range(1, MOST_STARS + 1)]
        given = {weight.code: weight for weight in weights}
        for _, lines in self.groups:
            for line in lines:
                self.add_weight(line, given.get(line.code))
        for name, field in self.fields.items():
            field.help_text = HELP.get(name, "")
            field.widget.attrs["class"] = "inp"

    def add_star(self, number):
        messages = {
            "invalid": "请填 0 到 100 的整数。",
            "max_value": "最多是 100。",
            "min_value": "不能小于 0。",
        }
        limits = {"min_value": 0, "max_value": 100, "required": False, "error_messages": messages}
        self.fields[f"star_{number}"] = forms.IntegerField(
            label="一二三四五"[number - 1] + "星", **limits
        )
        self.initial[f"star_{number}"] = dict(enumerate(self.instance.stars, start=1)).get(number)
        return f"star_{number}"

    def add_weight(self, line, weight):
        """The two fields of a standard's line."""
        limits = {"min_value": 0, "max_digits": 5, "decimal_places": 2, "required": False}
        points = forms.DecimalField(
            label=f"{line.name}：分值", widget=forms.NumberInput({"step": "any"}), **limits
        )
        way = forms.ChoiceField(label=f"{line.name}：计分方式", choices=Way.choices, required=False)
        self.fields |= {f"points-{line.code}": points, f"way-{line.code}": way}
        if weight:
            self.initial |= {
                f"points-{line.code}": f"{float(weight.points):g}",
                f"way-{line.code}": weight.way,
            }

    def clean(self):
        given = super().clean()
        stars = [given.get(name) for name in self.stars]
        while stars and stars[-1] is None:
            del stars[-1]
        if None in stars:
            raise ValidationError("星级起点分要从一星起连着填。")
        self.instance.stars = stars
        if not self.errors and not self.weights:
            raise ValidationError("请至少给一条标准分值。")
        return given

    @property
    def weights(self):
        """The unsaved weights of the lines with points, in the order of the page."""
        given = self.cleaned_data
        lines = [line for _, own in self.groups for line in own if given.get(f"points-{line.code}")]
        return [
            Weight(
                code=line.code,
                points=given[f"points-{line.code}"],
                way=given.get(f"way-{line.code}") or Way.SHARE,
            )
            for line in lines
        ]

    @property
    def says(self):
        return [self[name] for name in self.Meta.fields]

    @property
    def star_fields(self):
        return [self[name] for name in self.stars]

    @property
    def weight_groups(self):
        """[(heading, [(line, field of its points, field of its way)])]"""
        return [
            (
                label,
                [(line, self[f"points-{line.code}"], self[f"way-{line.code}"]) for line in lines],
            )
            for label, lines in self.groups
        ]
