# SPDX-License-Identifier: LGPL-2.1-or-later
"""H.264 as no encoder at hand writes it: slice headers of a stream of x264
(CABAC, progressive, one slice a picture, order counts of type 0) are written
anew, what they stand before stays. The stream decodes to the same pictures.

  reset(stream)  every few reference pictures one resets all counts (memory
                 management operation 5), of those behind which no picture refers
                 to what was before: no B picture comes next, nor behind that
                 one, whose list libavcodec would put in the wrong order. Of
                 streams of one reference picture (ref=1).
  cycle(stream)  order counts of type 1 instead"""
import re

P, B, I = 0, 1, 2


class Bits:
    """Reads bits, and writes what it reads into OUT unless told otherwise."""

    def __init__(self, data):
        self.text = "".join(f"{byte:08b}" for byte in data)
        self.at, self.out = 0, ""

    def u(self, n, new=None):
        value = int(self.text[self.at:self.at + n] or "0", 2)
        self.at += n
        if n:
            self.out += f"{value if new is None else new:0{n}b}"
        return value

    def ue(self):
        zeroes = self.text.index("1", self.at) - self.at
        self.u(zeroes)
        return self.u(zeroes + 1) - 1

    def put_ue(self, value):
        text = f"{value + 1:b}"
        self.out += "0" * (len(text) - 1) + text

    def put_se(self, value):
        self.put_ue(2 * value - 1 if value > 0 else -2 * value)

    def skip(self, n):
        self.at += n

    def end(self, fill):
        """All that is left, on the next whole byte of both sides."""
        self.at += -self.at % 8
        out = self.out + fill * (-len(self.out) % 8) + self.text[self.at:]
        return int(out, 2).to_bytes(len(out) // 8, "big")


def pack(head, payload):
    payload = re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\0\0\3", payload)
    return b"\0\0\0\1" + bytes([head]) + payload


class Stream:
    """The units of a stream, and what is counted on the way through them."""

    def __init__(self, data):
        self.units = [unit.rstrip(b"\0")
                      for unit in data.split(b"\0\0\1")[1:]]

    def read_sps(self, bits):
        profile = bits.u(8)
        bits.u(16)
        bits.ue()
        if profile in (100, 110, 122, 244):
            assert bits.ue() == 1
            bits.ue(), bits.ue()
            assert bits.u(2) == 0
        self.frame_bits = bits.ue() + 4
        return bits

    def sps_with_cycle(self, bits):
        """Type 1: a reference picture is 2 after the one before."""
        self.read_sps(bits)
        kept = len(bits.out)
        assert bits.ue() == 0
        self.order_bits = bits.ue() + 4
        if self.writes_cycle:
            bits.out = bits.out[:kept]
            bits.put_ue(1)
            bits.out += "0"
            bits.put_se(0)
            bits.put_se(0)
            bits.put_ue(1)
            bits.put_se(2)
        bits.out += bits.text[bits.at:].rstrip("0")[:-1] + "1"
        out = bits.out + "0" * (-len(bits.out) % 8)
        return int(out, 2).to_bytes(len(out) // 8, "big")

    def read_pps(self, bits):
        bits.ue(), bits.ue()
        assert bits.u(1) == 1 and bits.u(1) == 0 and bits.ue() == 0
        bits.ue(), bits.ue()
        assert bits.u(3) == 0
        for _ in range(3):
            bits.ue()
        self.has_deblocking = bits.u(1)
        bits.u(1)
        assert bits.u(1) == 0

    def slice(self, bits, is_reference, is_idr):
        bits.ue()
        kind = bits.ue() % 5
        bits.ue()
        frame, order = self.peek(bits, is_idr)
        if is_idr:
            self.base_frame = self.base_order = self.msb = self.last = 0
            self.wrapped = self.last_frame = 0
        bits.u(self.frame_bits, (frame - self.base_frame)
               % (1 << self.frame_bits))
        if is_idr:
            bits.ue()
        self.write_order(bits, frame, order, is_reference)
        if kind == B:
            bits.u(1)
        if kind != I and bits.u(1):
            for _ in range(2 if kind == B else 1):
                bits.ue()
        for _ in range((2, 1, 0)[(B, P, I).index(kind)]):
            if bits.u(1):
                while bits.ue() != 3:
                    bits.ue()
        self.write_marking(bits, is_reference, is_idr, frame, order)
        if kind != I:
            bits.ue()
        bits.ue()
        if self.has_deblocking and bits.ue() != 1:
            bits.ue(), bits.ue()
        return bits.end("1")

    def peek(self, bits, is_idr):
        other = Bits(b"")
        other.text, other.at = bits.text, bits.at
        frame = other.u(self.frame_bits)
        if is_idr:
            other.ue()
        return frame, other.u(self.order_bits)

    def write_order(self, bits, frame, order, is_reference):
        if not self.writes_cycle:
            bits.u(self.order_bits, (order - self.base_order)
                   % (1 << self.order_bits))
            return
        bits.skip(self.order_bits)
        most = 1 << self.order_bits
        near = (order - self.last + most // 2) % most - most // 2 + self.last
        if is_reference:
            self.last = near
        if frame < self.last_frame:
            self.wrapped += 1 << self.frame_bits
        self.last_frame = frame
        n = frame + self.wrapped - (0 if is_reference else 1)
        bits.put_se(near - 2 * n)

    def write_marking(self, bits, is_reference, is_idr, frame, order):
        if not is_reference:
            return
        if is_idr:
            bits.u(2)
            return
        assert bits.u(1) == 0
        if self.number in self.resets:
            bits.out = bits.out[:-1] + "1"
            bits.put_ue(5)
            bits.put_ue(0)
            self.base_frame, self.base_order = frame, order

    def rewrite(self, resets=(), writes_cycle=False):
        self.resets, self.writes_cycle, self.number = resets, writes_cycle, 0
        out = b""
        for unit in self.units:
            head, kind = unit[0], unit[0] & 31
            bits = Bits(unit[1:].replace(b"\0\0\3", b"\0\0"))
            payload = None
            if kind == 7:
                payload = self.sps_with_cycle(bits)
            elif kind == 8:
                self.read_pps(bits)
            elif kind in (1, 5):
                payload = self.slice(bits, head & 96 != 0, kind == 5)
                self.number += 1
            out += (b"\0\0\0\1" + unit if payload is None
                    else pack(head, payload))
        return out


def reset(stream):
    slices = [unit[0] for unit in Stream(stream).units
              if unit[0] & 31 in (1, 5)]
    places = [n for n in range(1, len(slices) - 2)
              if all(head & 96 for head in slices[n:n + 3])][::4]
    assert len(places) > 3 and any(not head & 96 for head in slices)
    return Stream(stream).rewrite(resets=places)


def cycle(stream):
    return Stream(stream).rewrite(writes_cycle=True)
