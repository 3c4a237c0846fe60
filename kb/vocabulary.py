"""The terms of a knowledge base: what its documents quote, define and put in headings, and jieba does not know.

``mine_terms`` reads one document, the catalog adds documents up, ``to_userdict`` writes the terms as a dictionary jieba
can load. What is indexed does not depend on them, so a new document costs the others nothing: they cut the question,
and a clause with the whole term goes before one with its parts (``kb.terms``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from corpus import NodeKind, PolicyDocument
from kb.cutting import Cutter, plain_cutter
from kb.tokens import DECISIVE_WORDS, STOP_WORDS, fold

MIN_PLACES = 3  # a phrase of headings is a term where it stands so often
_SHORTEST, _LONGEST = 2, 12  # characters
_TAG = "nz"  # jieba: other proper noun
_WORD = re.compile(r"[一-鿿a-z0-9]+(?:[-.][a-z0-9]+)*[一-鿿]*")
_MARKED = re.compile(
    r"""
      [“"「『] (?P<quoted> [^“”"「」『』\n]{2,14} ) [”"」』]                        # “新药贷”
    | 《 (?P<named> [^《》\n]{2,14} ) 》                                            # 《药品目录》
    | (?: 以下|下文 ) (?: 统 )? (?: 简称|称 ) (?: 为 )? (?P<short> [一-鿿]{2,8} ) [）)，,]   # （以下简称药监局）
    | 本(?:办法|条例|规定|细则|意见|方案|法)(?:中|所)?(?:所)?称的? (?P<defined> [一-鿿]{2,12}? ) [，,]? (?: 是指 | 指 | 包括 )
    """,
    re.VERBOSE,
)
# 市发展和改革委员会; not 各区政府, 市政府及管委会
_UNIT = re.compile(
    r"(?!各)(?:(?![及与或])[一-鿿])+(?:部|委|办|局|厅|院|会|署|中心|公司|银行|政府|室|队|处|站|社|大学|学院|海关|法院|部门)"
)
_STRETCH = re.compile(r"[一-鿿]{2,}")
_MIXED = re.compile(r"[a-z0-9]")
# Words that no term starts, ends or goes on with: particles, pronouns, conjunctions, and the verbs headings begin with.
_LINKS = frozenset(
    (
        "的 地 得 了 着 过 等 与 和 及 以及 或 或者 并 并且 而 但 对 对于 关于 为 为了 "
        "在 于 从 由 向 以 将 把 被 让 使 按 按照 根据 依据 依法 通过 经 经过 到 至 自 "
        "当 如 若 则 即 所 之 其 其他 其它 其中 此 该 本 各 每 某 这 那 哪 何 谁 什么 "
        "是 是否 有 有关 相关 具有 一 二 三 四 五 六 七 八 九 十 百 千 万 亿 两 几 多 "
        "个 项 条 款 第 年 月 日 元 名 家 人 次 种 类 级 要 应 须 需 需要 可 能 会 就 "
        "都 也 又 再 还 才 已 已经 正在 更 最 很 较 比较 全 全部 所有 一切 进一步 切实 "
        "积极 大力 不断 全面 充分 严格 加强 加快 加大 推进 推动 促进 提升 提高 完善 健全 建立 "
        "建设 建立健全 强化 深化 优化 扩大 增强 支持 鼓励 引导 做好 落实 实施 开展 组织 规范 "
        "明确 制定 印发 发布 修订 出台 执行 贯彻 构建 打造 培育 发展 拓展 推广 创新 加以 给予 "
        "予以 进行 负责 牵头 配合 会同 联合 分别 参与 享受 申请 办理 提供 符合 属于 包括 涉及 "
        "适用 利用 用于 作为 成为 位于 以来 时 中 上 下 左右 间 方面 若干 一次性 一批 一定 "
        "同时 自觉 坚持 坚决 持续 着力 统筹 聚焦 围绕 确保 保证 保障 防止 避免 减少 降低 取消 "
        "调整 改进 完成 "
    ).split()
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Candidate terms with how often they count in all documents; a term is one that counts enough.

    Attributes:
        counts: by ``mine_terms``, added up.

    >>> sorted(Vocabulary({"新药贷": 3, "研究型床位": 1}).terms)
    ['新药贷']
    """

    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def terms(self) -> frozenset[str]:
        """What a tokenizer is to keep whole."""
        return frozenset(term for term, count in self.counts.items() if count >= MIN_PLACES)


