"""Connectors: one folder each, written against `connectors.sdk` and nothing else of the product.

`connectors.registry` finds the folders (and third-party packages), reads their `connector.toml` without
importing code, and loads a connector only when somebody asks for one of its operations.
"""
