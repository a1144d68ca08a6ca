from django.conf import settings
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q

from communities import tree
from surveys.fields import AmountField, CountField, PartialDateField, TextField, YesNoField
from surveys.models.filing import Record
from surveys.models.round import Round

MOST = 20  # a page of them, and no more
FEWEST_WORDS, MOST_WORDS = 2, 8  # of a choice: each is a measure of its own
# More slots than a round may use, so that none need stand for one thing this time and another
# the time before.
SLOTS = range(1, 31)
SHARES = ("%", "‰")  # units of what cannot be added up
LOWEST, HIGHEST = 0, {"count": 10_000_000, "amount": 10_000_000_000}


def whole_as_int(value):
    """A number without a fraction as int, so that it is read without one."""
    return int(value) if value == int(value) else value


class ExtraQuerySet(models.QuerySet):
    def asked(self):
        """Those still to be filled in."""
        return self.filter(retired_at=None)

    def around(self, unit):
        """Those of rounds that cover `unit` or a part of it."""
        inside = tree.lies_inside([unit.path], "round__unit__path")
        return self.filter(inside | Q(round__unit__in=tree.path_ids(unit.path)))

    def with_fresh(self):
        """Each carries `fresh`: its answers cannot be compared with an earlier round's around its
        unit.

        They can where its slot held nothing but this item since.
        """
        unit = ExpressionWrapper(OuterRef("round__unit__path"), models.CharField())
        below = Q(round__unit__path__startswith=F("here"))
        above = Q(here__startswith=F("round__unit__path"))
        earlier = Extra.objects.annotate(here=unit).filter(
            below | above,
            round__reference_date__lt=OuterRef("round__reference_date"),
            slot=OuterRef("slot"),
        )
        same = Exists(earlier.filter(code=OuterRef("code")))
        other = Exists(earlier.exclude(code=OuterRef("code")))
        return self.annotate(fresh=~same | other)


