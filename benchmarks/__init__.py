"""Figures that anyone can measure again: `make bench NAME=ingest`. Each file is one benchmark with `run(data)`."""
