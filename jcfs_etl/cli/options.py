"""Options and errors that all commands share."""

from __future__ import annotations

import os
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from jcfs_etl.errors import JcfsError, RunError
from jcfs_etl.findings import Language
from jcfs_etl.password import PASSWORD, hand_over

if TYPE_CHECKING:
    from jcfs_etl.contracts import Contracts
    from jcfs_etl.curate.store import Store
    from jcfs_etl.interface import AuditedPublication
    from jcfs_etl.report.texts import Texts


def _add_contracts(folders: list[Path] | None) -> list[Path] | None:
    """Name folders of contracts through the environment, which worker processes inherit."""
    if folders:
        from jcfs_etl.contracts.loading import EXTRA_ENVIRONMENT

        os.environ[EXTRA_ENVIRONMENT] = os.pathsep.join(str(folder.resolve()) for folder in folders)
    return folders


Curated = Annotated[
    str, typer.Option("--curated", help="Folder of the curated data, or s3://bucket/path.", show_default=True)
]
#: Handed over as it is read, so that commands need do nothing with it.
Password = Annotated[
    str,
    typer.Option(
        "--password", envvar=PASSWORD, show_envvar=True, callback=hand_over, help="Opens encrypted files."
    ),
]
#: Handed over as it is read, as the password is.
Extra = Annotated[
    list[Path] | None,
    typer.Option(
        "--contracts",
        callback=_add_contracts,
        help="Folder that adds tables, labels and identities; may be given several times. "
        "Also JCFS_CONTRACTS_EXTRA.",
    ),
]
Wait = Annotated[
    float,
    typer.Option("--wait", metavar="SECONDS", min=0, help="Wait for another run on the same curated data."),
]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, help="Processes; by default one a processor.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Show the flow's own log.")]
Lang = Annotated[
    Language | None,
    typer.Option(
        "--lang",
        envvar="JCFS_LANG",
        show_envvar=True,
        help="Language of what is printed; by default that of the locale.",
    ),
]
#: Where commands look when nothing else is named.
CURATED, RAW = "data/curated", "data/raw"


def language(named: Language | None) -> Language:
    """The reader's language: the one named, else that of JCFS_LANG, else of the locale; else English."""
    if named is not None:
        return named
    # Commands without the option follow the variable too.
    if (set_to := os.environ.get("JCFS_LANG", "")) in ("zh", "en"):
        return "zh" if set_to == "zh" else "en"
    # As gettext looks: the first of these that is set says it.
    locale = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def speaking(lang: Language | None = None, folder: Path | None = None) -> Texts:
    """What speaks the reader's language, by the contracts in force or those of a folder."""
    from jcfs_etl.contracts import load_contracts
    from jcfs_etl.report.texts import Texts

    return Texts(load_contracts(folder), language(lang))


def require_curated(curated: str) -> Store:
    """The store of a curated root that something was ever ingested into.

    Raises:
        RunError: nothing was, so that an answer about it would mislead.
    """
    from jcfs_etl.curate.manifest import FILE, JOURNAL
    from jcfs_etl.curate.stores import open_store

    store = open_store(curated)
    if store.read(FILE) is None and not store.logged(JOURNAL) and store.dataset("documents") is None:
        raise RunError(f"{curated}: holds no curated data", "check the path, or run jcfs ingest first")
    return store


def require_known(
    unit: str | None, year: int | None, documents: Iterable[tuple[str | None, int | None]]
) -> None:
    """Refuse a unit or year of which nothing was ingested: that it has no findings would be no news.

    Args:
        unit: what is asked for; None asks for all.
        year: the same.
        documents: unit and year of each document.

    Raises:
        RunError: with the names that are nearest.
    """
    known = list(documents)
    units = sorted({u for u, _ in known if u is not None})
    if unit is not None and unit not in units:
        near = get_close_matches(unit, units, n=3, cutoff=0.3)
        raise RunError(
            f"{unit}: no document of this unit was ingested",
            f"did you mean {' or '.join(near)}?" if near else "see the units of `documents`",
        )
    years = sorted({y for u, y in known if y is not None and unit in (None, u)})
    if year is not None and year not in years:
        raise RunError(f"{year}: no document of this year was ingested", f"there are {years}")


def read_file(file: Path, contracts: Contracts) -> AuditedPublication:
    """Read one PDF in this process, to be looked at alone: it is not held to the schema of what goes out.

    Raises:
        RunError: it cannot be read; the file is named.
    """
    from jcfs_etl.password import password_in_force
    from jcfs_etl.pipeline import carry_through

    try:
        return carry_through(file, file.name, password_in_force(), contracts, goes_out=False)
    except JcfsError as error:
        raise RunError(f"{file}: {error.message}", error.remedy) from error


class Commands(TyperGroup):
    """Commands whose errors are said in one line."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; leave with exit code 1 where it cannot go on."""
        try:
            return super().invoke(ctx)
        except JcfsError as error:
            typer.echo(f"jcfs: {error}", err=True)
            raise typer.Exit(1) from None
