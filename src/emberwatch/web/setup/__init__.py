"""The front page of the settings, and what is still to be set up."""
