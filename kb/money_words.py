"""How amounts of money are written in Chinese text: the patterns `kb.money` reads with, each with a sample of what it matches."""

from __future__ import annotations

import re

from kb.numerals import ARABIC, FRESH, HAN_CHARS, HAN_DIGITS, NUMBER, ONE_DIGIT

# A word that makes 6000万 a number of things and not of yuan; each with the continuations that do not: 支 but 支持.
COUNTED = r"""
    个 | 家(?!底|里|电|居) | 人(?!民币|员|工|力|才|社|事|防|居) | 吨 | 张 | 件 | 例(?!如|外) | 亩 | 股(?!权|份|东|本|票|金) | 剂
  | 支(?![持出付撑援]) | 片(?![区场源]) | 盒 | 台(?![湾账风资商阶]) | 套(?![用取餐利现]) | 次(?!年|日|月) | 份(?!额) | 户(?![均外籍])
  | 名(?! 义 | 下 | 校 | 牌 | 师(?!生) | 医(?![生护务药]) ) | 位(?!于|居) | 头(?!期|寸|部)
  | 只(?![能有是需要够算报给拿按占剩补批花付支发投]) | 条(?![件款]) | 辆 | 年(?![底内初度末中均薪终租费营收]) | 字(?!号|库)
  | 升(?![级至到值]) | 度(?![过假]) | 元?级 | 量级 | 种(?![子业植质猪苗养]) | 箱 | 粒(?!子) | 袋 | 瓶 | 组(?![织建成]) | 颗 | 棵
  | 株 | 册 | 倍(?!增) | 分之 | 天(?![使津]) | 小时 | 分钟 | 步(?!行) | 余[人家名张件吨] | 床(?!位[补建费奖]) | 所(?!有|以|得)
  | 项(?!目) | 号(?!召) | 羽 | 尾(?!款) | 枚 | 艘 | 座(?!谈) | 间(?!接) | 篇 | 行(?=代码) | 场(?![地所馆内外租景]) | 标准?(?=箱)
  | 公里 | 公顷 | 公斤 | 千克 | 克(?!服) | 斤 | 米 | 毫[米升克] | 里(?=长征|路|程) | 海里 | 平(?![均台摊安时阴度邑原潭稳]) | ㎡
  | 立方 | 方(?![案面向便式可能才法程]) | 桶 | [千兆]瓦 | 瓦(?!斯) | 千?伏 | 赫 | 流明 | 光年 | 英[尺寸里] | 核时 | 大卡 | 卡路里
  | 转(?=/|每分) | 像素 | 功率 | 单位 | 拷贝 | 细胞 | 积分
  | (?: [kMG]W[hH]? | kw | k?m[²³23]? | TEU | IU | [TGMKP]B )(?![A-Za-z])
  | (?: 用户 | 患者 | 粉丝 | 党员 | (?:大|中|小)?学生 | (?:高校)?毕业生 | 群众 | 居民 | 农民 | 老年?人 | 残疾人 | 劳动力 | 就业岗位
      | 市场主体 | 经营主体 | 老?百姓 | 职工 | 农户 | 学位 | 参数 | 流量 | 点击 | 藏书 | 访问量 )
    (?! [一-鿿]{0,4} (?: 补 | 奖 | 费 | 款 | 金 | 资助 ) )
  | 播放 | 下载量 | 阅读量 | 浏览量 | 块[地砖屏电内工牌]
"""
FOREIGN = r"""
    (?: 美 | 欧 | 港 | 日 | 韩 | 澳(?:门|大利亚)? | 加(?:拿大)? | 新(?:加坡|西兰)? | 纽 )元(?![素旦件])
  | (?: 外 | 港 | 日 | 韩 | 新?台 | 澳门? | 新 | 加 | 葡 )币 | 美[金刀] | 港纸 | 英?[镑磅] | 瑞郎 | 越南盾 | 印尼盾
  | (?: 瑞[士典] | 挪威 | 丹麦 | 印度 | 巴基斯坦 | 俄罗斯 | 泰国 | 菲律宾 | 墨西哥 | 巴西 | 南非 | 马来西亚 )?
    (?: 法郎 | 克朗 | 卢布 | 卢比 | 泰铢 | 比索 | 雷亚尔 | 兰特 | 林吉特 )
  | [$€£]
"""
FOREIGN_AFTER = rf"""
    元? (?: {FOREIGN} ) | 刀(?![片具头]) | 欧(?![洲盟美姆])
  | (?i:USD|US\$|EUR|HKD|JPY|GBP|KRW|TWD|AUD|CAD|SGD|CHF|dollars?|euros?)(?![A-Za-z])
  | [（(] \s? (?: {FOREIGN} | (?i:USD|EUR|HKD|JPY|GBP) ) \s? [)）]
"""
FOREIGN_BEFORE = rf"{FOREIGN} | (?i:USD|US\$|HK\$|EUR|HKD|JPY|GBP|KRW|TWD|AUD|CAD|SGD|CHF)"
# 元整; not 元旦, 三元锂, 5000亿元级, 圆桌 (folded: 元桌)
JUST_YUAN = r"元(?![素旦件器论级宵桌满形柱锂化] | 宇宙 | 结构)"
PIECE = r"块(?![地砖屏电业内工牌])"
# 元整 / 块钱 / 三块五 / 人民币 / RMB
YUAN = rf"""
    元人民币 | {JUST_YUAN} (?:整(?![改治合体]))? | 块钱 | (?<=[0-9万亿百千十]){PIECE} | (?<=[wW]){PIECE}
  | (?<=[{HAN_DIGITS}])块(?=[{HAN_DIGITS}](?:毛|角|一[斤个]|\s*(?:$|[，。；！？])))
  | 人民币 | (?i:RMB|CNY)(?![A-Za-z])
"""
W = r"[wW](?! (?!RMB|rmb|CNY) [A-Za-z] )"
WAN = rf"(?: 万 | {W} )"
# 12万3千 / 十二万三千四百
AFTER_WAN = rf"(?: (?<=[万wW]) {ONE_DIGIT}千 (?: {ONE_DIGIT}百 (?:{ONE_DIGIT}十)? )? )"
STOP = r"(?= \s* (?: $ | [，。；;！？!?、的能可呢吗了] ) )"
# 5角 / 3毛4分 / 零5分, after 元; 3块5
COINS = rf"""
    (?: (?<=[元块]) \s? 零? (?P<jiao>{ONE_DIGIT}) \s? (?: [角毛](?!不) 钱? | (?<=块.) (?= {STOP} | 一[斤个] ) ) )?
    (?: (?: (?<=[角毛]) | (?<=[元块]) (?=零) ) 零? (?P<fen>{ONE_DIGIT}) \s? 分(?![之钟期]) )?
    整?
"""

