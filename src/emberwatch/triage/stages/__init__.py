"""One file here is one stage."""
