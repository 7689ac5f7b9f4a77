"""Made-up excerpts of narratives in the styles of 25 provinces, every figure with the reading it is to have.

They were written apart from the program and first scored when it was thought done: 691 of 732 figures
understood, 5 misunderstood (one of them by another name of the same), 36 unread.
"""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from at_hand import DATA, ROOT

from jcfs_etl.contracts import Contracts


@pytest.fixture(scope="module")
def narratives() -> Iterator[Any]:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    yield importlib.import_module("narratives")
    sys.path.remove(str(ROOT / "benchmarks"))


def test_no_figure_is_misunderstood_and_few_are_left(narratives: Any, contracts: Contracts) -> None:
    verdicts = Counter(one.verdict for one in narratives.listed(DATA / "excerpts", contracts))
    assert verdicts["misunderstood"] == 0
    # 项 that no table names, as an excerpt has none, make up most of the rest.
    assert verdicts["understood"] >= 0.96 * verdicts.total()
