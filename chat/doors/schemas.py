"""What the REST door gives back, as its OpenAPI says it; the same JSON as the command's ``--json``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from chat.answer import Status
from corpus import NodeKind
from kb.lifecycle import Standing
from kb.rules import Kind, RuleStatus

Count = Annotated[int, Field(ge=0)]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]


class Fault(BaseModel):
    """出了什么问题。"""

    code: str = Field(description="问题的种类，供程序判断", examples=["invalid_request"])
    message: str = Field(description="一行中文说明：什么、在哪里、怎么办")


class Problem(BaseModel):
    """所有失败都是这个样子。"""

    error: Fault


class Health(BaseModel):
    """服务是否可用。"""

    state: Literal["opening", "ready", "failed"] = Field(description="正在打开、可用、打不开")
    documents: Count = Field(description="知识库里的文件数，未就绪时为 0")
    version: str = Field(description="程序版本")


class Hit(BaseModel):
    """检索到的一条条款。"""

    id: str = Field(description="条款编号", examples=["鲁科字〔2024〕137号 三/（一）"])
    label: str = Field(description="写公文时的称呼", examples=["鲁科字〔2024〕137号 三、（一）"])
    document: str = Field(description="所在文件")
    text: str = Field(description="条款全文")
    score: float = Field(description="相关程度；hybrid 方式为 0 到 1 的概率")
    start: Count = Field(description="条款在文件原文中的起点（字符）")
    end: Count = Field(description="条款在文件原文中的终点（字符，不含）")


class Condition(BaseModel):
    """从检索内容里读出的一个条件。"""

    key: str = Field(description="去掉这个条件时用的代号，放进 without")
    label: str = Field(description="条件的说法")
    start: Count = Field(description="在检索内容中的起点")
    end: Count = Field(description="在检索内容中的终点（不含）")


class SearchResult(BaseModel):
    """检索结果，最相关的在前。"""

    hits: list[Hit]
    conditions: list[Condition] = Field(description="已生效的条件")
    notices: list[str] = Field(description="检索内容里点了名、知识库里却没有的")
    relevance: Literal["good", "weak", "none"] = Field(description="整体相关程度：好、弱、没有")


class Clause(BaseModel):
    """一条条款，或文件中不编号的一段。"""

    id: str = Field(description="条款编号")
    path: list[str] = Field(description="各级编号，从外到内")
    label: str = Field(description="写公文时的称呼")
    level: Count = Field(description="层级，1 为最外层，0 为不编号的部分")
    kind: NodeKind = Field(description="版头、标题、正文、条款、落款")
    heading: str = Field(description="条款自己的标题，没有则为空")
    text: str = Field(description="条款全文")
    start: Count = Field(description="在文件原文中的起点（字符）")
    end: Count = Field(description="在文件原文中的终点（字符，不含）")
    lead: list[str] = Field(description="牵头单位")
    participants: list[str] = Field(description="参与或责任单位")


class Read(BaseModel):
    """文件的一项信息是从原文哪里读出来的。"""

    field: str = Field(description="哪一项")
    start: Count
    end: Count


class DocumentFacts(BaseModel):
    """文件的基本信息。"""

    id: str = Field(description="文件编号：文号，没有文号的用标题")
    title: str = Field(description="标题")
    notice_title: str = Field(description="印发通知的标题，没有则为空")
    doc_number: str = Field(description="文号，没有则为空")
    issuers: list[str] = Field(description="发文机关")
    issued_on: Day | None = Field(description="印发日期")
    effective_from: Day | None = Field(description="施行日期")
    effective_to: Day | None = Field(description="失效日期")
    region: str = Field(description="地区")
    level: str = Field(description="国家、省、市、县")
    supersedes: list[str] = Field(description="同时废止的文件")
    contacts: list[str] = Field(description="联系单位与电话")
    evidence: list[Read]
    source_name: str = Field(description="来源文件名")
    warnings: list[str] = Field(description="解析时存疑之处")


class Above(BaseModel):
    """上一级条款。"""

    id: str
    label: str
    heading: str


class ClauseInDocument(Clause):
    """一条条款，连同所在文件和上级条款。"""

    document: DocumentFacts
    ancestors: list[Above] = Field(description="上级条款，从外到内")


class Clauses(BaseModel):
    """一份文件的全部条款，按原文顺序。"""

    document: DocumentFacts
    clauses: list[Clause]


class DocumentWhole(Clauses):
    """一份文件：基本信息、原文、全部条款。"""

    source: str = Field(description="提取出的原文，start、end 都按它计")


class DocumentLine(BaseModel):
    """文件清单中的一份。"""

    id: str = Field(description="文件编号")
    title: str
    doc_number: str
    issued_on: Day | None
    effective_from: Day | None
    effective_to: Day | None
    region: str
    level: str
    status: Standing = Field(description="今天的效力状态")
    repealed_on: Day | None
    repealed_by: str = Field(description="废止它的文件，没有则为空")
    source_name: str
    clauses: Count = Field(description="条款数")


class Documents(BaseModel):
    """知识库里的文件。"""

    documents: list[DocumentLine]


class Citation(BaseModel):
    """一处引文。"""

    n: int = Field(ge=1, description="回答中的标号，[1] 即 1")
    id: str = Field(description="条款编号")
    label: str = Field(description="写公文时的称呼")
    document: str = Field(description="所在文件")
    quote: str = Field(description="条款原文，一字不改")
    start: Count = Field(description="引文在文件原文中的起点（字符）")
    end: Count = Field(description="引文在文件原文中的终点（字符，不含）")


class Step(BaseModel):
    """算式的一步。"""

    text: str = Field(examples=["Ⅱ期：研发投入6000万元 × 40%"])
    value: str = Field(examples=["2400万元"])


class Calculation(BaseModel):
    """测算。"""

    rule: str = Field(description="规则代号")
    amount_yuan: str | None = Field(
        description="金额，精确到元的十进制数；结果不是钱时为 null", examples=["20000000"]
    )
    is_ceiling: bool = Field(description="是上限，不是承诺")
    inputs: dict[str, str] = Field(description="所用的输入")
    steps: list[Step] = Field(description="算式")
    clauses: list[str] = Field(description="依据的条款编号")
    assumptions: list[str] = Field(description="测算的前提")


class Answer(BaseModel):
    """一个回答，带引文和算式。"""

    question: str
    condensed: str = Field("", description="结合上文补全后的问题；没有补全时不出现")
    as_of: Day = Field(description="按哪一天的政策回答")
    status: Status = Field(description="已回答、要补充信息、不符合条件、没有依据、输入有误")
    answer: str = Field(description="回答，[1] 指第 1 处引文")
    citations: list[Citation]
    calculation: Calculation | None
    missing: list[str] = Field(description="还缺的输入")
    warnings: list[str]
    engine: str = Field(description="extractive 为原文引擎，llm:名称 为语言模型")


class RuleInput(BaseModel):
    """规则的一项输入。"""

    name: str
    label: str
    type: str = Field(description="money 金额、count 个数、months 月数、phase 期别、choice 选项等")
    required: bool
    question: str = Field(description="怎么问")
    example: str


class RuleLine(BaseModel):
    """一条补贴规则。"""

    id: str = Field(examples=["clinical_trial"])
    title: str
    kind: Kind
    status: RuleStatus
    figures: str = Field(description="数额")
    inputs: list[RuleInput]
    clauses: list[str] = Field(description="依据的条款编号")
    quote: str = Field(description="条款原文")


class Rules(BaseModel):
    """已确认的补贴规则。"""

    rules: list[RuleLine]
    problems: list[str] = Field(description="与条款原文不符、已停用的规则")


class CalculationResult(Calculation):
    """测算的结果；缺输入或不符合条件时没有金额。"""

    status: Literal["answered", "needs_input", "not_eligible"]
    missing: list[str] = Field(description="还缺的输入")
    reason: str = Field(description="要问的话，或不符合条件的原因")


class Judged(BaseModel):
    """一个条件满足与否。"""

    id: str
    requires: str = Field(description="要求")
    state: Literal["满足", "待补充", "不满足"]
    said: list[str] = Field(description="据以判断的话")
    clause: str = Field(description="规定它的条款")
    quote: str = Field(description="条款原文")


class Measure(BaseModel):
    """一项措施。"""

    rule: str
    title: str
    state: Literal["满足", "待补充", "不满足"]
    conditions: list[Judged]
    calculation: Calculation | None
    missing: list[str] = Field(description="测算还缺的输入")
    lead: list[str] = Field(description="牵头单位")
    participants: list[str] = Field(description="参与单位")
    clauses: list[str]
    quote: str
    document: str
    note: str


class NextQuestion(BaseModel):
    """最该补充的一点。"""

    text: str
    about: list[str]
    settles: Count = Field(description="补充后能推进几项措施")


class Match(BaseModel):
    """全部措施，能用的在前。"""

    as_of: Day
    profile: dict[str, str | list[str]] = Field(description="读到的情况")
    measures: list[Measure]
    question: NextQuestion | None
    left_out: Count = Field(description="当天不在实施期内、没有列出的措施数")
    notice: str = Field("", description="没有用上的输入；都用上时不出现")
