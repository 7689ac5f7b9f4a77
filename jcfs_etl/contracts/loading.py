"""Finds, loads and validates the contracts."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from jcfs_etl.contracts.across import AcrossContract
from jcfs_etl.contracts.base import ContractModel, FindingKind
from jcfs_etl.contracts.concepts import with_concepts
from jcfs_etl.contracts.disclosure import DisclosureContract
from jcfs_etl.contracts.files import YamlFile, read_csv
from jcfs_etl.contracts.identity import Identity
from jcfs_etl.contracts.layers import Layered
from jcfs_etl.contracts.model import Category, Contracts, DatasetsContract, PublicationContract
from jcfs_etl.contracts.narrative import NarrativeContract
from jcfs_etl.contracts.narrative_validation import validate_narrative
from jcfs_etl.contracts.performance import PerformanceContract
from jcfs_etl.contracts.performance_validation import validate_performance
from jcfs_etl.contracts.readers import ChineseContract, PackageContract, Text, TextsContract, ViewsContract
from jcfs_etl.contracts.readers_validation import validate_readers, validate_texts
from jcfs_etl.contracts.sources import sources_of
from jcfs_etl.contracts.table import CODE, Table
from jcfs_etl.contracts.validation import validate
from jcfs_etl.errors import ContractError

#: Names a folder to take the contracts from instead of those that come with the package.
ENVIRONMENT = "JCFS_CONTRACTS"
#: Names folders that add to the contracts, separated as in PATH.
EXTRA_ENVIRONMENT = "JCFS_CONTRACTS_EXTRA"
#: Say where files come from, and how readers are told of the data: no result depends on them, so they are no
#: part of the contracts' version.
SOURCES, CHINESE, VIEWS = "sources.yaml", "chinese.yaml", "views.yaml"
PACKAGE, TEXTS = "package.yaml", "texts.yaml"
_NO_RESULT = frozenset((SOURCES, CHINESE, VIEWS, PACKAGE, TEXTS))


class _IdentitiesFile(ContractModel):
    identities: tuple[Identity, ...]


class _FindingsFile(ContractModel):
    codes: dict[str, FindingKind]
    phrases: dict[str, str] = Field(default_factory=dict)
    sentences: dict[str, Text] = Field(default_factory=dict)


def contracts_folder() -> Path:
    """Where the contracts lie: ``JCFS_CONTRACTS``, else beside the package, else in the checkout."""
    named = os.environ.get(ENVIRONMENT)
    if named:
        return Path(named)
    package = Path(__file__).resolve().parents[1]
    installed = package / "contract_files"
    return installed if installed.is_dir() else package.parent / "contracts"


def extra_folders() -> tuple[Path, ...]:
    """Folders that add to the contracts, as ``JCFS_CONTRACTS_EXTRA`` names them."""
    named = os.environ.get(EXTRA_ENVIRONMENT, "")
    return tuple(Path(part) for part in named.split(os.pathsep) if part)


def load_contracts(folder: Path | str | None = None, extra: Sequence[Path | str] | None = None) -> Contracts:
    """Load and validate all contracts; the same folders are read once in a process.

    Args:
        folder: where they lie; by default :func:`contracts_folder`.
        extra: folders that add tables, labels and identities; by default :func:`extra_folders`.

    Raises:
        ContractError: naming file and line of the first fault.
    """
    return _load(
        Path(folder) if folder is not None else contracts_folder(),
        tuple(Path(e) for e in extra) if extra is not None else extra_folders(),
    )


#: Files that folders add to, as far as they are loaded alike.
_FILES = (
    *(f"{name}.yaml" for name in ("publication", "identities", "across", "concepts")),
    *("narrative.yaml", "performance.yaml", CHINESE, VIEWS, PACKAGE, TEXTS),
)


@lru_cache(maxsize=8)
def _load(folder: Path, extra: tuple[Path, ...]) -> Contracts:
    _require_folders((folder, *extra))
    files = [_layered(folder, extra, name) for name in _FILES]
    publication, identities, across, concepts, narrative, performance, chinese, views, package, texts = files
    narrative = with_concepts(narrative, concepts)
    datasets = YamlFile(folder / "datasets.yaml", "datasets.yaml")
    table_files = {d: with_concepts(f, concepts) for d, f in _table_files(folder, extra).items()}
    if not table_files:
        raise ContractError("tables:1: the folder holds no contract", "restore the contracts")
    tables = {dataset: file.as_model(Table) for dataset, file in table_files.items()}
    kinds = _layered(folder, extra, "findings.yaml").as_model(_FindingsFile)
    contract = Contracts(
        version=_version((folder, *extra)),
        sources=sources_of(_layered(folder, extra, SOURCES)),
        publication=publication.as_model(PublicationContract),
        tables=tables,
        identities=identities.as_model(_IdentitiesFile).identities,
        datasets=datasets.as_model(DatasetsContract),
        chinese=chinese.as_model(ChineseContract),
        views=views.as_model(ViewsContract).views,
        package=package.as_model(PackageContract),
        texts=texts.as_model(TextsContract).texts,
        narrative=narrative.as_model(NarrativeContract),
        disclosure=_layered(folder, extra, "disclosure.yaml").as_model(DisclosureContract),
        performance=performance.as_model(PerformanceContract),
        across=across.as_model(AcrossContract),
        findings=kinds.codes,
        phrases=kinds.phrases,
        sentences=kinds.sentences,
        functional=_classification(folder, extra, "functional", ("code", "name", "aliases")),
        economic=_classification(folder, extra, "economic", ("code", "name", "group", "aliases")),
    )
    validate(contract, publication, table_files, identities, across, datasets)
    validate_narrative(contract, narrative)
    validate_performance(contract, performance)
    validate_readers(contract, chinese, views, package)
    validate_texts(contract, texts)
    return contract


def _require_folders(folders: Iterable[Path]) -> None:
    for place in folders:
        if not place.is_dir():
            raise ContractError(f"{place}: there is no such folder of contracts", "check the path")


def _layered(folder: Path, extra: Sequence[Path], name: str) -> Layered:
    layers = [YamlFile(e / name, str(e / name)) for e in extra if (e / name).exists()]
    return Layered(YamlFile(folder / name, name), layers)


def _table_files(folder: Path, extra: Sequence[Path]) -> dict[str, Layered]:
    """The contract of each dataset: its own file, and the files of layers that extend it."""
    own = [YamlFile(p, f"tables/{p.name}") for p in sorted((folder / "tables").glob("*.yaml"))]
    added = [YamlFile(p, str(p)) for e in extra for p in sorted((e / "tables").glob("*.yaml"))]
    files: dict[str, YamlFile] = {}
    extensions: dict[str, list[YamlFile]] = {}
    for file in (*own, *added):
        values = file.values if isinstance(file.values, dict) else {}
        if "extends" in values:
            extensions.setdefault(str(values["extends"]), []).append(file)
            continue
        # A file without its dataset is refused when it is read as a contract.
        dataset = str(values.get("dataset", file.name))
        if dataset in files:
            raise file.error(["dataset"], f"{dataset} has a contract already", "use another id, or `extends`")
        files[dataset] = file
    for dataset, layers in extensions.items():
        if dataset not in files:
            raise layers[0].error(["extends"], f"there is no table {dataset}", "name a dataset")
    return {
        dataset: Layered(file, extensions.get(dataset, ()), without=("extends",))
        for dataset, file in files.items()
    }


def _classification(
    folder: Path, extra: Sequence[Path], which: str, columns: tuple[str, ...]
) -> dict[str, Category]:
    relative = f"classifications/{which}.csv"
    files = [(relative, folder / relative)]
    files += [(str(e / relative), e / relative) for e in extra if (e / relative).exists()]
    categories: dict[str, Category] = {}
    rows = [(name, line, row) for name, path in files for line, row in read_csv(path, name, columns)]
    for name, line, row in rows:
        code = row["code"]
        if not CODE.fullmatch(code):
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


def _version(folders: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for folder, path in ((f, p) for f in folders for p in sorted(f.rglob("*"))):
        if path.suffix in (".yaml", ".csv") and path.name not in _NO_RESULT:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
