"""Training for real, with a tiny random model: from texts to a folder the knowledge base uses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb import KnowledgeBase, Settings
from kb.train import trainer
from kb.train.__main__ import main

FEW = ["--epochs", "2", "--batch", "8", "--lr", "1e-3", "--max-length", "64", "--held-apart", "0.2"]


@pytest.fixture(autouse=True)
def on_one_thread() -> Any:
    """As quick on a busy machine as on an idle one."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def load(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), local_files_only=True)


def test_from_texts_to_a_model_in_use(
    texts: Path, tiny_model: Path, tmp_path: Path, no_policies: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = tmp_path / "qa.jsonl"
    line = {"question": "第2类首台装备最高补助多少？", "clauses": ["试科字〔2024〕2号 六"]}
    questions.write_text(json.dumps(line), encoding="utf-8")
    out = tmp_path / "new" / "model"
    given = [
        str(texts),
        "--out",
        str(out),
        "--base",
        str(tiny_model),
        "--test-questions",
        str(questions),
        *FEW,
    ]
    assert main(given) == 0
    said = capsys.readouterr()
    assert "留出文件的样本" in said.out and "留出文件的题目：1 题" in said.out and "95% 区间" in said.out
    assert list(out.parent.iterdir()) == [out], "checkpoints are gone"
    told = json.loads((out / "training.json").read_text(encoding="utf-8"))
    assert told["judged"][0]["after"]["mrr_at_10"] > told["judged"][0]["before"]["mrr_at_10"]
    assert (out / "LICENSE-tiny").exists() and "第2类" not in (out / "README.md").read_text(encoding="utf-8")
    old, new = load(tiny_model), load(out)
    assert new.prompts == old.prompts and new.max_seq_length == old.max_seq_length
    assert str(new.dtype) == "torch.float32"
    assert json.loads((out / "tokenizer.json").read_text(encoding="utf-8"))["truncation"] is None
    settings = Settings(
        home=tmp_path / "home", policies=no_policies, embedding_model=str(out), _env_file=None
    )
    with KnowledgeBase(settings) as base:
        base.ingest([texts / "1.txt"])
        assert base.search("临床试验支持措施", mode="semantic")
    assert main(given) == 2
    assert "已存在且不是空文件夹" in capsys.readouterr().err


def test_a_student_learns_to_give_the_vectors_of_its_teacher(
    texts: Path, tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "student"
    given = [
        str(texts),
        "--out",
        str(out),
        "--base",
        str(tiny_model),
        "--layers",
        "1",
        "--precision",
        "float32",
        *FEW,
    ]
    assert main(given) == 0
    assert "MRR@10 变化" in capsys.readouterr().out
    teacher, student, cut = load(tiny_model), load(out), load(tiny_model)
    assert student[0].auto_model.config.num_hidden_layers == len(student[0].auto_model.encoder.layer) == 1
    trainer.shorten(cut, 1)
    asked = ["第9类首台装备支持措施。", "申请贷款贴息的单位。"]
    wanted = teacher.encode_document(asked, normalize_embeddings=True)
    near = [
        np.sum(wanted * model.encode_document(asked, normalize_embeddings=True)) for model in (cut, student)
    ]
    assert near[1] > near[0]


def test_a_result_lies_between_base_and_trained(tiny_model: Path) -> None:
    base, trained = load(tiny_model), load(tiny_model)
    for parameter in trained.parameters():
        parameter.data += 1.0
    trainer._mix(trained, base, 0.25)
    moved = [
        new.detach() - old.detach() for new, old in zip(trained.parameters(), base.parameters(), strict=True)
    ]
    assert all(np.allclose(part.numpy(), 0.75, atol=1e-5) for part in moved)


def test_an_interrupted_run_goes_on(
    texts: Path,
    tiny_model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "model"
    given = [
        str(texts),
        "--out",
        str(out),
        "--base",
        str(tiny_model),
        "--freeze-layers",
        "1",
        *FEW,
        "--steps",
        "10",
    ]
    steps: list[int] = []
    make = trainer._reporter

    def stops_at_6(report: trainer.Report) -> Any:
        def told(done: int, total: int) -> None:
            steps.append(done)
            report(done, total)
            if len(steps) == 6:
                raise KeyboardInterrupt

        return make(told)

    monkeypatch.setattr(trainer, "_reporter", stops_at_6)
    assert main(given) == 1
    assert "已中断" in capsys.readouterr().err and not out.exists()
    assert main([*given[:-1], "9"]) == 2
    assert "另一次未完成的训练" in capsys.readouterr().err
    assert main(given) == 0
    assert steps == [1, 2, 3, 4, 5, 6, 5, 6, 7, 8, 9, 10], "the last checkpoint was of step 4"
    frozen = [
        np.array_equal(
            *(
                dict(load(folder)[0].auto_model.named_parameters())[name].detach().numpy().astype("float16")
                for folder in (tiny_model, out)
            )
        )
        for name in ("embeddings.word_embeddings.weight", "encoder.layer.1.output.dense.weight")
    ]
    assert frozen == [True, False]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ([], 2, "没有给出文本"),
        (["nowhere.txt"], 2, "nowhere.txt：没有这个文件或文件夹"),
        (["TEXTS", "--batch", "1"], 2, "--batch 1 不可用"),
        (["TEXTS", "--held-apart", "1"], 2, "--held-apart 1.0 不可用"),
        (["TEXTS", "--kinds", "asked:many"], 2, "--kinds asked:many 不可用"),
        (["TEXTS", "--kinds", "asked:9", "--held-apart", "0"], 2, "只做出 9 组训练样本，不够一批（64 组）"),
        (["TEXTS", "--batch", "5000"], 2, "不够一批（5000 组）"),
        (["TEXTS", "--questions", "none.jsonl"], 2, "读不出题集"),
        (["TEXTS", "--held-apart", "0", "--base", "./no-model"], 1, "找不到向量模型文件夹"),
        (["TEXTS", "--held-apart", "0", "--layers", "9"], 2, "--layers 9 不可用：原模型有 2 层"),
        (["TEXTS", "--held-apart", "0", "--freeze-layers", "2"], 2, "--freeze-layers 2 不可用"),
    ],
)
def test_errors_are_one_line(
    *,
    texts: Path,
    tiny_model: Path,
    tmp_path: Path,
    options: list[str],
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    base = [] if "--base" in options else ["--base", str(tiny_model)]
    given = [str(texts) if option == "TEXTS" else option for option in options]
    assert main([*given, "--out", str(tmp_path / "model"), *base]) == code
    lines = capsys.readouterr().err.strip().splitlines()
    assert said in lines[-1] and "Error" not in "".join(lines)
    assert not list(tmp_path.glob("model*")), "nothing is left behind"


def test_a_missing_extra_is_told(
    texts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(trainer, "find_spec", lambda name: None if name == "datasets" else object())
    assert main([str(texts), "--out", "model"]) == 2
    assert 'pip install "policykb[train]"' in capsys.readouterr().err


def test_importing_loads_nothing_heavy() -> None:
    code = (
        "import sys, kb.train.__main__\n"
        "print({'torch', 'datasets', 'accelerate', 'transformers', 'sentence_transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_knowledge_base_can_be_learnt_from(
    texts: Path, tiny_model: Path, base: KnowledgeBase, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not base.ingest([texts]).failed
    home, out = str(base.settings.home), str(texts.parent / "model")
    base.close()
    for given in (["--home", home], [str(texts / "1.txt"), "--home", home]):
        assert (
            main([*given, "--out", out, "--base", str(tiny_model), "--held-apart", "0", "--batch", "5000"])
            == 2
        )
        assert "48 条条款" in capsys.readouterr().err
