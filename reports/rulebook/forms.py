"""What a reviewer fills in about a standard; the words and limits are the model's."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.roles import Role
from communities.models import Governance, Kind, Level, Unit
from communities.tree import lies_inside
from reports.models import Standard
from reports.models.standard import FORMULAS
from reports.rulebook.actions import DECIDING

SAYS = ("name", "statement", "topic", "definition", "note")
SOURCE = ("source", "number", "issuer", "year", "place", "force", "verification")
BINDS = ("region", "level", "kinds", "governance", "effective_from", "effective_to")
JUDGES = ("actual", "lower", "upper", "applies_when", "unit", "gap_unit", "digits", "why_not")
GROUPS = (
    ("要求", SAYS),
    ("依据", SOURCE),
    ("对谁适用、何时有效", BINDS),
    ("怎样评价", JUDGES),
    ("费用", ("cost",)),
)
JUDGED_KINDS = [(kind.value, kind.label) for kind in (Kind.COMMUNITY, Kind.VILLAGE, Kind.OTHER)]
HELP = {
    "actual": "实际有多少，如“办公用房面积”。由分项组成的标准留空，保存后再选分项。",
    "lower": "不低于多少，如 300，或“取最大（300，0.3 × 总户数）”。",
    "upper": "不高于多少；没有就留空。",
    "applies_when": "什么情况下才评价，如“总户数 ≥ 1000”；都评价就留空。",
    "unit": "实际值的单位，如 m²、户、%。",
    "gap_unit": "缺口的单位，多与上一项相同。",
    "digits": "缺口显示几位小数。",
    "why_not": "现有数据评价不了的，写明原因，系统就不评价；能评价的留空。",
    "cost": "补齐一个单位的缺口大约多少元；各地不同的，保存后再填地区费用。",
    "kinds": "都不选就是不分类型。",
    "effective_to": "一直有效就留空。",
    "statement": "照文件的原话写。",
}


def editable_regions(user):
    """[(code, name)] of the units a person keeps standards for, the whole area first."""
    reviewed = lies_inside(user.paths(role=Role.REVIEWER))
    units = Unit.objects.filter(reviewed, level__lte=Level.STREET, closed_on=None)
    return list(units.exclude(code=None).order_by("path").values_list("code", "name"))


class StandardForm(forms.ModelForm):
    """One version of a standard of one's own area.

    `fixed`: what decides verdicts cannot be touched, for a round stands by it. `seen` is the
    revision looked at; `names` are {code: name} of the regions to choose from.
    """

    use_required_attribute = False
    full_width = (
        "statement",
        "note",
        "actual",
        "lower",
        "upper",
        "applies_when",
        "kinds",
    )
    region = forms.ChoiceField(label="适用地区")
    kinds = forms.MultipleChoiceField(
        label="适用单位类型",
        choices=JUDGED_KINDS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Standard
        fields = [name for _, names in GROUPS for name in names if name != "region"]
        widgets = {
            "statement": forms.Textarea({"rows": 2}),
            "note": forms.Textarea({"rows": 2}),
            "effective_from": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "effective_to": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            **{name: forms.Textarea({"rows": 2, "spellcheck": "false"}) for name in FORMULAS},
        }

    def __init__(self, by, *args, fixed=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.names = dict(editable_regions(by))
        self.fields["region"].choices = list(self.names.items())
        self.fields["governance"].choices = [("", "不限"), *Governance.choices]
        self.initial["region"] = self.instance.region_code
        self.initial["seen"] = self.instance.revision
        # Of many old rules nobody knows since when they have been in force; a new one says it.
        begins = self.fields["effective_from"]
        begins.required = not self.instance.pk or self.instance.effective_from is not None
        begins.error_messages["required"] = "请填生效日期：从哪一天起按它评价。"
        if fixed:
            self.disable_what_decides()
        if self.instance.parent_id:
            self.fields["region"].disabled = True
        for name, field in self.fields.items():
            field.help_text = HELP.get(name, "")
            if name not in ("kinds", "seen"):
                field.widget.attrs["class"] = "inp"

    def disable_what_decides(self):
        """Show what decides verdicts and let nobody change it."""
        self.fields["region"].disabled = True
        for name in DECIDING:
            if name in self.fields:
                self.fields[name].disabled = True

    def clean(self):
        """Take the region's code and name; a bound needs a value to hold against it."""
        given = super().clean()
        code = given.get("region")
        if code and code != self.instance.region_code:
            self.instance.region_code = code
            self.instance.region_name = self.names[code]
        if not given.get("actual") and (given.get("lower") or given.get("upper")):
            self.add_error("actual", "写了上限或下限，就要写实际值怎么算。")
        return given

    @property
    def groups(self):
        """[(heading, fields)] in the order of the page."""
        return [(label, [self[name] for name in names]) for label, names in GROUPS]

    @property
    def formula_is_sound(self):
        """Whether what decides verdicts can be tried, whatever else is still missing."""
        self.is_valid()
        needed = {*FORMULAS, "kinds", "governance", "level", "region"}
        return needed.isdisjoint(self.errors)

    @property
    def words(self):
        """[(label, in words)] of the formulas that can be read."""
        readable = []
        for name in FORMULAS:
            if self.is_readable(name):
                label = self.fields[name].label.removesuffix("公式")
                readable.append((label, self.instance.words(name)))
        return readable

    def is_readable(self, name):
        """Whether a formula is there and has no fault."""
        return bool(getattr(self.instance, name)) and not self.instance.formula_error(name)


