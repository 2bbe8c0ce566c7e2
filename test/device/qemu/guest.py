#!/usr/bin/python3
"""Inside the guest: the software key behind the kernel's own hidraw nodes, and who talks to it."""
import base64
import glob
import hashlib
import hmac
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
NODE = os.path.join(ROOT, "node_modules/.bin/node")
CLIENT = [NODE, os.path.join(HERE, "..", "client-child.ts")]
PULLSTATION = [NODE, os.path.join(ROOT, "cli/pullstation.mjs")]
PIN, PARTY, SALTS = "2468", "ssh:pullstation", ["one", "two"]
ASSERTION = os.path.join(tempfile.mkdtemp(), "assertion")
broken = []


def check(what, holds, more=""):
    print(f"{'ok  ' if holds else 'FAIL'} {what}  {time.monotonic():.1f} s", flush=True)
    if not holds:
        broken.append(what)
        print(f"     {more}", flush=True)


class Key:
    """A practice key in its own process and its devices in the kernel."""

    def __init__(self, *options, fickle=False):
        self.key = subprocess.Popen(
            [*PULLSTATION, "practice-key", "--listen", "127.0.0.1:0", "--listen-otp",
             "127.0.0.1:0", "--pin", PIN, *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        ports = [re.search(r":(\d+)$", self.key.stdout.readline())[1] for _ in range(2)]
        self.bridge = subprocess.Popen(
            ["/usr/bin/python3", f"{HERE}/uhid_bridge.py", *ports,
             *(["--unplug-at-touch"] if fickle else [])],
            stdout=subprocess.PIPE, text=True,
        )
        self.bridge.stdout.readline()
        until = time.monotonic() + 10
        while len(glob.glob("/dev/hidraw*")) < 2 and time.monotonic() < until:
            time.sleep(0.05)

    def unplug(self):
        self.bridge.kill()
        self.bridge.wait()
        self.key.terminate()
        self.key.wait()


def client(**order):
    started = time.monotonic()
    done = subprocess.run(
        CLIENT, input=json.dumps({"pin": PIN, **order}), capture_output=True, text=True, timeout=120
    )
    if done.returncode != 0:
        return {"failed": done.stderr[-500:], "secrets": [], "seconds": 0}
    return {**json.loads(done.stdout), "seconds": time.monotonic() - started}


def libfido2(node, credential, salt):
    lines = [base64.b64encode(os.urandom(32)).decode(), PARTY, credential,
             base64.b64encode(hashlib.sha256(salt.encode()).digest()).decode()]
    with open(ASSERTION, "w", encoding="utf8") as file:
        file.write("\n".join(lines) + "\n")
    done = subprocess.run(
        ["fido2-assert", "-G", "-h", "-v", "-i", ASSERTION, node],
        input=f"{PIN}\n", capture_output=True, text=True, timeout=60, start_new_session=True,
    )
    out = done.stdout.strip().split("\n")[-1]
    return base64.b64decode(out).hex() if done.returncode == 0 else done.stderr


def ykman(*arguments):
    done = subprocess.run(["ykman", *arguments], capture_output=True, text=True, timeout=120)
    return done.stdout + done.stderr


def fido_node():
    for node in sorted(glob.glob("/dev/hidraw*")):
        descriptor = f"/sys/class/hidraw/{os.path.basename(node)}/device/report_descriptor"
        with open(descriptor, "rb") as file:
            if file.read(3) == bytes.fromhex("06d0f1"):
                return node
    return ""


def main():
    key = Key("--touch", "auto")
    node = fido_node()
    check("the kernel made hidraw nodes for both interfaces", node != "", glob.glob("/dev/hidraw*"))
    ours = client(salts=SALTS)
    check("our client enrols and touches over node-hid and hidraw", ours["failed"] == "", ours)
    if ours["failed"] == "":
        print(f"     listed in {ours['listMs']:.0f} ms, touches "
              f"{', '.join(f'{ms:.0f}' for ms in ours['touchMs'])} ms", flush=True)
        theirs = [libfido2(node, ours["credential"], salt) for salt in SALTS]
        check("libfido2 derives the same secrets", theirs == ours["secrets"], theirs)

    challenge = hashlib.sha256(b"challenge").hexdigest()
    ykman("otp", "chalresp", "--force", "--touch", "2", "0b" * 20)
    answered = client(salts=[], otp={"slot": 2, "challenge": challenge})
    expected = hmac.new(b"\x0b" * 20, bytes.fromhex(challenge), hashlib.sha1).hexdigest()
    check("a slot that ykman programmed answers our client by feature reports",
          answered.get("otp") == expected, answered)
    check("ykman is answered the same", expected in ykman("otp", "calculate", "2", challenge))

    os.chmod(node, 0o600)
    listed = subprocess.run(
        ["setpriv", "--reuid=65534", "--clear-groups", *PULLSTATION, "keys"],
        capture_output=True, text=True, timeout=120, env={**os.environ, "HOME": "/tmp"},
    )
    check("without rights on the node: said, with the udev rule's name",
          "udev" in listed.stdout + listed.stderr, listed.stdout + listed.stderr)
    key.unplug()
    check("unplugged: the nodes are gone", glob.glob("/dev/hidraw*") == [])

    key = Key("--touch", "enter", "--touch-timeout", "2")
    late = client(salts=["one"])
    check("nobody touches: a coded error", late["failed"] == "TOUCH_TIMEOUT", late)
    given_up = client(salts=["one"], cancelAfter=300)
    check("given up: a coded error", given_up["failed"] == "TOUCH_CANCELLED", given_up)
    key.unplug()

    key = Key("--touch", "enter")
    waits = subprocess.Popen([*PULLSTATION, "keys", "--try"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
    waits.stdin.write(f"{PIN}\n")
    waits.stdin.close()
    asked = waits.stdout.readline()
    listed = subprocess.run([*PULLSTATION, "keys"], capture_output=True, text=True, timeout=120)
    check("while another program waits for a touch: said to be busy",
          "Touch the key now" in asked and "Another program is using" in listed.stdout,
          asked + listed.stdout)
    waits.send_signal(signal.SIGINT)
    said = waits.stdout.read()
    check("Ctrl-C there ends the touch", "The touch was cancelled." in said and waits.wait() == 1,
          said)
    key.unplug()

    key = Key("--touch", "enter", fickle=True)
    gone = client(salts=["one"])
    check("unplugged while it waits for a touch: a coded error", gone["failed"] == "KEY_UNPLUGGED",
          gone)
    key.unplug()
    sys.exit(0 if not broken else 1)


main()
