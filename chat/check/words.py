"""Whether the words of a claim are those of its support: an invented condition or benefit has words that are in neither."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from chat.check.support import Support, fold_text
from ingest.words import frequency, segment
from kb.lexicon import default_lexicon

# Words of answering: they say how something is told, not what.
_TALK = frozenset(
    (
        "可以 能够 获得 享受 给予 提供 规定 明确 根据 按照 依照 依据 参照 具体 其中 此外 另外 同时 以及 包括 包含 如下 "
        "以下 上述 相关 有关 政策 文件 条款 条文 原文 "
        "措施 内容 标准 金额 额度 数额 上限 下限 最高 最多 最低 至少 至多 不超过 不低于 不少于 超过 以上 以内 比例 "
        "按比例 每年 支持 补助 补贴 资助 奖励 扶持 资金 经费 "
        "情况 情形 条件 要求 符合 满足 具备 需要 应当 必须 对于 关于 至于 由于 因此 所以 因为 但是 不过 而且 并且 或者 "
        "如果 只要 只有 即可 即为 属于 适用 范围 对象 "
        "适用对象 支持标准 支持对象 支持范围 支持方式 支持力度 牵头 负责 参与 配合 责任 单位 部门 牵头单位 参与单位 "
        "责任单位 主管部门 为准 最终 结果 评审 审核 认定 企业 公司 贵公司 我们 您的 您好 "
        "目前 现行 本条 本项 该项 这项 这个 这些 该类 此类 此项 各类 问题 回答 说明 解释 总结 概括 综上 首先 其次 最后 "
        "分别 依次 分为 共计 合计 一共 总共 达到 实现 "
        "目标 预计 计划 力争 争取 左右 大约 约为 方面 方式 途径 主要 重点 一是 二是 三是 四是 其他 其余 之间 之内 期间 "
        "时间 期限 时限 有效期 施行 实施 印发 发布 出台 制定 "
        "联合 共同 申请 申报 办理 咨询 提到 提及 写明 写到 提出 指出 表示 介绍 涉及 测算 计算 算出 得出 得到 取得 拿到 "
        "领取 所引 引用 出处 见于 以此 据此 按此 换算 相当于 也就是 "
        "即为 就是 而是 不是 没有 还有 已经 尚未 可能 或许 建议 注意 提示 提醒 备注 前提 补充 确认 核实 判断 列出 查看 "
        "参考 仅供 对照 对应 相应 当年 当前 年度 今年 全部 均为 "
        "用于 作为 成为 进行 开展 推动 促进 加强 提升 提高 推进 鼓励 允许 探索 引导 通过 围绕 面向 针对 方向 领域 工作 "
        "项目 产品 累计 单个 每个 两个 两份 份文件 一份 三个 个文件 "
        "地方 公告 通知 办法 意见 计划期 文号 标题 名称 全称 发文机关 发文 机关 首位 日期 机构 职责 分工 流程 程序 "
        "材料 所述 上文 前述 下列 数量 人数 次数 家数 总数 总额 合并 投入 "
        "高于 低于 少于 大于 小于 不高于 每家 一年 每人 每户 每名 一次 一半 还要 还需 要算 网页 政策匹配 现有 前面 "
        "所问 一条 全文 编号 印出 自然段 承诺 视为 事项 简要 结论 一句话 简单 来说 总体 总的来看 也即 亦即 省级 市级 "
        "全省 全市 本省 本市 我省 我市 省内 市内"
    ).split()
)
_HAN = re.compile(r"[一-鿿]{2,}")
_PIECE = re.compile(r"[^，,；;。：:！!？?（）()\n]+")
_NUMERAL = re.compile(
    r"[0-9一二三四五六七八九十百千万亿两零%.,、~—\-]*[个家项名人张件条款元年月日期类号次倍成级]*"
)
_LEAST_MISSING, _MOST_OWN = 7.0, 0.45
"""A phrase fails with this much missing (nats of rarity) where no more than this share of it is covered."""
_LEAST_SENTENCE, _SENTENCE_SHARE = 15.0, 0.5


@dataclass(frozen=True, slots=True)
class Word:
    """A content word with its rarity."""

    text: str
    weight: float


@lru_cache(8192)
def _rarity(word: str) -> float:
    return min(max(-math.log(frequency(word)) - 6.0, 1.0), 8.0)


@lru_cache(4096)
def content_words(text: str) -> tuple[Word, ...]:
    """The content words of a text.

    >>> [word.text for word in content_words("根据该条款，并可减免房租")]
    ['减免', '房租']
    """
    words = (word for word in segment(fold_text(text)) if _HAN.fullmatch(word))
    return tuple(Word(w, _rarity(w)) for w in words if w not in _TALK and not _NUMERAL.fullmatch(w))


def word_problems(claim: str, support: Support) -> Iterator[str]:
    """Phrases of a claim whose words are not those of its support."""
    whole = missing_whole = 0.0
    for piece in _PIECE.finditer(claim):
        words = content_words(piece.group())
        total = sum(word.weight for word in words)
        missing = [word for word in words if not _is_covered(word.text, support)]
        lacking = sum(word.weight for word in missing)
        whole, missing_whole = whole + total, missing_whole + lacking
        several = len(missing) > 1 or any(len(word.text) > 2 for word in missing)
        if several and lacking >= _LEAST_MISSING and total - lacking <= _MOST_OWN * total:
            yield f"“{piece.group().strip()}”在依据里没有"
    if missing_whole >= _LEAST_SENTENCE and whole - missing_whole < _SENTENCE_SHARE * whole:
        yield "大部分说法在依据里没有"


def uncited_weight(text: str, said: str) -> float:
    """How much a sentence without any citation says beyond the words of answering and the user's own (nats)."""
    known = fold_text(said)
    return sum(word.weight for word in content_words(text) if word.text not in known)


def _is_covered(word: str, support: Support) -> bool:
    """Whether a word stands in the support, or another that means the same, or most of it."""
    text = support.folded
    if word in text:
        return True
    if any(fold_text(term) in text for term in default_lexicon().meanings(word)):
        return True
    if len(word) > 2:
        pairs = [word[at : at + 2] for at in range(len(word) - 1)]
        return sum(pair in text for pair in pairs) * 2 >= len(pairs)
    return any(word in same and any(other in text for other in same) for same in _SAME)


_SAME = tuple(
    frozenset(line.split("/"))
    for line in (
        "设立/设置/建立/新建/建设/建成/成立/组建 取得/获得/获批/拿到/取得了/领取 缩短/缩减/压缩/压减/减至 "
        "药物/药品/新药/药 研发/研究/开发/研制 时限/期限/时间 费用/经费/支出/投入 "
        "采购/购买/首购 医院/医疗机构 高校/高等院校/大学 总额/累计/合计/总计 投保/保险/购买 保费/保险费 国外/境外/海外 "
        "出国/赴国 床位/病床 床数/床位 员工/职工/人员 引进/招引/引入 "
        "培养/培育 扩大/扩展 提高/提升/增强 协助/帮助/支持 审评/审批/审查 办结/办理/完成 入选/列入/纳入 列入/纳入 "
        "进入/纳入 占比/比例 超出/超过 不得/不能/不予 规模/总量 家企业/企业 "
        "互认/认可 推荐/举荐 归口/负责 落户/注册/设立 上市/挂牌 资助/支持 资本/基金/资金 带动/引导 放宽/扩大 周期/时限 "
        "提速/加快 减少/缩减/降低 分档/档 逐级/分级 叠加/重复/同时 享受/重复"
    ).split(" ")
)
