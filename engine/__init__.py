"""Relais' process engine: compiles, runs and stores BPMN processes. See README.md for its modules."""
