"""Nom du connecteur · Connector name."""
