"""GESTAD 2.4: a small legacy application, invented, to try and test the robot on.

Three pages for an address change (search, file, entry), behind a sign-in, with a journal of what was saved.
It is what such applications are: tables for layout, no JavaScript, no API, and nothing against
typing the same file twice. That protection is the robot's work.

`/_stub/…` is not part of the application; it answers JSON for tests and for the demonstration:
  GET  /_stub/rows                              every saved row, oldest first
  POST /_stub/reset                             forget all rows and sessions, back to normal
  GET  /_stub/mode, POST {"mode": ..., "seconds": 2, "times": 1}
       normal · slow (waits before each page) · down (503) · maintenance (a page that says so) ·
       changed (the label "Code postal" has another name) · lost (saves, then hangs up without an answer).
       `times`: so many pages (for lost: so many saves), then normal again; without it, until told otherwise.
"""

from __future__ import annotations

import threading
from pathlib import Path

from connectors.sdk import Stub
from connectors.web_robot.gestad.records import Records
from connectors.web_robot.gestad.server import GestadServer

USERNAME = "robot"
PASSWORD = "robot-gestad-2004"  # noqa: S105  # of a fake service that guards nothing


def start(*, port: int = 0, data_dir: Path | None = None) -> Stub:
    """Serve on 127.0.0.1. Rows live in `data_dir`/gestad.sqlite, or in memory when there is no folder."""
    records = Records(data_dir / "gestad.sqlite" if data_dir is not None else None)
    server = GestadServer(("127.0.0.1", port), records, {USERNAME: PASSWORD, "agent": "agent"})
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="gestad", daemon=True)
    thread.start()

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()
        records.close()

    host = f"127.0.0.1:{server.server_address[1]}"
    return Stub(
        url=f"http://{host}",
        connection={"base_url": f"http://{host}", "username": USERNAME, "password": PASSWORD},
        stop=stop,
        allow_private=(host,),
        details={"rows": f"http://{host}/_stub/rows", "mode": f"http://{host}/_stub/mode"},
    )
