"""Python scripts of script tasks, run in worker processes that reach nothing of this machine.

`read` says which names a script reads and writes, `check` finds what its language has not, `run` runs it.
The sandbox (pydantic-monty) is known to `engine.scripts.runner` alone.
"""

from engine.scripts.errors import ScriptFailed, ScriptInvalid
from engine.scripts.reading import Script, is_python, read
from engine.scripts.runner import RUNNER, Moment, ScriptRunner

__all__ = ["RUNNER", "Moment", "Script", "ScriptFailed", "ScriptInvalid", "ScriptRunner", "is_python", "read"]
