"""A publication as an accountant's workbook: tables as on the form, findings, checks as live formulas."""

from jcfs_etl.report.workbook.making import write_workbook

__all__ = ["write_workbook"]
