"""Writes ui/licences.json: the licence of every package in ui/package-lock.json.

The lock file carries what each package declares; where a package declares nothing, or points to a file, the
file in ui/node_modules is read. The result is committed: tests know the licences without node_modules.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from hatch_build import UI, install_packages

RECOGNISED = {  # a sentence that only this licence's text contains
    "LicenseRef-bpmn-io": "bpmn.io project watermark",
    "MIT": "Permission is hereby granted, free of charge, to any person obtaining a copy",
}


class LicenceUnknown(ValueError):
    """A package declares no licence and has no licence file that we recognise."""


def licences(ui: Path) -> dict[str, dict[str, str]]:
    """Version and SPDX licence of every package, by its folder below ui/ (one name may occur twice)."""
    lock = json.loads((ui / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return {
        folder.removeprefix("node_modules/"): {
            "version": entry["version"],
            "licence": licence(ui / folder, entry),
        }
        for folder, entry in sorted(lock.items())
        if folder
    }


def licence(folder: Path, entry: dict[str, Any]) -> str:
    """SPDX expression of one package."""
    declared = str(entry.get("license", ""))
    if declared and not declared.startswith("SEE LICENSE"):
        return declared.strip("()")
    for file in sorted(folder.glob("LICEN[CS]E*")):
        text = " ".join(file.read_text(encoding="utf-8").split())
        for name, sentence in RECOGNISED.items():
            if sentence in text:
                return name
    raise LicenceUnknown(
        f"{folder.name} {entry['version']} declares {declared!r}; read it and add it to RECOGNISED"
    )


def main() -> None:
    """Write the file, fetching the packages first if ui/node_modules is not current."""
    install_packages(UI)
    text = json.dumps(licences(UI), indent=1, ensure_ascii=False, sort_keys=True)
    (UI / "licences.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except LicenceUnknown as error:
        sys.exit(f"error: {error}")
