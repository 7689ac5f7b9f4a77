"""Views for BI tools over the compacted files: one DuckDB file, and the same statements as SQL.

The file holds no data, only names, descriptions and queries: it is made in a moment, and is never older than
the Parquet files that it reads. Their paths are relative to the curated folder unless asked otherwise.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa
from msgspec import Struct

from jcfs_etl.contracts.arrow import dataset_in_english, dataset_names
from jcfs_etl.contracts.chinese import columns_in_chinese, dataset_description, dataset_label, value_words
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.compact import FOLDER
from jcfs_etl.curate.partitions import PART
from jcfs_etl.errors import RunError
from jcfs_etl.report.rendering import rendered

#: The two files, below the curated folder.
DATABASE, SCRIPT = "views.duckdb", "views.sql"
#: How the file is written, so that tools with an older DuckDB open it too.
_STORAGE = "v1.0.0"
#: A view of plain values: its name, its columns, its rows, and what it is.
Listed = tuple[str, Sequence[str], Sequence[Sequence[str]], str]
_SIMPLE = {pa.string(): "VARCHAR", pa.int32(): "INTEGER", pa.bool_(): "BOOLEAN", pa.float64(): "DOUBLE"}


class ViewsMade(Struct, frozen=True):
    """What was written.

    Attributes:
        files: the database and the script.
        names: the views, by id and by Chinese name.
        empty: datasets of which nothing is published; their views have no rows.
    """

    files: tuple[Path, Path]
    names: tuple[str, ...]
    empty: tuple[str, ...]


def write_views(curated: str, contracts: Contracts, *, absolute: bool = False) -> ViewsMade:
    """Make the views anew, each file in one step in the place of the one before.

    Args:
        curated: the curated folder, compacted.
        contracts: for names, descriptions and queries.
        absolute: name the Parquet files by their whole path, for tools that are told no folder to search.

    Raises:
        RunError: it is no folder, it is not compacted, or it cannot be written.
    """
    if "://" in curated:
        raise RunError(
            f"{curated}: views are written beside files of a folder", "copy the bucket to a folder"
        )
    root = Path(curated).resolve()
    if not any((root / FOLDER).glob(f"*/*/{PART}")):
        raise RunError(f"{curated}: holds no compacted files, which views read", "run jcfs compact first")
    there = {path.name for path in (root / FOLDER).iterdir() if any(path.glob(f"year=*/{PART}"))}
    statements = _script(contracts, there, f"{root}/" if absolute else "")
    empty = tuple(d for d in dataset_names(contracts) if d not in there)
    try:
        with tempfile.TemporaryDirectory(prefix=".views-", dir=root) as folder:
            made = Path(folder) / DATABASE
            names = _build(made, statements, root)
            script = Path(folder) / SCRIPT
            script.write_text(statements, encoding="utf-8")
            # It is made anew every night: what somebody would write into it would be gone.
            made.chmod(0o444)
            for path in (made, script):
                path.replace(root / path.name)
    except (OSError, duckdb.Error) as error:
        raise RunError(
            f"{curated}: views cannot be written ({error})", "check who may write there"
        ) from error
    return ViewsMade((root / DATABASE, root / SCRIPT), names, empty)


def _script(contracts: Contracts, there: Collection[str], base: str) -> str:
    """The statements that make all views and describe them.

    Args:
        contracts: for names, descriptions and queries.
        there: datasets that have compacted files; the others become views without rows.
        base: folder that the files are named from, with ``/`` at its end; empty where they are relative.
    """
    datasets, views = dataset_names(contracts), contracts.views

    def labels(source: str) -> list[tuple[str, str]]:
        if source in views:
            return [(name, column.label) for name, column in views[source].columns.items()]
        return [(column.name, column.label) for column in columns_in_chinese(contracts, source)]

    return rendered(
        "views.sql",
        contracts=contracts,
        datasets=datasets,
        there=there,
        base=base,
        beside=_beside(contracts, datasets),
        files=lambda dataset: f"{FOLDER}/{dataset}/year=*/{PART}",
        columns_of=partial(columns_in_chinese, contracts),
        labels=labels,
        words=partial(value_words, contracts),
        label=partial(dataset_label, contracts),
        english=partial(dataset_in_english, contracts),
        chinese=partial(dataset_description, contracts),
        type=_type,
        name=_name,
        text=_text,
    )


def _beside(contracts: Contracts, datasets: Sequence[str]) -> Iterator[Listed]:
    """What the contracts say of codes and ids, for views to join: name, columns, rows, and what it is."""
    kinds = [(code, k.says, k.says_zh, k.remedy) for code, k in sorted(contracts.findings.items())]
    heads = ("code", "says", "says_zh", "remedy")
    yield "finding_kinds", heads, kinds, "Kinds of findings, from the contracts."
    names = [(d, dataset_label(contracts, d)) for d in datasets]
    yield "dataset_names", ("dataset", "name"), names, "Chinese names of datasets."
    columns = [(d, c.name, c.label) for d in datasets for c in columns_in_chinese(contracts, d)]
    yield "column_names", ("dataset", "column", "label"), columns, "Chinese names of columns."
    subjects = [
        (n, s.labels[0] if s.labels else s.statement) for n, s in contracts.narrative.subjects.items()
    ]
    yield "subject_names", ("subject", "name"), subjects, "Chinese names of what the narrative states."


def _build(path: Path, script: str, root: Path) -> tuple[str, ...]:
    """Make the database; names of its views."""
    with duckdb.connect(config={"file_search_path": str(root)}) as connection:
        connection.execute(f"attach {_text(str(path))} as made (storage_version '{_STORAGE}')")
        connection.execute("use made")
        connection.execute(script)
        rows = connection.execute(
            "select view_name from duckdb_views() where database_name = 'made' and not internal order by all"
        ).fetchall()
        # Each is asked for its columns once, so that one that cannot be read never replaces one that can.
        for (name,) in rows:
            connection.execute(f"describe {_name(name)}")
        connection.execute("checkpoint made; use memory; detach made")
    return tuple(name for (name,) in rows)


def _type(kind: pa.DataType) -> str:
    """A type of Arrow as DuckDB calls it."""
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    if pa.types.is_list(kind):
        return f"{_type(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        return f"STRUCT({', '.join(f'{_name(f.name)} {_type(f.type)}' for f in kind)})"
    return _SIMPLE[kind]


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
