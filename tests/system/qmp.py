# SPDX-License-Identifier: MIT
"""qmp.py: a line to QEMU's monitor."""

import json
import socket


class Qmp:
    def __init__(self, path):
        line = socket.socket(socket.AF_UNIX)
        line.connect(str(path))
        self.line = line.makefile("rw", encoding="utf-8", buffering=1)
        self.line.readline()
        self.command("qmp_capabilities")

    def close(self):
        self.line.close()

    def command(self, name, **arguments):
        """The answer, events left out; None if QEMU is gone."""
        try:
            self.line.write(json.dumps(
                {"execute": name, "arguments": arguments}) + "\n")
            for text in self.line:
                if "event" not in json.loads(text):
                    return json.loads(text)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return None
