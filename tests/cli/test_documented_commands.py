"""What README and docs tell people to type is typed here as it is written, page by page, in one folder.

A block that cannot be run is preceded by a comment that says why; a block without one is run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from at_hand import ROOT, SAMPLE
from prefect_at_hand import make_home

from jcfs_etl.contracts.sources import load_sources

PAGES = [
    ROOT / "README.md",
    *(
        ROOT / "docs" / f"{n}.md"
        for n in ("operations", "publishing", "collecting", "adding-a-form", "scale", "bi")
    ),
]
_BLOCK = re.compile(
    r"^(?:<!-- (?P<note>[^\n]*) -->\n)?"
    r'```(?P<language>\w*)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$',
    re.DOTALL | re.MULTILINE,
)
_RUN = ("sh", "python", "sql", "toml")


@dataclass(frozen=True)
class Block:
    """A block of a page.

    Attributes:
        page, number: where it stands.
        language, title, text: as written.
        note: the comment before it; empty where there is none.
    """

    page: str
    number: int
    language: str
    title: str
    text: str
    note: str

    def __str__(self) -> str:
        return f"{self.page}-{self.number}"


def blocks() -> Iterator[Block]:
    for page in PAGES:
        for number, found in enumerate(_BLOCK.finditer(page.read_text("utf-8")), 1):
            told = {name: found[name] or "" for name in ("language", "title", "text", "note")}
            yield Block(page.stem, number, **told)


BLOCKS = list(blocks())
RUN = [block for block in BLOCKS if block.language in _RUN and not block.note]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, prefect_database: Path, server: None) -> Path:
    """A folder as a checkout is after `make ingest`, with the commands of this environment.

    This run asks the server that is there; tests/whole/test_wheel.py has one that starts its own.
    """
    from prefect.settings import PREFECT_API_URL

    folder: Path = tmp_path_factory.mktemp("checkout")
    (folder / "data" / "raw").mkdir(parents=True)
    (folder / "data" / "raw" / SAMPLE.name).write_bytes(SAMPLE.read_bytes())
    (folder / ".venv").symlink_to(sys.prefix)
    make_home(folder / "prefect", prefect_database)
    run(folder, f"PREFECT_API_URL={PREFECT_API_URL.value()} jcfs ingest")
    run(folder, "jcfs compact && jcfs views")
    return folder


def run(folder: Path, text: str, *command: str) -> str:
    """Run lines of a shell, or hand them to another command, in the folder."""
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("JCFS_")},
        "PATH": f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PREFECT_HOME": str(folder / "prefect"),
    }
    done = subprocess.run(
        command or ("bash", "-euo", "pipefail", "-c", text),
        input=text if command else None,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_every_block_says_what_it_is_and_why_it_is_not_run_where_it_is_not() -> None:
    assert [str(b) for b in BLOCKS if not b.language] == []
    assert [str(b) for b in BLOCKS if b.note and not b.note.startswith("not run: ")] == []
    left_out = sum(block.language in _RUN and bool(block.note) for block in BLOCKS)
    assert (len(RUN), left_out) == (14, 14), "a block was added or taken away: run it, or say why it is not"


@pytest.mark.parametrize("block", RUN, ids=str)
@pytest.mark.prefect
def test_a_block_runs_as_it_is_written(block: Block, folder: Path) -> None:
    if block.language == "sh":
        assert run(folder, block.text)
    elif block.language == "python":
        run(folder, block.text, sys.executable, "-")
    elif block.language == "sql":
        script = f"import duckdb; print(duckdb.sql({block.text!r}).fetchall())"
        run(folder, script, sys.executable, "-")
    else:
        (folder / "jcfs.toml").write_text(block.text, "utf-8")
        assert "jcfs.toml" in run(folder, "jcfs settings")
        (folder / "jcfs.toml").unlink()


def commands(page: Path) -> list[tuple[str, str]]:
    """The blocks that run, or would, without what their comments say in one language or the other."""
    found = [(m["language"], m["text"]) for m in _BLOCK.finditer(page.read_text("utf-8"))]
    return [(kind, re.sub(r"\s+# .*", "", text)) for kind, text in found if kind in _RUN]


def test_the_chinese_readme_has_the_commands_that_are_run_of_the_english_one() -> None:
    chinese = ROOT / "README.zh-CN.md"
    assert commands(chinese) == commands(ROOT / "README.md")
    headings = [len(re.findall("^## ", p.read_text("utf-8"), re.M)) for p in (chinese, ROOT / "README.md")]
    assert headings[0] == headings[1]
    linked = re.findall(r"`(docs/[\w.-]+|contracts/[\w./-]+|flows/\w+\.py)`", chinese.read_text("utf-8"))
    assert len(linked) > 8 and all((ROOT / name).exists() for name in linked)


def test_the_source_that_is_shown_as_an_example_is_one(tmp_path: Path) -> None:
    [block] = [b for b in BLOCKS if b.title == "sources.yaml"]
    (tmp_path / "sources.yaml").write_text(block.text, "utf-8")
    [source] = load_sources(tmp_path / "sources.yaml").sources
    assert source.id == "example-finance-bureau"
