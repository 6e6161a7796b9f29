# SPDX-License-Identifier: MIT
"""liquidsoap - the streaming language as a peer: a queue for what is asked for, and a playlist that waits."""
import socket

from peers import Peer
from station import Failed

# The output may fail: it opens the card when the queue has a sound and closes it after the sound, as the others do;
# with blank() to fall back on the card would run all the time. Before 2.3 it has a buffer of its own unless told not
# to, and on a card that takes seconds at once it then ends a sound when it is decoded, hardly any of it played.
# The queue has such commands of its own, but their names change with the version.
SCRIPT = """settings.init.allow_root.set(true)
settings.log.file.set(false)
settings.log.stdout.set(true)
settings.server.socket.set(true)
settings.server.socket.path.set("{place}/socket")
songs = playlist(id="songs", mode="normal", "{place}/music")
server.register("songs.length", fun (_) -> "#{{songs.length()}}")
asked = request.queue()
server.register("play", fun (file) -> begin asked.push.uri(file); "asked" end)
server.register("hush", fun (_) -> begin asked.skip(); "hushed" end)
all = fallback(track_sensitive=false, [asked, source.available(songs, {{false}})])
%ifversion < 2.3
output.alsa(id="card", device="loapace", bufferize=false, fallible=true, all)
%else
output.alsa(id="card", device="loapace", fallible=true, all)
%endif
"""


class Liquidsoap(Peer):
    PROGRAMS = ("liquidsoap", "nc.openbsd")

    def configure(self):
        (self.place / "radio.liq").write_text(SCRIPT.format(place=self.place))
        (self.place / "play").write_text(f"play {self.place}/music/clip-0000.mp3\nquit\n")

    def program(self):
        return ["liquidsoap", str(self.place / "radio.liq")]

    def environment(self):
        return self.card.environment | {"LIQ_CACHE_USER_DIR": str(self.place / "cache")}  # of 2.3; not into the home

    def play(self):
        """Of what can write to a socket, netcat begins the soonest (1 ms, as the shell that opens the file for it)."""
        return ["sh", "-c", f"exec nc.openbsd -U {self.place}/socket <{self.place}/play"]

    def silence(self):
        self.talk("hush")

    def talk(self, words):
        """What it answers, up to END."""
        try:
            with socket.socket(socket.AF_UNIX) as talk:
                talk.settimeout(30)
                talk.connect(str(self.place / "socket"))
                talk.sendall(f"{words}\nquit\n".encode())
                return b"".join(iter(lambda: talk.recv(4096), b"")).decode().partition("END")[0].strip()
        except OSError as error:
            raise Failed(f"liquidsoap does not answer: {error}") from None

    def answers(self):
        """That it has read the playlist."""
        try:
            return self.talk("songs.length") == str(self.songs)
        except Failed:
            return False
