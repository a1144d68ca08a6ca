"""What a bureau fills in to open a round, or to give it more time."""

from django import forms
from django.utils import timezone

from communities.models import Kind
from communities.people.forms import UnitField, find_unit
from surveys.actions.opening import last_day
from surveys.management.arguments import end_of
from surveys.models import Round
from surveys.models.round import DUE_FIELDS
from surveys.sections import all_sections

YEAR, QUARTER, MONTH = "", "Q", "M"
KINDS = [(YEAR, "年度（年总结）"), (QUARTER, "季度（季汇报）"), (MONTH, "月度（月督办）")]
COMMUNITY_KINDS = [(Kind.COMMUNITY.value, "社区"), (Kind.VILLAGE.value, "村")]


def day_field(label, **options):
    """A day; what is due on it may come until midnight."""
    widget = forms.DateInput({"class": "inp", "type": "date"}, format="%Y-%m-%d")
    wrong = {"invalid": "日期请写成 2022-12-31。", "required": f"请填{label}日期。"}
    return forms.DateField(label=label, widget=widget, error_messages=wrong, **options)


def moment_field(label, **options):
    widget = forms.DateTimeInput(
        {"class": "inp", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
    )
    return forms.DateTimeField(
        label=label, widget=widget, error_messages={"invalid": "请选日期和时间。"}, **options
    )


def ticks_field(label, choices=(), **options):
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, **options
    )


class DuesForm(forms.Form):
    """Until when each level hands in; a level without a day of its own has that of the level above."""

    use_required_attribute = False
    due = day_field("本期截止")
    district_due = day_field("区县截止", required=False)
    street_due = day_field("街道截止", required=False)
    community_due = day_field("社区截止", required=False)

    def dues(self):
        """{level: until when} of the days that were given."""
        dues = {}
        for level, name in DUE_FIELDS.items():
            day = self.cleaned_data[day_field_name(name)]
            if day:
                dues[level] = end_of(day)
        return dues


class RoundForm(DuesForm):
    """A new survey: of what time, of whom, what it asks and until when."""

    unit = UnitField()
    kind = forms.ChoiceField(
        label="周期", choices=KINDS, required=False, widget=forms.Select({"class": "inp"})
    )
    year = forms.IntegerField(label="年份", min_value=2000, max_value=2099)
    part = forms.IntegerField(label="第几季度或几月", required=False, min_value=1, max_value=12)
    title = forms.CharField(label="名称", required=False, max_length=100)
    reference_date = day_field("基准日", required=False)
    opens_at = moment_field("开始时间", required=False)
    sections = ticks_field("填报分项")
    carried = ticks_field("带入上期数据的分项", required=False)
    source = forms.ModelChoiceField(
        Round.objects.none(), label="带入自", required=False, empty_label="各单位最近一期"
    )
    kinds = ticks_field("填报的社区类型", COMMUNITY_KINDS)
    left_out = forms.CharField(
        label="不填报的单位", required=False, widget=forms.Textarea({"class": "inp", "rows": 3})
    )

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.areas = user.paths(role="reviewer")
        choices = [(section.name, section.label) for section in all_sections()]
        self.fields["sections"].choices = self.fields["carried"].choices = choices
        self.fields["source"].queryset = Round.objects.editable_by(user).order_by("-reference_date")
        for name in ("kind", "year", "part", "title", "source"):
            self.fields[name].widget.attrs["class"] = "inp"

    def clean_unit(self):
        return find_unit(self.cleaned_data["unit"], self.areas)

    def clean_left_out(self):
        """{unit: reason}, a line each."""
        left_out = {}
        for line in self.cleaned_data["left_out"].splitlines():
            if line.strip():
                unit, reason = self.left_out_line(line.strip())
                left_out[unit] = reason
        return left_out

    def left_out_line(self, line):
        text, _, reason = line.replace(",", "，").partition("，")
        if not reason.strip():
            raise forms.ValidationError(
                f"“{line}”没有写原因。一行写一个单位，如：平安社区，整体拆迁。"
            )
        return find_unit(text.strip(), self.areas), reason.strip()

    def clean(self):
        given = super().clean()
        kind, part = given.get("kind"), given.get("part")
        most = {QUARTER: 4, MONTH: 12}.get(kind)
        if most and not (part and part <= most):
            self.add_error("part", f"请填 1 到 {most}。")
        return given

    @property
    def period(self):
        """`2022`, `2022Q3` or `2022M07`"""
        given = self.cleaned_data
        year, part = given["year"], given["part"]
        if given["kind"] == QUARTER:
            return f"{year}Q{part}"
        if given["kind"] == MONTH:
            return f"{year}M{part or 0:02}"
        return f"{year}"

    def wanted(self):
        """The arguments of `open_round`."""
        given = self.cleaned_data
        as_given = ("unit", "title", "opens_at", "sections", "carried", "source", "left_out")
        wanted = {}
        for name in as_given:
            wanted[name] = given[name]
        wanted["period"] = self.period
        wanted["due_at"] = end_of(given["due"])
        wanted["dues"] = self.dues()
        wanted["reference_date"] = given["reference_date"] or last_day(self.period)
        every_kind = len(given["kinds"]) == len(COMMUNITY_KINDS)
        wanted["kinds"] = [] if every_kind else given["kinds"]
        return wanted


class ExtendForm(DuesForm):
    """Later deadlines of a round, and why."""

    opens_at = moment_field("开始时间", required=False)
    reason = forms.CharField(
        label="延期理由", max_length=200, widget=forms.TextInput({"class": "inp"}), required=False
    )

    def __init__(self, round, *args, **kwargs):
        self.round = round
        super().__init__(*args, initial=extend_initial(round), **kwargs)
        if round.is_running:
            del self.fields["opens_at"]

    def times(self):
        """{field of the round: when}; a day that was not touched keeps its hour."""
        times = {}
        for day, field in time_fields().items():
            times[field] = self.time_of(self.cleaned_data[day], field)
        opens = self.cleaned_data.get("opens_at")
        if opens:
            before = self.round.opens_at
            times["opens_at"] = before if same_minute(opens, before) else opens
        return times

    def time_of(self, given, field):
        before = getattr(self.round, field)
        if given and before and timezone.localdate(before) == given:
            return before
        if given:
            return end_of(given)
        return None


def same_minute(one, other):
    return to_minute(one) == to_minute(other)


def to_minute(moment):
    return timezone.localtime(moment).replace(second=0, microsecond=0)


def day_field_name(field):
    """`street_due` of `street_due_at`: the form's day for a deadline of the round."""
    return field.removesuffix("_at")


def time_fields():
    """{day of the form: deadline of the round} for the round as a whole and for each level."""
    names = {"due": "due_at"}
    for field in DUE_FIELDS.values():
        names[day_field_name(field)] = field
    return names


def extend_initial(round):
    """The days and hours of a round, as the form shows them before they are changed."""
    initial = {}
    for day, field in time_fields().items():
        due = getattr(round, field)
        initial[day] = due and timezone.localdate(due)
    initial["opens_at"] = timezone.localtime(round.opens_at)
    return initial


def new_round_initial(unit):
    """What a new form proposes: this year, the own unit, everything asked and carried on."""
    names = [section.name for section in all_sections()]
    today = timezone.localdate()
    own_unit = ""
    if unit:
        own_unit = unit.code or unit.name
    return {
        "unit": own_unit,
        "year": today.year,
        "due": today.replace(month=12, day=31),
        "sections": names,
        "carried": names,
        "kinds": [kind for kind, _ in COMMUNITY_KINDS],
    }
