"""The wheel, installed in an environment of its own outside the checkout, inspects a PDF."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from at_hand import ROOT, SAMPLE
from prefect_at_hand import make_home


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT],
        check=True,
    )
    return next(folder.glob("*.whl"))


def test_it_holds_the_package_the_flows_and_the_contracts(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"jcfs_etl/cli/main.py", "jcfs_etl/py.typed", "flows/ingest.py"} <= names
    # The name is not for us alone: what others put into a package of this name lies beside it.
    assert "flows/__init__.py" not in names
    assert {"jcfs_etl/report/templates/views.sql", "jcfs_etl/report/site/templates/base.html"} <= names
    assert "jcfs_etl/contract_files/tables/income.yaml" in names
    assert "jcfs_etl/contract_files/classifications/economic.csv" in names
    assert not any(name.startswith(("tests/", "data/")) for name in names)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A fresh environment's python, and where its packages lie.

    The dependencies are lent by the tests' environment; the package comes from the wheel alone.
    """
    folder: Path = tmp_path_factory.mktemp("env")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    where = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    site = Path(where.stdout.strip())
    zipfile.ZipFile(wheel).extractall(site)
    # As pip does when it installs.
    compileall.compile_dir(site, quiet=1)
    (site / "lent.pth").write_text(sysconfig.get_path("purelib"))
    return python, site


def jcfs(installed: tuple[Path, Path], cwd: Path, *words: object) -> subprocess.CompletedProcess[str]:
    code = "import jcfs_etl, flows; print(jcfs_etl.__file__, *flows.__path__); "
    code += "from jcfs_etl.cli import app; app()"
    return subprocess.run(
        [installed[0], "-I", "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "PREFECT_HOME": str(cwd / "prefect")},
        check=False,
    )


def test_installed_outside_the_checkout_it_inspects_a_pdf(
    installed: tuple[Path, Path], tmp_path: Path
) -> None:
    done = jcfs(installed, tmp_path, "inspect", SAMPLE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].count(str(installed[1])) == 2
    assert "can be published" in done.stdout


@pytest.mark.prefect
def test_installed_outside_the_checkout_it_ingests_a_pdf(
    installed: tuple[Path, Path], tmp_path: Path, prefect_database: Path
) -> None:
    make_home(tmp_path / "prefect", prefect_database)
    done = jcfs(installed, tmp_path, "ingest", SAMPLE)
    assert done.returncode == 0, done.stderr
    assert "1 published" in done.stdout
    assert len(list((tmp_path / "data" / "curated").rglob("part-0.parquet"))) == 19
