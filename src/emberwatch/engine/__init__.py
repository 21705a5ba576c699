"""Runs the one pipeline and the jobs, in one process or several."""
