from django.db.models import (
    Case,
    Count,
    F,
    FloatField,
    IntegerField,
    Max,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast

from facilities.models import InstitutionCategory
from surveys.measures import Measure, MeasureSource, as_float, highest_rank, known_sum, years_since
from surveys.words import Stage

ROOMS = ~Q(tenure="none")
ANY_ROOM = Case(When(ROOMS, then=Value(1)), default=Value(0))
CENTRE_SET_UP = Q(category="service_centre", stage__in=["plaque", "staffed", "working"])
FOUR = ("posts_set", "people_set", "money_set", "activities_set")
SIX = ("phones", "televisions", "cabinets", "desks", "computers", "wall_rules")


def institution_rows():
    from facilities.models import Institution

    return Institution.objects.all()


def premises_rows():
    from facilities.models import Premises

    return Premises.objects.all()


def equipment_rows():
    from facilities.models import Equipment

    return Equipment.objects.all()


def institution_value(category, expression):
    """Return a value of the filing's one institution of a category."""
    value = Case(When(category=category, then=expression), output_field=FloatField())
    return as_float(Max(value))


def four_in_place():
    """Return how many of the four an institution has; unknown if one is not said.

    The four are posts, people, money and activities.
    """
    flags = [Cast(F(name), IntegerField()) for name in FOUR]
    return sum([Cast(flag, FloatField()) for flag in flags], Value(0.0))


def room_count(condition=None):
    """Return how many rooms there are that satisfy the condition, if any."""
    rooms = ROOMS
    if condition is not None:
        rooms = ROOMS & condition
    return as_float(Count("pk", filter=rooms))


def six_items_present():
    """Return how many of the six items are there; unknown while one is not said."""
    return sum([item_present(name) for name in SIX], Value(0.0))


def item_present(name):
    return Case(
        When(**{f"{name}__gte": 1}, then=Value(1.0)),
        When(**{name: 0}, then=Value(0.0)),
        output_field=FloatField(),
    )


INSTITUTION_MEASURES = (
    MeasureSource(
        institution_rows,
        (
            *(
                Measure(
                    f"{name}_stage",
                    f"{label}建设阶段",
                    "级",
                    highest_rank("stage", Stage.values, only=Q(category=name)),
                    "min",
                )
                for name, label in InstitutionCategory.choices
            ),
            Measure(
                "plaque_only",
                "只挂牌的机构",
                "个",
                as_float(Count("pk", filter=Q(stage="plaque"))),
            ),
            Measure(
                "service_centres",
                "已设服务中心（站）",
                "个",
                as_float(Count("pk", filter=CENTRE_SET_UP)),
            ),
            Measure(
                "committee_members",
                "居委会成员",
                "人",
                institution_value("residents_committee", F("members")),
            ),
            Measure(
                "management_members",
                "管委会成员",
                "人",
                institution_value("management_committee", F("members")),
            ),
            Measure(
                "committee_term_years",
                "居委会距上次换届",
                "年",
                institution_value("residents_committee", years_since("elected_on")),
                "max",
            ),
            Measure(
                "service_centre_in_place",
                "服务中心四落实",
                "项",
                institution_value("service_centre", four_in_place()),
                "min",
            ),
            Measure(
                "police_room_in_place",
                "警务室四落实",
                "项",
                institution_value("police_room", four_in_place()),
                "min",
            ),
            Measure(
                "police_officers", "警务室人员", "人", institution_value("police_room", F("staff"))
            ),
            Measure(
                "health_station_area",
                "卫生站面积",
                "m²",
                institution_value("health_station", F("area")),
            ),
            Measure(
                "service_centre_area",
                "服务中心面积",
                "m²",
                institution_value("service_centre", F("area")),
            ),
        ),
    ),
)

PREMISES_MEASURES = (
    MeasureSource(
        premises_rows,
        (
            Measure("premises", "办公用房", "处", room_count()),
            Measure(
                "communities_with_premises",
                "有用房的社区",
                "个",
                as_float(Max(ANY_ROOM)),
            ),
            Measure("premises_owned", "自有用房", "处", room_count(Q(tenure="owned"))),
            Measure(
                "premises_rented_or_borrowed",
                "租借用房",
                "处",
                room_count(Q(tenure__in=["rented", "borrowed"])),
            ),
            Measure("premises_50_and_over", "50 m² 及以上用房", "处", room_count(Q(area__gte=50))),
            Measure("premises_below_50", "50 m² 以下用房", "处", room_count(Q(area__lt=50))),
            Measure("premises_below_20", "20 m² 以下用房", "处", room_count(Q(area__lt=20))),
            Measure(
                "premises_area_unknown",
                "面积待核实用房",
                "处",
                room_count(Q(area__isnull=True)),
            ),
            Measure("office_area", "办公用房面积", "m²", known_sum("area", only=ROOMS)),
            Measure(
                "activity_area",
                "居民活动面积",
                "m²",
                known_sum("activity_area", only=ROOMS),
            ),
            Measure("rent", "年租金", "元", known_sum("rent", only=ROOMS)),
        ),
    ),
)

EQUIPMENT_MEASURES = (
    MeasureSource(
        equipment_rows,
        (
            *(
                Measure(name, label, unit, as_float(Sum(name)))
                for name, label, unit in [
                    ("phones", "电话", "部"),
                    ("televisions", "电视机", "台"),
                    ("cabinets", "档案柜", "组"),
                    ("desks", "办公桌椅", "套"),
                    ("computers", "电脑", "台"),
                    ("wall_rules", "上墙制度", "套"),
                ]
            ),
            Measure("six_items", "六个一已有", "件", as_float(Sum(six_items_present()))),
        ),
    ),
)
