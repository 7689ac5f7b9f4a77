"""Collect: PDFs from where they are published, politely, with the record of where each came from.

Nothing is imported here: reading a document's provenance must not load a client for HTTP.
"""
