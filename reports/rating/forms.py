"""What a reviewer fills in about a scheme.

Its stars, what unknown counts, and the points of every standard.
"""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from reports.models import Scheme, ScoringMethod, Standard, Weight
from reports.models.rating import MOST_STARS
from reports.models.standard import Topic
from reports.rating.items import standards_worth_points

STAR_LABELS = {1: "一星", 2: "二星", 3: "三星", 4: "四星", 5: "五星"}
FADED = "本期没有有效版本"
HELP = {
    "effective_from": "基准日在这一天及以后的填报期按这个办法评分，到下一个办法生效为止。",
    "source": "印发这个办法的文件名称和文号。",
    "least_known": "数据太少的社区不排名、不定星；都要排名就填 0。",
    "unknown": "没有填报、因而判断不了的标准怎么算；两种都会在得分旁写明。",
}


@dataclass(frozen=True)
class WeightLine:
    """One standard that may be worth points; `standard` is None where it is no longer in force."""

    code: str
    name: str
    standard: Standard | None


def weight_lines(weights, standards):
    """[(heading, [WeightLine])] of the standards of an area by topic.

    Last come those that weigh in the scheme and are no longer in force.
    """
    known = standards_worth_points(standards)
    by_topic = {topic.value: [] for topic in Topic}
    for standard in known:
        line = WeightLine(standard.code, standard.name, standard)
        by_topic[standard.topic].append(line)
    groups = []
    for topic in Topic:
        if by_topic[topic.value]:
            groups.append((topic.label, by_topic[topic.value]))
    faded = faded_lines(weights, known)
    if faded:
        groups.append((FADED, faded))
    return groups


def faded_lines(weights, known):
    """[WeightLine] of those that weigh something and are not among the known standards."""
    lost = {weight.code for weight in weights} - {standard.code for standard in known}
    if not lost:
        return []
    names = dict(Standard.objects.filter(code__in=lost).values_list("code", "name"))
    return [WeightLine(code, names.get(code, code), None) for code in sorted(lost)]


class SchemeForm(forms.ModelForm):
    """A scheme and its weights; `seen` is the revision looked at.

    A standard without points is not counted.
    """

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
        self.stored = weights
        self.groups = weight_lines(weights, standards)
        self.initial["seen"] = self.instance.revision
        self.stars = [self.add_star(number) for number in range(1, MOST_STARS + 1)]
        given = {weight.code: weight for weight in weights}
        for line in self.lines:
            self.add_weight(line, given.get(line.code))
        for name, field in self.fields.items():
            field.help_text = HELP.get(name, "")
            field.widget.attrs["class"] = "inp"

    @property
    def lines(self):
        """[WeightLine] in the order of the page."""
        lines = []
        for _, of_topic in self.groups:
            lines += of_topic
        return lines

    def add_star(self, number):
        """Add the field of the least score for so many stars; returns its name."""
        name = f"star_{number}"
        messages = {
            "invalid": "请填 0 到 100 的整数。",
            "max_value": "最多是 100。",
            "min_value": "不能小于 0。",
        }
        self.fields[name] = forms.IntegerField(
            label=STAR_LABELS[number],
            min_value=0,
            max_value=100,
            required=False,
            error_messages=messages,
        )
        stored = dict(enumerate(self.instance.stars, start=1))
        self.initial[name] = stored.get(number)
        return name

    def add_weight(self, line, weight):
        """Add the two fields of a standard's line."""
        self.fields[f"points-{line.code}"] = forms.DecimalField(
            label=f"{line.name}：分值",
            widget=forms.NumberInput({"step": "any"}),
            min_value=0,
            max_digits=5,
            decimal_places=2,
            required=False,
        )
        self.fields[f"way-{line.code}"] = forms.ChoiceField(
            label=f"{line.name}：计分方式", choices=ScoringMethod.choices, required=False
        )
        if weight:
            self.initial[f"points-{line.code}"] = f"{float(weight.points):g}"
            self.initial[f"way-{line.code}"] = weight.way

    def clean(self):
        """Take the stars that were filled in; higher ones may stay empty, lower ones not."""
        given = super().clean()
        stars = [given.get(name) for name in self.stars]
        while stars and stars[-1] is None:
            stars.pop()
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
        weights = []
        for line in self.lines:
            points = given.get(f"points-{line.code}")
            way = given.get(f"way-{line.code}") or ScoringMethod.SHARE
            if points:
                weights.append(Weight(code=line.code, points=points, way=way))
        return weights

    @property
    def says(self):
        """The fields of the scheme itself."""
        return [self[name] for name in self.Meta.fields]

    @property
    def star_fields(self):
        """The fields of the stars, from one star up."""
        return [self[name] for name in self.stars]

    @property
    def weight_groups(self):
        """[(heading, [(line, field of its points, field of its way)])]"""
        return [(heading, self.with_fields(lines)) for heading, lines in self.groups]

    def with_fields(self, lines):
        """[(line, field of its points, field of its way)]"""
        triples = []
        for line in lines:
            triples.append((line, self[f"points-{line.code}"], self[f"way-{line.code}"]))
        return triples
