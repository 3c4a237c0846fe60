"""The ``policykb`` command and the Gradio page: they take what a user gives, call one function and show what comes back."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from corpus import PolicyKBError, UsageError

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import APIRouter

    from chat.backend import Backend

# The command -----------------------------------------------------------------------------------------------------


class _Verb(TyperCommand):
    """A verb with Chinese help."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), "用法：")

    def get_help_option(self, ctx: Any) -> Any:
        return _chinese_help(super().get_help_option(ctx))


class _Verbs(TyperGroup):
    """A group of verbs with Chinese help."""

    format_usage = _Verb.format_usage

    def get_help_option(self, ctx: Any) -> Any:
        return _chinese_help(super().get_help_option(ctx))


def _chinese_help(option: Any) -> Any:
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE, rich_utils.OPTIONS_PANEL_TITLE = "参数", "选项"
    rich_utils.COMMANDS_PANEL_TITLE, rich_utils.REQUIRED_LONG_STRING = "命令", "[必填]"
    rich_utils.DEFAULT_STRING = "[默认：{}]"
    option.help = "显示本帮助"
    return option


_GROUP: dict[str, Any] = {
    "cls": _Verbs,
    "invoke_without_command": True,
    "options_metavar": "[选项]",
    "subcommand_metavar": "命令 ……",
    "add_completion": False,
    "rich_markup_mode": "rich",
}
cli = typer.Typer(
    **_GROUP,
    pretty_exceptions_enable=False,
    help="政策知识库：回答附条款原文，金额列出算式。\n\n首次使用会自动把随附的政策文件入库。各命令的用法见 policykb 命令 --help。",
)
docs = typer.Typer(**_GROUP)
cli.add_typer(docs, name="docs")
rules = typer.Typer(**_GROUP)
cli.add_typer(rules, name="rules")