# 1.2亿 / 1亿2000万 / 三千万 / 1.5个亿 / 800w / 3万5千 / 10000元 / 12元3角4分
AMOUNT = re.compile(
    rf"""
    {FRESH}
    (?P<minus> (?<!自)(?<!肩)(?<!抱)负的? | (?<![0-9万亿元]) - )? \s?
    (?: (?P<foreign_before> {FOREIGN_BEFORE} ) | (?P<yuan_before> 人民币 | ￥ | ¥ | (?i:RMB|CNY) ) )? \s?
    (?= [0-9{HAN_DIGITS}十廿卅] )
    (?: (?P<yi>{NUMBER}) \s? 个? \s? 亿 )?
    (?: 零? (?P<wan>{NUMBER}) \s? 个? \s? {WAN} )?
    (?: 零? (?P<one>
        {NUMBER} (?= \s? (?: {FOREIGN_AFTER} | {YUAN} ) )
      | {AFTER_WAN} (?![0-9{HAN_CHARS}])
      | (?<=[万wW]) {ONE_DIGIT}千
    ) )?
    (?(yi) | (?(wan) | (?P<bare> {NUMBER} )? ) )
    \s? (?: (?P<foreign_after> {FOREIGN_AFTER} ) | (?P<yuan> {YUAN} ) {COINS} | (?P<counted> {COUNTED} ) )?
    """,
    re.VERBOSE,
)
SCALE = rf"[百千]? \s? (?: {WAN} | 亿 )"
# what a vague figure ends with: 万, 千万元, 百元, 元, 块钱
MONEY = rf"(?: {SCALE} (?:{JUST_YUAN})? | [百千]? \s? (?: {JUST_YUAN} | 块钱 | {PIECE} ) )"
VAGUE = re.compile(
    rf"""
    {FRESH} {NUMBER} \s? (?:{SCALE})? \s? 元? \s? (?: [-~～—–至到] ) \s? {NUMBER} \s? 个? {MONEY}  # 5000-6000万
  | {FRESH} {NUMBER} \s? 个? (?: 多 | 余 | 来 | 几 | 把 ) 个? \s? {MONEY}         # 6000多万, 1个多亿, 百把万, 100多元
  | {FRESH} {NUMBER} \s? 个? {SCALE} (?: 多(?![少个家年]) | 余(?![额款下人家名张件吨]) | 出头 | 有余 ) 元?  # 6000万多
  | {FRESH} {NUMBER} \s? 个? {SCALE} 元? \+ (?! \s? [0-9] )                      # 6000万+
  | (?: 好几 | 十几 | 几 | (?<![人次倍系函总户件参])数 | (?<![千以网线])上 )
    (?: [十百千]* \s? 个? \s? [万亿] 元? | [十百千]+ (?: {JUST_YUAN} | 块钱 ) )       # 几千万, 上亿, 几百元
  | (?<![{HAN_CHARS}0-9]) [万亿] 余元                                              # 万余元
  | (?: (?<![附最临])近 | 超过? | 逾 | (?<![通经超])过 ) [十百千]{{0,2}} [万亿] (?![别不要勿]) 元?  # 近千万, 超亿元
  | {FRESH} [{HAN_DIGITS[1:]}]{{2}} [十百千]? \s? 个? [万亿] 元?                   # 五六千万, 三四个亿
  | (?<![0-9.])(?<![0-9]、) [0-9] \s? 、 \s? [0-9] \s? {MONEY}                   # 2、3千万
  | (?<![0-9.]) [0-9]+ (?: \s? [，,] \s? [0-9]+ )+ \s? {SCALE} 元?                # 1，500万; 1000,2000万
  | (?<![0-9.]) [0-9]{{1,3}} (?: ， [0-9]{{3}} )+ \s? {JUST_YUAN}                 # 60，000，000元
  | {FRESH} {NUMBER} \s? 个? {SCALE} \s? [0-9]+ (?! \s? [0-9.,年月日号期类个家项款种例张岁%万亿元块十百千] )  # 1亿2, 3万5
  | {FRESH} {NUMBER} \s? 个? {SCALE} (?! {AFTER_WAN} {STOP} ) [0-9{HAN_DIGITS}] [{HAN_DIGITS}十百千]* {STOP}  # 一亿二, 1万2百
  | {FRESH} {NUMBER} \s? 个? 亿 \s? [0-9{HAN_DIGITS}]千 (?! [0-9{HAN_CHARS}]* \s? [万元块] )  # 1亿2千
  | {FRESH} [0-9]+ (?: [ ] [0-9]{{3}} )+ \s? (?: {SCALE} 元? | 元 )                       # 6 000万
  | {FRESH} {NUMBER} \s? (?: 万 \s? 亿 | 个? \s? 亿 \s+ {NUMBER} \s? 万 )            # 1万亿; 1亿 6000万 (one or two?)
  | 半 \s? 个? \s? 亿 | {NUMBER} \s? 个 \s? 半 \s? 亿                               # 半亿
    """,
    re.VERBOSE,
)
LISTED = rf"(?: {ARABIC} | [{HAN_CHARS}]* [十百千廿卅] [{HAN_CHARS}]* )"
# 1000、2000、3000万元 / 100、200元 / 一千、二千万元: one scale for the whole list; `_items` tells it from an item's number
SHARED_SCALE = re.compile(
    rf"""
    (?: (?P<foreign_before> {FOREIGN_BEFORE} ) \s? | (?<![0-9.第{HAN_CHARS}])(?<![0-9{HAN_CHARS}][、/和与或及,]) )
    (?P<head> (?: {LISTED} \s? (?: [、/和与或及] | 或者 | 以及 ) \s? )+ )
    (?P<last> {LISTED} ) \s?
    (?P<scale> {WAN} | 亿 )? \s? (?: (?P<foreign_after> {FOREIGN_AFTER} ) | {JUST_YUAN} | (?(scale) | (?!) ) )
    """,
    re.VERBOSE,
)
BEFORE_FOREIGN = re.compile(rf"(?:{FOREIGN_BEFORE})\s?$", re.VERBOSE)
AFTER_FOREIGN = re.compile(rf"\s?(?:{FOREIGN_AFTER})", re.VERBOSE)
ITEM = re.compile(LISTED, re.VERBOSE)
THINGS = re.compile(rf"\s?(?:{COUNTED})", re.VERBOSE)
BARE = re.compile(rf"(?P<minus>负的?|-)?\s?(?P<figure>{ARABIC})")
GROUPED_WELL = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])\s?[百千]?\s?[万亿wW]元?")
# 每斤八角钱 / 5毛3分钱; 一毛钱 is a way to say nothing
SMALL_CHANGE = re.compile(
    rf"(?<![0-9.{HAN_CHARS}元块])(?P<jiao>[2-9{HAN_DIGITS[2:]}])[角毛](?:(?P<fen>{ONE_DIGIT})分)?钱"
)
# numerals in words that are no amounts, and scales of maps: 十万火急, 1:5万地形图
WORDS = re.compile(
    rf"十万(?:火急|大山|八千里)|(?<![0-9])1\s?[:：∶]\s?{ARABIC}\s?万(?=比例尺|地形|地质|区域|地图|测图|水文|土壤|图)"
)
# what a number without 元 right after it counts: 常住人口超过1000万, 阅读量10万
MEASURED = re.compile(
    r"""
    (?<![每个位名家] )
    (?: (?: 人口 | 人数 | 人次 | 产量 | 销量 | 面积 | [播阅读浏览访问下载点击]{2,3}量 | 粉丝数? ) (?: 约 | 近 )?
      | (?: 用户数? | 会员数? | 产能 | 学位 ) (?= 达 | 超 | 突破 | 近 | 约 | 有 | 为 | 不 | 过 ) )
    (?: 已 | 约 | 近 | 将近 | 超过? | 突破 | 达到? | 为 | 有 | 过 | 不低于 | 不少于 | 不超过 | 合计 | 累计 )* \s? $
    """,
    re.VERBOSE,
)
