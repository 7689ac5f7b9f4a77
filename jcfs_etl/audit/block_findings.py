"""Says what is wrong with a whole block of figures: one finding for all that it explains."""

from __future__ import annotations

from collections.abc import Iterator

from jcfs_etl.audit.block_repair import Repair
from jcfs_etl.audit.block_search import Block
from jcfs_etl.audit.bounds import CLAIM
from jcfs_etl.audit.linear import FREE, Interval
from jcfs_etl.audit.words import Words, counted
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.naming import row_name
from jcfs_etl.contracts.table import Table
from jcfs_etl.findings import Both, Finding, Suspect, Value
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Publication
from jcfs_etl.wording import joined, listed, on_pages

#: Columns of a block that a message names one by one.
_COLUMNS = 3


def block_findings(
    repair: Repair, publication: Publication, words: Words, contracts: Contracts
) -> Iterator[Finding]:
    """One finding for each block whose figures are not those that were meant.

    Args:
        repair: the blocks, and the statements that they explain.
        publication: as printed.
        words: names figures.
        contracts: names tables and columns.
    """
    for block, explained in zip(repair.blocks, repair.explained, strict=True):
        yield _Teller(block, publication, words, contracts).finding(len(explained))


class _Teller:
    """Tells one block."""

    def __init__(self, block: Block, publication: Publication, words: Words, contracts: Contracts) -> None:
        self._block = block
        self._slip = block.slip
        self._published = publication.tables[block.slip.dataset]
        self._publication, self._words, self._contracts = publication, words, contracts
        self._labels = {row.row: row.label for row in self._published.rows}

    def finding(self, statements: int) -> Finding:
        """The finding, with every figure of the block as one set of suspects."""
        said: dict[str, Value] = {
            "where": self._where(),
            "rows": self._rows(),
            "columns": self._columns(),
            "then": self._then(statements),
        }
        match self._slip.kind:
            case "shifted":
                return self._finding("rows_displaced", {**said, **self._shifted()})
            case "exchanged":
                return self._finding("columns_exchanged", said)
            case "unit":
                printed, unit = self._slip.units
                return self._finding("other_money_unit", {**said, "printed": printed, "unit": unit})
            case "repeated":
                which = (
                    Both("one of the two was copied over the other", "其中一处系误复制")
                    if self._slip.is_either
                    else Both("their own are not printed", "系误复制，本行应有的数字未列示")
                )
                return self._finding("block_repeated", {**said, "source": self._source(), "which": which})
            case _:
                return self._finding("table_taken_over", {**said, "source": self._source()})

    def _finding(self, code: str, values: dict[str, Value]) -> Finding:
        key = max(self._slip.meant, key=self._difference)
        fact, box = self._words.fact(key), self._meant(key)
        first = self._words.fact(next(iter(self._slip.meant)))
        suspects, at = tuple(self._suspects()), first.box if first.page == fact.page else fact.box
        found = Finding(code, "inconsistent", "document", values=values, suspects=suspects)
        return found.stating(fact.amount or 0, box.low, box.high).at(key, fact.page, at)

    def _suspects(self) -> Iterator[Suspect]:
        reasons = {
            "shifted": f"stands {abs(self._slip.distance)} rows from its label",
            "exchanged": "columns exchanged",
            "unit": f"printed in {self._slip.units[0]} where {self._slip.units[1]} is meant",
            "repeated": "repeats the figure of another row",
            "taken_over": "taken over from another table",
        }
        for key in self._slip.meant:
            fact, box = self._words.fact(key), self._meant(key)
            reason = reasons[self._slip.kind]
            yield Suspect(1, *key, fact.printed, fact.page, box.low, box.high, reason)

    def _meant(self, key: Key) -> Interval:
        box = self._slip.meant[key]
        return self._block.implied.get(key, FREE) if box == FREE else box

    def _difference(self, key: Key) -> int:
        middle = self._meant(key).middle
        return 0 if middle is None else abs((self._words.fact(key).value or 0) - middle)

    # Words

    def _where(self) -> Both:
        pages = on_pages(self._words.fact(key).page for key in self._slip.meant)
        return Both(f"{self._published.title} {pages.en}", f"《{self._published.title}》（{pages.zh}）")

    def _row(self, row: str) -> str:
        label = self._labels.get(row, "")
        return row_name(self._table, row, "" if label == row else label)

    @property
    def _table(self) -> Table:
        return self._contracts.tables[self._slip.dataset]

    def _rows(self) -> Both:
        first, last = self._row(self._slip.rows[0]), self._row(self._slip.rows[-1])
        count = len(self._slip.rows)
        if count == 1:
            return Both(first, f"“{first}”行")
        return Both(f"{first} to {last} ({count} rows)", f"“{first}”至“{last}”（共{count}行）")

    def _columns(self) -> Both | str:
        printed = {
            c for c in self._published.columns if any(f.key.column == c for f in self._published.facts)
        }
        names = [self._table.columns[c].labels[0] for c in self._slip.columns]
        if printed <= set(self._slip.columns) and self._slip.kind != "exchanged":
            return Both("all columns", "全部栏") if len(names) > 1 else ""
        if self._slip.kind == "exchanged":
            return Both(" and ".join(names[:2]), "与".join(f"“{n}”" for n in names[:2]))
        shown = listed(names, _COLUMNS)
        return Both(f"{'column' if len(names) == 1 else 'columns'} {shown.en}", f"{shown.zh}栏")

    def _shifted(self) -> dict[str, Value]:
        away, above = abs(self._slip.distance), self._slip.distance > 0
        open_ends = []
        if self._slip.first:
            first = self._row(self._slip.first)
            open_ends.append(Both(f"It may begin at {first}.", f"错行也可能始于“{first}”行。"))
        if self._slip.last:
            last = self._row(self._slip.last)
            open_ends.append(Both(f"It may reach to {last}.", f"错行也可能止于“{last}”行。"))
        return {
            "distance": away,
            "unit": Both("row" if away == 1 else "rows", "行"),
            "side": Both("above", "上") if above else Both("below", "下"),
            "open": joined(open_ends, " ", "") if open_ends else "",
            "gone": self._gone() if not open_ends else "",
        }

    def _gone(self) -> Both | str:
        """The rows whose own figures are not printed any more, where it is certain which."""
        meant = self._slip.meant
        lost = {key.row for key, box in meant.items() if box == FREE}
        rows = [row.row for row in self._published.rows if row.row in lost]
        if not rows:
            return ""
        first, last = self._row(rows[0]), self._row(rows[-1])
        if len(rows) == 1:
            return Both(f"What belongs to {first} is not printed.", f"“{first}”行应有的数字未列示。")
        return Both(
            f"What belongs to {first} to {last} is not printed.", f"“{first}”至“{last}”行应有的数字未列示。"
        )

    def _source(self) -> Both:
        keys = self._slip.source
        table = self._publication.tables[keys[0].dataset]
        labels = {row.row: row.label for row in table.rows}
        contract = self._contracts.tables[table.dataset]
        first, last = (row_name(contract, k.row, labels.get(k.row, "")) for k in (keys[0], keys[-1]))
        if self._slip.kind == "taken_over":
            pages = on_pages(table.pages)
            return Both(f"{table.title} ({pages.en})", f"《{table.title}》（{pages.zh}）")
        if {k.row for k in keys} == set(self._slip.rows):
            names = [contract.columns[c].labels[0] for c in dict.fromkeys(k.column for k in keys)]
            shown = listed(names, _COLUMNS)
            return Both(f"column {shown.en}", f"“{shown.zh}”栏")
        return Both(f"{first} to {last}", f"“{first}”至“{last}”")

    def _then(self, statements: int) -> Both:
        identities = sum(not name.startswith(CLAIM) for name in self._block.explained)
        lost = self._slip.kind in ("repeated", "taken_over")
        start = Both("Without them", "不计这些数字") if lost else Both("Put right", "更正后")
        verbs = ("holds", "does") if identities + statements == 1 else ("hold", "do")
        what = counted(identities, statements)
        return Both(
            f"{start.en}, {what.en} {verbs[0]} that {verbs[1]} not as printed.",
            f"{start.zh}，原不成立的{what.zh}均成立。",
        )
