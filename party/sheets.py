from party.measures import MEASURES
from party.models import OrganisationForm, PartyOrganisation
from surveys.sections import Check, Column, Section, part_check
from surveys.words import STAGE_WORDS


def infer_form(values):
    """Fill in 建制 from the name where the sheet has no such column.

    A branch for several communities is a joint one.
    """
    name = values.get("name") or ""
    covers = values.get("covers") or ()
    if values.get("form") or not name:
        return
    if "总支" in name:
        values["form"] = OrganisationForm.GENERAL
    elif "支部" in name and ("联合" in name or len(covers) > 1):
        values["form"] = OrganisationForm.JOINT
    elif "支部" in name:
        values["form"] = OrganisationForm.BRANCH
    elif "委" in name:
        values["form"] = OrganisationForm.COMMITTEE


def covers_agree(record):
    """Return whether 覆盖社区数 as written agrees with the communities listed; None: unknown."""
    number, covers = record.get("covers_count"), record.get("covers")
    if number is None or not covers:
        return None
    return number == len(covers)


ORGANISATIONS = Section(
    name="party",
    label="党组织",
    model=PartyOrganisation,
    key=("name",),
    covers="covers",
    levels=(4, 5),
    sheet_names=("党组织情况", "党组织", "社区党组织情况", "基层党组织"),
    columns=(
        Column("name", ("党支部名称", "党组织", "名称", "支部名称")),
        Column(
            "form",
            ("组织建制", "类型", "党组织类别"),
            {
                "党工委": "committee",
                "党委": "committee",
                "总支": "general_branch",
                "支部": "branch",
                "联合支部": "joint_branch",
            },
            asked=False,
        ),
        Column("stage", ("阶段", "运转情况"), STAGE_WORDS),
        Column("covers", ("覆盖的社区", "所辖社区", "服务社区")),
        Column("covers_count", ("覆盖社区数",), derived="count"),
        Column("founded_on", ("成立日期", "建立时间", "成立年月")),
        Column("elected_on", ("换届日期", "本届选举时间"), asked=False),
        Column("secretary", ("党支部书记", "书记姓名", "负责人"), person=True),
        Column("deputies", ("副书记", "副书记人数"), asked=False),
        Column("committee", ("委员", "支委人数", "委员人数"), asked=False),
        Column("groups", ("党小组", "党小组个数")),
        Column("members", ("党员合计", "党员人数", "党员总数", "党员")),
        Column("women", ("党员女", "女党员数", "其中女党员")),
        Column("retired", ("党员离退休", "离退休党员数", "离退休")),
        Column("floating", ("党员流动", "流动党员数"), asked=False),
        Column("theme_days", ("主题党日",), asked=False),
        Column("note", asked=False),
    ),
    checks=(
        Check("covers", "covers_count", covers_agree, "覆盖社区数与所列社区不符"),
        Check(
            "members",
            "members",
            part_check("members", whole="profile.residents"),
            "党员数不应多于总人口",
            beside="profile.residents",
        ),
        Check("women", "women", part_check("women", whole="members"), "女党员不应多于党员数"),
        Check(
            "retired",
            "retired",
            part_check("retired", whole="members"),
            "离退休党员不应多于党员数",
        ),
        Check(
            "floating",
            "floating",
            part_check("floating", whole="members"),
            "流动党员不应多于党员数",
        ),
    ),
    fill=infer_form,
    measures=MEASURES,
)
