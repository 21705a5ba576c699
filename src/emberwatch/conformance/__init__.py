"""The conformance kit: thirteen promises, held against every channel there is. A pytest plugin, open to other packages.

A package that brings its own channels writes rigs for them (see `conformance.rig`) and one test module:

    pytest_plugins = ["emberwatch.conformance.plugin"]
    from emberwatch.conformance.promises import *

This is the only package of the product in which pytest may be imported.
"""
