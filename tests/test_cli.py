"""The command: what it prints where, and with which exit code."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import app
from chat.answer import Answer, Citation, Status
from kb.settings import BUNDLED_POLICIES

ROOT = Path(__file__).parent.parent
SEED = next(BUNDLED_POLICIES.glob("鲁科字*.txt"))
NUMBER = "鲁科字〔2024〕137号"
VERBS = [
    "ingest",
    "docs",
    "docs list",
    "docs show",
    "docs remove",
    "clauses",
    "search",
    "ask",
    "calc",
    "rules",
    "rules list",
    "rules show",
    "rules edit",
    "rules confirm",
    "rules drop",
    "rules check",
    "eval",
    "feedback",
    "serve",
]

Run = Callable[..., tuple[int, str, str]]


class FakeAssistant:
    """Repeats what it was asked."""

    def __init__(self, kb: object, llm: object = None) -> None:
        pass

    def ask(self, question: str, history: Sequence[str] = (), as_of: date | None = None) -> Answer:
        text = f"{'|'.join([*history, question])} {as_of}[1]"
        citation = Citation(1, f"{NUMBER} 一", f"{NUMBER} 一", "《计划》", "原文如此", 0, 4)
        return Answer(question, as_of or date(2025, 1, 1), Status.ANSWERED, text, (citation,))


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, embedder: object, tmp_path: Path
) -> Run:
    """Run the command in this process, on an own home, with the hash embedder and the fake assistant."""
    monkeypatch.setattr("kb.knowledge_base.SentenceTransformerEmbedder", lambda *_: embedder)
    monkeypatch.setattr("chat.assistant.Assistant", FakeAssistant)
    monkeypatch.setenv("POLICYKB_HOME", str(tmp_path / "home"))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = app.main(arguments)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


def one_line(err: str) -> bool:
    """Whether stderr is one line of Chinese."""
    return err.count("\n") == 1 and any("一" <= char <= "鿿" for char in err)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself_in_chinese(run: Run, verb: str) -> None:
    code, out, _ = run(*verb.split(), "--help")
    assert code == 0
    assert f"用法：policykb {verb}" in out and "选项" in out
    assert "Usage" not in out and "Options" not in out and "Show this" not in out
    assert "例：" in out or verb in ("docs list", "rules list")


def test_without_arguments_it_shows_the_verbs(run: Run) -> None:
    code, out, _ = run()
    assert code == 0 and "ingest" in out and "serve" in out


def test_version(run: Run) -> None:
    code, out, _ = run("--version")
    assert code == 0 and out.startswith("policykb ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["没有这个命令"], "没有命令"),
        (["ask", "问题", "--nope"], "没有选项 --nope"),
        (["ask"], "--batch"),
        (["ask", "甲", "乙"], "多出了 乙"),
        (["search"], "--batch"),
        (["search", "甲", "--top", "许多"], "--top"),
        (["search", "甲", "--top", "0"], "不小于 1"),
        (["search", "甲", "--mode", "fuzzy"], "fuzzy"),
        (["ask", "问题", "--as-of", "明天"], "明天"),
        (["ask", "--batch", "没有.jsonl"], "没有.jsonl"),
        (["ingest"], "policykb ingest"),
        (["clauses"], "缺少 FILE"),
        (["docs", "--json", "list"], "list 之后"),
        (["ask", "--batch", str(SEED), "--out", "/没有/这里"], "不是 JSON 对象"),
        (["eval"], "缺少 --out"),
        (["serve", "--port", "99999"], "POLICYKB_PORT"),
        (["calc", "clinical_trial", "phase"], "phase"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(run: Run, arguments: list[str], words: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert words in err and one_line(err)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["clauses", "没有.txt"], "没有.txt"),
        (["docs", "show", "没有这份文件"], "没有这份文件"),
        (["docs", "remove", "没有这份文件"], "没有这份文件"),
        (["calc", "没有这条规则"], "clinical_trial"),
        (["calc", "clinical_trial", "phase=II", "rd_spending=-5万"], "-5万"),
    ],
)
def test_a_failure_is_one_line_and_exit_1(run: Run, arguments: list[str], words: str) -> None:
    run("docs")  # so that the first ingest is behind us
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert words in err and one_line(err)


def test_clauses_as_json_has_the_whole_tree(run: Run) -> None:
    code, out, err = run("clauses", str(SEED), "--json")
    parsed = json.loads(out)
    assert (code, err) == (0, "")
    assert parsed["document"]["doc_number"] == NUMBER
    assert parsed["document"]["issued_on"] == "2024-12-06"
    assert parsed["source"] == SEED.read_text("utf-8")
    keys = {"id", "path", "label", "level", "kind", "heading", "text", "start", "end", "lead", "participants"}
    assert all(set(clause) == keys for clause in parsed["clauses"])
    clause = next(c for c in parsed["clauses"] if c["path"] == ["三", "（一）"])
    assert clause["id"] == f"{NUMBER} 三/（一）" and clause["label"] == f"{NUMBER} 三、（一）"
    assert parsed["source"][clause["start"] :].startswith("(一)持续") and clause["lead"] == ["省科技厅"]


def test_clauses_as_text_is_an_indented_tree_and_stores_nothing(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("clauses", str(SEED))
    assert code == 0 and "\n├─ 三、支持政策" in out and "\n│  ├─ （一）" in out
    assert f"文号　　  {NUMBER}" in out and "…" in out
    assert len(run("clauses", str(SEED), "--full")[1]) > 3 * len(out)
    assert not (tmp_path / "home").exists()


def test_ingest_tells_what_became_of_each_file(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "新文件"
    folder.mkdir()
    (folder / "好.txt").write_text(
        "试科字〔2024〕1号\n关于支持研发的若干措施\n一、支持研发。\n二、施行。\n", "utf-8"
    )
    (folder / "空.txt").write_text("", "utf-8")
    (folder / "表.xlsx").write_bytes(b"PK")
    code, out, err = run("ingest", str(folder), "--json")
    assert code == 1
    assert [f["status"] for f in json.loads(out)["files"]] == ["added", "failed"]
    assert [Path(name).name for name in json.loads(out)["skipped"]] == ["表.xlsx"]
    assert "空.txt：文件是空的" in err and "表.xlsx" not in err
    (folder / "空.txt").unlink()
    code, out, err = run("ingest", str(folder))
    assert (code, err) == (0, "") and "未变" in out and "试科字〔2024〕1号" in out
    assert "跳过 1 个不支持的文件：表.xlsx" in out and "共 1 个文件：未变 1" in out
    code, out, err = run("ingest", str(folder / "表.xlsx"))
    assert code == 1 and "表.xlsx" in err


def test_documents_are_listed_shown_and_removed(run: Run) -> None:
    code, out, _ = run("docs", "--json")
    assert code == 0 and {d["id"] for d in json.loads(out)["documents"]} >= {NUMBER}
    assert NUMBER in run("docs")[1] and NUMBER in run("docs", "list")[1]
    assert json.loads(run("docs", "show", "鲁科字[2024]137号", "--json")[1])["document"]["id"] == NUMBER
    assert json.loads(run("docs", "remove", NUMBER, "--json")[1]) == {"removed": NUMBER}
    assert NUMBER not in run("docs")[1]


def test_search_sees_what_is_in_force(run: Run) -> None:
    """Only what is in force on the day given; without one everything, marked where it is not in force today."""
    day = ("--as-of", "2028-01-01")  # 实施期至2027年
    query = ("search", "首台套保费补贴", "--doc", NUMBER)
    assert f"{NUMBER} 三、（四）" in run(*query, "--as-of", "2026-01-01")[1]
    code, out, err = run(*query, *day)
    assert (code, err) == (0, "") and "没有找到" in out
    empty = {"hits": [], "conditions": [], "notices": [], "relevance": "none"}
    assert json.loads(run(*query, *day, "--json")[1]) == empty


def test_search_marks_what_is_not_in_force_today(run: Run, tmp_path: Path) -> None:
    old = "试科字〔2010〕1号\n关于支持养蜂的办法\n一、支持养蜂。\n二、本办法有效期至2012年12月31日。\n"
    (tmp_path / "旧.txt").write_text(old, "utf-8")
    (tmp_path / "register.yaml").write_text("policies: [{file: 旧.txt, effective_to: 2012-12-31}]", "utf-8")
    run("ingest", str(tmp_path / "旧.txt"))
    code, out, err = run("search", "支持养蜂", "--mode", "exact")
    assert code == 0 and "试科字〔2010〕1号 一（已失效）" in out and not err
    assert "试科字〔2010〕1号 一" in run("search", "支持养蜂", "--as-of", "2011-01-01", "--mode", "exact")[1]
    (tmp_path / "in.jsonl").write_text('{"query": "支持养蜂", "top": 1}\n', "utf-8")
    assert "试科字〔2010〕1号 一" in run("search", "--batch", str(tmp_path / "in.jsonl"))[1]
    assert "已失效" in run("docs")[1] and "已失效" in run("docs", "show", "试科字〔2010〕1号")[1]


def test_search_prints_hits(run: Run) -> None:
    day = ("--as-of", "2026-01-01")
    code, out, _ = run("search", "首台套保费补贴", "--top", "3", "--mode", "keyword", "--json", *day)
    hits = json.loads(out)["hits"]
    assert code == 0 and 0 < len(hits) <= 3
    assert hits[0]["id"] == f"{NUMBER} 三/（四）"
    assert set(hits[0]) == {"id", "label", "document", "text", "score", "start", "end"}
    assert f"{NUMBER} 三、（四）" in run("search", "首台套保费补贴", *day)[1]
    assert "没有找到" in run("search", "绝无此事", "--mode", "exact")[1]


def test_search_tells_its_conditions_and_drops_them(run: Run, tmp_path: Path) -> None:
    query = "省科技厅牵头的上限不低于500万元的条款"
    code, out, err = run("search", query)
    assert (code, err) == (0, "") and out.startswith("识别出的条件：牵头单位：省科技厅｜上限 ≥ 500万元\n")
    parsed = json.loads(run("search", query, "--json", "--top", "50")[1])
    keys = [condition["key"] for condition in parsed["conditions"]]
    assert len(keys) == 2 and query[slice(*list(parsed["conditions"][0].values())[2:])] == "省科技厅牵头的"
    wider = json.loads(run("search", query, "--json", "--top", "50", "--without", keys[1])[1])
    assert [condition["key"] for condition in wider["conditions"]] == keys[:1]
    assert len(wider["hits"]) > len(parsed["hits"]) > 0
    assert json.loads(run("search", query, "--json", "--without", "all")[1])["conditions"] == []
    asked = tmp_path / "in.jsonl"
    lines = [{"query": query}, {"query": query, "without": keys}, {"query": query, "without": ["all"]}]
    asked.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    found = [json.loads(line) for line in run("search", "--batch", str(asked))[1].splitlines()]
    assert [len(line["conditions"]) for line in found] == [2, 0, 0]


def test_a_condition_that_is_not_there_cannot_be_dropped(run: Run) -> None:
    run("docs")
    code, out, err = run("search", "省科技厅牵头的条款", "--without", "lead:甲")
    assert (code, out) == (2, "") and one_line(err)
    assert "没有条件 lead:甲" in err and "lead:省科技厅" in err and "all" in err
    code, out, err = run("search", "床位", "--without", "lead:甲")
    assert (code, out) == (2, "") and one_line(err) and "没有可去掉的条件" in err


def test_search_says_what_is_named_and_not_there(run: Run) -> None:
    code, out, _ = run("search", "绝无〔2020〕9号 养蜂")
    assert code == 0 and out.startswith("知识库里没有") and "仅供参考" in out


def test_search_in_a_batch_keeps_the_order(run: Run, tmp_path: Path) -> None:
    asked, answered = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    asked.write_text('{"query": "床位", "top": 1}\n\n{"query": "临床试验"}\n', "utf-8")
    code, out, _ = run(
        "search", "--batch", str(asked), "--out", str(answered), "--mode", "keyword", "--top", "2"
    )
    lines = [json.loads(line) for line in answered.read_text("utf-8").splitlines()]
    assert (code, out) == (0, "") and [len(line["hits"]) for line in lines] == [1, 2]
    assert lines[0]["hits"][0]["id"] == f"{NUMBER} 三/（二）"


def test_ask_passes_history_and_day_and_prints_the_quotes(run: Run) -> None:
    code, out, _ = run("ask", "那III期呢", "--history", "先问", "--history", "再问", "--as-of", "2025-10-01")
    assert code == 0 and "先问|再问|那III期呢 2025-10-01[1]" in out and "“原文如此”" in out


def test_ask_as_json_is_one_answer(run: Run) -> None:
    parsed = json.loads(run("ask", "甲", "--json")[1])
    assert parsed["question"] == "甲" and parsed["status"] == "answered" and parsed["citations"][0]["n"] == 1


def test_ask_in_a_batch_keeps_the_order_and_ignores_other_keys(run: Run, tmp_path: Path) -> None:
    asked = tmp_path / "in.jsonl"
    rows = [
        {"question": "甲", "id": "x"},
        {"question": "乙", "history": ["先"], "as_of": "2025-02-03"},
        {"question": "丙", "as_of": None},
    ]
    asked.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    code, out, _ = run("ask", "--batch", str(asked))
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [a["question"] for a in answers] == ["甲", "乙", "丙"]
    assert answers[1]["answer"] == "先|乙 2025-02-03[1]"


@pytest.mark.parametrize(
    ("line", "words"), [("{", "不是 JSON"), ('{"history": []}', "question"), ('{"question": 3}', "question")]
)
def test_a_bad_line_of_a_batch_is_named(run: Run, tmp_path: Path, line: str, words: str) -> None:
    asked = tmp_path / "in.jsonl"
    asked.write_text('{"question": "甲"}\n' + line, "utf-8")
    code, out, err = run("ask", "--batch", str(asked))
    assert (code, out) == (2, "") and "第 2 行" in err and words in err and one_line(err)


def test_calc_computes_asks_and_refuses(run: Run) -> None:
    parsed = json.loads(run("calc", "clinical_trial", "phase=II", "rd_spending=6000万", "--json")[1])
    assert (parsed["status"], parsed["amount_yuan"], parsed["is_ceiling"]) == ("answered", "20000000", True)
    assert parsed["steps"][0]["value"] == "2400万元"
    parsed = json.loads(run("calc", "clinical_trial", "phase=II", "--json")[1])
    assert (parsed["status"], parsed["missing"], parsed["amount_yuan"]) == (
        "needs_input",
        ["rd_spending"],
        None,
    )
    parsed = json.loads(run("calc", "clinical_trial", "phase=IV", "rd_spending=1亿", "--json")[1])
    assert parsed["status"] == "not_eligible" and parsed["reason"]
    code, out, _ = run("calc", "clinical_trial", "phase=II", "rd_spending=6000万")
    assert code == 0 and "最高 2000万元" in out and "条款依据" in out


def test_rules_name_their_inputs(run: Run) -> None:
    rules = {rule["id"]: rule for rule in json.loads(run("rules", "--json")[1])["rules"]}
    assert {each["name"] for each in rules["clinical_trial"]["inputs"]} >= {"phase", "rd_spending"}
    assert "rd_spending=6000万" in run("rules")[1]


def test_interruption_is_exit_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FakeAssistant, "ask", interrupt)
    code, out, err = run("ask", "甲")
    assert (code, out, err) == (130, "", "已中断。\n")


def test_a_port_in_use_is_one_line(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, out, err = run("serve", "--port", str(taken.getsockname()[1]))
    assert (code, out) == (1, "") and "--port" in err and one_line(err)


def policykb(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """The installed command as a user runs it, in a shell without UTF-8."""
    env = {**os.environ, "POLICYKB_HOME": str(home), "LC_ALL": "C"}
    command = [str(Path(sys.executable).with_name("policykb")), *arguments]
    return subprocess.run(
        command, capture_output=True, env=env, encoding="utf-8", cwd=home.parent, check=False
    )


def test_a_real_question_on_an_empty_home(tmp_path: Path) -> None:
    home = tmp_path / "家"
    run = policykb("ask", "II期临床研发投入6000万能拿多少", "--json", home=home)
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout)
    assert answer["status"] == "answered" and answer["calculation"]["amount_yuan"] == "20000000"
    assert answer["citations"] and "Traceback" not in run.stderr
    text = policykb("ask", "II期临床研发投入6000万能拿多少", home=home).stdout
    assert "2000万元" in text and "引用依据" in text and "测算过程" in text


def test_a_reader_that_stops_reading_is_no_error(tmp_path: Path) -> None:
    command = f"{Path(sys.executable).with_name('policykb')} clauses '{SEED}' | head -n 1"
    run = subprocess.run(
        ["bash", "-c", command], capture_output=True, encoding="utf-8", check=False, cwd=tmp_path
    )
    assert run.stderr == ""


def test_ctrl_c_ends_serve_cleanly(tmp_path: Path) -> None:
    env = {**os.environ, "POLICYKB_HOME": str(tmp_path / "home")}
    command = [str(Path(sys.executable).with_name("policykb")), "serve", "--port", "0"]
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # ignored in the background, and inherited
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
        cwd=tmp_path,
        encoding="utf-8",
    ) as server:
        signal.signal(signal.SIGINT, before)
        assert server.stdout is not None and "http://127.0.0.1:" in server.stdout.readline()
        time.sleep(1)
        server.send_signal(signal.SIGINT)
        _, err = server.communicate(timeout=30)
    assert server.returncode == 130 and "Traceback" not in err
