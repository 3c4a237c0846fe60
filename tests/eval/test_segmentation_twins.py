"""Two files of one document: what counts as the same clause, and which files are compared."""

from __future__ import annotations

from pathlib import Path

from eval.segmentation.twins import compare_files, find_twins

TEXT = "关于支持产业发展的若干措施\n一、支持研发\n1.给予补贴，最高100万元。\n2.鼓励转化。\n二、附则\n本措施自印发之日起施行。\n"


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_same_text_in_two_formats(tmp_path: Path) -> None:
    page = "".join(f"<p>　　{line}</p>\n" for line in TEXT.splitlines())
    twins = compare_files(
        _write(tmp_path, "措施.txt", TEXT), _write(tmp_path, "措施.html", f"<html><body>{page}</body></html>")
    )
    assert (twins.clauses, twins.same_paths, twins.same_texts, twins.same_id) == ((4, 4), 4, 4, True)


def test_each_difference_is_counted(tmp_path: Path) -> None:
    other = TEXT.replace("100万元", "200万元").replace("2.鼓励转化。\n", "").replace("若干措施", "实施意见")
    twins = compare_files(_write(tmp_path, "甲.txt", TEXT), _write(tmp_path, "乙.txt", other))
    assert (twins.clauses, twins.same_paths, twins.same_texts, twins.same_id) == ((4, 3), 3, 2, False)


def test_files_of_other_folders_or_names_are_no_twins() -> None:
    files = [Path("a/甲.txt"), Path("b/甲.pdf"), Path("a/乙.pdf"), Path("a/甲_flat_2.txt")]
    assert find_twins(files) == []
