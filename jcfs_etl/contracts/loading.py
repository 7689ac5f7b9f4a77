"""Finds, loads and validates the contracts."""

from __future__ import annotations

import hashlib
import os
import re
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from jcfs_etl.contracts.files import YamlFile, read_csv
from jcfs_etl.contracts.model import (
    Category,
    Contracts,
    DatasetsContract,
    Identity,
    PublicationContract,
    Table,
)
from jcfs_etl.contracts.validation import validate
from jcfs_etl.errors import ContractError

#: Names a folder to take the contracts from instead of those that come with the package.
ENVIRONMENT = "JCFS_CONTRACTS"


class _IdentitiesFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    identities: tuple[Identity, ...]


def contracts_folder() -> Path:
    """Where the contracts lie: ``JCFS_CONTRACTS``, else beside the package, else in the checkout."""
    named = os.environ.get(ENVIRONMENT)
    if named:
        return Path(named)
    package = Path(__file__).resolve().parents[1]
    installed = package / "contract_files"
    return installed if installed.is_dir() else package.parent / "contracts"


def load_contracts(folder: Path | str | None = None) -> Contracts:
    """Load and validate all contracts; the same folder is read once in a process.

    Args:
        folder: where they lie; by default :func:`contracts_folder`.

    Raises:
        ContractError: naming file and line of the first fault.
    """
    return _load(Path(folder) if folder is not None else contracts_folder())


@lru_cache(maxsize=8)
def _load(folder: Path) -> Contracts:
    if not folder.is_dir():
        raise ContractError(f"{folder}:1: there is no such folder of contracts", "check the path")
    publication = YamlFile(folder / "publication.yaml", "publication.yaml")
    table_files = [
        YamlFile(path, f"tables/{path.name}") for path in sorted((folder / "tables").glob("*.yaml"))
    ]
    identities = YamlFile(folder / "identities.yaml", "identities.yaml")
    datasets = YamlFile(folder / "datasets.yaml", "datasets.yaml")
    if not table_files:
        raise ContractError("tables:1: the folder holds no contract", "restore the contracts")
    tables: dict[str, Table] = {}
    for file in table_files:
        table = file.as_model(Table)
        if table.dataset in tables:
            raise file.error(["dataset"], f"{table.dataset} has a contract already", "use another id")
        tables[table.dataset] = table
    contract = Contracts(
        version=_version(folder),
        publication=publication.as_model(PublicationContract),
        tables=tables,
        identities=identities.as_model(_IdentitiesFile).identities,
        datasets=datasets.as_model(DatasetsContract),
        functional=_classification(folder, "functional", ("code", "name", "aliases")),
        economic=_classification(folder, "economic", ("code", "name", "group", "aliases")),
    )
    validate(
        contract,
        publication,
        dict(zip(tables, table_files, strict=True)),
        identities,
        datasets,
    )
    return contract


def _classification(folder: Path, which: str, columns: tuple[str, ...]) -> dict[str, Category]:
    name = f"classifications/{which}.csv"
    categories: dict[str, Category] = {}
    for line, row in read_csv(folder / name, name, columns):
        code = row["code"]
        if not re.fullmatch(r"\d{3}(\d\d){0,2}", code):
            raise ContractError(f"{name}:{line}: {code!r} is no code", "codes have 3, 5 or 7 digits")
        if not row["name"]:
            raise ContractError(f"{name}:{line}: {code} has no name", "every code has a name")
        if code in categories:
            raise ContractError(f"{name}:{line}: {code} stands twice", "remove one of them")
        categories[code] = Category(
            code=code,
            name=row["name"],
            aliases=tuple(a for a in row["aliases"].split(";") if a),
            group=row.get("group"),
            line=line,
        )
    return categories


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".yaml", ".csv"):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