class VersionForm(StandardForm):
    """The version that is to follow `old`.

    That one is closed by the action that stores this one.
    """

    def __init__(self, by, *args, old, **kwargs):
        super().__init__(by, *args, **kwargs)
        self.old = old
        self.instance.replaces = old.pk
        self.initial["seen"] = old.revision

    def clean_effective_from(self):
        since = self.cleaned_data["effective_from"]
        if self.old.effective_from and since and since <= self.old.effective_from:
            raise ValidationError(f"新版本要在旧版本生效（{self.old.effective_from}）之后生效。")
        return since

    def validate_constraints(self):
        """Left to the action: until then the old version is still open."""


class RetireForm(forms.Form):
    """The last day of a version."""

    use_required_attribute = False
    last_day = forms.DateField(
        label="最后一天有效",
        widget=forms.DateInput({"type": "date", "class": "inp"}, format="%Y-%m-%d"),
        error_messages={"required": "请填最后一天有效的日期。"},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class CostForm(forms.Form):
    """What one unit of gap costs in one region; a row left blank is none."""

    use_required_attribute = False
    region = forms.ChoiceField(label="地区", required=False, widget=forms.Select({"class": "inp"}))
    cost = forms.DecimalField(
        label="每单位缺口费用（元）",
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        widget=forms.NumberInput({"class": "inp", "step": "0.01"}),
    )
    source = forms.CharField(
        label="依据", required=False, max_length=200, widget=forms.TextInput({"class": "inp"})
    )

    def __init__(self, *args, regions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [("", "—"), *regions]

    def clean(self):
        given = super().clean()
        if bool(given.get("region")) != (given.get("cost") is not None) and not self.errors:
            raise ValidationError("地区和费用要一起填；不要这一行就都留空。")
        return given


class BaseCosts(forms.BaseFormSet):
    def clean(self):
        """One row a region."""
        if len(self.filled_in) > len(self.costs):
            raise ValidationError("同一个地区只填一行。")

    @property
    def filled_in(self):
        """What was filled in of the rows that name a region."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("region")]

    @property
    def costs(self):
        """{region code: (yuan, source)} of the rows filled in."""
        return {row["region"]: (row["cost"], row["source"]) for row in self.filled_in}


CostFormSet = forms.formset_factory(CostForm, formset=BaseCosts, extra=3)