def _verb(group: typer.Typer, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return group.command(name, cls=_Verb, options_metavar="[选项]")


def _option(name: str, text: str, metavar: str | None = None) -> Any:
    return typer.Option(name, metavar=metavar, help=text)


def _argument(metavar: str, text: str | None = None) -> Any:
    return typer.Argument(metavar=metavar, help=text)


_HOME = "知识库文件夹，默认 POLICYKB_HOME 或 .policykb"
_HISTORY = "之前问过的话，先问的在前，可重复"
_QA = "题集（.jsonl 文件或文件夹），默认自带题集"
_FORMATS = "政策文件（.txt .md .html .docx .doc .ofd .pdf 或图片）"
_WITHOUT = "不用识别出的这个条件，可重复；all 为全部不用"
_FACTS = "已知的情况，都可不填；写错名称会列出可用的名称和含义"
_MODES = "hybrid 混合、keyword 关键词、semantic 语义、exact 原文"
Home = Annotated[Path | None, _option("--home", _HOME, "DIR")]
AsJson = Annotated[bool, _option("--json", "只输出 JSON（UTF-8）")]
AsOf = Annotated[str | None, _option("--as-of", "按这一天有效的政策，如 2025-10-01，默认今天", "日期")]
SearchAsOf = Annotated[str | None, _option("--as-of", "只查这一天有效的政策，默认不限日期", "日期")]
Full = Annotated[bool, _option("--full", "显示条款全文")]
BatchIn = Annotated[Path | None, _option("--batch", "批量：一行一个 JSON", "IN.jsonl")]
BatchOut = Annotated[Path | None, _option("--out", "批量结果写到这里，默认标准输出", "OUT.jsonl")]
Document = Annotated[str, _argument("文号或标题")]
RuleName = Annotated[str, _argument("RULE", "规则的代号，见 policykb rules")]
Draft = Annotated[bool, _option("--draft", "列出尚未确认的草稿")]
OfDocument = Annotated[str | None, _option("--doc", "只列这份文件（文号或标题）的", "文件")]


@cli.callback()
def _start(ctx: typer.Context, version: Annotated[bool, _option("--version", "显示版本")] = False) -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    if version:
        from importlib.metadata import version as installed

        print(f"policykb {installed('policykb')}")
    elif ctx.invoked_subcommand is None:
        print(ctx.get_help())


@_verb(cli, "ingest")
def ingest_verb(
    paths: Annotated[list[Path] | None, _argument("PATH...", f"{_FORMATS}或文件夹")] = None,
    rebuild: Annotated[bool, _option("--rebuild", "先把全部向量重新生成一遍")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """把政策文件或整个文件夹放进知识库；内容没变的文件不会重复入库，改过的文件替换原来的条款。

    例：
      policykb ingest 新政策.txt
      policykb ingest 政策文件夹 --home 我的知识库
    """
    from chat.command import verbs

    if not verbs.ingest(paths or [], rebuild, home, as_json):
        raise typer.Exit(1)


@docs.callback()
def docs_verb(ctx: typer.Context, home: Home = None, as_json: AsJson = False) -> None:
    """列出知识库里的文件和效力状态（现行、尚未施行、已失效、已废止）；也可以查看或删除一份文件。

    例：
      policykb docs
      policykb docs show 鲁科字〔2024〕137号
      policykb docs remove 鲁科字〔2024〕137号
    """
    verb = ctx.invoked_subcommand
    if verb is None:
        docs_list_verb(home, as_json)
    elif home or as_json:
        raise UsageError(f"选项请写在 {verb} 之后，例如：policykb docs list --home 我的知识库。")


@_verb(docs, "list")
def docs_list_verb(home: Home = None, as_json: AsJson = False) -> None:
    """列出知识库里的文件。"""
    from chat.command import verbs

    verbs.list_documents(home, as_json)


@_verb(docs, "show")
def docs_show_verb(doc: Document, full: Full = False, home: Home = None, as_json: AsJson = False) -> None:
    """显示一份文件的基本信息、效力状态和条款树。

    例：policykb docs show 鲁科字〔2024〕137号
    """
    from chat.command import verbs

    verbs.show_document(doc, full, home, as_json)


@_verb(docs, "remove")
def docs_remove_verb(doc: Document, home: Home = None, as_json: AsJson = False) -> None:
    """从知识库删除一份文件（原文件不动）。

    例：policykb docs remove 鲁科字〔2024〕137号
    """
    from chat.command import verbs

    verbs.remove_document(doc, home, as_json)


@_verb(cli, "clauses")
def clauses_verb(
    file: Annotated[Path, _argument("FILE", _FORMATS)],
    full: Full = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """解析一份文件，显示条款树，不入库。

    例：policykb clauses 新政策.txt --json
    """
    from chat.command import verbs

    verbs.show_clauses(file, full, as_json)


@_verb(cli, "search")
def search_verb(
    *,
    query: Annotated[str | None, _argument("检索内容", "问题、关键词，或条款编号")] = None,
    top: Annotated[int, _option("--top", "最多返回几条", "N")] = 10,
    mode: Annotated[str, _option("--mode", _MODES, "方式")] = "hybrid",
    doc: Annotated[str | None, _option("--doc", "只查这份文件（文号或标题）", "文件")] = None,
    unit: Annotated[str | None, _option("--unit", "只查由这个单位牵头或参与的条款", "单位")] = None,
    as_of: SearchAsOf = None,
    without: Annotated[list[str] | None, _option("--without", _WITHOUT, "键")] = None,
    batch: BatchIn = None,
    out: BatchOut = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """检索条款；检索内容里的文件、条款编号、单位、日期、金额等条件会自动识别、列出，可以去掉。

    例：
      policykb search 首台套保费补贴 --top 5
      policykb search 省科技厅牵头的上限不低于500万元的条款
      policykb search 床位 --mode exact --unit 省卫生健康委
      policykb search --batch 检索.jsonl --out 结果.jsonl
    """
    from chat.command import verbs

    narrowed: dict[str, Any] = {"top": top, "mode": mode, "doc": doc, "unit": unit, "as_of": as_of}
    verbs.search(query, **narrowed, without=without or [], batch=batch, out=out, home=home, as_json=as_json)


@_verb(cli, "ask")
def ask_verb(
    *,
    question: Annotated[str | None, _argument("问题")] = None,
    history: Annotated[list[str] | None, _option("--history", _HISTORY, "TEXT")] = None,
    as_of: AsOf = None,
    batch: BatchIn = None,
    out: BatchOut = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """问一个问题，回答附条款原文和测算步骤。

    例：
      policykb ask II期临床研发投入6000万能拿多少
      policykb ask 那III期呢 --history II期临床研发投入6000万能拿多少
      policykb ask --batch 问题.jsonl --out 回答.jsonl
    """
    from chat.command import verbs

    one: dict[str, Any] = {"history": history or [], "as_of": as_of}
    verbs.ask(question, **one, batch=batch, out=out, home=home, as_json=as_json)


@_verb(cli, "calc")
def calc_verb(
    rule: RuleName,
    values: Annotated[list[str] | None, _argument("K=V...", "输入，如 phase=II rd_spending=6000万")] = None,
    as_of: AsOf = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """按一条补贴规则测算。

    例：policykb calc clinical_trial phase=II rd_spending=6000万
    """
    from chat.command import rule_verbs

    rule_verbs.calc(rule, values or [], as_of, home, as_json)


@_verb(cli, "match")
def match_verb(
    facts: Annotated[list[str] | None, _argument("K=V...", _FACTS)] = None,
    as_of: AsOf = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """按企业（医院、高校、平台）的情况匹配全部政策措施：每个条件满足、不满足还是待补充，并指出最该补充的一点。

    例：
      policykb match region=烟台 sector=细胞治疗 stage=III rd_spending=1亿
      policykb match note=我们是济南的医疗器械企业，取得了第三类医疗器械注册证
    """
    from chat.command import verbs

    verbs.match(facts or [], as_of, home, as_json)


@_verb(cli, "move")
def move_verb(
    target: Annotated[
        str, _argument("目标", "chroma://主机:端口、milvus://主机:端口、milvus:文件.db 或 local")
    ],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """把知识库的向量和索引迁到别处；原处不动，中断后可再次运行。

    例：policykb move chroma://127.0.0.1:8000
    """
    from chat.command import verbs

    verbs.move(target, home, as_json)


@rules.callback()
def rules_verb(
    ctx: typer.Context,
    draft: Draft = False,
    doc: OfDocument = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """列出补贴规则和它们的输入；程序从条款中提取的草稿要经人核对、确认后才会计算。

    例：
      policykb rules
      policykb rules --draft --doc 广安府办规〔2022〕8号
      policykb rules show clinical_trial
      policykb rules confirm d3fa2b10_1
    """
    verb = ctx.invoked_subcommand
    if verb is None:
        rules_list_verb(draft, doc, home, as_json)
    elif home or as_json or draft or doc:
        raise UsageError(f"选项请写在 {verb} 之后，例如：policykb rules list --draft。")


@_verb(rules, "list")
def rules_list_verb(
    draft: Draft = False, doc: OfDocument = None, home: Home = None, as_json: AsJson = False
) -> None:
    """列出已确认的规则；--draft 列出草稿。"""
    from chat.command import rule_verbs

    rule_verbs.list_rules(draft, doc, home, as_json)


@_verb(rules, "show")
def rules_show_verb(rule: RuleName, home: Home = None, as_json: AsJson = False) -> None:
    """显示一条规则或草稿的全部内容：数额、条件，以及每一处所依据的原文。

    例：policykb rules show clinical_trial
    """
    from chat.command import rule_verbs

    rule_verbs.show_rule(rule, home, as_json)


@_verb(rules, "edit")
def rules_edit_verb(rule: RuleName, home: Home = None, as_json: AsJson = False) -> None:
    """把一条草稿写成知识库文件夹里的 YAML 文件，供修改。

    例：policykb rules edit d3fa2b10_1
    """
    from chat.command import rule_verbs

    rule_verbs.edit_rule(rule, home, as_json)


@_verb(rules, "confirm")
def rules_confirm_verb(rule: RuleName, home: Home = None, as_json: AsJson = False) -> None:
    """核对一条草稿的引文和数字，一致就确认；确认后可以测算。

    例：policykb rules confirm d3fa2b10_1
    """
    from chat.command import rule_verbs

    rule_verbs.confirm_rule(rule, home, as_json)


@_verb(rules, "reject")
def rules_reject_verb(rule: RuleName, home: Home = None, as_json: AsJson = False) -> None:
    """不采用一条草稿：不再列出，也不用于政策匹配；rules drop 可以恢复。

    例：policykb rules reject d3fa2b10_1
    """
    from chat.command import rule_verbs

    rule_verbs.reject_rule(rule, home, as_json)


@_verb(rules, "drop")
def rules_drop_verb(rule: RuleName, home: Home = None, as_json: AsJson = False) -> None:
    """删除知识库文件夹里的一条规则，不采用的草稿因此恢复（随附的规则不能删除）。

    例：policykb rules drop d3fa2b10_1
    """
    from chat.command import rule_verbs

    rule_verbs.drop_rule(rule, home, as_json)


@_verb(rules, "check")
def rules_check_verb(home: Home = None, as_json: AsJson = False) -> None:
    """核对全部规则：每个数字都在引文里，每段引文都在条款里；有不符的，退出码为 1。

    例：policykb rules check
    """
    from chat.command import rule_verbs

    if not rule_verbs.check_rules_verb(home, as_json):
        raise typer.Exit(1)


@_verb(cli, "eval")
def eval_verb(
    *,
    out: Annotated[Path, _option("--out", "结果文件夹", "DIR")],
    qa: Annotated[Path | None, _option("--qa", "题集（.jsonl 文件或文件夹），默认自带题集", "FILE")] = None,
    compare: Annotated[Path | None, _option("--compare", "与以前一次的结果文件夹逐题比较", "DIR")] = None,
    robustness: Annotated[bool, _option("--robustness", "再用错字、繁体等七种写法各问一遍")] = False,
    sample: Annotated[int | None, _option("--sample", "换写法时只取多少题，默认全部", "N")] = None,
    extractive: Annotated[bool, _option("--extractive", "设了 POLICYKB_LLM 也只用原文引擎回答")] = False,
    judge: Annotated[bool, _option("--judge", "请语言模型给第二意见，不影响门槛")] = False,
    latency: Annotated[bool, _option("--latency", "回答用时与向量化用时并列测量")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """用题集评测，写出 metrics.json、answers.jsonl 和 report.html。

    例：
      policykb eval --qa 题集.jsonl --out out/eval
      policykb eval --out out/new --compare out/old
    """
    from chat.command.verbs import show
    from eval.benchmark import progress_bar, run_eval
    from eval.console import run_json, run_lines
    from eval.gates import load_gates
    from eval.outcome import More
    from kb.settings import load_settings

    more = More(compare, robustness, sample, judge, latency, extractive)
    with progress_bar() as progress:
        benchmark = run_eval(qa, out, load_settings(home=home), progress, more)
    gates = load_gates()
    show(
        benchmark,
        as_json,
        lambda found: run_json(found, gates, out),
        lambda found: "\n".join(run_lines(found, gates, out)),
    )


@_verb(cli, "feedback")
def feedback_verb(
    *,
    up: Annotated[bool, _option("--up", "只要“有帮助”的")] = False,
    down: Annotated[bool, _option("--down", "只要“没帮助”的")] = False,
    since: Annotated[str | None, _option("--since", "只要这一天起的，如 2025-10-01", "日期")] = None,
    export: Annotated[Path | None, _option("--export", "导出为题集，可用于 eval --qa", "FILE.jsonl")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """列出网页上读者对回答的评价和意见；也可以导出为题集，改过的题再次导出时保留。

    例：
      policykb feedback --down --since 2025-10-01
      policykb feedback --export 题集.jsonl
    """
    from chat.command import feedback_verb as verb

    chosen = verb.read_feedback(home, up, down, since)
    narrowed = up or down or since is not None
    if export is None:
        verb.list_feedback(chosen, narrowed, as_json)
        return
    from chat.command.verbs import show
    from eval.feedback import export as write

    show(
        write(verb.some(chosen, narrowed), export),
        as_json,
        lambda done: {"out": str(export), "added": done.added, "kept": done.kept},
        lambda done: f"已导出到 {export}：新增 {done.added} 题，原有 {done.kept} 题。",
    )


@_verb(cli, "log")
def log_verb(
    words: Annotated[str, _argument("[词]", "只列含有这些词的，空格分隔，如：删除 网页管理员")] = "",
    last: Annotated[int, _option("--last", "最多列几项", "N")] = 50,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """列出谁在什么时候改动了知识库：入库、替换、改信息、删除、确认和撤销规则、重建、迁移。

    例：
      policykb log
      policykb log "改信息 鲁科字〔2024〕137号"
    """
    from chat.command import log_verb as verb

    verb.show_log(words, last, home, as_json)


@_verb(cli, "serve")
def serve_verb(
    host: Annotated[str | None, _option("--host", "监听地址，默认 127.0.0.1，只供本机访问", "地址")] = None,
    port: Annotated[int | None, _option("--port", "监听端口，默认 7860；0 为任选空闲端口", "端口")] = None,
    home: Home = None,
) -> None:
    """启动网页：问答、补贴测算、政策匹配、条款检索。按 Ctrl-C 停止。

    例：policykb serve --port 8080
    """
    from chat.page.server import serve
    from kb.settings import load_settings

    serve(load_settings(home=home, host=host, port=port), build_page, evaluation_door)


@_verb(cli, "mcp")
def mcp_verb(home: Home = None) -> None:
    """以 MCP 协议（标准输入输出）提供检索、问答和测算，供 Claude、Cursor、Cherry Studio 等启动。

    例：policykb mcp --home 我的知识库
    """
    from chat.command.mcp_verb import serve_mcp

    serve_mcp(home)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 on a failure, 2 on wrong usage, 130 when interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code: int = cli(args=argv, prog_name="policykb", standalone_mode=False) or 0
    except PolicyKBError as error:
        print(str(error), file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except typer.TyperException as error:
        from chat.command.usage import usage_line

        print(usage_line(error), file=sys.stderr)
        return 2
    if code == 130:  # what Typer makes of Ctrl-C
        print("已中断。", file=sys.stderr)
    return code


# The page --------------------------------------------------------------------------------------------------------


def build_page(backend: Backend) -> gr.Blocks:
    """The tabs and the source beside them."""
    import gradio as gr

    from chat.page.calculator_tab import calculator_tab
    from chat.page.chat_tab import chat_tab
    from chat.page.events import open_source, safely
    from chat.page.library_tab import library_tab
    from chat.page.match_tab import match_tab
    from chat.page.notices import TABS, top_html
    from chat.page.search_tab import search_tab
    from chat.page.source import shelf_html
    from chat.page.style import asset
    from chat.page.wiring import QUIET, Refresh, told
    from chat.wording import TITLE
    from eval.tab import evaluation_tab

    def tab(name: str) -> gr.Tab:
        return gr.Tab(TABS[name], id=name, elem_id=f"pk-tab-{name}")

    refresh = Refresh()
    with gr.Blocks(title=TITLE, analytics_enabled=False) as page:
        head = partial(top_html, TITLE)
        top = gr.HTML(head(backend.state, not backend.ready), js_on_load=asset("head.js"), elem_id="pk-top")
        refresh.add(top, lambda: head(backend.state, not backend.ready))
        with gr.Row(elem_id="pk-main"):
            with gr.Column(scale=6, min_width=300), gr.Tabs(overflow_behavior="wrap", elem_id="pk-tabs"):
                with tab("chat"):
                    chat_tab(backend)
                with tab("search"):
                    search_tab(backend, refresh)
                with tab("calculator"):
                    calculator_tab(backend, refresh)
                with tab("match"):
                    match_tab(backend)
                with tab("library"):
                    library_tab(backend, refresh)
                with tab("evaluation"):
                    evaluation_tab()
            with gr.Column(scale=5, min_width=300, elem_id="pk-side"):
                panel = gr.HTML(shelf_html(None), js_on_load=asset("panel.js"), elem_id="pk-panel")

        show = safely(lambda asked: open_source(backend, asked))
        refresh.add(panel, lambda: show({}))
        panel.select(told(lambda event: show(event._data)), None, panel, **QUIET)
        timer = gr.Timer(0.8)

        def draw() -> tuple[Any, ...]:
            if backend.ready:
                return gr.Timer(active=False), *refresh.values()
            others = (gr.skip() for each in refresh.outputs if each is not top)
            return gr.skip(), head(backend.state, True), *others

        for event in (page.load, timer.tick):
            event(draw, None, [timer, *refresh.outputs], **QUIET)
        for event in refresh.events:
            event(refresh.values, None, refresh.outputs, **QUIET)
    return page


def evaluation_door(backend: Backend) -> APIRouter:
    """The routes behind the tab 评测."""
    from eval.doors import router

    return router(backend)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["serve"]))
