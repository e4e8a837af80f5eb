"""Makes ``maildesk/mail/words/ngrams.bin``: the part of py3langid's model that maildesk needs. Run by hand, once.

    python benchmarks/language_model.py

py3langid (BSD 3-clause; Marco Lui, Adrien Barbaresi) knows 140 languages by 100,000 byte sequences; its model takes
0.75 s and 70 MB to load, for the first mail of each process. The languages that have words in maildesk, and the 24,000
short sequences that tell them apart best, take 15 ms and 1 MB, and are right on 97.8 % of 1,131 short phrases among six
languages, where the whole model is on 98.7 %.

Format: zlib over: one line of language codes, the count of sequences, then for each its length (one octet) and octets,
then one octet per sequence and language: its log-probability, scaled so that 255 is the likeliest (``STEP`` nats a
unit).
"""

from __future__ import annotations

import zlib
from collections import deque
from pathlib import Path

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from maildesk.mail.words import all_words

COUNT = 24_000
LONGEST = 6
LOWEST, STEP = -15.0, 11.2 / 255
TARGET = Path(__file__).parent.parent / "maildesk/mail/words/ngrams.bin"


def sequences(model: LanguageIdentifier) -> dict[int, bytes]:
    """Feature number → its octets, by walking the model's automaton once, breadth first."""
    paths, waiting = {0: b""}, deque([0])
    found: dict[int, bytes] = {}
    while waiting:
        state = waiting.popleft()
        if (feature := model.tk_output[state]) >= 0:
            found.setdefault(feature, paths[state])
        for octet in range(256):
            following = model.tk_nextmove[model._rowbase[state] + octet]
            if following not in paths:
                paths[following] = paths[state] + bytes([octet])
                waiting.append(following)
    return found


def main() -> None:
    """Chooses, scales and writes."""
    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    languages = [code for code in sorted(all_words()) if code in model.nb_classes]
    table = np.asarray(model._full_model[0], dtype=np.float64)[:, [model.nb_classes.index(code) for code in languages]]
    found = sequences(model)
    weight = (np.exp(table) * np.abs(table - table.mean(axis=1, keepdims=True))).max(axis=1)
    chosen = sorted((each for each in found if len(found[each]) <= LONGEST), key=lambda each: -weight[each])[:COUNT]
    scaled = np.clip(np.round((table[chosen] - LOWEST) / STEP), 0, 255).astype(np.uint8)
    names = b"".join(bytes([len(found[each])]) + found[each] for each in chosen)
    TARGET.write_bytes(zlib.compress(f"{' '.join(languages)}\n{len(chosen)}\n".encode() + names + scaled.tobytes(), 9))


if __name__ == "__main__":
    main()
