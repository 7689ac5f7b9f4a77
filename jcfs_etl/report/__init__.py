"""Reports for people: what a run did, what was found."""
