#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""board.py SOCKET STATE - a simulated board for loaphuongd --lines sim:SOCKET (firmware/edge/gpio_sim.h).

Reads orders from standard input and writes what the outputs do to the file STATE, a line each: "GPIO27 1".
  level LINE 0|1     the electrical level of an input (1 = 3.3 V); inputs without an order are pulled as asked
  refuse LINE ERRNO  requests for the line fail; "refuse LINE 0" ends that
Names it knows: GPIO0 to GPIO27.
"""
import os
import selectors
import socket
import struct
import sys
import time

REQUEST = 64 + 592
FLAGS_AT = 64 + 256 + 32
NAMES = {0: "ID_SDA", 1: ""}  # as they are told; asked for they are GPIO0 and GPIO1
ACTIVE_LOW, OUTPUT, PULL_DOWN = 1 << 1, 1 << 3, 1 << 9
path, state_path = sys.argv[1:3]
levels, refused, inputs = {}, {}, {}
selector = selectors.DefaultSelector()
server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
server.bind(path)
server.listen(32)
selector.register(server, selectors.EVENT_READ, "server")
selector.register(sys.stdin, selectors.EVENT_READ, "orders")
state = open(state_path, "a", buffering=1)


class Line:
    def __init__(self, sock):
        self.sock, self.name, self.seqno = sock, None, 0

    def active(self):
        high = levels.get(self.name, 0 if self.flags & PULL_DOWN else 1)
        return int(high != bool(self.flags & ACTIVE_LOW))

    def tell_all(self):
        self.sock.send(struct.pack("<iIII32s32s", 0, 28, 0, 0, b"gpiochip0", b""))
        for number in range(28):
            name = NAMES.get(number, f"GPIO{number}")
            used = refused.get(name) == 16 or name in inputs
            self.sock.send(struct.pack("<32s32sIIQ176x", name.encode(), b"other" if used else b"", number, 0, used))

    def begin(self, data):
        self.name = data[:64].split(b"\0")[0].decode()
        if not self.name:
            self.tell_all()
            return
        self.flags = struct.unpack_from("<Q", data, FLAGS_AT)[0]
        number = self.name[4:]
        known = self.name.startswith("GPIO") and number.isdigit() and int(number) < 28
        error = refused.get(self.name, 0 if known else 2)
        self.output = bool(self.flags & OUTPUT)
        level = 0 if error or self.output else self.active()
        self.sock.send(struct.pack("<iIII32s32s", error, int(number) if known else 0, level, 1,
                                   b"" if error == 2 else b"gpiochip0", b"other" if error == 16 else b""))
        if not error and not self.output:
            inputs[self.name] = self

    def edge(self):
        self.seqno += 1
        self.sock.send(struct.pack("<QIIII24x", time.monotonic_ns(), 1 if self.active() else 2, 0,
                                   self.seqno, self.seqno))

    def take(self, data):
        bits, mask = struct.unpack("<QQ", data)
        if mask:
            state.write(f"{self.name} {bits & 1}\n")
        else:
            self.sock.send(struct.pack("<QQ", self.active(), 1))


def order(words):
    if words[0] == "refuse":
        refused.pop(words[1], None)
        if int(words[2]):
            refused[words[1]] = int(words[2])
        return
    line = inputs.get(words[1])
    before = line.active() if line else None
    levels[words[1]] = int(words[2])
    if line and line.active() != before:
        line.edge()


while True:
    for key, _ in selector.select():
        if key.data == "server":
            sock, _ = server.accept()
            selector.register(sock, selectors.EVENT_READ, Line(sock))
        elif key.data == "orders":
            text = os.read(0, 4096).decode()
            if not text:
                sys.exit(0)
            for row in text.splitlines():
                order(row.split())
        else:
            line = key.data
            try:
                data = line.sock.recv(4096)
            except OSError:
                data = b""
            if data and line.name is None:
                line.begin(data)
            elif data:
                line.take(data)
            else:
                selector.unregister(line.sock)
                line.sock.close()
                if inputs.get(line.name) is line:
                    del inputs[line.name]
