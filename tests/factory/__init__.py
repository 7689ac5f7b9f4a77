"""Draws whole made-up publications whose every printed figure is known. See README.md beside this file."""
