"""Mutations of a workbook that its reader sees: the parts are changed, then packed again."""

import io
import random
import zipfile
from collections.abc import Callable


def mutated(data: bytes, most: int, seed: int, mutate: Callable[[bytes], bytes]) -> bytes:
    """`data` with one of its parts changed by `mutate`; sometimes, or where it is none, raw."""
    chance = random.Random(seed)
    if chance.random() < 0.1:
        return mutate(data)[:most]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [(part.filename, archive.read(part)) for part in archive.infolist()]
    except Exception:  # whatever is wrong with it, it is no archive any more
        return mutate(data)[:most]
    if not parts:
        return mutate(data)[:most]
    chosen = chance.randrange(len(parts))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for at, (name, content) in enumerate(parts):
            archive.writestr(name, mutate(content) if at == chosen and content else content)
    result = packed.getvalue()
    return result if len(result) <= most else data
