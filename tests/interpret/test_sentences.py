"""Sentences of many provinces' styles, every figure marked with the reading that it is to have."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from at_hand import DATA
from excerpts import read_excerpt
from marked import judged, read_marked, score

from jcfs_etl.contracts import Contracts

FILES = sorted((DATA / "wordings").glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_sentence_is_misunderstood_and_hardly_one_left(path: Path, contracts: Contracts) -> None:
    worth = Counter(verdict for _, _, verdict, _ in score(path, contracts))
    assert worth["misunderstood"] == 0
    assert worth["unread"] <= worth.total() / 50


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("2019年公务接待费[3.20|hospitality]万元", "understood"),
        ("2019年公务接待费[3.20|abroad]万元", "misunderstood"),
        ("2019年公务接待费[3.20|hospitality =budget]万元", "misunderstood"),
        ("2019年公务接待费[3.20|?]万元", "misunderstood"),
        ("2019年慰问金[3.20|hospitality]万元", "unread"),
        ("2019年公务接待费[3.20|hospitality]万元，比上年增加[0.20|+last]万元", "understood"),
        ("2019年公务接待费[3.20|hospitality]万元，比上年增加[0.20|-last]万元", "misunderstood"),
        ("2019年公务接待费[3.20|hospitality]万元，比上年增加[0.20|+budget]万元", "misunderstood"),
    ],
)
def test_a_mark_says_what_a_reading_is_worth(text: str, verdict: str, contracts: Contracts) -> None:
    [excerpt] = read_marked(f"# 某省 2019 局\n## 七、“三公”经费支出决算情况说明\n{text}。")
    claims = read_excerpt(excerpt.lines, contracts)
    mark = excerpt.marks[-1]
    assert judged(mark, claims.get((mark.line, mark.column), [])) == verdict


@pytest.mark.parametrize("mark", ["[3.20|]", "[3.20|hospitality +]", "[3.20|hospitality =later]"])
def test_a_mark_without_a_reading_is_refused(mark: str) -> None:
    with pytest.raises(ValueError):
        list(read_marked(f"# 某省 2019 局\n公务接待费{mark}万元。"))
