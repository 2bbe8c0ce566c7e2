#!/usr/bin/python3
"""What the processes on a terminal still hold of what was typed there.

residue.py FILE MOMENT SESSION

FILE.needles is JSON, {name: text}. Each process of that session gets a line in FILE: its command, and the
names of the texts in its writable memory, its arguments or its environment.
"""
import json
import os
import sys


PAGE = os.sysconf("SC_PAGE_SIZE")


def memory(pid):
    """Its writable pages that are in memory, in whole runs: most of what Node reserves never is."""
    with (
        open(f"/proc/{pid}/maps") as maps,
        open(f"/proc/{pid}/mem", "rb", 0) as mem,
        open(f"/proc/{pid}/pagemap", "rb", 0) as pagemap,
    ):
        for line in maps:
            where, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            first, end = (int(part, 16) for part in where.split("-"))
            pagemap.seek(first // PAGE * 8)
            pages = pagemap.read((end - first) // PAGE * 8)
            run = None
            for page in range((end - first) // PAGE + 1):
                there = bool(pages[page * 8 + 7 : page * 8 + 8]) and pages[page * 8 + 7] & 0xC0
                if there and run is None:
                    run = page
                elif not there and run is not None:
                    mem.seek(first + run * PAGE)
                    yield mem.read((page - run) * PAGE)
                    run = None
    for name in ("cmdline", "environ"):
        with open(f"/proc/{pid}/{name}", "rb") as told:
            yield told.read()


def main():
    file, moment, session = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with open(f"{file}.needles") as needles:
        wanted = json.load(needles)
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.getsid(int(pid)) != session:
                continue
            with open(f"/proc/{pid}/cmdline") as told:
                command = told.read().replace("\0", " ").strip()
            found = set()
            for part in memory(pid):
                for name, text in wanted.items():
                    if text.encode() in part or text.encode("utf-16-le") in part:
                        found.add(name)
        except (FileNotFoundError, ProcessLookupError):
            continue
        with open(file, "a") as out:
            row = {"moment": moment, "pid": int(pid), "command": command, "found": sorted(found)}
            out.write(json.dumps(row) + "\n")


main()
