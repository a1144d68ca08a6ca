"""What a bureau fills in to ask one thing of its own, and which of last time's it asks again."""

import re

from django import forms
from django.core.exceptions import ValidationError

from communities.models import Level
from surveys.actions.extras import MEANING
from surveys.extras import round_sections
from surveys.models import Extra
from surveys.models.extra import FEWEST_WORDS, MOST_WORDS
from surveys.reading.labels import normal_label, unit_vocabulary
from surveys.sections import all_sections

TAKEN = {"备注", "序号", "合计"}
LONGEST_WORD = 20
NAMES = ("label", "kind", "unit", "lowest", "highest", "words", "section", "required", "hint")


class WordsField(forms.CharField):
    """Words of a choice, parted by 、 or by lines."""

    widget = forms.TextInput

    def prepare_value(self, value):
        return "、".join(value) if isinstance(value, list) else value

    def clean(self, value):
        words = (word.strip() for word in re.split(r"[、，,;；\n]+", super().clean(value)))
        return list(dict.fromkeys(word for word in words if word))


class ExtraForm(forms.ModelForm):
    """One item; with `fixed` what its answers mean is settled."""

    use_required_attribute = False
    words = WordsField(label="选项", required=False, max_length=200)
    section = forms.ChoiceField(label="归入", required=False)

    class Meta:
        model = Extra
        fields = NAMES

    def __init__(self, round, *args, fixed=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.round = self.instance.round = round
        self.fields["section"].choices = [("", "单列"), *section_choices(round)]
        for name, field in self.fields.items():
            field.disabled = fixed and name in MEANING
            if name != "required":
                field.widget.attrs["class"] = "inp"
        self.fields["label"].error_messages["required"] = "请填名称，如：电梯数。"
        self.fields["kind"].error_messages["required"] = "请选答案的类型。"

    def clean_label(self):
        label = " ".join(self.cleaned_data["label"].split())
        if normal_label(label) in unit_vocabulary() or label in TAKEN or not normal_label(label):
            raise ValidationError(f"“{label}”在工作表中另有所指，请换一个名称。")
        others = self.round.extras.exclude(pk=self.instance.pk)
        if same := next(
            (other for other in others if normal_label(other.label) == normal_label(label)), None
        ):
            raise ValidationError(f"本期已有补充项“{same.label}”，请换一个名称。")
        return label

    def clean(self):
        """Bounds and units belong to numbers, words to choices."""
        given = super().clean()
        kind = given.get("kind")
        if kind not in (Extra.Kind.COUNT, Extra.Kind.AMOUNT):
            given |= {"unit": "", "lowest": None, "highest": None}
        if kind == Extra.Kind.CHOICE:
            self.check_words(given.get("words") or [])
        else:
            given["words"] = []
        self.check_bounds(kind, given)
        return given

    def check_words(self, words):
        if not FEWEST_WORDS <= len(words) <= MOST_WORDS:
            self.add_error(
                "words",
                f"选择要有 {FEWEST_WORDS} 到 {MOST_WORDS} 个选项，用顿号隔开，如：有、无、在建。",
            )
        elif long := next((word for word in words if len(word) > LONGEST_WORD), None):
            self.add_error("words", f"“{long}”太长，一个选项最多 {LONGEST_WORD} 个字。")

    def check_bounds(self, kind, given):
        bounds = [given.get("lowest"), given.get("highest")]
        if kind == Extra.Kind.COUNT and any(
            each is not None and each != int(each) for each in bounds
        ):
            self.add_error("highest", "整数的最小、最大值也写整数。")

    def _get_validation_exclusions(self):
        """Code, slot and position are given when it is stored."""
        return super()._get_validation_exclusions() | {"code", "slot", "position"}


class AgainForm(forms.Form):
    """Which items of an earlier round are asked again."""

    pick = forms.MultipleChoiceField(required=False)

    def __init__(self, extras, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.extras = extras
        choices = []
        for each in extras:
            choices.append((str(each.pk), each.label))
        self.fields["pick"].choices = choices

    @property
    def picked(self):
        picked = []
        for each in self.extras:
            if str(each.pk) in self.cleaned_data["pick"]:
                picked.append(each)
        return picked


def section_choices(round):
    """[(name, label)] of the sections that the round asks of communities."""
    asked = round_sections(round)
    choices = []
    for section in all_sections():
        if Level.COMMUNITY in section.levels and section in asked:
            choices.append((section.name, section.label))
    return choices
