"""Words that give, words that only look like it, and where in a phrase the giving begins."""

from __future__ import annotations

import re

# 给予, 奖励, 每人补助; 基金按90%的比例支付; 标准为每人每月300元
_GIVE = re.compile(
    r"""给予 | 予以(?!罚|处|没收|追) | 给与 | 奖励(?!对象) | 奖补 | 奖金 | 奖\d
      | 补助(?!对象) | 补贴(?!后|对象) | 资助(?!对象) | 贴息 | 补偿 | 救助 | 津贴 | 补足 | 补(?=[0-9]+[^，]{0,4}元)
      | (?:奖|助)学金(?!覆盖|制度|资助|政策|体系)
      | 收费标准[^，]{0,8}(?:降低|下调)[0-9]                              # 收费标准降低30%
      | 减免 | 减征 | 退还 | (?<!投资)返还 | 优惠 | 报销 | 代缴 | 慰问金 | 安家费 | 生活费 | 养老金 | 抚恤金 | (?:养老|护理|高龄)金
      | (?<![新已所])发放                                            # 发放生活补贴; not 新发放贷款
      | 扶持资金 | 经费支持 | 资金支持 | (?:元|%).{0,12}支持 | 支持.{0,4}(?:比例|标准|金额)
      | 安排最高[^，]{0,16}(?:经费|资金)                              # 每年安排最高100万元经费支持
      | 按照?[^，]*(?:床位|名额|编制|岗位|指标|学位)[^，]*%[^，]*(?:设置|配置|核增|增加|上浮)   # 按核定床位的10%设置研究型床位
      | (?:基金|医保|保险|统筹)[^，]*支付 | 支付(?:比例|标准|限额) | 报销限额   # 由医保基金按90%的比例支付
      | 准予[^，]*扣除 | 扣除标准 | 扣除$ | 扣减[^，]*税               # 按每月1000元的标准定额扣除
      | 按[^，市县区省]*%[^，]{0,4}配套(?!设施|建设)
      | (?:具体|其)标准 | ^标准                                      # 具体标准为：
      | (?:生活|养育|供养|补助|补贴|资助|保障|救助|奖励|奖补|护理|照料|待遇|发放|返还|保险费?|支持|减免|慰问|抚恤|伙食)
        (?:金|费|资金)?的?标准                                       # 最低生活保障标准为每人每月1200元
    """,
    re.VERBOSE,
)
# 处5万元以下罚款, 缴纳费用, 收费标准; loans are paid back
_NEVER = re.compile(
    r"""罚款 | 处以 | 罚金 | 没收 | 违约金 | 滞纳金 | 赔偿金 | 保证金 | 追回 | 追缴 | 扣回
      | 收费标准(?![^，]*(?:降低|下调)[0-9.]+%) | 缴费标准 | 缴费比例 | (?:担保|保险|缴费)费率 | 加收 | 扣减(?![^，]*税) | 举牌 | 起拍
      | 注册资本(?![^，]*(?:给予|奖励|补助|补贴)) | (?:认定|收入|准入|入学|建设用地)标准               # 低保边缘家庭认定标准
      | 授信 | 信用?贷款额度 | 贷款额度
      | (?:发放|申请|给予)[^，]{0,20}(?:贷款|授信)(?!总?额|余额|[^，]*(?:贴息|奖|补|利息))   # 可申请300万元贷款
      | 用于(?![^，]*(?:的$|给予)) | (?:占比|比重)(?![^，]*(?:的$|企业$|给予|奖励|补助|补贴|资助))
      | 覆盖率 | 完成率 | 达标率 | 合格率 | 考核分 | 得分 | 扣[0-9.]+分
      | 比例(?:承担|分担|负担) | 承担[^，]*[0-9]% | 个人负担 | 自付 | 自负 | 起付(?:线|标准)
      | (?:补助|奖励|补贴|资助|奖补|扶持)(?:资金|总额|金额)的?[0-9.]+%   # 奖补资金50%待达产后兑现
      | (?:支付|拨付|兑现)[0-9.]+%(?:$|，|资金|款) | 比例(?:分期)?拨付 | 分期拨付 | 预拨
      | 满[0-9.]+元[^，]{0,2}减[0-9] | [0-9.]+%[^，]{0,6}(?:收取|计收|缴纳|征收|计征|缴存|自缴)
      | %[^，]{0,4}为(?:缴费|计算)?基数
      | 范围内[^，]*(?:确定|掌握|执行) | 财政[^，]{0,4}(?:各|分别)[^，]{0,4}(?:补|承担|负担|分担)[^，]*%
      | 分[一二两三四五六0-9]+[年期次批][^，]*%[^，]*(?:发放|拨付|兑现|支付|到位|给付)   # 分三年按4:3:3发放: how it is paid out
      | (?:中央|省级?|市级?|县级?|区级?)(?:财政)?[^，、]{0,6}[0-9.]+%、[^，、]{0,4}(?:省|市|县|区)[^，、]{0,8}[0-9.]+%
      | [×＝=÷]                                                     # 1520元/人月×6月=9120元
    """,
    re.VERBOSE,
)
# 累计发放补贴4.92亿元, 全年补助1亿元: told, not promised
_TOLD = re.compile(
    r"""累计[^，]{0,6}(?:发放|补助|补贴|投入|支出|拨付|兑现|减免|奖励|返还)(?!.{0,6}不)
      | (?:已|共|共计|总计)(?:发放|补助|补贴|投入|拨付|兑现|落实|减免|返还|奖励) | (?:发放|兑现|拨付|落实|争取)了
      | 截至 | 截止 | 去年 | 发放补贴资金约 | (?:约|近|(?<!不)超)[0-9.]+[万亿]
      | (?:安排|设立|拨付|下达|列支)(?![^，]*(?:最高|给予|不超过))[^，]{0,16}[0-9][^，]{0,3}元[^，]{0,8}(?:资金|基金|预算)
        (?![^，]*(?:奖励|补助|补贴|贴息))
      | (?:落实|争取|筹集|统筹|整合|投入|设立|募集|出资)[^，给奖补]{0,16}(?:资金|基金|经费)[^，给奖补]{0,4}[0-9]   # 设立专项资金5000万元
    """,
    re.VERBOSE,
)
# 给予县（市、区）20万元奖励: money between governments
_GOVERNMENT = re.compile(
    r"""(?:给予|奖励|补助|补贴|对|对于)(?:各|有关|相关|引进|所在|排名[^，]{0,6}的)?
        (?:区县|市县|县|区|乡镇|镇街|地方政府|财政困难)(?!级|属|内|域|外|场|民|块|财政|里|委|办|政府性)
    """,
    re.VERBOSE,
)
# 按固定资产投资的, 以销售额的, 最高, 每人, 分别
_STRONG = re.compile(
    r"""按(?:照|其)?(?!规定|时|期|质|需|揭|计划|要求|程序|有关规定|相关规定|国家(?:规定|有关|政策|和)|季|月|年度?申) | 依照
      | (?<![可所难予得加用])以(?![上下内外及])(?=[^，]{0,30}(?:%|标准))         # 以评估价的50%
      | (?:可|再|并|另|另行|分别|一次性|逐年|每年|每月|按月|按年)*(?:给予|予以|给与)
      | 每(?:个|一)?(?:人|户|名|家|张|亩|平方米|床|吨|年|月|天|日|个|项|件|场|台|辆|班|生|例|次|座|间|套|公里|千瓦|度
          |车|架次|班次|标准箱|标箱|场次|胎|孩
          |招用|增加|新增|吸纳|录用|培训)
      | 每[一-鿿]{1,6}?1(?:人|名|户|家|个)                                     # 每合格录用1名
      | 最高(?!人民|学历) | 最多 | 不(?:超过|低于|高于|少于) | 分别 | 返还
      | 一次性(?!.{0,14}(?:投资|捐赠|缴)) | 对其(?!他|余|中)(?=[^，]*[0-9.]+[%‰])
    """,
    re.VERBOSE,
)
# 奖励50万元, 支持比例上限由50%提高至70%, 标准为
_WEAK = re.compile(
    r"""收费标准(?=[^，]{0,8}(?:降低|下调)[0-9])
      | 再?奖励 | 再?补助 | 再?补贴 | 资助 | 奖补 | 补偿 | 发放 | 颁发 | 支付 | 报销 | 贴息 | 减免 | 减征 | 代缴 | 优惠 | 准予 | 扣除
      | (?:支持|补贴|补助|报销|返还|奖励)比例 | (?:支持|补贴|补助|报销|返还|奖励)?(?:比例|标准|额度)?上限
      | 标准(?=[为是按分提调不由]) | 在(?=.{0,20}%以内 | [0-9][^，]{0,6}元限额内) | 提高至 | 增加 | 为(?=[0-9]) | 可?享受 | 可?申请 | 安排
    """,
    re.VERBOSE,
)


