"""Report: a static site for people, made from the curated data and the PDFs they were read from."""

from jcfs_etl.report.site.making import SiteReport, make_site

__all__ = ["SiteReport", "make_site"]
