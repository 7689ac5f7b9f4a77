"""Making the views of ``jcfs views``, and asking each of them, over many unit-years.

    python benchmarks/readers.py --documents 10000 --folder /tmp/readers
    python benchmarks/views.py --folder /tmp/readers

The folder is one that `readers.py` made: stand-ins published by the usual code, and compacted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb
from measured import load

from jcfs_etl.contracts import load_contracts
from jcfs_etl.report.views import write_views

#: What a person at a dashboard asks: all of a view added up, one unit, one year by class.
QUESTIONS = (
    ("all documents by state", "select 状态, count(*) from 文件 group by all"),
    (
        "totals by year and class",
        "select 年度, 科目名称, sum(金额) from 科目金额 where 科目级次 = 1 group by all",
    ),
    ("one unit, all codes and years", "select * from 科目金额 where 单位 = '某市第77单位'"),
    (
        "one year by class",
        "select 科目编码, sum(增减额) from 科目金额 where 年度 = 2021 and 科目级次 = 1 group by all",
    ),
    ("三公 by year", "select 年度, sum(合计决算数) from 三公经费分年 group by all"),
    ("budget against final", "select 出处, count(*), sum(差额) from 预决算对比 group by all"),
    ("findings by kind", "select 类别, count(*) from 审核发现一览 group by all order by 2 desc"),
    ("violated identities", "select 勾稽关系, count(*), max(abs(差额)) from 不符的勾稽关系 group by all"),
    ("units that do not add up", "select * from 勾稽不符的单位 order by 最大差额 desc nulls last limit 100"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the views and ask them; print what each took, the quickest of some rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="made by readers.py")
    parser.add_argument("--rounds", type=int, default=3, help="of each question (default 3)")
    options = parser.parse_args(arguments)
    root = options.folder / "curated"
    began = time.perf_counter()
    made = write_views(str(root), load_contracts())
    print(f"{len(made.names)} views made in {time.perf_counter() - began:.1f} s; {load()}")
    for name, question in QUESTIONS:
        best, rows = float("inf"), 0
        for _ in range(options.rounds):
            began = time.perf_counter()
            config = {"file_search_path": str(root)}
            with duckdb.connect(str(root / "views.duckdb"), read_only=True, config=config) as data:
                rows = len(data.execute(question).fetchall())
            best = min(best, time.perf_counter() - began)
        print(f"{name}: {best:.2f} s, {rows} rows; {load()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
