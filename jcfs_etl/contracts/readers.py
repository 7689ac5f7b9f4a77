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
    """The datasets in Chinese.

    Attributes:
        partition: the columns unit and year.
        kinds, datasets: descriptions.
        values: words for coded values.
        remedies: what to do about a finding, by its code.
    """

    partition: dict[str, str]
    kinds: dict[str, dict[str, str]]
    datasets: dict[str, ChineseDataset]
    values: dict[str, dict[str, str]]
    remedies: dict[str, str] = Field(default_factory=dict)


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


class Licence(ContractModel):
    """A licence as Data Package has it: a name of the Open Definition, an address, or both."""

    name: str
    title: str = ""
    path: str = ""


class PackageSource(ContractModel):
    """Where data comes from, as Data Package has it."""

    title: str
    path: str = ""


class Belonging(ContractModel):
    """A foreign key: columns of a dataset that are, together, those of the same names in another."""

    dataset: str
    columns: tuple[str, ...]
    to: str


class PackageContract(ContractModel):
    """What ``datapackage.json`` says beside the columns.

    Attributes:
        name, title, description, keywords, licenses, sources: of the package.
        kinds: columns that identify a row of a unit and year, by kind of table.
        keys: the same for datasets that are no tables.
        belongs_to: foreign keys.
    """

    name: str
    title: str
    description: str
    keywords: tuple[str, ...]
    licenses: tuple[Licence, ...]
    sources: tuple[PackageSource, ...]
    kinds: dict[str, tuple[str, ...]]
    keys: dict[str, tuple[str, ...]]
    belongs_to: tuple[Belonging, ...]


class Text(ContractModel):
    """A template of what a command says, in both languages."""

    en: str
    zh: str


class TextsContract(ContractModel):
    """The templates by id."""

    texts: dict[str, Text]
