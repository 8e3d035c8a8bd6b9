"""What processes can do outside Relais: the connectors, and the connections they work with."""

from designer.connections import catalogue, settings
from designer.connections.blueprint import bp

__all__ = ["bp", "catalogue", "settings"]
