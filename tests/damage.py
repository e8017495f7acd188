"""Damage to a text: a flipped bit, a nasty token, words and lines in other places. The same chance, the same damage."""

import random
import re

TOKEN = re.compile(rb"[\w.+-]+|\s+|.", re.DOTALL)
NASTY = (
    *(b"\0", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x1b[31m", b"\r", b"\n", b"\t", b" ", b"\xc2\x85"),
    *(c.encode() for c in "\u202e\u2028\ufffe\N{ARABIC-INDIC DIGIT ONE}\N{MINUS SIGN}"),
    *(b"nan", b"inf", b"-1", b"-0.0", b"1e308", b"1e-308", b"1e999", b"9223372036854775808", b"0x" + b"f" * 99, b"1_0"),
    *(b"true", b"1979-05-27", b"25:61:00", b"imported", b"transactional", b"=1+1", b"@a", b"__class__", b"{{7*7}}"),
    *(b"'", b'"', b'"""', b"'''", b"[", b"]]", b"[[", b"{", b"}", b",", b";", b"=", b".", b"#", b"\\", b"\\u0000"),
    *(b"../", b"/dev/zero", b"C:\\CON", b"%s%n", b"<script>", b"&#0;", b"&x;", b"&lt;", b"<!--", b"]]>", b"<![CDATA["),
    *(b"<!DOCTYPE a>", b"<?a b?>", b' xmlns:a="b}c"', b' xmlns=""', b'<?xml version="1.0" encoding="utf-7"?>', b"</"),
    *(b"a." * 30, b"[" * 30, b"<a>" * 30, b"(" * 300, b"x" * 3000, b"9" * 5000, b"\n[regime.a]\n"),
)  # fmt: skip

Chance = random.Random


def damaged(data: bytes, chance: Chance) -> bytes:
    """Change a text in one place or a few."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        data = chance.choice(DAMAGES)(data, chance)
    return data


def _flip(data: bytes, chance: Chance) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + bytes([b ^ 1 << chance.randrange(8) for b in data[at : at + 1]]) + data[at + 1 :]


def _delete(data: bytes, chance: Chance) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + data[at + chance.choice((1, 2, 10, 100, len(data))) :]


def _insert(data: bytes, chance: Chance) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(NASTY) + data[at:]


def _repeat(data: bytes, chance: Chance) -> bytes:
    a, b = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:b] + data[a:b] * chance.choice((1, 2, 20)) + data[b:]


def _swap(data: bytes, chance: Chance) -> bytes:
    parts = TOKEN.findall(data) or [b""]
    a, b = (chance.randrange(len(parts)) for _ in range(2))
    parts[a], parts[b] = parts[b], parts[a]
    return b"".join(parts)


def _replace(data: bytes, chance: Chance) -> bytes:
    parts = TOKEN.findall(data) or [b""]
    parts[chance.randrange(len(parts))] = chance.choice((*NASTY, *parts))
    return b"".join(parts)


def _swap_lines(data: bytes, chance: Chance) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    a, b = (chance.randrange(len(lines)) for _ in range(2))
    lines[a], lines[b] = lines[b], lines[a]
    return b"".join(lines)


def _renumber(data: bytes, chance: Chance) -> bytes:
    numbers = list(re.finditer(rb"\d+(\.\d+)?", data))
    if not numbers:
        return data
    at = chance.choice(numbers)
    return data[: at.start()] + chance.choice((b"0", b"1", b"0.5", b"0.25", b"7")) + data[at.end() :]


DAMAGES = (_flip, _delete, _insert, _repeat, _swap, _replace, _swap_lines, _renumber, _renumber, _renumber)
