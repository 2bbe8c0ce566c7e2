#!/usr/bin/python3
"""A security key's two hidraw nodes in a umockdev testbed, bridged to `pullstation practice-key`.

umockdev-wrapper /usr/bin/python3 mock_hid.py [--fido PORT] [--otp PORT] [--patient]
    [--unplug-at-touch] [--limit SECONDS] -- COMMAND...

/dev/hidraw0 is the FIDO interface, /dev/hidraw1 the keyboard interface of the same USB device.
COMMAND runs inside the testbed; its exit status is ours. A read that finds nothing blocks, as
libfido2 expects; with --patient it ends with EAGAIN after 50 ms, so that a reader in a thread of
its own can be stopped (poll(2) cannot be mocked: the nodes are /dev/null underneath).
With --unplug-at-touch the key is gone as soon as it asks for a touch: reads end with EIO.
"""
import argparse
import errno
import os
import socket
import stat
import struct
import subprocess
import sys
import threading

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import GLib, UMockdev  # noqa: E402

FIDO_DESCRIPTOR = bytes.fromhex(
    "06d0f10901a1010920150026ff007508954081020921150026ff00750895409102c0"
)
OTP_DESCRIPTOR = bytes.fromhex(
    "05010906a101050719e029e71500250175019508810295017508810195057501050819012905910295017503"
    "910195067508150025650507190029658100090375089508b102c0"
)
VENDOR, PRODUCT = 0x1050, 0x0403
GET_DESCRIPTOR_SIZE, GET_DESCRIPTOR, GET_INFO = 0x80044801, 0x90044802, 0x80084803
SET_FEATURE, GET_FEATURE = 0x4806, 0x4807  # type and number; the size varies
KEEPALIVE, UP_NEEDED = 0xBB, 2


