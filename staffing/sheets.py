from staffing.measures import MEASURES
from staffing.models import Employment, Worker
from surveys.sections import Check, Column, Section


def old_enough(record):
    """Return whether a person was 16 when taking up the post, by the years; None: unknown."""
    born, since = record.get("born"), record.get("since")
    if not born or not since:
        return None
    age = int(since[:4]) - int(born[:4])
    return age >= 16


def is_temporary(record):
    """Return whether pay is asked for.

    Rosters leave the treasury's salaries of the establishment blank.
    """
    return record.get("employment") in Employment.short_term()


WORKERS = Section(
    name="workers",
    label="工作人员",
    model=Worker,
    key=("name",),
    tiebreak="born",
    levels=(4, 5),
    sheet_names=("工作人员花名册", "工作人员", "花名册", "社区工作者花名册"),
    columns=(
        Column("name", person=True),
        Column("sex"),
        Column("born", ("出生日期", "出生时间", "生日")),
        Column(
            "education",
            ("学历", "最高学历"),
            {
                "大学": "bachelor",
                "大学本科": "bachelor",
                "专科": "college",
                "硕士": "master",
                "中技": "vocational",
                "技校": "vocational",
                "职高": "vocational",
                "大学专科": "college",
                "本科以上": "bachelor",
                "博士": "master",
                "博士研究生": "master",
                "硕士研究生": "master",
                "初中及以下": "junior",
            },
        ),
        Column(
            "politics",
            ("政治面貌/党派",),
            {
                "党员": "party",
                "中共正式党员": "party",
                "预备": "probation",
                "中共预备党员": "probation",
                "团员": "league",
                "共青团": "league",
                "无党派": "masses",
                "无党派人士": "masses",
                "一般群众": "masses",
            },
        ),
        Column(
            "employment",
            ("人员身份", "编制", "编制性质", "用工形式", "人员性质"),
            {
                "在编": "established",
                "编制内": "established",
                "正式": "established",
                "临时工": "temporary",
                "临时": "temporary",
                "公益岗": "public_welfare",
                "返聘": "re_engaged",
                "行政": "admin_post",
                "事业": "institution_post",
                "公务员": "admin_post",
                "合同制": "contract",
                "合同工": "contract",
                "选任": "elected",
                "公益性": "public_welfare",
                "派遣": "dispatched",
                "聘用": "contract",
            },
        ),
        Column("post", ("岗位", "职务/岗位")),
        Column("since", ("任职日期", "任职年月", "参加工作时间")),
        Column(
            "pay",
            ("月工作津贴", "月工资", "月补贴", "工资待遇", "月报酬（元）", "待遇"),
            {
                "财政工资": None,
                "财政发放": None,
                "财政": None,
                "无待遇": 0,
                "无报酬": 0,
                "无补贴": 0,
            },
            asked=False,
            asked_of=is_temporary,
        ),
        Column(
            "qualification",
            ("职业资格", "社工证", "社工资格"),
            {"助理社工师": "assistant", "社工师": "worker"},
            asked=False,
        ),
        Column(
            "phone",
            ("电话", "手机", "手机号码", "联系方式"),
            personal=True,
            asked=False,
        ),
        Column("concurrent", ("是否交叉任职",), asked=False),
        Column("note", asked=False),
    ),
    checks=(Check("grown_up", "born", old_enough, "任职时应年满 16 周岁", ("born", "since")),),
    measures=MEASURES,
)
