#!/usr/bin/python3
"""A person at a terminal: waits for what a program says, and presses keys.

dialog.py TURNS -- COMMAND...

TURNS is JSON, [[text, keys, look?], ...]: once `text` is shown, after all that was answered before, `keys`
are pressed. `look`: a command that runs before they are, with the terminal's session added. COMMAND runs on a terminal of its own; what it shows is printed, and its exit status is ours.
"""
import json
import os
import pty
import subprocess
import sys

LIMIT = 1 << 20


def main():
    turns = json.loads(sys.argv[1])
    command = sys.argv[3:]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    shown, at = b"", 0
    while len(shown) < LIMIT:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
        while turns:
            found = shown.find(turns[0][0].encode(), at)
            if found < 0:
                break
            at = found + len(turns[0][0].encode())
            _, keys, *look = turns.pop(0)
            for command_there in look:
                subprocess.run([*command_there, str(child)], check=True)
            os.write(terminal, keys.encode())
    sys.stdout.write(shown.decode(errors="replace").replace("\r\n", "\n"))
    _, status = os.waitpid(child, 0)
    sys.exit(os.waitstatus_to_exitcode(status) if not turns else 99)


main()
