"""Who works in street offices and communities."""

from django.db import models
from django.db.models import Q

from surveys.fields import (
    AmountField,
    PartialDateField,
    TextField,
    WordField,
    YesNoField,
    add_constraints,
)
from surveys.models import Record


class Sex(models.TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"


class Education(models.TextChoices):
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    SENIOR = "senior", "高中"
    VOCATIONAL = "vocational", "中专"
    COLLEGE = "college", "大专"
    BACHELOR = "bachelor", "本科"
    MASTER = "master", "研究生"


class Politics(models.TextChoices):
    PARTY = "party", "中共党员"
    PROBATION = "probation", "预备党员"
    LEAGUE = "league", "共青团员"
    OTHER = "other_party", "民主党派"
    MASSES = "masses", "群众"


class Employment(models.TextChoices):
    """身份: the first three are on the establishment, the last four temporary."""

    ESTABLISHED = "established", "正式编制"
    ADMIN = "admin_post", "行政编制"
    INSTITUTION = "institution_post", "事业编制"
    RECRUITED = "recruited", "选聘"
    ELECTED = "elected", "选举产生"
    CONTRACT = "contract", "合同聘用"
    WELFARE = "public_welfare", "公益性岗位"
    TEMPORARY = "temporary", "临时聘用"
    RETIRED = "re_engaged", "退休返聘"
    DISPATCHED = "dispatched", "劳务派遣"

    @classmethod
    def on_establishment(cls):
        return [cls.ESTABLISHED, cls.ADMIN, cls.INSTITUTION]

    @classmethod
    def short_term(cls):
        return [cls.TEMPORARY, cls.WELFARE, cls.RETIRED, cls.DISPATCHED]


class Qualification(models.TextChoices):
    NONE = "none", "无"
    ASSISTANT = "assistant", "助理社会工作师"
    WORKER = "worker", "社会工作师"
    SENIOR = "senior", "高级社会工作师"


@add_constraints
class Worker(Record):
    """A person who works for a community or, on the street's own filing, in the street office."""

    name = TextField("姓名", blank=False)
    sex = WordField("性别", choices=Sex)
    born = PartialDateField("出生年月")
    education = WordField("文化程度", choices=Education)
    politics = WordField("政治面貌", choices=Politics)
    employment = WordField("身份", choices=Employment)
    post = TextField("职务")
    since = PartialDateField("任职时间")
    pay = AmountField("月报酬", unit="元", highest=200_000)
    qualification = WordField("社会工作职业资格", choices=Qualification)
    phone = TextField("联系电话", max_length=30)
    concurrent = YesNoField("交叉任职")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "工作人员"
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "name", "born"],
                name="worker_once",
                violation_error_message="同一单位已有同名、同出生年月的人员。",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="worker_named",
                violation_error_message="姓名不能空。",
            ),
        ]

    def __str__(self):
        return self.name
