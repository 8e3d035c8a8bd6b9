"""The robot's child program, `python -m connectors.web_robot.child`.

Reads one plan (a line of JSON) on standard input, drives Chromium, and reports on standard output, one line
of JSON per event. It imports nothing of the product but `processes`: its memory holds one connection's
secrets, and its environment none.

Events
  {"event": "began", "step": 0}                                 about to do this step (counted from 0)
  {"event": "acted", "step": 0}                                 about to click or press: may save something
  {"event": "picture", "step": 0, "png": base64}                what the page looked like after it
  {"event": "file", "name": "recu", "filename": ..., "media_type": ..., "data": base64}
  {"event": "stopping", "problem": ..., "facts": {...}}          cannot go on; about to look at the screen
  {"event": "end", "outcome": "done", "values": {...}, "blocked": [...]}
  {"event": "end", "outcome": "stopped", "problem": ..., "facts": {...}, "step": ..., "screen": {...}}

Standard input stays open while the parent lives: its end means "stop at once".
"""
