"""Statements of the narrative as records."""

from __future__ import annotations

from msgspec.structs import replace

from jcfs_etl.audit.spans import Span
from jcfs_etl.curate.audited import AuditedPublication
from jcfs_etl.curate.prose_records import claims_table


def test_a_rate_over_next_to_nothing_is_recorded_without_what_the_figures_give(
    sample: AuditedPublication,
) -> None:
    judged = next(j for j in sample.result.claims if j.claim.kind == "rate" and j.computed is not None)
    huge = replace(judged, computed=Span.around(10**24, 1), verdict="violated")
    table = claims_table([judged, huge], sample.publication, sample.contracts)
    usual, record = table.to_pylist()
    assert usual["computed"] is not None
    assert (record["computed"], record["verdict"]) == (None, "violated")
