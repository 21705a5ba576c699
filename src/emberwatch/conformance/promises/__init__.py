"""The promises as tests. `from emberwatch.conformance.promises import *` puts them all into a test module."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

_here: list[str] = []
for _module in pkgutil.iter_modules(__path__):
    pytest.register_assert_rewrite(f"{__name__}.{_module.name}")
    for _name, _thing in vars(importlib.import_module(f"{__name__}.{_module.name}")).items():
        if _name.startswith("test_"):
            globals()[_name] = _thing
            _here.append(_name)

__all__ = _here
