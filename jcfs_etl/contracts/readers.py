"""What readers are told of the data: Chinese names and descriptions, and the views that people ask for."""

from __future__ import annotations

from pydantic import Field

from jcfs_etl.contracts.base import ContractModel


class ChineseDataset(ContractModel):
    """A dataset in Chinese.

    Attributes:
        name: by which views call it; for a table its title where none is given.
        description: what a row is.
        columns: descriptions by column; the key columns of a table are described by its kind.
    """

    name: str = ""
    description: str
    columns: dict[str, str] = Field(default_factory=dict)


class ChineseContract(ContractModel):
    """The datasets in Chinese: ``partition`` the columns unit and year, ``values`` words for coded values."""

    partition: dict[str, str]
    kinds: dict[str, dict[str, str]]
    datasets: dict[str, ChineseDataset]
    values: dict[str, dict[str, str]]


class ViewColumn(ContractModel):
    """A column of a view; ``label`` is its Chinese name."""

    label: str
    description: str
    description_zh: str
    unit: str | None = None


class View(ContractModel):
    """A view over the datasets, as a query in DuckDB's SQL."""

    name: str
    description: str
    description_zh: str
    sql: str
    columns: dict[str, ViewColumn]


class ViewsContract(ContractModel):
    """The views by id; one may read those before it."""

    views: dict[str, View]
