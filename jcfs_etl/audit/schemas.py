"""pandera schemas generated from the contracts: one a dataset, one named check an identity.

The check functions run the audit's own engine, so that validating a DataFrame and auditing a
publication are one and the same.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Container, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandera.pandas as pan
import pyarrow as pa

from jcfs_etl.audit.binding import bind
from jcfs_etl.audit.model import Check, Figures, count_columns
from jcfs_etl.audit.rounding import judge
from jcfs_etl.contracts.arrow import MONEY, arrow_schema
from jcfs_etl.contracts.model import Contracts, Identity, Table
from jcfs_etl.recognise.model import Key

if TYPE_CHECKING:
    import pandas as pd

#: Receives every check as it is made.
Recorder = Callable[[Check], None]

#: The column that names a row, by kind of table.
ROW_ID = {"lines": "line", "functional": "code", "economic": "code", "bases": "basis"}

#: Columns already made, by version of the contracts and dataset.
_COLUMNS: dict[tuple[str, str], dict[str, pan.Column]] = {}

#: 100 元 either way: half of 0.01 万元 in 分, the precision of nearly all publications.
USUAL_HALF = 5000


def table_schema(
    contracts: Contracts,
    dataset: str,
    *,
    half: int = USUAL_HALF,
    columns: Sequence[str] | None = None,
    readable: Container[Key] | None = None,
    record: Recorder | None = None,
) -> pan.DataFrameSchema:
    """The schema of one table's DataFrame: types, unique rows, and its identities.

    Args:
        contracts: the contracts.
        dataset: a dataset that a table fills.
        half: half a unit of the last printed decimal, in 分.
        columns: amount columns that the form prints; by default those that hold any value.
        readable: cells that could be read; any other is unknown, not blank. By default all.
        record: receives every check as it is made.

    Returns:
        A schema whose ``validate`` raises ``pandera.errors.SchemaErrors`` (with ``lazy=True``) naming
        each violated identity by its id and statement, and the row of the reported figure.

    Raises:
        KeyError: no table contract fills the dataset.
    """
    table = contracts.tables[dataset]
    figures = _Once(lambda frame: _figures_of_frame(frame, table, contracts, half, columns, readable))
    checks = [
        pan.Check(
            _IdentityCheck(identity, dataset, figures, contracts, record, ROW_ID[table.kind]),
            name=identity.id,
            error=identity.statement,
        )
        for identity in table.identities
    ]
    return pan.DataFrameSchema(
        _columns(contracts, dataset),
        checks=checks,
        unique=[ROW_ID[table.kind]],
        strict=True,
        name=dataset,
        title=table.title,
        description=table.description,
    )


def _columns(contracts: Contracts, dataset: str) -> dict[str, pan.Column]:
    """Columns of a table's schema, made once for all its documents."""
    import pandas as pd

    key = (contracts.version, dataset)
    if key not in _COLUMNS:
        _COLUMNS[key] = {
            field.name: pan.Column(
                pd.ArrowDtype(field.type),
                nullable=field.nullable,
                title=field.metadata[b"label"].decode(),
                description=field.metadata[b"description"].decode(),
            )
            for field in arrow_schema(contracts, dataset)
        }
    return _COLUMNS[key]


def publication_schema(
    contracts: Contracts, figures: Figures, record: Recorder | None = None
) -> pan.DataFrameSchema:
    """The schema of all figures of a publication together: the identities between tables.

    It validates a DataFrame of ``dataset``, ``row``, ``column`` and ``amount`` (元), such as
    :func:`figures_frame` makes.

    Args:
        contracts: the contracts.
        figures: rows, columns and precision of the publication's tables.
        record: receives every check as it is made.
    """
    import pandas as pd

    text = pd.ArrowDtype(pa.string())

    def refreshed(frame: pd.DataFrame) -> Figures:
        keys = zip(*(_plain(frame[c]) for c in ("dataset", "row", "column")), strict=True)
        return Figures(
            values=dict(zip((Key(*k) for k in keys), _fen(frame["amount"]), strict=True)),
            rows=figures.rows,
            columns=figures.columns,
            half=figures.half,
            counts=figures.counts,
        )

    once = _Once(refreshed)
    checks = [
        pan.Check(
            _IdentityCheck(identity, None, once, contracts, record, "row"),
            name=identity.id,
            error=identity.statement,
        )
        for identity in contracts.identities
    ]
    return pan.DataFrameSchema(
        {
            "dataset": pan.Column(text),
            "row": pan.Column(text),
            "column": pan.Column(text),
            "amount": pan.Column(pd.ArrowDtype(MONEY), nullable=True),
        },
        checks=checks,
        unique=["dataset", "row", "column"],
        name="publication",
    )


