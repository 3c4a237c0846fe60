"""What kind of thing a question asks for, and whether a text has one.

A clause about the right matter that lacks the asked kind of thing (a telephone number, a rate, a deadline) does not
answer the question; saying so beats quoting it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.tokens import fold


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing asked for.

    Attributes:
        name: short name.
        asked: how a question asks for it.
        given: what a text that answers has.
        close: it must stand in a sentence that matches the question well, not just somewhere in the clause.
        sole: nothing else the clause says makes up for it.
    """

    name: str
    asked: re.Pattern[str]
    given: re.Pattern[str]
    close: bool = False
    sole: bool = False

    def in_text(self, text: str) -> bool:
        """Whether a text has this kind of thing."""
        return bool(self.given.search(text))


def _verbose(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.VERBOSE)


_N = r"(?:\d[\d.,]*|[一二三四五六七八九十百千两]+)"
_SUM = r"(?:钱|万|亿|元|块|费用?|资金|经费|补贴|补助|奖励|奖金|贴息|安家费|生活费|津贴|奖)"
_GIVE = r"(?:补助?|补贴|奖励?|给予?|支持|资助|拿|领|贴|扶持|发|拨|贷|报销?|投|交|收|缴|花|减免?|免)"
_NOT_MONEY = r"(?!家|个|项|张|人|名|天|条|种|年|月|件|比例|工作日|分|时间)"

KINDS = (
    Kind(
        "telephone",  # 咨询电话是多少
        _verbose(r"电话|联系方式|手机号|热线|微信|邮箱|网址|官网|链接|联系人"),
        _verbose(r"\d{3,4}-?\d{7,8} | 1\d{10} | @ | www | http"),
        sole=True,
    ),
    Kind(
        "materials",  # 要交哪些材料
        _verbose(
            r"""(?:什么|哪些|啥|交|准备|提交|提供).{0,6}(?:材料|资料|证件|表格)(?!研发|产业|技术)
            | 材料.{0,8}清单 | 申报表 | 申请表 | 申请书模板"""
        ),
        _verbose(r"材料 | 证明 | 申请书 | 申请表 | 资料"),
        sole=True,
    ),
    Kind(
        "deadline",  # 什么时候截止; 多久到账
        _verbose(
            r"""(?:申报|申请|报名|提交|受理).{0,10}(?:截止|截至|时间|时候|几号|哪天|日期|开始|窗口)
            | 截止(?:日期|时间|到) | 什么时候(?:能|可以|开始)?(?:报(?!销)|申报|申请|到账|拨付)
            | (?:多久|几天|多少天).{0,4}(?:到账|拨付|打到|发下来) | 几月份?"""
        ),
        _verbose(r"\d{1,2}月\d{1,2}日 | (?:申报|申请|受理|拨付).{0,20}(?:工作日|日前|日内|月)"),
        sole=True,
    ),
    Kind(
        "closing",  # 申报截止日期是哪天
        _verbose(
            r"""(?:申报|申请|报名|提交|受理).{0,10}(?:截止|截至|几号|哪天|哪一天|开始|窗口) | 截止(?:日期|时间|到)
            | 什么时候(?:能|可以)?开始(?:申报|申请|报名|受理)"""
        ),
        _verbose(r"\d{1,2}月(?:\d{1,2}日|底|末|份)? | 每年 | 全年 | 常年 | 长期受理 | 印发之日"),
        sole=True,
    ),
    Kind(
        "roster",  # 有哪几家公司拿到了
        _verbose(
            r"""
              ^ (?! .* (?: (?: 进入 | 列入 | 纳入 ) [^，。]{0,14} | 入选 [^，。]{2,14} ) 名单 ) .*? (?<![白黑]) 名单
            | (?: 哪几家 | 哪些 ) (?: 企业 | 公司 | 医院 | 机构 ) (?! 可以 | 能 | 牵头 | 负责 | 参与 )
            | 排名 | 推荐几 | 花名册
            """
        ),
        _verbose(r"名单如下 | 分别(?:是|为).{0,60}(?:公司|医院) "),
        sole=True,
    ),
    Kind(
        "criteria",  # 认定标准是啥
        _verbose(
            r"""(?:认定|评定|评价|评选|评分|准入)的?(?:标准|条件|办法|指标|细则) | 评分 | 打分 | 怎么评(?!审) | 占多少分"""
        ),
        _verbose(r"(?:认定|评定|评价|评选|评分|准入)(?:标准|条件|指标) | 应当具备 | 具备下列 | 符合下列"),
        sole=True,
    ),
    Kind(
        "stacking",  # 能和市里的叠加吗
        _verbose(
            r"""(?:能|可以?|是否|一起|[和与跟同][^，。？?]{1,14})叠加 | 叠加(?:享受|吗|么|拿|领|申|补|使用|[？?]|$)
            | 重复(?:享受|领|拿|申请|补) | 同时(?:享受|领|拿|申请) | 兼得"""
        ),
        _verbose(
            r"""叠加(?:享受|奖励|支持|补|计算|执行) | (?:可|能|不得?|予以?)叠加
            | 重复(?:享受|奖励|支持|补|申) | 就高 | 不再(?:享受|重复|给予) | 同时享受"""
        ),
        sole=True,
    ),
    Kind(
        "rate",  # 比例是多少; 利率几个点
        _verbose(
            r"""百分之几 | 百分之多少 | 几个点 | 几成 | 几倍 | 几折
            | (?:比例|费率|利率|税率|占比|返投).{0,8}(?:多少|几|是什么|多大|怎么定)
            | (?:多大|多少|几|什么)的?(?:比例|费率|利率|成|个点)"""
        ),
        _verbose(r"\d[\d.]*\s*% | 百分之 | [\d一二三四五六七八九十]成"),
        close=True,
    ),
    Kind(
        "money",  # 能拿多少; 一共多少万
        _verbose(
            rf"""多少个?{_SUM} | 几(?:个|十|百|千)*(?:钱|万|亿|块)
            | {_GIVE}(?:我们|企业|个?人|他们)?的?(?:一共|总共|最多|最高|大概)?(?:能|可以)?{_GIVE}?多少{_NOT_MONEY}
            | (?:额度|金额|上限|封顶)(?:是|到|为|有)?(?:多少|几) | (?:补贴?|补助|奖励|支持)的?标准
            | (?:补贴|补助|奖励|资助|资金|经费|津贴)(?:一共|总共|能)?(?:有|是|给|为)?多少{_NOT_MONEY}
            | 总规模.{{0,4}}多少 | 最多能贷多少 | (?:奖|补|贴|减)多少{_NOT_MONEY}"""
        ),
        _verbose(rf"{_N}\s*(?:万|亿|千|百)?(?:万|亿)?元 | {_N}(?:万|亿)(?!\w?[家人吨个])"),
        close=True,
    ),
    Kind(
        "duration",  # 多少个工作日
        _verbose(
            r"""多少个?(?:工作日|天|个月|时间|日) | 时限(?:是|为)?(?:多少|多长|几) | (?<![没不])多久
            | 多长时间 | 几个?(?:工作日|天|个月|周|年)"""
        ),
        _verbose(rf"{_N}个?(?:工作日|天|日|个月|月|年|小时|周)"),
        close=True,
    ),
    Kind(
        "count",  # 建几家
        _verbose(
            r"""多少(?:个(?!工作日|月)|家|项|张|种|条|名|人|件|例|座|台)
            | 几(?:个(?!工作日|月|点|部门|单位|方面)|家|项|张|种|名|件)"""
        ),
        _verbose(_N),
    ),
)


