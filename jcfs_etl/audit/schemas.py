"""pandera schemas generated from the contracts, with one named check an identity.

A table's schema tries its identities on the frame that it is given. The schema of a publication is the gate
that everything passes before it goes out: every row once, amounts of the promised type, and the verdicts that
the audit came to, held to the very figures that are handed on.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandera.pandas as pan
import pyarrow as pa

from jcfs_etl.audit.identities import try_identity
from jcfs_etl.audit.model import Check, Figures
from jcfs_etl.contracts.arrow import arrow_schema, arrow_types
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import Table
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import PublishedTable

if TYPE_CHECKING:
    import pandas as pd

#: The column that names a row, by kind of table.
ROW_ID = {"lines": "line", "functional": "code", "economic": "code", "bases": "basis"}

#: The columns that name a figure.
KEY = ("dataset", "row", "column")

#: Columns already made, by version of the contracts and dataset.
_COLUMNS: dict[tuple[str, str], dict[str, pan.Column]] = {}

#: 100 元 either way: half of 0.01 万元 in 分, the precision of nearly all publications.
USUAL_HALF = 5000


def table_schema(
    contracts: Contracts, dataset: str, *, half: int = USUAL_HALF, columns: Sequence[str] | None = None
) -> pan.DataFrameSchema:
    """The schema of one table's DataFrame: types, unique rows, and its identities.

    Args:
        contracts: the contracts.
        dataset: a dataset that a table fills.
        half: half a unit of the last printed decimal, in 分.
        columns: amount columns that the form prints; by default those that hold any value.

    Returns:
        A schema whose ``validate`` raises ``pandera.errors.SchemaErrors`` (with ``lazy=True``) naming
        each violated identity by its id and statement, and the row of the reported figure.

    Raises:
        KeyError: no table contract fills the dataset.
    """
    table = contracts.tables[dataset]
    row_id = ROW_ID[table.kind]

    def holds(frame: pd.DataFrame, *, identity: str) -> pd.Series | bool:
        figures = _figures_of_frame(frame, table, contracts, half, columns)
        places = [(dataset, str(row)) for row in _plain(frame[row_id])]
        return _holds(try_identity(identities[identity], dataset, figures, contracts), places, frame.index)

    identities = {identity.id: identity for identity in table.identities}
    return pan.DataFrameSchema(
        _columns(contracts, dataset),
        checks=[pan.Check(holds, name=i.id, error=i.statement, identity=i.id) for i in table.identities],
        unique=[row_id],
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


def publication_schema(figures: Figures, checks: Sequence[Check]) -> pan.DataFrameSchema:
    """The schema of all figures of a publication together, with every identity as it was judged.

    It validates a DataFrame of ``dataset``, ``row``, ``column`` and ``amount`` (元), such as
    :func:`figures_frame` makes.

    Args:
        figures: what the identities were tried on.
        checks: what came of it, such as :func:`jcfs_etl.audit.identities.try_identities` returns.

    Returns:
        A schema that refuses a frame with any other amount than those that were judged, and names each
        violated identity by its id and statement, and the row of the reported figure.
    """
    import pandas as pd

    text = pd.ArrowDtype(pa.string())
    judged = _violated(checks)

    def same(frame: pd.DataFrame) -> bool:
        keys = (Key(*names) for names in zip(*(_plain(frame[c]) for c in KEY), strict=True))
        return dict(zip(keys, _fen(frame["amount"]), strict=True)) == figures.values

    def holds(frame: pd.DataFrame, *, identity: str) -> pd.Series | bool:
        places = list(zip(_plain(frame["dataset"]), _plain(frame["row"]), strict=True))
        return _holds(judged[identity], places, frame.index)

    return pan.DataFrameSchema(
        {
            **{name: pan.Column(text) for name in KEY},
            "amount": pan.Column(pd.ArrowDtype(arrow_types()["money"]), nullable=True),
        },
        checks=[
            pan.Check(same, name="figures", error="the amounts are those that the identities were tried on"),
            *(pan.Check(holds, name=n, error=tried[0].statement, identity=n) for n, tried in judged.items()),
        ],
        unique=list(KEY),
        name="publication",
    )


def _violated(checks: Sequence[Check]) -> dict[str, list[Check]]:
    """By identity all that came of it, where any of it does not hold.

    One that holds wherever it was tried cannot refuse anything, and costs pandera as much as one that does
    not: some seventy were tried.
    """
    violated = {check.check for check in checks if check.verdict == "violated"}
    judged: dict[str, list[Check]] = {}
    for check in checks:
        if check.check in violated:
            judged.setdefault(check.check, []).append(check)
    return judged


def figures_frame(tables: Mapping[str, PublishedTable]) -> pd.DataFrame:
    """All amounts of a publication, row by row, as a DataFrame of dataset, row, column and amount in 元."""
    import pandas as pd

    keys = (Key(d, row.row, c) for d, table in tables.items() for row in table.rows for c in table.columns)
    facts = [tables[key.dataset].by_key[key] for key in keys if key in tables[key.dataset].by_key]
    text, money = pd.ArrowDtype(pa.string()), arrow_types()["money"]
    amounts = [None if fact.value is None else Decimal(fact.value).scaleb(-2) for fact in facts]
    return pd.DataFrame(
        {
            **{name: pd.array([getattr(f.key, name) for f in facts], dtype=text) for name in KEY},
            "amount": pd.array(pa.array(amounts, money), dtype=pd.ArrowDtype(money)),
        }
    )


def _holds(checks: Sequence[Check], places: Sequence[tuple[str, str]], index: pd.Index) -> pd.Series | bool:
    """True, or for each row of a frame whether its reported figures hold."""
    import pandas as pd

    violated = {(c.key.dataset, c.key.row) for c in checks if c.verdict == "violated" and c.key is not None}
    if not violated:
        return True
    return pd.Series([place not in violated for place in places], index=index, dtype=bool)


def _figures_of_frame(
    frame: pd.DataFrame, table: Table, contracts: Contracts, half: int, columns: Sequence[str] | None
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
            if column in _own_columns(table, row):
                values[key] = value
    of = table.dataset
    return Figures(values, {of: rows}, {of: present}, {of: half}, contracts.counts)


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


def violations(
    error: pan.errors.SchemaErrors, frame: pd.DataFrame, statements: Container[str]
) -> list[tuple[str | None, str]]:
    """Failures of a publication's schema that are no identity, with the dataset where one row fails."""
    datasets = _plain(frame["dataset"])
    return sorted(
        {
            (None if row is None else datasets[int(row)], f"{column}: {check}")
            for row, column, check in zip(
                *(_plain(error.failure_cases[c]) for c in ("index", "column", "check")), strict=True
            )
            if check not in statements
        },
        key=str,
    )
