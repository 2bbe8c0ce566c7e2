#!/usr/bin/python3
"""Ends a command at a terminal politely, and waits until the keyboard's processes are gone.

end-command.py SESSION

The command is the child of that session's leader; without it they end by themselves.
"""
import os
import select
import signal
import sys


def main():
    leader = sys.argv[1]
    with open(f"/proc/{leader}/task/{leader}/children") as told:
        command = int(told.read().split()[0])
    with open(f"/proc/{command}/task/{command}/children") as told:
        children = told.read().split()
    gone = []
    for pid in children:
        with open(f"/proc/{pid}/cmdline") as told:
            if "cli/keyboard/process" in told.read():
                gone.append(os.pidfd_open(int(pid)))
    os.kill(command, signal.SIGTERM)
    for process in gone:
        if not select.select([process], [], [], 20)[0]:
            sys.exit("the keyboard's process lives on")
    sys.exit(0 if gone else "nobody had the keyboard")


main()
