# SPDX-License-Identifier: MIT
"""simclock - a clock that a test turns, for a station started with --clock sim:PATH (firmware/edge/clock_sim.h), and
what systemd does for loaphuong-clock.socket: a process for each connection, with that connection as its input and output.
"""
import os
import socket
import struct
import subprocess
import threading
import time


class SimClock:
    """Whoever sets it sets it for all. synced: the kernel says that it is synchronised; else nobody does."""

    def __init__(self, path, utc_s, synced=False):
        self.path = path
        self.synced = synced
        self.offset_us = int(utc_s * 1e6) - time.monotonic_ns() // 1000
        self.clients = []
        self.lock = threading.Lock()
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(path)
        self.listener.listen()
        threading.Thread(target=self.welcome, daemon=True).start()

    def now_s(self):
        return (self.offset_us + time.monotonic_ns() // 1000) / 1e6

    def turn(self, seconds):
        """By somebody who is none of ours."""
        with self.lock:
            self.offset_us += int(seconds * 1e6)
            for one in self.clients:
                self.give(one)

    def give(self, client):
        client.send(struct.pack("=qqII", self.offset_us, 0, self.synced, 0))

    def welcome(self):
        while True:
            client, _ = self.listener.accept()
            with self.lock:
                self.clients.append(client)
                self.give(client)
            threading.Thread(target=self.hear, args=(client,), daemon=True).start()

    def hear(self, client):
        while True:
            said = client.recv(64)
            if len(said) == 8:  # set, by a person; what is longer says that a turn was taken over
                with self.lock:
                    self.offset_us, = struct.unpack("=q", said)
                    for one in self.clients:
                        self.give(one)
            if not said:
                with self.lock:
                    self.clients.remove(client)
                return


class ClockSocket:
    """loaphuong-clock.socket, without systemd."""

    def __init__(self, folder, box):
        os.makedirs(folder)
        self.box = box
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(f"{folder}/control.sock")
        self.listener.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                subprocess.run([os.environ["LOAPHUONG"], "clock", "answer", "-c", self.box.config, "--state", self.box.state,
                                "--runtime", self.box.runtime], stdin=connection, stdout=connection, check=False)
