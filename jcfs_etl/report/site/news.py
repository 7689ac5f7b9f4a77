"""What the last run changed, for the overview: the words of ``jcfs changes`` in both languages."""

from __future__ import annotations

from itertools import zip_longest

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.store import Store
from jcfs_etl.findings import Both
from jcfs_etl.report.changed import changes_of_run, in_words
from jcfs_etl.report.runs import past_runs
from jcfs_etl.report.site.ledger import Ledger
from jcfs_etl.report.texts import Texts

#: Lines that the overview shows; `jcfs changes` has all.
_LINES = 60


def tell_changes(ledger: Ledger, store: Store, contracts: Contracts) -> None:
    """Note in the ledger what the last run changed; one that is noted is not looked at again.

    Raises:
        RunError: what was noted of runs is damaged.
    """
    runs = past_runs(store)
    if not runs or runs[-1].run == ledger.run:
        return
    changes = changes_of_run(store, runs[-1].run)
    english, chinese = Texts(contracts, "en"), Texts(contracts, "zh")
    in_both = zip_longest(*(in_words(changes, say) for say in (english, chinese)), fillvalue="")
    told = [Both(en, zh) for en, zh in in_both]
    if (more := len(told) - _LINES) > 0:
        rest = Both(english("changes.more", count=more), chinese("changes.more", count=more))
        told = [*told[:_LINES], rest]
    ledger.run, ledger.changed = runs[-1].run, tuple(told)