class Interface:
    """One hidraw node: sysfs entries, a character node, and its handlers."""

    def __init__(self, testbed, parent, number, descriptor):
        self.descriptor = descriptor
        name = f"0003:{VENDOR:04X}:{PRODUCT:04X}.{number + 1:04X}"
        hid = testbed.add_device(
            "hid", name, parent, [],
            ["HID_ID", f"0003:{VENDOR:08X}:{PRODUCT:08X}", "HID_NAME", "Practice Key",
             "HID_PHYS", f"usb-1/input{number}", "HID_UNIQ", "0001"],
        )
        node = f"/dev/hidraw{number}"
        raw = testbed.add_device(
            "hidraw", f"hidraw{number}", hid, ["dev", f"243:{number}"],
            ["MAJOR", "243", "MINOR", str(number), "DEVNAME", node, "DEVNODE", node],
        )
        root = testbed.get_root_dir()
        with open(f"{root}{hid}/report_descriptor", "wb") as file:
            file.write(descriptor)
        if not os.path.lexists(f"{root}{raw}/device"):
            os.symlink(f"../../{name}", f"{root}{raw}/device")
        # A real character node, or libfido2 takes it for no device: /dev/null's numbers.
        os.makedirs(f"{root}/dev", exist_ok=True)
        os.mknod(root + node, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        os.chmod(root + node, 0o666)
        self.base = UMockdev.IoctlBase.new()
        self.base.connect("handle-ioctl", self.on_ioctl)
        self.base.connect("handle-read", self.on_read)
        self.base.connect("handle-write", self.on_write)
        testbed.attach_ioctl(node, self.base)

    def on_ioctl(self, _base, client):
        request, arg = client.get_request() & 0xFFFFFFFF, client.get_arg()
        size = len(self.descriptor)
        if request == GET_DESCRIPTOR_SIZE:
            arg.resolve(0, 4).update(0, struct.pack("<I", size))
            client.complete(0, 0)
        elif request == GET_DESCRIPTOR:
            arg.resolve(0, 4 + size).update(0, struct.pack("<I", size) + self.descriptor)
            client.complete(0, 0)
        elif request == GET_INFO:
            arg.resolve(0, 8).update(0, struct.pack("<IHH", 3, VENDOR, PRODUCT))
            client.complete(0, 0)
        elif not self.feature(request, arg, client):
            client.complete(-1, errno.ENOTTY)
        return True

    def feature(self, _request, _arg, _client):
        return False

    def on_read(self, _base, client):
        client.complete(-1, errno.EAGAIN)
        return True

    def on_write(self, _base, client):
        client.complete(-1, errno.EINVAL)
        return True


class Fido(Interface):
    def __init__(self, testbed, parent, number, port, patient, fickle):
        self.queue, self.waiting, self.gone = [], [], False
        self.patient, self.fickle = patient, fickle
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().__init__(testbed, parent, number, FIDO_DESCRIPTOR)
        threading.Thread(target=self.receive, daemon=True).start()

    def receive(self):
        rest = b""
        while True:
            chunk = self.socket.recv(4096)
            if not chunk:
                return
            rest += chunk
            while len(rest) >= 64:
                GLib.idle_add(self.push, rest[:64], priority=GLib.PRIORITY_HIGH)
                rest = rest[64:]

    def push(self, report):
        if self.fickle and report[4] == KEEPALIVE and report[7] == UP_NEEDED:
            self.unplug()
        elif self.waiting:
            self.deliver(self.waiting.pop(0), report)
        else:
            self.queue.append(report)
        return False

    def deliver(self, client, report):
        client.get_arg().update(0, report)
        client.complete(len(report), 0)

    def on_read(self, _base, client):
        if self.gone:
            client.complete(-1, errno.EIO)
        elif self.queue:
            self.deliver(client, self.queue.pop(0))
        else:
            self.waiting.append(client)
            if self.patient:
                GLib.timeout_add(50, self.give_up, client)
        return True

    def give_up(self, client):
        if client in self.waiting:
            self.waiting.remove(client)
            client.complete(-1, errno.EAGAIN)
        return False

    def on_write(self, _base, client):
        if self.gone:
            client.complete(-1, errno.ENODEV)
            return True
        data = bytes(client.get_arg().retrieve())
        self.socket.sendall(data[1:65].ljust(64, b"\0"))  # the first byte is the report's number
        client.complete(len(data), 0)
        return True

    def unplug(self):
        self.gone = True
        for client in self.waiting:
            client.complete(-1, errno.EIO)
        self.waiting.clear()


class Otp(Interface):
    def __init__(self, testbed, parent, number, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().__init__(testbed, parent, number, OTP_DESCRIPTOR)

    def ask(self, kind, report):
        self.socket.sendall(kind + report)
        answer = b""
        while len(answer) < 8:
            answer += self.socket.recv(8 - len(answer))
        return answer

    def feature(self, request, arg, client):
        size = (request >> 16) & 0x3FFF
        if request & 0xFFFF == SET_FEATURE:
            self.ask(b"S", bytes(arg.resolve(0, size).retrieve())[1:9])
            client.complete(size, 0)
        elif request & 0xFFFF == GET_FEATURE:
            arg.resolve(0, size).update(0, b"\0" + self.ask(b"G", bytes(8)))
            client.complete(9, 0)
        else:
            return False
        return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fido", type=int)
    parser.add_argument("--otp", type=int)
    parser.add_argument("--patient", action="store_true")
    parser.add_argument("--unplug-at-touch", action="store_true")
    parser.add_argument("--limit", type=float, default=30)
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()

    testbed = UMockdev.Testbed.new()
    usb = testbed.add_device(
        "usb", "usbdev1", None,
        ["idVendor", f"{VENDOR:04x}", "idProduct", f"{PRODUCT:04x}", "manufacturer", "Pullstation",
         "product", "Practice Key", "serial", "0001", "bcdDevice", "0100", "busnum", "1",
         "devnum", "2"],
        ["DEVTYPE", "usb_device"],
    )
    kept = []
    for number, port in enumerate((args.fido, args.otp)):
        if port is None:
            continue
        interface = testbed.add_device(
            "usb", f"1-1:1.{number}", usb,
            ["bInterfaceNumber", f"{number:02d}", "bInterfaceClass", "03"],
            ["DEVTYPE", "usb_interface"],
        )
        kept.append(
            Fido(testbed, interface, number, port, args.patient, args.unplug_at_touch)
            if number == 0
            else Otp(testbed, interface, number, port)
        )

    loop, result = GLib.MainLoop(), [1]

    def run():
        try:
            # A session of its own: a program that asks for a PIN finds no terminal and reads stdin.
            result[0] = subprocess.run(
                args.command, timeout=args.limit, start_new_session=True
            ).returncode
        except subprocess.TimeoutExpired:
            print(f"no end after {args.limit} s: {args.command[0]}", file=sys.stderr)
        GLib.idle_add(loop.quit)

    threading.Thread(target=run, daemon=True).start()
    loop.run()
    sys.stdout.flush()
    os._exit(result[0])


main()
