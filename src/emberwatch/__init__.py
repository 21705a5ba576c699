"""Emberwatch: open-source social customer care."""
