from datetime import date
from functools import cached_property, lru_cache

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.roles import Role
from communities import tree
from communities.models import Governance, Kind, Level, Unit, check_code
from reports.engine.formulas import FormulaError, parse
from reports.engine.measures import all_measures
from surveys.extras import CODE, answer_measures
from surveys.measures import Measure
from surveys.models import Extra

FORMULAS = ("actual", "lower", "upper", "applies_when")


@lru_cache(maxsize=4096)
def parsed_formula(text):
    """The formula `text` over all measures, read once. Raises FormulaError.

    What a round asks of its own goes by its code; how it is called is not kept, for others may
    still rename it.
    """
    known = dict(all_measures())
    for code in CODE.findall(text):
        known[code] = Measure(code, code, "", None)
    return parse(text, known)


def own_items_of_codes(codes):
    """The items of rounds that these codes stand for, the newest round last: [Extra], one query."""
    stems = set()
    for code in codes:
        item, number, *_ = code.split("_")
        stems.add(f"{item}_{number}")
    return list(Extra.objects.filter(code__in=stems).order_by("round__reference_date"))


def measures_of_items(items):
    """The measures of items of rounds: [Extra] in, Measures out."""
    for item in items:
        yield from answer_measures(item)


def unknown_codes(text):
    """The codes in a formula that no round asks under, in order.

    A query only where there are codes.
    """
    codes = set(CODE.findall(text))
    if not codes:
        return []
    known = {measure.name for measure in measures_of_items(own_items_of_codes(codes))}
    return sorted(codes - known)


class Topic(models.TextChoices):
    SCALE = "scale", "规模"
    ORGANISATION = "organisation", "机构"
    PARTY = "party", "党建"
    STAFF = "staff", "人员"
    PAY = "pay", "待遇"
    PREMISES = "premises", "用房"
    EQUIPMENT = "equipment", "设备"
    FUNDING = "funding", "经费"
    SERVICE = "service", "服务"
    GRID = "grid", "网格"
    POLICE = "police", "警务"
    ENVIRONMENT = "environment", "环境"
    WORKFLOW = "workflow", "工作机制"
    CODES = "codes", "编码"


class Validity(models.TextChoices):
    """Whether a version of a standard is in force on a day."""

    COMING = "coming", "未生效"
    IN_FORCE = "in_force", "现行"
    REPLACED = "replaced", "已到期，已有后续标准"
    LAPSED = "lapsed", "已到期，暂无后续标准"


class Force(models.TextChoices):
    """How binding a rule is; most figures in circulation are not law."""

    LAW = "law", "法律"
    PARTY = "party", "党内法规"
    NATIONAL_PLAN = "national_plan", "国家规划（意见）"
    MINISTRY = "ministry", "部委文件"
    PROVINCIAL = "provincial", "省定"
    CITY = "city", "市县定"
    RECOMMENDATION = "recommendation", "建议"
    OBSERVED = "observed", "观察"


class StandardQuerySet(models.QuerySet):
    def in_force(self, on):
        """Versions in force on a day."""
        return self.in_force_on_one_of([on])

    def in_force_on_one_of(self, days):
        """Versions in force on at least one of these days."""
        one = Q(pk=None)
        for on in days:
            begun = Q(effective_from=None) | Q(effective_from__lte=on)
            one |= begun & (Q(effective_to=None) | Q(effective_to__gte=on))
        return self.filter(one)

    def editable_by(self, user):
        """Those whose region lies inside an area where this person reviews.

        National ones are nobody's but the administrator's.
        """
        reviewed = Unit.objects.filter(tree.lies_inside(user.paths(role=Role.REVIEWER)))
        codes = reviewed.exclude(code=None).order_by().values("code")
        return self.filter(region_known=True, region_code__in=codes)

    def with_may_edit(self, user):
        """Each carries `may_edit`: whether this person keeps it."""
        same = Standard.objects.editable_by(user).filter(pk=OuterRef("pk"))
        return self.annotate(may_edit=Exists(same))

    def expired(self, on):
        """Versions that ended before a day."""
        return self.filter(effective_to__lt=on)

    def judged(self):
        """Those the system can judge, with every part of a composite.

        A part nobody can measure stays unknown.
        """
        return self.filter(Q(why_not="") | Q(parent__why_not="", parent__actual=""))

    def with_successor(self):
        """Each carries `succeeded`.

        Whether a later version, or the row named as successor, is there.
        """
        later = Q(code=OuterRef("code"), effective_from__gt=OuterRef("effective_to"))
        named = Q(code=OuterRef("successor")) & ~Q(code="")
        return self.annotate(succeeded=Exists(Standard.objects.filter(later | named)))


