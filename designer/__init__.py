"""The web application: pages, REST API, worker, accounts. The only place that wires the parts together."""
