#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""hangup.py PROGRAM ARGUMENT...: run it on a terminal that closes.

The terminal goes as soon as a second launch shows in the progress.  Waits for
the program.
"""
import os
import pty
import re
import sys


def main():
    """An error if the program ends before that: the terminal is closed."""
    os.environ["TERM"] = "xterm"
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.argv[1], sys.argv[1:])
    text = b""
    while not re.search(rb"launch (?!1 of)\d+ of", text):
        text += os.read(terminal, 4096)
    os.close(terminal)
    os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
