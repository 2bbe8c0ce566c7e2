#!/usr/bin/python3
"""Two kernel HID devices (uhid) for `pullstation practice-key`: the FIDO and the OTP interface.

uhid_bridge.py FIDO_PORT OTP_PORT [--unplug-at-touch]

The kernel makes /dev/hidraw nodes for them, as for devices at USB. With --unplug-at-touch the FIDO
device is taken away as soon as it asks for a touch.
"""
import os
import select
import socket
import struct
import sys

FIDO = bytes.fromhex("06d0f10901a1010920150026ff007508954081020921150026ff00750895409102c0")
OTP = bytes.fromhex(
    "05010906a101050719e029e71500250175019508810295017508810195057501050819012905910295017503"
    "910195067508150025650507190029658100090375089508b102c0"
)
DESTROY, OUTPUT, GET, GET_REPLY, CREATE, INPUT, SET, SET_REPLY = 1, 6, 9, 10, 11, 12, 13, 14
KEEPALIVE, UP_NEEDED = 0xBB, 2


def connect(port):
    link = socket.create_connection(("127.0.0.1", port))
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return link


def create(name, descriptor):
    device = os.open("/dev/uhid", os.O_RDWR)
    os.write(device, struct.pack(
        "<I128s64s64sHHIIII4096s", CREATE, name, b"uhid", b"0001", len(descriptor), 3,
        0x1050, 0x0403, 0x0100, 0, descriptor,
    ))
    return device


def exactly(link, size):
    data = b""
    while len(data) < size:
        data += link.recv(size - len(data))
    return data


def ask(link, kind, report):
    link.sendall(kind + report)
    return exactly(link, 8)


def on_fido(event, link):
    if struct.unpack("<I", event[:4])[0] == OUTPUT:
        size = struct.unpack("<H", event[4100:4102])[0]
        link.sendall(event[4:4 + size][-64:].ljust(64, b"\0"))


def on_otp(event, device, link):
    kind, number = struct.unpack("<II", event[:8])
    if kind == GET:
        report = b"\0" + ask(link, b"G", bytes(8))
        os.write(device, struct.pack("<IIHH4096s", GET_REPLY, number, 0, len(report), report))
    elif kind == SET:
        size = struct.unpack("<H", event[10:12])[0]
        ask(link, b"S", event[12:12 + size][-8:])
        os.write(device, struct.pack("<IIH", SET_REPLY, number, 0))


def main():
    fido_link, otp_link = connect(int(sys.argv[1])), connect(int(sys.argv[2]))
    fickle = "--unplug-at-touch" in sys.argv
    fido, otp = create(b"Practice Key", FIDO), create(b"Practice Key OTP", OTP)
    print("ready", flush=True)
    while True:
        ready, _, _ = select.select([fido, otp, fido_link], [], [])
        if fido in ready:
            on_fido(os.read(fido, 4380), fido_link)
        if otp in ready:
            on_otp(os.read(otp, 4380), otp, otp_link)
        if fido_link in ready:
            report = exactly(fido_link, 64)
            if fickle and report[4] == KEEPALIVE and report[7] == UP_NEEDED:
                os.write(fido, struct.pack("<I", DESTROY))
                return
            os.write(fido, struct.pack("<IH4096s", INPUT, len(report), report))


main()
