"""Words that more than one section uses."""

from django.db import models


class Stage(models.TextChoices):
    """How far a body is really set up, in order;
    有名无实 (a plaque and nothing behind it) matters most.
    """

    NONE = "none", "未建"
    PLANNED = "planned", "筹建"
    PLAQUE = "plaque", "已挂牌"
    STAFFED = "staffed", "已配人"
    WORKING = "working", "正常运转"


STAGE_WORDS = {
    "无": "none",
    "没有": "none",
    "未建立": "none",
    "未设立": "none",
    "未设": "none",
    "—": "none",
    "-": "none",
    "/": "none",
    "×": "none",
    "正在筹建": "planned",
    "拟建": "planned",
    "谋划": "planned",
    "在建": "planned",
    "筹建中": "planned",
    "有名无实": "plaque",
    "挂牌": "plaque",
    "已建立": "plaque",
    "已建": "plaque",
    "只挂牌": "plaque",
    "仅挂牌": "plaque",
    "人员到位": "staffed",
    "运转正常": "working",
    "正常": "working",
}
