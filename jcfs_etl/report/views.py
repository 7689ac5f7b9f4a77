"""Views for BI tools over the compacted files: one DuckDB file, and the same statements as SQL.

The file holds no data, only names, descriptions and queries: it is made in a moment, and is never older than
the Parquet files that it reads. Their paths are relative to the curated folder unless asked otherwise.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
from msgspec import Struct

from jcfs_etl.contracts.arrow import arrow_schema, dataset_names
from jcfs_etl.contracts.chinese import columns_in_chinese, dataset_description, dataset_label, value_words
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.compact import FOLDER
from jcfs_etl.curate.partitions import PART
from jcfs_etl.errors import RunError

#: The two files, below the curated folder.
DATABASE, SCRIPT = "views.duckdb", "views.sql"
#: How the file is written, so that tools with an older DuckDB open it too.
_STORAGE = "v1.0.0"
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
    statements = list(view_statements(contracts, there, f"{root}/" if absolute else ""))
    empty = tuple(d for d in dataset_names(contracts) if d not in there)
    try:
        with tempfile.TemporaryDirectory(prefix=".views-", dir=root) as folder:
            made = Path(folder) / DATABASE
            names = _build(made, statements, root)
            script = Path(folder) / SCRIPT
            script.write_text(_script(statements, absolute=absolute), encoding="utf-8")
            # It is made anew every night: what somebody would write into it would be gone.
            made.chmod(0o444)
            for path in (made, script):
                path.replace(root / path.name)
    except (OSError, duckdb.Error) as error:
        raise RunError(
            f"{curated}: views cannot be written ({error})", "check who may write there"
        ) from error
    return ViewsMade((root / DATABASE, root / SCRIPT), names, empty)


def view_statements(contracts: Contracts, there: Iterable[str], base: str = "") -> Iterator[str]:
    """The statements that make all views and describe them, in order.

    Args:
        contracts: for names, descriptions and queries.
        there: datasets that have compacted files; the others become views without rows.
        base: folder that the files are named from, with ``/`` at its end; by default they are relative.
    """
    present = set(there)
    for dataset in dataset_names(contracts):
        yield from _dataset_views(contracts, dataset, base if dataset in present else None)
    yield from _beside(contracts)
    for name, view in contracts.views.items():
        yield from _view(
            name,
            view.sql.strip(),
            f"{view.name}: {view.description}",
            [(n, _measured(f"{c.label}: {c.description}", c.unit or "")) for n, c in view.columns.items()],
        )
        yield from _view(
            view.name,
            _translated(contracts, name, [(n, c.label) for n, c in view.columns.items()]),
            view.description_zh,
            [(c.label, _measured(c.description_zh, c.unit or "")) for c in view.columns.values()],
        )


def _dataset_views(contracts: Contracts, dataset: str, base: str | None) -> Iterator[str]:
    """A dataset in English and in Chinese; without rows where there is no folder that has it."""
    columns = columns_in_chinese(contracts, dataset)
    if base is not None:
        files = _text(f"{base}{FOLDER}/{dataset}/year=*/{PART}")
        chosen = ", ".join(_name(column.name) for column in columns)
        query = (
            f"select {chosen} from read_parquet({files}, hive_partitioning = true, "
            "hive_types = {'year': INTEGER})"
        )
    else:
        typed = ", ".join(f"cast(null as {_type(c.type)}) as {_name(c.name)}" for c in columns)
        query = f"select {typed} where false"
    label = dataset_label(contracts, dataset)
    english = arrow_schema(contracts, dataset).metadata[b"description"].decode()
    yield from _view(
        dataset,
        query,
        f"{label}: {english}",
        [(c.name, _measured(f"{c.label}: {c.english}", c.unit)) for c in columns],
    )
    yield from _view(
        label,
        _translated(contracts, dataset, [(c.name, c.label) for c in columns]),
        dataset_description(contracts, dataset),
        [(c.label, _measured(c.description, c.unit)) for c in columns],
    )


def _beside(contracts: Contracts) -> Iterator[str]:
    """What the contracts say of codes and ids, for views to join."""
    kinds = [(code, k.says, k.says_zh, k.remedy) for code, k in sorted(contracts.findings.items())]
    datasets = dataset_names(contracts)
    columns = [(d, c.name, c.label) for d in datasets for c in columns_in_chinese(contracts, d)]
    subjects = [
        (n, s.labels[0] if s.labels else s.statement) for n, s in contracts.narrative.subjects.items()
    ]
    for name, heads, rows, said in (
        (
            "finding_kinds",
            ("code", "says", "says_zh", "remedy"),
            kinds,
            "Kinds of findings, from the contracts.",
        ),
        (
            "dataset_names",
            ("dataset", "name"),
            [(d, dataset_label(contracts, d)) for d in datasets],
            "Chinese names of datasets.",
        ),
        ("column_names", ("dataset", "column", "label"), columns, "Chinese names of columns."),
        ("subject_names", ("subject", "name"), subjects, "Chinese names of what the narrative states."),
    ):
        values = ",\n  ".join(f"({', '.join(map(_text, row))})" for row in rows)
        query = f"select * from (values\n  {values}\n) as t({', '.join(map(_name, heads))})"
        yield from _view(name, query, said, [])


def _view(name: str, query: str, comment: str, columns: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield f"create or replace view {_name(name)} as\n{query}"
    yield f"comment on view {_name(name)} is {_text(comment)}"
    for column, said in columns:
        yield f"comment on column {_name(name)}.{_name(column)} is {_text(said)}"


def _translated(contracts: Contracts, source: str, columns: Sequence[tuple[str, str]]) -> str:
    """A query on a view that calls its columns, and their coded values, in Chinese."""
    shown = []
    for column, label in columns:
        words = value_words(contracts, source, column)
        value = _name(column)
        if words:
            cases = " ".join(f"when {_text(k)} then {_text(v)}" for k, v in words.items())
            value = f"case {value} {cases} else {value} end"
        shown.append(f"{value} as {_name(label)}")
    return f"select {', '.join(shown)} from {_name(source)}"


def _build(path: Path, statements: Sequence[str], root: Path) -> tuple[str, ...]:
    """Make the database; names of its views."""
    with duckdb.connect(config={"file_search_path": str(root)}) as connection:
        connection.execute(f"attach {_text(str(path))} as made (storage_version '{_STORAGE}')")
        connection.execute("use made")
        for statement in statements:
            connection.execute(statement)
        rows = connection.execute(
            "select view_name from duckdb_views() where database_name = 'made' and not internal order by all"
        ).fetchall()
        # Each is asked for its columns once, so that one that cannot be read never replaces one that can.
        for (name,) in rows:
            connection.execute(f"describe {_name(name)}")
        connection.execute("checkpoint made; use memory; detach made")
    return tuple(name for (name,) in rows)


def _script(statements: Sequence[str], *, absolute: bool) -> str:
    where = (
        ""
        if absolute
        else "-- Run in the curated folder, or after: set file_search_path = '/path/of/curated';\n"
    )
    return f"-- Made by jcfs views; it is made anew by every night.\n{where}" + "".join(
        f"{s};\n" for s in statements
    )


def _measured(said: str, unit: str) -> str:
    return f"{said} [{unit}]" if unit else said


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