class Extra(models.Model):
    """One thing a bureau asks in one round only: 电梯数, 是否有电动车充电棚.

    `code` names it in formulas (`q_12`) and stays where it is asked again in another round. `slot`
    says which columns of ExtraRecord hold the answers of this round. `section` is the subject it
    stands under in the form.
    """

    class Kind(models.TextChoices):
        COUNT = "count", "整数"
        AMOUNT = "amount", "小数"
        YES_NO = "yes_no", "是否"
        CHOICE = "choice", "选择"
        TEXT = "text", "文字"
        DATE = "date", "日期"

    round = models.ForeignKey(
        Round, verbose_name="填报期", on_delete=models.CASCADE, related_name="extras"
    )
    code = models.CharField("公式中的名称", max_length=12)
    slot = models.PositiveSmallIntegerField("存放位置")
    label = models.CharField("名称", max_length=30)
    kind = models.CharField("答案", max_length=10, choices=Kind)
    unit = models.CharField("单位", max_length=6, blank=True)
    lowest = models.DecimalField("最小", max_digits=14, decimal_places=2, null=True, blank=True)
    highest = models.DecimalField("最大", max_digits=14, decimal_places=2, null=True, blank=True)
    words = models.JSONField("选项", default=list, blank=True)
    required = models.BooleanField("必填", default=False)
    section = models.CharField("归入", max_length=30, blank=True)
    hint = models.CharField("口径", max_length=100, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("时间", auto_now_add=True)
    retired_at = models.DateTimeField("停止填报", null=True, blank=True)

    objects = ExtraQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "补充项"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "label"],
                name="extra_label_once",
                violation_error_message="本期已有同名的补充项。",
            ),
            models.UniqueConstraint(
                fields=["round", "slot"],
                name="extra_slot_once",
                violation_error_message="这个位置已被占用。",
            ),
            models.UniqueConstraint(
                fields=["round", "code"],
                name="extra_code_once",
                violation_error_message="本期已经问了这一项。",
            ),
            models.CheckConstraint(
                condition=Q(lowest=None) | Q(highest=None) | Q(highest__gte=F("lowest")),
                name="extra_bounds",
                violation_error_message="最大值不能小于最小值。",
            ),
        ]

    def __str__(self):
        return self.label

    def clean(self):
        self.unit = self.unit.replace("％", "%")

    @property
    def column(self):
        """The column of ExtraRecord that holds its answers."""
        stems = {self.Kind.CHOICE: "count", self.Kind.YES_NO: "flag", self.Kind.DATE: "text"}
        stem = stems.get(self.kind, self.kind)
        return f"{stem}_{self.slot}"

    @property
    def is_number(self):
        return self.kind in (self.Kind.COUNT, self.Kind.AMOUNT)

    @property
    def is_share(self):
        return self.is_number and self.unit in SHARES

    @property
    def answers(self):
        """The records of its round that answer it."""
        blank = "" if self.column.startswith("text") else None
        records = ExtraRecord.objects.filter(filing__round=self.round_id)
        return records.exclude(**{self.column: blank})

    @property
    def words_said(self):
        """What may be answered, in a few words: 整数，0 到 50 台；选择：有、无、在建."""
        kind = self.get_kind_display()
        if self.kind == self.Kind.CHOICE:
            return f"{kind}：{'、'.join(self.words)}"
        if not self.is_number:
            return kind
        if self.lowest is not None or self.highest is not None:
            lowest, highest = self.bounds
            return f"{kind}，{lowest:,} 到 {highest:,} {self.unit}".rstrip()
        if self.unit:
            return f"{kind}（{self.unit}）"
        return kind

    @property
    def bounds(self):
        """(lowest, highest) a number may be, whole ones as int."""
        lowest, highest = self.lowest, self.highest
        if lowest is None:
            lowest = LOWEST
        if highest is None:
            highest = HIGHEST[self.kind]
        return whole_as_int(lowest), whole_as_int(highest)

    def field(self):
        """The answer as a field: label, unit, bounds and words are the item's,
        the column the slot's.
        """
        field = self.answer_field()
        field.set_attributes_from_name(self.column)
        return field

    def answer_field(self):
        about = {"help_text": self.hint}
        if self.kind in (self.Kind.COUNT, self.Kind.AMOUNT):
            lowest, highest = self.bounds
            about.update(unit=self.unit, lowest=lowest, highest=highest)
            if self.kind == self.Kind.COUNT:
                return CountField(self.label, **about)
            return AmountField(self.label, **about)
        if self.kind == self.Kind.YES_NO:
            return YesNoField(self.label, **about)
        if self.kind == self.Kind.CHOICE:
            numbered = list(enumerate(self.words, 1))
            return models.IntegerField(self.label, choices=numbered, null=True, blank=True, **about)
        if self.kind == self.Kind.DATE:
            return PartialDateField(self.label, **about)
        return TextField(self.label, max_length=200, **about)


class ExtraRecord(Record):
    """A filing's answers to what the bureau asks in its round, each in the slot of its Extra.

    `count_3` holds whole numbers and which of the words was chosen, `amount_3` decimals, `flag_3`
    yes and no, `text_3` words and dates. What slot 3 means only the round's Extra says.
    """

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "本期补充"
        constraints = [
            models.UniqueConstraint(
                fields=["filing"],
                name="extra_record_once",
                violation_error_message="本期补充每个社区只有一行。",
            )
        ]

    def __str__(self):
        return "本期补充"


# The columns of ExtraRecord are count_1 … count_30, amount_…, flag_… and text_…. Nowhere else is one
# written out: to see who uses them, grep for `Extra.column` and `.column` of an item.
for slot in SLOTS:
    ExtraRecord.add_to_class(
        f"count_{slot}", models.IntegerField(f"整数 {slot}", null=True, blank=True)
    )
    ExtraRecord.add_to_class(
        f"amount_{slot}",
        models.DecimalField(f"小数 {slot}", max_digits=14, decimal_places=2, null=True, blank=True),
    )
    ExtraRecord.add_to_class(
        f"flag_{slot}", models.BooleanField(f"是否 {slot}", null=True, blank=True)
    )
    ExtraRecord.add_to_class(
        f"text_{slot}", models.CharField(f"文字 {slot}", max_length=200, blank=True)
    )