def figures_frame(figures: Figures) -> pd.DataFrame:
    """All amounts of a publication as a DataFrame of dataset, row, column and amount in 元."""
    import pandas as pd

    keys = list(figures.values)
    text = pd.ArrowDtype(pa.string())
    amounts = [
        None if figures.values[k] is None else Decimal(figures.values[k] or 0).scaleb(-2) for k in keys
    ]
    return pd.DataFrame(
        {
            "dataset": pd.array([k.dataset for k in keys], dtype=text),
            "row": pd.array([k.row for k in keys], dtype=text),
            "column": pd.array([k.column for k in keys], dtype=text),
            "amount": pd.array(pa.array(amounts, MONEY), dtype=pd.ArrowDtype(MONEY)),
        }
    )


class _Once:
    """Figures of a frame, worked out once for all the checks that ask for them.

    The frame is held weakly: pandera keeps a schema for as long as its frame lives, so a schema that
    held its frame would keep both for ever.
    """

    def __init__(self, make: Callable[[pd.DataFrame], Figures]) -> None:
        self._make = make
        self._last: tuple[weakref.ref[pd.DataFrame], Figures] | None = None

    def __call__(self, frame: pd.DataFrame) -> Figures:
        if self._last is None or self._last[0]() is not frame:
            self._last = (weakref.ref(frame), self._make(frame))
        return self._last[1]


class _IdentityCheck:
    """A pandera check function: true, or for each row whether its reported figures hold."""

    def __init__(
        self,
        identity: Identity,
        home: str | None,
        figures: Callable[[Any], Figures],
        contracts: Contracts,
        record: Recorder | None,
        row_column: str,
    ) -> None:
        self.identity = identity
        self.home = home
        self.figures = figures
        self.contracts = contracts
        self.record = record
        self.row_column = row_column
        self.__name__ = identity.id

    def __call__(self, frame: pd.DataFrame) -> pd.Series | bool:
        import pandas as pd

        figures = self.figures(frame)
        binding = bind(self.identity, self.home, figures, self.contracts)
        checks = [judge(equation, figures) for equation in binding.equations]
        if not checks:
            why = binding.obstacles[0] if binding.obstacles else "nothing on this form to try it on"
            checks = [Check(self.identity.id, self.identity.statement, "not_applicable", note=why)]
        violated = set()
        for check in checks:
            if self.record is not None:
                self.record(check)
            if check.verdict == "violated" and check.key is not None:
                violated.add((check.key.dataset, check.key.row))
        if not violated:
            return True
        rows = _plain(frame[self.row_column])
        datasets = _plain(frame["dataset"]) if self.home is None else [self.home] * len(frame)
        holds = [(d, r) not in violated for d, r in zip(datasets, rows, strict=True)]
        return pd.Series(holds, index=frame.index, dtype=bool)


def _figures_of_frame(
    frame: pd.DataFrame,
    table: Table,
    contracts: Contracts,
    half: int,
    columns: Sequence[str] | None,
    readable: Container[Key] | None,
) -> Figures:
    rows = tuple(str(r) for r in _plain(frame[ROW_ID[table.kind]]))
    present = tuple(
        c for c in table.columns if (c in columns if columns is not None else frame[c].notna().any())
    )
    values: dict[Key, int | None] = {}
    for column in present:
        exact = table.columns[column].measure == "money"
        series = _fen(frame[column]) if exact else _plain(frame[column])
        for row, value in zip(rows, series, strict=True):
            key = Key(table.dataset, row, column)
            if column in _own_columns(table, row) and (readable is None or key in readable):
                values[key] = value
    return Figures(
        values,
        {table.dataset: rows},
        {table.dataset: present},
        {table.dataset: half},
        count_columns(contracts),
    )


def _own_columns(table: Table, row: str) -> Sequence[str]:
    """Columns that a row can have: those of its side, or the one that its contract names."""
    if not table.sides:
        return tuple(table.columns)
    for side in table.sides.values():
        if row in side.rows:
            own = side.rows[row].column
            return (own,) if own else side.columns
    return next((s.columns for s in table.sides.values() if s.classes_part_of), ())


def _plain(series: Any) -> list[Any]:
    """A column as Python values, None where null; far quicker than iterating over the series."""
    return list(pa.array(series, from_pandas=True).to_pylist())


def _fen(series: Any) -> list[int | None]:
    return [None if v is None else int(v.scaleb(2)) for v in _plain(series)]


def violations(error: pan.errors.SchemaErrors, known: Mapping[str, Any]) -> list[str]:
    """Failures of a schema that are no identity: the frame itself is not of the promised shape."""
    return sorted(
        {
            f"{f['column']}: {f['check']}"
            for f in error.failure_cases.to_dict("records")
            if f["check"] not in known
        }
    )
