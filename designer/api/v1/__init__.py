"""Version 1: one module per resource."""

from __future__ import annotations

from designer.api.v1 import (
    definitions,
    deployments,
    effects,
    incidents,
    instances,
    jobs,
    messages,
    operators,
    signals,
    user_tasks,
)

BLUEPRINTS = (
    definitions.blp,
    deployments.blp,
    instances.blp,
    user_tasks.blp,
    jobs.blp,
    incidents.blp,
    effects.blp,
    messages.blp,
    operators.blp,
    signals.blp,
)
