"""What processes can do outside Relais: the connectors, and the connections they work with."""

from designer.connections import connections, connectors
from designer.connections.blueprint import bp

__all__ = ["bp", "connections", "connectors"]
