from django.conf import settings
from django.db import models
from django.db.models import Q

from communities import tree
from communities.models import Governance, Kind, Level, Unit
from surveys.models.round import Round


class Status(models.TextChoices):
    DRAFT = "draft", "填报中"
    SUBMITTED = "submitted", "已报送"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已审定"


OPEN_STATUSES = (Status.DRAFT, Status.RETURNED)


class FilingQuerySet(tree.TreeQuerySet):
    def asked(self):
        """Filings of units that have something to report."""
        return self.filter(asked=True)

    def communities(self):
        return self.filter(level=Level.COMMUNITY)

    def open(self):
        """Filings that may be changed as far as their own way goes."""
        return self.filter(status__in=OPEN_STATUSES)

    def running(self):
        """Those of rounds that have begun and are not closed; no join, as in `open_to`."""
        return self.filter(round__in=Round.objects.running().order_by().values("pk"))

    def open_to(self, user):
        """Open ones of running rounds, but for those this clerk has handed to the street.

        To a command (no user) all. A subquery on units and no join: a conditional UPDATE must
        compare the version of the row it locks.
        """
        if user is None:
            return self.open().running()
        offices = Unit.objects.filter(tree.lies_inside(user.paths(role="clerk")))
        not_handed_up = Q(with_unit=None) | Q(with_unit__in=offices.order_by().values("pk"))
        return self.open().running().filter(not_handed_up)


def person_field(label):
    """Who did a step; people are never deleted once they did one."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )


def step_constraint(name, status, sentence):
    """A step has both its time and its person, or neither; a filing in the state after it has both."""
    at, by = f"{name}_at", f"{name}_by"
    has_both = Q(**{f"{at}__isnull": False, f"{by}__isnull": False})
    has_none = Q(**{at: None, by: None})
    return models.CheckConstraint(
        condition=has_both | (has_none & ~Q(status=status)),
        name=f"filing_{name}",
        violation_error_message=sentence,
    )


class Filing(models.Model):
    """What one unit reports in one round; every record hangs on it.

    Opening a round makes one per unit, down to the community, and freezes the tree: name, kind,
    governance and path are the unit's at that time, so a table of 2022 shows the map of 2022 for
    ever. City, district and street are copied ids: grouping by them needs no join. `asked`: the
    round has questions for a unit of this level, so it is counted among those that report; upper
    units only stand above. `version` counts the saves; a save names the version it saw.

    `with_unit` is the unit whose turn it is; none while those fill it in whom it belongs to. A
    draft with the street was handed in by the community's own clerk. `looked_at`: somebody there
    opened it, so it is not taken back. A filing that was returned after its approval keeps when and
    by whom it was approved, until it is approved anew.
    """

    round = models.ForeignKey(
        Round, verbose_name="填报期", on_delete=models.PROTECT, related_name="filings"
    )
    unit = models.ForeignKey(
        Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="filings"
    )
    parent = models.ForeignKey(
        "self",
        verbose_name="上级填报表",
        null=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    previous = models.ForeignKey(
        "self",
        verbose_name="上期填报表",
        null=True,
        on_delete=models.PROTECT,
        related_name="following",
    )
    name = models.CharField("单位名称", max_length=60)
    code = models.CharField("区划代码", max_length=12, blank=True)
    level = models.PositiveSmallIntegerField("层级", choices=Level)
    kind = models.CharField("类型", max_length=20, choices=Kind)
    governance = models.CharField("治理模式", max_length=20, choices=Governance, blank=True)
    asked = models.BooleanField("须填报", default=True)
    path = tree.PathField("路径")
    city = models.ForeignKey(
        Unit,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
    )
    district = models.ForeignKey(
        Unit,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
    )
    street = models.ForeignKey(
        Unit,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
    )
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField("版本", default=0)
    saved_at = models.DateTimeField("最近保存", null=True)
    saved_by = person_field("保存人")
    with_unit = models.ForeignKey(
        Unit, verbose_name="办理环节", null=True, on_delete=models.PROTECT, related_name="+"
    )
    looked_at = models.DateTimeField("开始审核", null=True)
    submitted_at = models.DateTimeField("报送时间", null=True)
    submitted_by = person_field("报送人")
    returned_at = models.DateTimeField("退回时间", null=True)
    returned_by = person_field("退回人")
    return_reason = models.CharField(
        "退回理由", max_length=400, blank=True, default="", db_default=""
    )
    approved_at = models.DateTimeField("审定时间", null=True)
    approved_by = person_field("审定人")

    objects = FilingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报表"
        ordering = ["path"]
        indexes = [
            models.Index(fields=["round", "path"], name="filing_round_path"),
            # Units of one level, and how far the communities are, without reading the rows of a nation.
            models.Index(fields=["round", "level", "path", "status"], name="filing_round_level"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit"],
                name="filing_once",
                violation_error_message="该单位在本期已有填报表。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values),
                name="filing_status",
                violation_error_message="没有这种状态。",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.SUBMITTED) | Q(with_unit__isnull=False),
                name="filing_submitted_to_a_unit",
                violation_error_message="已报送的填报表应写明由哪个单位办理。",
            ),
            step_constraint(
                "submitted", Status.SUBMITTED, "报送时间和报送人应同时填写，已报送的两项都要有。"
            ),
            step_constraint(
                "returned", Status.RETURNED, "退回时间和退回人应同时填写，已退回的两项都要有。"
            ),
            step_constraint(
                "approved", Status.APPROVED, "审定时间和审定人应同时填写，已审定的两项都要有。"
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None, return_reason="")
                | (Q(returned_at__isnull=False) & ~Q(return_reason="")),
                name="filing_returned_with_reason",
                violation_error_message="退回填报表应写明理由。",
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.round.period}"

    @property
    def is_open(self):
        return self.status in OPEN_STATUSES

    @property
    def is_community(self):
        """It is a community's own; verdicts are on these."""
        return self.level == Level.COMMUNITY

    @property
    def is_upper(self):
        """It is that of a unit with communities below it."""
        return self.level < Level.COMMUNITY

    @property
    def is_above_districts(self):
        """Its unit is a city or a province: units, not yet communities, are what one looks at next."""
        return self.level < Level.DISTRICT

    @property
    def returned_after_approval(self):
        """It was approved once, returned since, and not approved again."""
        return bool(self.approved_at and self.returned_at and self.returned_at > self.approved_at)


class RecordQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(tree.lies_inside(user.paths(), "filing__path"))

    def editable_by(self, user):
        return self.filter(tree.lies_inside(user.paths(role="clerk"), "filing__path"))


class Record(models.Model):
    """A row of a section: something a unit reports, known by its natural key within the filing."""

    filing = models.ForeignKey(Filing, verbose_name="填报表", on_delete=models.CASCADE)
    note = models.CharField("备注", max_length=200, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["filing", "pk"]


class RemarkQuerySet(RecordQuerySet):
    def waiting(self, section):
        """Those of a section that have no record, for sections with several records a filing."""
        return self.filter(section=section.name, record_id=None)

    def open_questions(self, filing):
        """Questions about a filing that nobody answered or closed."""
        return self.filter(filing=filing, kind=Remark.Kind.QUESTION, closed_at=None)

    def release(self, section, pks):
        """Leave the remarks of records that go without one, to wait for the next of their keys."""
        if not section.single:
            self.filter(section=section.name, record_id__in=pks).update(record_id=None)


class Remark(models.Model):
    """A note pinned to a filing or to one cell of it: a question, its answer, a reason for a blank.

    The cell is that of `field` in one record: `section` says of what model the record is, and
    `record_id` is its id there, so that the remark stays with it when its key is corrected. In a
    section with one record a filing the section says it all, and `record_id` is None. Elsewhere a
    remark without `record_id` waits: its record was never stored, was deleted, or went when an
    upload was undone. It is given the next record of the filing that comes to bear its `key`.

    `key` is what people call the record, in full, and follows each correction. `value` is what was
    written in the cell.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", "待核实"
        REASON = "reason", "说明"
        ANSWER = "answer", "答复"

    filing = models.ForeignKey(
        Filing, verbose_name="填报表", on_delete=models.CASCADE, related_name="remarks"
    )
    upload = models.ForeignKey(
        "surveys.Upload",
        verbose_name="上传批次",
        null=True,
        on_delete=models.CASCADE,
        related_name="remarks",
    )
    kind = models.CharField("类别", max_length=10, choices=Kind)
    section = models.CharField("分项", max_length=30, blank=True)
    record_id = models.PositiveBigIntegerField("记录", null=True, blank=True)
    key = models.TextField("行", blank=True)
    field = models.CharField("列", max_length=40, blank=True)
    value = models.CharField("原写", max_length=200, blank=True)
    text = models.CharField("内容", max_length=400)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("时间", auto_now_add=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批注"
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["section", "record_id"],
                name="remark_of_record",
                condition=Q(record_id__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(record_id=None) | ~Q(section=""),
                name="remark_record_in_a_section",
                violation_error_message="批注指向一条记录时，应写明记录所属的分项。",
            ),
        ]

    def __str__(self):
        return self.text
