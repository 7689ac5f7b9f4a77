"""Prefect flows: order, retries, schedules. No rule of the subject lives here."""
