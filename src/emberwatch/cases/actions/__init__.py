"""The only writers of customers and cases: one verb, or a few that belong together, a file."""
