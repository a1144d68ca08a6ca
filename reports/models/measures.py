from django.db import models
from django.db.models.functions import Cast

from communities import tree
from reports.engine.formulas.sql import Answer
from reports.engine.measures import all_measures
from surveys.extras import CODE
from surveys.models import Filing, Round


class AnswersQuerySet(models.QuerySet):
    """Rows that keep what rounds ask of their own as JSON: {code.

    Number}, in a roll-up `no_code` beside it.
    """

    def with_answers(self, names):
        """Each carries those of the names that are codes of such items as if they were columns."""
        found = {}
        for name in names:
            if not CODE.fullmatch(name.removeprefix("no_")):
                continue
            found[name] = Answer("extras", name)
            if name.startswith("no_"):
                found[name] = Cast(found[name], models.IntegerField())
        return self.annotate(**found)


class MeasuresQuerySet(AnswersQuerySet, tree.TreeQuerySet):
    pass


class Measures(models.Model):
    """All numbers derived from one filing, one wide row: what standards judge and tables show.

    Written in bulk by INSERT … SELECT and in the transaction of every save, never by hand; null is
    unknown. Round, level, path and the filing above are copied so that an area is one index range
    without a join. `extras` are the numbers of what the round asks of its own, {code: number or
    null}.
    """

    filing = models.OneToOneField(
        Filing,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="measures",
        db_constraint=False,
    )
    round = models.ForeignKey(
        Round, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    parent = models.ForeignKey(
        Filing, null=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    level = models.PositiveSmallIntegerField("层级")
    kind = models.CharField("类型", max_length=20)
    governance = models.CharField("治理模式", max_length=20, blank=True)
    path = tree.PathField("路径")
    extras = models.JSONField("本期补充", null=True)

    objects = MeasuresQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "指标"
        indexes = [models.Index(fields=["round", "path"], name="measures_round_path")]

    def __str__(self):
        return f"{self.filing_id}"


for measure in all_measures().values():
    Measures.add_to_class(measure.name, models.FloatField(measure.label, null=True))


class AreaMeasures(models.Model):
    """The measures of an upper filing and everything below it, rolled up.

    One wide row, and one of approved filings. Each measure has its companion `no_…`: how many
    communities below have not said it. Sums leave those out.
    """

    filing = models.ForeignKey(
        Filing, on_delete=models.CASCADE, related_name="areas", db_constraint=False
    )
    approved = models.BooleanField("仅审定", default=False)
    extras = models.JSONField("本期补充", null=True)

    objects = AnswersQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "区域指标"
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "approved"],
                name="area_once",
                violation_error_message="区域指标重复。",
            )
        ]

    def __str__(self):
        return f"{self.filing_id}"


for measure in all_measures().values():
    AreaMeasures.add_to_class(measure.name, models.FloatField(measure.label, null=True))
    AreaMeasures.add_to_class(
        f"no_{measure.name}", models.PositiveIntegerField(f"{measure.label}缺数", default=0)
    )


class Tally(models.Model):
    """How the communities of an upper filing stand against one standard: the stored roll-up.

    `direct` rows count the communities straight below the filing, the others all communities below
    it; `approved` ones only those whose filing is approved. Sums leave unknown values out;
    `unknown` says how many those are.
    """

    filing = models.ForeignKey(
        Filing, on_delete=models.CASCADE, related_name="tallies", db_constraint=False
    )
    standard = models.ForeignKey(
        "reports.Standard", on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    direct = models.BooleanField()
    approved = models.BooleanField("仅审定", default=False)
    met = models.IntegerField("达标")
    unmet = models.IntegerField("未达标")
    unknown = models.IntegerField("数据缺失")
    not_applicable = models.IntegerField("不适用")
    actual = models.FloatField("实际合计", null=True)
    required = models.FloatField("应达合计", null=True)
    gap = models.FloatField("缺口合计", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "达标汇总"
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "direct", "approved", "standard"],
                name="tally_once",
                violation_error_message="汇总重复。",
            )
        ]

    def __str__(self):
        return f"{self.filing_id} {self.standard_id}"

    @property
    def judged(self):
        """How many communities could be judged."""
        return self.met + self.unmet

    @property
    def rate(self):
        """Share of the judged communities that meet the standard.

        None where none could be judged.
        """
        if not self.judged:
            return None
        return self.met / self.judged


class Stale(models.Model):
    """A filing whose direct tallies no longer follow from its communities.

    A save or a change of status marks it, a refresh clears it.
    """

    filing = models.OneToOneField(
        Filing, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField("标记时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "待重算"

    def __str__(self):
        return f"{self.filing_id}"