def gives(words: str) -> bool:
    """Whether a covered phrase says that something is given.

    >>> gives("给予一次性奖励50万元"), gives("力争产值达到5000万元"), gives("处5万元以下罚款")
    (True, False, False)
    >>> gives("全年累计发放补贴4.92亿元"), gives("由医保基金按90%支付"), gives("收费标准为每吨5元")
    (False, True, False)
    """
    return bool(_GIVE.search(words)) and not withheld(words)


def withheld(words: str) -> bool:
    """Whether a phrase fines, charges, lends, reports what was done or pays a government.

    >>> withheld("给予区县20万元奖励"), withheld("给予区级企业20万元奖励")
    (True, False)
    """
    return bool(_NEVER.search(words) or _TOLD.search(words) or _GOVERNMENT.search(words))


def begins(covered: str, start: int, figure: int) -> int:
    """Offset from ``start`` to ``figure`` at which the giving words that hold a figure begin.

    >>> begins("对企业给予50万元", 0, 5), begins("企业奖励50万元", 0, 4), begins("50万元", 0, 0)
    (3, 2, 0)
    """
    # not ended at the figure, so that a look-ahead may see its percent sign
    strong, weak = (
        found if found and found.start() < figure else None
        for found in (_STRONG.search(covered, start), _WEAK.search(covered, start))
    )
    # 奖励最高50万元 begins at 奖励, although 最高 is the stronger word
    if weak and (strong is None or 0 <= strong.start() - weak.end() <= 1):
        return weak.start()
    return strong.start() if strong else figure