class Standard(models.Model):
    """One version of a rule of the rule book.

    Whom it binds, what it asks, who issued it, and how it is measured. Met when `actual` is not
    below `lower` and not above `upper`; the gap is the distance to them. Without either it is only
    reported (观察). With parts (`parent`) and no `actual` of its own it is met when all its parts
    are. The three limits are formulas over measures; `applies_when` says which filings it binds at
    all.
    """

    code = models.SlugField("标准代码", max_length=60, db_index=False)
    name = models.CharField("名称", max_length=100)
    statement = models.CharField("要求", max_length=300)
    topic = models.CharField("类别", max_length=20, choices=Topic)
    level = models.PositiveSmallIntegerField("评价层级", choices=Level, default=Level.COMMUNITY)
    kinds = models.JSONField("适用单位类型", default=list, blank=True)
    governance = models.CharField("治理模式", max_length=20, choices=Governance, blank=True)
    region_code = models.CharField(
        "适用地区代码", max_length=12, blank=True, validators=[check_code]
    )
    region_name = models.CharField("适用地区", max_length=60, default="全国")
    region_known = models.BooleanField("地区明确", default=True)
    source = models.CharField("来源文件", max_length=200)
    number = models.CharField("文号", max_length=60, blank=True)
    issuer = models.CharField("发布机关", max_length=100, blank=True)
    year = models.CharField("发布年份", max_length=20, blank=True)
    place = models.CharField("条款", max_length=60, blank=True)
    force = models.CharField("效力", max_length=20, choices=Force)
    effective_from = models.DateField("生效日期", null=True, blank=True)
    effective_to = models.DateField("失效日期", null=True, blank=True)
    successor = models.SlugField("接替标准代码", max_length=60, blank=True, db_index=False)
    parent = models.ForeignKey(
        "self",
        verbose_name="所属标准",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="children",
    )
    actual = models.CharField("实际值公式", max_length=1000, blank=True)
    lower = models.CharField("下限公式", max_length=1000, blank=True)
    upper = models.CharField("上限公式", max_length=1000, blank=True)
    applies_when = models.CharField("适用条件公式", max_length=1000, blank=True)
    unit = models.CharField("单位", max_length=20, blank=True)
    gap_unit = models.CharField("缺口单位", max_length=20, blank=True)
    digits = models.PositiveSmallIntegerField("小数位数", default=0)
    cost = models.DecimalField(
        "单位缺口费用（元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    why_not = models.CharField("不自动评价的原因", max_length=200, blank=True)
    definition = models.CharField("口径", max_length=300, blank=True)
    verification = models.CharField("核实情况", max_length=100, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    position = models.PositiveIntegerField("次序", default=0)
    revision = models.PositiveIntegerField("修改次数", default=0, editable=False)

    versions = None  # all of its code, where an import knows them already
    replaces = None  # pk of the version that ends when this one, not yet saved, begins

    objects = StandardQuerySet.as_manager()
    limit = None  # the tree path it is confined to within the area it was read for

    class Meta:
        verbose_name = verbose_name_plural = "标准"
        ordering = ["position", "code", "effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "effective_from"],
                name="standard_version_once",
                violation_error_message="这条标准已有同一天生效的版本。",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(effective_from=None),
                name="standard_undated_once",
                violation_error_message="这条标准已有一个未写生效日期的版本。",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(effective_to=None),
                name="standard_open_once",
                violation_error_message="这条标准已有一个未写失效日期的版本，请先写明那一版何时失效。",
            ),
            models.CheckConstraint(
                condition=Q(effective_from=None)
                | Q(effective_to=None)
                | Q(effective_to__gte=F("effective_from")),
                name="standard_to_after_from",
                violation_error_message="失效日期不能早于生效日期。",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, **kwargs):
        """Whoever looked at it before this save has not seen what is saved now."""
        if self.pk:
            self.revision += 1
        super().save(**kwargs)

    def clean(self):
        """Raise ValidationError for unusable formulas and kinds, and for versions that overlap."""
        errors = {}
        for field in FORMULAS:
            sentence = self.formula_error(field)
            if sentence:
                errors[field] = sentence
        unknown = [kind for kind in self.kinds if kind not in Kind.values]
        if unknown:
            errors["kinds"] = f"没有“{unknown[0]}”这种单位类型。"
        other = self.overlapping()
        if other:
            errors["effective_from"] = (
                f"与{other.period}的版本重叠；同一天只能有一个版本有效，请改生效或失效日期。"
            )
        if errors:
            raise ValidationError(errors)

    def overlapping(self):
        """Another version of this code that is in force on one of the days of this one; or None.

        Versions begun on one day are left to a constraint.
        """
        if not self.code:
            return None
        for other in self.versions_stored():
            is_other = other.pk not in (self.pk, self.replaces)
            is_same_day = other.effective_from == self.effective_from  # a constraint speaks of it
            if is_other and not is_same_day and self.shares_a_day_with(other):
                return other
        return None

    def versions_stored(self):
        """All versions of this code: those that an import read at its start, else a query."""
        if self.versions is not None:
            return self.versions
        return Standard.objects.filter(code=self.code)

    def shares_a_day_with(self, other):
        """Whether both versions are in force on some day."""
        begun, ended = self.effective_from or date.min, self.effective_to or date.max
        other_begun, other_ended = other.effective_from or date.min, other.effective_to or date.max
        return other_begun <= ended and other_ended >= begun

    @property
    def period(self):
        """When it is in force, in words: 2022-01-01 至 2025-12-31."""
        return f"{self.effective_from or '早先'} 至 {self.effective_to or '今'}"

    def formula_error(self, field):
        """The sentence for a formula that cannot be used, "" where it can."""
        text = getattr(self, field)
        if not text:
            return ""
        try:
            found = parsed_formula(text)
        except FormulaError as error:
            return str(error)
        unknown = unknown_codes(text)
        if unknown:
            return f"没有叫“{unknown[0]}”的补充项，请从指标表中选用。"
        if field == "applies_when" and not found.is_condition:
            return f"“{text}”是一个数，这里要写条件，如“{text} > 0”。"
        return ""

    @property
    def observed_only(self):
        """Reported, never passed or failed."""
        return bool(self.actual) and not (self.lower or self.upper)

    def is_in_force(self, on):
        """Whether this version is in force on a day."""
        begun = self.effective_from is None or self.effective_from <= on
        return begun and (self.effective_to is None or self.effective_to >= on)

    def words(self, field):
        """One of its formulas as people read it."""
        text = getattr(self, field)
        if not text:
            return ""
        return CODE.sub(
            lambda found: self.called.get(found[0], found[0]), parsed_formula(text).words
        )

    @cached_property
    def own_items(self):
        """What its formulas take from single rounds, the newest round last.

        One query where they do.
        """
        codes = set()
        for field in FORMULAS:
            codes.update(CODE.findall(getattr(self, field)))
        return own_items_of_codes(codes) if codes else []

    @property
    def called(self):
        """{code: label} of its own items; of a renamed one the latest."""
        return {measure.name: measure.label for measure in measures_of_items(self.own_items)}

    @property
    def judges_communities(self):
        return self.level == Level.COMMUNITY

    def validity(self, on=None):
        """Whether it is in force on a day (today where none is given), and what came after it."""
        on = on or timezone.localdate()
        if self.effective_from and self.effective_from > on:
            return Validity.COMING
        if not self.effective_to or self.effective_to >= on:
            return Validity.IN_FORCE
        if self.has_successor:
            return Validity.REPLACED
        return Validity.LAPSED

    def state(self, on=None):
        """Return its validity in words."""
        return self.validity(on).label

    @property
    def has_successor(self):
        if "succeeded" not in self.__dict__:
            self.succeeded = Standard.objects.with_successor().get(pk=self.pk).succeeded
        return self.succeeded
