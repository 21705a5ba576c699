"""Trains the models that triage ships. Needs scikit-learn (dependency group `train`); never imported at run time."""
