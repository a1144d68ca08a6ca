"""What the answers look like, field by field, with the Chinese words for whoever reads the description."""

from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from ninja import Schema
from pydantic import Field

from communities.models import Level

Item = TypeVar("Item")
Number = int | float | None
LevelName = StrEnum("LevelName", {level.name: level.name.lower() for level in Level})


def name_of(level):
    """A level as the interface writes it: street."""
    return Level(level).name.lower()


class Page(Schema, Generic[Item]):
    """One page of a list."""

    count: int = Field(description="总条数")
    page: int = Field(description="本页页码，从 1 起")
    pages: int = Field(description="总页数")
    next: str | None = Field(description="下一页的网址，最后一页为 null")
    items: list[Item] = Field(description="本页各条")


class UnitRow(Schema):
    """单位"""

    id: int = Field(description="单位编号，改名、改代码后不变")
    code: str | None = Field(description="12 位区划代码，可能没有")
    name: str = Field(description="名称")
    level: LevelName = Field(description="层级")
    kind: str = Field(description="类型")
    parent: int | None = Field(description="上级单位编号")
    opened_on: date | None = Field(description="设立日期")
    closed_on: date | None = Field(description="撤销日期")


class RoundRow(Schema):
    """填报期"""

    id: int = Field(description="填报期编号")
    period: str = Field(description="期别：2022、2022Q3 或 2022M05")
    title: str = Field(description="名称")
    unit: int = Field(description="覆盖单位的编号")
    reference_date: date = Field(description="基准日：数据和标准以这一天为准")
    opens_at: datetime = Field(description="开始时间")
    due_at: datetime = Field(description="截止时间")
    closed_at: datetime | None = Field(description="关闭时间")
    state: str = Field(description="planned 未开始，open 填报中，closed 已关闭")


class MeasureRow(Schema):
    """指标定义"""

    name: str = Field(description="指标名，用作 values 的键")
    label: str = Field(description="中文名")
    unit: str = Field(description="计量单位")
    rollup: str = Field(
        description="向上汇总的办法：sum 合计，min 最小，max 最大，mean 平均（填报了该项的社区）"
    )


class StandardRow(Schema):
    """标准"""

    code: str = Field(description="标准代码，用作 verdicts 的键")
    name: str = Field(description="名称")
    statement: str = Field(description="要求")
    topic: str = Field(description="类别")
    level: LevelName = Field(description="评价层级")
    force: str = Field(description="效力")
    source: str = Field(description="来源文件")
    number: str = Field(description="文号")
    whole: str | None = Field(description="组合标准的代码，本条是其中一项时才有")
    unit: str = Field(description="数值的单位")
    gap_unit: str = Field(description="缺口的单位")
    effective_from: date | None = Field(description="生效日期")
    effective_to: date | None = Field(description="失效日期")


class FilingKey(Schema):
    """填报表的标识，各表以此相连"""

    id: int = Field(description="填报表编号")
    unit: int = Field(description="单位编号")
    code: str = Field(description="当期的区划代码，可能为空")
    name: str = Field(description="当期的单位名称")
    level: LevelName = Field(description="层级")
    status: str = Field(
        description="draft 填报中，submitted 已报送，returned 已退回，approved 已审定"
    )


class FilingRow(FilingKey):
    """填报表"""

    parent: int | None = Field(description="上级填报表编号")
    kind: str = Field(description="类型")
    governance: str = Field(description="治理模式，可能为空")
    asked: bool = Field(description="本期是否须填报")
    version: int = Field(description="版本：每保存一次加一")
    saved_at: datetime | None = Field(description="最近保存")
    submitted_at: datetime | None = Field(description="报送时间")
    returned_at: datetime | None = Field(description="退回时间")
    approved_at: datetime | None = Field(description="审定时间")


class ValuesRow(FilingKey):
    """一个社区的指标值"""

    values: dict[str, Number] = Field(description="指标名：数值；null 是缺数")


class TotalsRow(FilingKey):
    """一个上级单位的指标合计，含其下全部单位"""

    totals: dict[str, Number] = Field(
        description="指标名：合计，或按 rollup 为最小、最大、平均；null 是缺数"
    )
    missing: dict[str, int] = Field(description="指标名：合计中缺数的社区个数；没有缺数的不列")


class Verdict(Schema):
    """一条标准的结论"""

    verdict: str = Field(
        description="met 达标，unmet 未达标，unknown 数据缺失，not_applicable 不适用"
    )
    actual: Number = Field(description="实际值")
    required: Number = Field(description="应达值")
    gap: Number = Field(description="缺口")


class VerdictsRow(FilingKey):
    """一个社区的达标结论"""

    verdicts: dict[str, Verdict] = Field(description="标准代码：结论")


class TallyRow(Schema):
    """一条标准在一个区域内的达标汇总"""

    code: str = Field(description="标准代码")
    name: str = Field(description="标准名称")
    met: int = Field(description="达标个数")
    unmet: int = Field(description="未达标个数")
    unknown: int = Field(description="数据缺失个数")
    not_applicable: int = Field(description="不适用个数")
    actual: Number = Field(description="实际值合计")
    required: Number = Field(description="应达值合计")
    gap: Number = Field(description="缺口合计")
    gap_unit: str = Field(description="缺口的单位")


class TalliesRow(FilingKey):
    """一个上级单位内社区的达标汇总"""

    standards: list[TallyRow] = Field(description="各条标准")


class AreaUnit(Schema):
    """区域"""

    code: str = Field(description="区划代码")
    name: str = Field(description="名称")


class Compliance(Schema):
    """一个区域的达标情况，与总览页和 manage.py compliance 同一口径"""

    round: str = Field(description="期别")
    unit: AreaUnit
    filings: dict[str, int] = Field(description="社区报送进度：应报、填报中、已报送、已审定")
    totals: dict[str, Number] = Field(description="指标名：合计")
    missing: dict[str, int] = Field(description="指标名：缺数的社区个数；没有缺数的不列")
    standards: list[TallyRow] = Field(description="各条标准")


class Refusal(Schema):
    """没有办成的原因"""

    detail: str = Field(description="原因")
