"""The rig protocol lives with the kit, where other packages can reach it."""

from emberwatch.conformance.rig import Delivers, Fault, Forgery, HasWindows, Rig

__all__ = ["Delivers", "Fault", "Forgery", "HasWindows", "Rig"]