def asked_kinds(question: str) -> list[Kind]:
    """Kinds of things a question asks for.

    >>> [k.name for k in asked_kinds("新药贷年利率几个点")], [k.name for k in asked_kinds("咨询电话是多少")]
    (['rate'], ['telephone'])
    >>> [k.name for k in asked_kinds("审评时限缩短到多少个工作日")], asked_kinds("白名单由谁牵头")
    (['duration'], [])
    """
    text = fold(question)
    return [kind for kind in KINDS if kind.asked.search(text)]


# III期最高5000万对吗: something is to be confirmed
CONFIRMS = re.compile(r"(?:对吗|对吧|对不对|是吗|是吧|是不是|没错吧|[吗吧])[\s？?。!！]*$")
CLASS = re.compile(r"第?([1-4一二三四]|i{1,3}|iv)类(?!似|型|别|推)")
_CLASS_VALUE = {
    "1": 1,
    "一": 1,
    "i": 1,
    "2": 2,
    "二": 2,
    "ii": 2,
    "3": 3,
    "三": 3,
    "iii": 3,
    "4": 4,
    "四": 4,
    "iv": 4,
}


def years(text: str) -> set[int]:
    """Calendar years named in a text.

    >>> years("2025—2027年"), years("到2027年")
    ({2025, 2027}, {2027})
    """
    return {int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d\d)(?=\s*年|\s*[—\-–至到~])", fold(text))}


def classes(text: str) -> set[int]:
    """Product or device classes named in a text: 1类, 第二类, III类.

    >>> classes("首次取得第三类医疗器械注册证"), classes("1类化学药、一类新药"), classes("各类基金")
    ({3}, {1}, set())
    """
    return {_CLASS_VALUE[value] for value in CLASS.findall(fold(text))}
