from django.db.models import Count, Max, Min, Q, Sum

from communities.models import Level
from staffing.models import Employment
from surveys.measures import Measure, MeasureSource, as_float, known_sum, years_since

ON_ESTABLISHMENT = Q(employment__in=Employment.on_establishment())
TEMPORARY = Q(employment__in=Employment.short_term())
IN_COMMUNITY = Q(filing__level=Level.COMMUNITY)
# 无待遇 is what rosters leave blank as often as they write it; the blank cell is asked about, the
# person is counted here.
UNPAID = Q(pay__isnull=True) | Q(pay=0)
COLLEGE = Q(education__in=["college", "bachelor", "master"])
CERTIFIED = Q(qualification__in=["assistant", "worker", "senior"])


def worker_rows():
    from staffing.models import Worker

    return Worker.objects.all()


def people_count(condition):
    return as_float(Count("pk", filter=condition))


MEASURES = (
    MeasureSource(
        worker_rows,
        (
            Measure("staff", "工作人员", "人", people_count(Q())),
            Measure("staff_in_community", "社区工作人员", "人", people_count(IN_COMMUNITY)),
            Measure("staff_established", "在编人员", "人", people_count(ON_ESTABLISHMENT)),
            Measure(
                "staff_established_in_community",
                "在社区工作的在编人员",
                "人",
                people_count(ON_ESTABLISHMENT & IN_COMMUNITY),
            ),
            Measure("staff_temporary", "临时聘用人员", "人", people_count(TEMPORARY)),
            Measure(
                "staff_temporary_unpaid",
                "无报酬的临时人员",
                "人",
                people_count(TEMPORARY & UNPAID),
            ),
            Measure(
                "staff_temporary_paid",
                "有报酬的临时人员",
                "人",
                people_count(TEMPORARY & ~UNPAID),
            ),
            Measure(
                "temporary_pay_min",
                "临时人员最低月报酬",
                "元",
                as_float(Min("pay", filter=TEMPORARY & ~UNPAID)),
                "min",
            ),
            Measure(
                "temporary_pay_max",
                "临时人员最高月报酬",
                "元",
                as_float(Max("pay", filter=TEMPORARY & ~UNPAID)),
                "max",
            ),
            Measure("staff_women", "女性工作人员", "人", people_count(Q(sex="female"))),
            Measure("staff_college", "大专以上工作人员", "人", people_count(COLLEGE)),
            Measure("staff_certified", "持社会工作职业资格人员", "人", people_count(CERTIFIED)),
            Measure(
                "staff_re_engaged",
                "退休返聘人员",
                "人",
                people_count(Q(employment="re_engaged")),
            ),
            Measure("staff_concurrent", "交叉任职人员", "人", people_count(Q(concurrent=True))),
            Measure("staff_pay_min", "最低月报酬", "元", as_float(Min("pay")), "min"),
            Measure("staff_pay_total", "月报酬合计", "元", known_sum("pay")),
            Measure("staff_of_known_age", "填了出生年月的人员", "人", people_count(~Q(born=""))),
            Measure("staff_age_total", "年龄合计", "岁", as_float(Sum(years_since("born")))),
        ),
    ),
)
