"""Reads text into a syntax tree: `parser.Parser` is the entry."""
