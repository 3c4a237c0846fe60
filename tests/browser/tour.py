"""Each tab with something in it, as a visitor leaves it: what the accessibility test looks at and pictures are taken of."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

QUESTION = "Ⅱ期临床研发投入6000万，最多能拿多少支持？"
QA = "".join(
    json.dumps(each, ensure_ascii=False) + "\n"
    for each in (
        {
            "id": "amount",
            "type": "amount",
            "difficulty": "easy",
            "question": "II期临床研发投入6000万能拿多少",
            "status": "answered",
            "amount_yuan": "20000000",
        },
        {
            "id": "clause",
            "type": "address",
            "difficulty": "easy",
            "question": "687号文第8条是怎么规定的？",
            "status": "answered",
        },
        {
            "id": "wrong",
            "type": "refusal",
            "difficulty": "hard",
            "question": "研究型床位计入医院总床位数吗？",
            "status": "not_found",
            "clauses": ["鲁科字〔2024〕137号 三/（二）"],
        },
    )
)
POLICY = """示范市人民政府办公室关于印发示范市技术改造奖补办法的通知

示府办〔2024〕8号

一、支持技术改造。对企业实施的技术改造项目，按设备投资的8%给予补助，最高不超过500万元。（市工业和信息化局牵头）

二、支持平台建设。对新认定的国家级、省级企业技术中心，分别给予200万元、100万元一次性奖励。

示范市人民政府办公室
2024年3月1日
"""


def go(page: Any, tab: str) -> None:
    """Open a tab."""
    page.get_by_role("tab", name=tab, exact=True).click()


def chat(page: Any) -> None:
    """A computed answer, its first source beside it where there is room."""
    go(page, "问答")
    box = page.get_by_placeholder("输入问题")
    box.fill(QUESTION)
    box.press("Enter")
    page.locator(".pk-cites").wait_for()
    page.locator("#pk-log:not(:has([aria-busy=true]))").wait_for()


def search(page: Any) -> None:
    """Hits with a condition."""
    go(page, "条款检索")
    box = page.get_by_placeholder("关键词、问题或条款编号")
    box.fill("省科技厅牵头的临床试验")
    box.press("Enter")
    page.locator(".pk-hits > li").first.wait_for()


def calculator(page: Any) -> None:
    """An amount in steps, with its curve."""
    go(page, "补贴测算")
    page.get_by_label("查找").first.fill("创新药 临床")
    page.locator(".pk-rules li:visible button").first.click()
    page.get_by_label("Ⅱ期", exact=True).check()
    page.get_by_label("研发投入", exact=True).fill("6000万")
    page.get_by_role("button", name="测算", exact=True).click()
    page.locator(".pk-answer:not([aria-busy]) .pk-amount").wait_for()


def match(page: Any) -> None:
    """Measures by their conditions."""
    go(page, "政策匹配")
    form = page.locator("#pk-match")
    known = {"所在地": "烟台", "注册分类": "一类新药", "研发阶段": "III", "研发投入": "1亿"}
    for label, value in known.items():
        form.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="匹配", exact=True).click()
    page.locator("#pk-matches:not([aria-busy]) .pk-matched").wait_for()


def library(page: Any) -> None:
    """The documents."""
    go(page, "知识库")
    page.locator(".pk-lib-doc").first.wait_for()


def evaluation(page: Any) -> None:
    """The runs, or that there are none."""
    go(page, "评测")
    page.locator("#pk-evaluation :is(.pk-ev-table, .pk-none, .pk-ev-run)").first.wait_for()


TABS: dict[str, Callable[[Any], None]] = {
    "chat": chat,
    "search": search,
    "calculator": calculator,
    "match": match,
    "library": library,
    "evaluation": evaluation,
}


def log_in(page: Any, password: str) -> None:
    """Become admin."""
    go(page, "知识库")
    page.get_by_role("button", name="管理员登录").click()
    page.get_by_label("管理密码").fill(password)
    page.get_by_label("管理密码").press("Enter")
    page.get_by_role("button", name="退出管理").wait_for()


def preview(page: Any) -> None:
    """A file sent, and its clauses looked at before it is taken in; the admin is logged in."""
    go(page, "知识库")
    file = {"name": "技改奖补办法.txt", "mimeType": "text/plain", "buffer": POLICY.encode()}
    page.locator(".pk-up-drop input").set_input_files([file])
    page.locator(".pk-up-row", has_text="待确认").get_by_role("button", name="预览").click()
    page.locator(".pk-up-preview").get_by_role("button", name="收入知识库").wait_for()


def evaluate(page: Any, text: str = QA) -> None:
    """A small set run to its end, and opened; the admin is logged in."""
    go(page, "评测")
    tab = page.locator("#pk-evaluation")
    if (back := tab.get_by_role("button", name="全部评测")).count():
        back.click()
        tab.locator(".pk-ev-run").wait_for(state="detached")
    tab.get_by_label("题集", exact=True).select_option("text")
    tab.locator("input[type=file]").set_input_files(
        [{"name": "示例题集.jsonl", "mimeType": "text/plain", "buffer": text.encode()}]
    )
    tab.get_by_text("已读入 示例题集.jsonl").wait_for()
    tab.get_by_role("button", name="开始评测").click()
    tab.get_by_text("评测完成：示例题集.jsonl").wait_for()
    tab.locator(".pk-ev-run").wait_for()