def ends(covered: str, figure: int, end: int) -> int:
    """Where the words that name what was given stop behind a figure.

    >>> words = "给予50万元的奖励和表彰"
    >>> words[:ends(words, 6, len(words))]
    '给予50万元的奖励'
    """
    tail = re.compile(
        r"(?:/\w+)*(?:奖励|奖补|补助|补贴|资助|贴息|支持|津贴|经费|减免|优惠|奖金|支付|报销|返还|扣除|救助|的|一次性|资金|比例|标准|给予|予以|进行|发放|计算|计发|执行|支付|落户|安家费|生活费|租金|财政|建设|创业|吸纳|就业|[一-鿿“”]{1,12}?(?=奖励|奖补|补|资助|贴息|支持(?:$|[，。；）])))*"
    ).match(covered, figure, end)
    return tail.end() if tail else figure


_OPENS = re.compile(
    r"(?:可|再|另)?(?:按[^，]{0,12})?(?:给予|予以|享受|申请|申领|奖励|补助|补贴|资助|提供|发放|返还|贴息|准予)"
)


def given_at(covered: str, start: int, end: int) -> int:
    """Where the giving begins in a phrase without figures: 可申请一次性补贴.

    >>> given_at("对机构给予培训补贴", 0, 9)
    3
    """
    found = _OPENS.search(covered, start, end)
    return found.start() if found else start


def opens_at(covered: str, start: int, end: int) -> int | None:
    """Where a phrase without figures opens a giving that later phrases put in figures; None where it does not.

    >>> opens_at("可申请一次性补贴", 0, 8), opens_at("对获得补贴的企业", 0, 8)
    (0, None)
    """
    found = re.compile(
        r"(?:可|再|另)?(?:按[^，]{0,12})?(?:给予|予以|享受|申请|申领|提供|(?<![新已所])发放(?=[^，]{0,14}(?:补贴|补助|奖励|津贴|补助金)$)|(?:返还|补贴|补助|发放)标准)"
    ).search(covered, start, end)
    return found.start() if found else None


def named_end(covered: str, start: int, end: int) -> int:
    """Where the giving ends in such a phrase, its object left out: 奖励 of 奖励经办银行.

    >>> words = "奖励经办银行"
    >>> words[:named_end(words, 0, 6)], named_end("给予租金补助", 0, 6)
    ('奖励', 6)
    """
    found = _OPENS.match(covered, start, end)
    if found and found[0].endswith(("奖励", "补助", "补贴", "资助")):
        return found.end()
    return ends(covered, found.end(), end) if found else end
