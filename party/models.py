"""Party organisations of streets and communities."""

from django.db import models

from surveys.fields import CountField, PartialDateField, TextField, WordField, add_constraints
from surveys.models import Filing, Record
from surveys.words import Stage


class OrganisationForm(models.TextChoices):
    COMMITTEE = "committee", "党工委（党委）"
    GENERAL = "general_branch", "党总支"
    BRANCH = "branch", "党支部"
    JOINT = "joint_branch", "联合党支部"


@add_constraints
class PartyOrganisation(Record):
    """A Party committee, general branch or branch.

    It hangs on the filing of the community (or street) that hosts it. `covers` are the communities
    it serves: several where two were "joined into one" (合二为一). Members of a joint branch count
    at its host.
    """

    name = TextField("党组织名称", blank=False)
    form = WordField("建制", choices=OrganisationForm)
    stage = WordField("建设阶段", choices=Stage)
    covers = models.ManyToManyField(
        Filing,
        verbose_name="覆盖社区",
        through="Coverage",
        related_name="covered_by",
        blank=True,
    )
    founded_on = PartialDateField("成立时间")
    elected_on = PartialDateField("换届时间")
    secretary = TextField("书记")
    deputies = CountField("副书记数", unit="人", highest=50)
    committee = CountField("委员数", unit="人", highest=100)
    groups = CountField("党小组数", unit="个", highest=500)
    members = CountField("党员数", unit="人", highest=20_000)
    women = CountField("女党员", unit="人", highest=20_000)
    retired = CountField("离退休党员", unit="人", highest=20_000)
    floating = CountField("流动党员", unit="人", highest=20_000)
    theme_days = CountField("主题党日次数", unit="次", highest=366)

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "党组织"
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "name"],
                name="party_once",
                violation_error_message="同一社区的党组织名称不能重复。",
            )
        ]

    def __str__(self):
        return self.name


class Coverage(models.Model):
    """A Party organisation serves this community."""

    organisation = models.ForeignKey(
        PartyOrganisation, on_delete=models.CASCADE, related_name="coverage"
    )
    filing = models.ForeignKey(Filing, on_delete=models.CASCADE, related_name="coverage")

    class Meta:
        verbose_name = verbose_name_plural = "覆盖社区"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "filing"],
                name="coverage_once",
                violation_error_message="覆盖社区重复。",
            )
        ]

    def __str__(self):
        return f"{self.organisation} → {self.filing}"