class Phrases:
    """Finds the terms of a vocabulary in what people type; safe to use from several threads.

    >>> phrases = Phrases(["新药贷", "研究型床位", "car-t疗法"])
    >>> phrases.found("ＣＡＲ-T疗法的新药贷，新药贷款")
    ['car-t疗法', '新药贷']
    """

    def __init__(self, terms: Collection[str]) -> None:
        """Take terms, folded; jieba's dictionary is loaded by the first text."""
        mixed = sorted((term for term in terms if _MIXED.search(term)), key=len, reverse=True)
        either = "|".join(map(re.escape, mixed)) or "(?!)"
        self._mixed = re.compile(rf"(?<![a-z0-9])(?:{either})(?![a-z0-9])")
        self._chinese = frozenset(terms).difference(mixed)
        self._cutter = cache(lambda: Cutter(self._chinese))

    def found(self, text: str) -> list[str]:
        """Terms that stand in a text, each once: those of Chinese characters where it reads likelier so."""
        folded = fold(text)
        found = self._mixed.findall(folded)
        if self._chinese:
            stretches = _STRETCH.findall(folded)
            found += [
                word for part in stretches for word in self._cutter().cut(part) if word in self._chinese
            ]
        return list(dict.fromkeys(found))


def mine_terms(document: PolicyDocument) -> Counter[str]:
    """Candidate terms of a document, folded, with how often they count.

    A term that the text itself marks as one (quoted, defined, a unit's or a short document's name) counts at least
    ``MIN_PLACES``; a phrase of its titles and headings as often as it stands in the text.
    """
    text = fold(document.source)
    found: Counter[str] = Counter()
    for match in _MARKED.finditer(text):
        term = str(match[match.lastgroup or 0])
        if _is_term(term):
            found[term] += 1
    units = [*document.issuers, *(u for c in document.clauses for u in (*c.lead, *c.participants))]
    found.update(unit for unit in map(fold, units) if _is_unit(unit))
    counts = Counter({term: max(count, MIN_PLACES) for term, count in found.items()})
    for phrase in _heading_phrases(document):
        if phrase not in counts and (places := text.count(phrase)):
            counts[phrase] = places
    return counts


def _heading_phrases(document: PolicyDocument) -> set[str]:
    """Phrases between links and punctuation in the titles and headings of a document."""
    headings = [document.title, *(c.heading for c in document.clauses if c.kind is NodeKind.CLAUSE)]
    return {
        phrase
        for heading in headings
        for stretch in _STRETCH.findall(fold(heading))
        for phrase in _phrases(plain_cutter().cut(stretch))
        if _is_term(phrase)
    }


def _phrases(words: Sequence[str]) -> Iterator[str]:
    """Words in a row, none of them a link.

    >>> list(_phrases(["加强", "知识产权", "质押", "融资", "和", "人才", "公寓", "的", "建设"]))
    ['知识产权质押融资', '人才公寓']
    """
    phrase: list[str] = []
    for word in [*words, ""]:
        if word and not _is_link(word):
            phrase.append(word)
            continue
        if 2 <= len(phrase) <= 4 and len(phrase[0]) > 1 and len(phrase[-1]) > 1:  # 长期|失(能) is a fragment
            yield "".join(phrase)
        phrase = []


def _is_link(word: str) -> bool:
    return word in _LINKS or word in DECISIVE_WORDS or word in STOP_WORDS


def _is_term(text: str) -> bool:
    """Whether a folded text can be a term: of the right length and characters, no link in it, no word of jieba's.

    >>> _is_term("新药贷"), _is_term("企业"), _is_term("三年以上"), _is_term("支持企业"), _is_term("car-t疗法")
    (True, False, False, False, True)
    """
    if not _SHORTEST <= len(text) <= _LONGEST or not _WORD.fullmatch(text) or not _STRETCH.search(text):
        return False
    cutter = plain_cutter()
    return not cutter.knows(text) and not any(map(_is_link, cutter.cut(text)))


def _is_unit(name: str) -> bool:
    """Whether a folded name is that of one unit; such names may have links in them (发展和改革委员会).

    >>> _is_unit("市发展和改革委员会"), _is_unit("各区政府及管委会"), _is_unit("省财政厅")
    (True, False, True)
    """
    if not _SHORTEST <= len(name) <= _LONGEST or not _UNIT.fullmatch(name):
        return False
    cutter = plain_cutter()
    return not cutter.knows(name) and DECISIVE_WORDS.isdisjoint(set(cutter.cut(name)) - {"和"})


def to_userdict(vocabulary: Vocabulary) -> str:
    """The terms as a user dictionary of jieba: a line ``word frequency tag`` each, what counts most first.

    The frequency is the least by which jieba keeps the word whole.

    >>> to_userdict(Vocabulary({"新药贷": 3, "研究型床位": 1}))
    '新药贷 1 nz\\n'
    """
    cutter = plain_cutter()
    ordered = sorted(vocabulary.terms, key=lambda term: (-vocabulary.counts[term], term))
    return "".join(f"{term} {cutter.joining_frequency(term)} {_TAG}\n" for term in ordered)
