"""The rows of a publication in the curated data, and its figures in the words of the form."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from msgspec import Struct

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.naming import figure_name
from jcfs_etl.curate.partitions import from_parquet
from jcfs_etl.curate.store import Store
from jcfs_etl.errors import RunError
from jcfs_etl.money import in_unit
from jcfs_etl.report.site.model import Entry, Place

Row = Mapping[str, Any]
#: Dataset, row and column of a figure.
Key = tuple[str, str, str]


class Rows(Struct, frozen=True, dict=True):
    """The rows of one publication or refused document, by dataset.

    Attributes:
        datasets: rows by dataset.
        contracts: whose words name figures.
    """

    datasets: Mapping[str, tuple[Row, ...]]
    contracts: Contracts

    def of(self, dataset: str) -> tuple[Row, ...]:
        """The rows of a dataset; none where it has none."""
        return self.datasets.get(dataset, ())

    @cached_property
    def document(self) -> Row:
        """Its row of ``documents``."""
        return self.of("documents")[0]

    @cached_property
    def money_unit(self) -> str:
        """The unit that its amounts are printed in; 元 where none is known."""
        unit = self.document.get("money_unit")
        return unit if unit in self.contracts.publication.money_units else "元"

    @cached_property
    def cells(self) -> dict[Key, Row]:
        """Its figures by dataset, row and column."""
        return {(c["dataset"], c["row"], c["column"]): c for c in self.of("cells")}

    @cached_property
    def places(self) -> dict[Key, Place]:
        """Where its figures stand."""
        return {key: place_of(f"c{number}", cell) for number, (key, cell) in enumerate(self.cells.items())}

    def is_count(self, dataset: str, column: str) -> bool:
        """Whether a column holds pieces rather than money."""
        return (dataset, column) in self.contracts.counts

    def amount(self, value: Decimal | None, *, count: bool = False) -> str:
        """An amount in 元 in the unit that the document prints; empty where there is none."""
        if value is None:
            return ""
        unit = "" if count else self.money_unit
        fen = 100 if count else self.contracts.publication.money_units[unit]
        return in_unit(int(value * 100), fen, unit).strip()

    def name_within(self, dataset: str, row: str, column: str) -> str:
        """A figure in the words of its form, without the table's title."""
        table = self.contracts.tables.get(dataset)
        name = self.name(dataset, row, column)
        return name if table is None else name.removeprefix(f"{table.title}, ")

    def name(self, dataset: str | None, row: str | None, column: str | None) -> str:
        """A figure in the words of its form; what of it is known where it is in no table."""
        if dataset is None:
            return ""
        table = self.contracts.tables.get(dataset)
        if table is not None and row is not None and column is not None:
            cell = self.cells.get((dataset, row, column))
            return figure_name(table, row, column, "" if cell is None else cell["label"])
        if table is not None:
            return table.title
        known = self.contracts.datasets.datasets.get(dataset)
        spec = known.columns.get(column) if known is not None and column is not None else None
        return spec.label if spec is not None else ""


def place_of(ref: str, row: Row) -> Place:
    """The box of a row that has a page and one."""
    return Place(ref, row["page"], row["x0"], row["y0"], row["x1"], row["y1"])


def plain(value: Decimal) -> str:
    """A number without the noughts that it is only stored with."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_rows(store: Store, entry: Entry, contracts: Contracts) -> Rows:
    """All rows of an entry.

    Raises:
        RunError: a file is missing, as when another run has just replaced it, or is damaged.
    """
    found: dict[str, list[Row]] = {}
    for key in entry.files:
        data = store.read(key)
        try:
            if data is None:
                raise ValueError("it is not there any more")
            rows = from_parquet(data).to_pylist()
        except (OSError, ValueError) as error:
            raise RunError(
                f"{store.name}/{key}: cannot be read ({error})", "run jcfs report again, or restore it"
            ) from error
        found.setdefault(key.partition("/")[0], []).extend(rows)
    if not found.get("documents"):
        raise RunError(f"{entry.source}: the data have no row of it", "run jcfs ingest again")
    return Rows({dataset: tuple(rows) for dataset, rows in found.items()}, contracts)
