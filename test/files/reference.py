"""Says on standard output what Pillow makes of each file below a folder: {path: {width, height, rgb} or {error}}.

Run by formats.suite.ts. `rgb` is the SHA-256 of the pixels `[H, W, 3]`. Makes some odd files in the folder first, of the
photos that it finds there.
"""

import hashlib
import json
import pathlib
import sys
import warnings

import pillow_heif
from PIL import Image

PHOTOS = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg")


def make_odd_files(folder):
    """HEIC as telephones and cameras write it, coarse and fine, of every kind of chroma and depth."""
    made = folder / "made"
    made.mkdir(exist_ok=True)
    for photo in (path for name in PHOTOS for path in folder.rglob(name)):
        image = Image.open(photo).convert("RGB")
        for quality in (30, 60, 90):
            image.save(made / f"{photo.stem}-{quality}.heic", "HEIF", quality=quality)
        for chroma in ("422", "444"):
            image.save(made / f"{photo.stem}-{chroma}.heic", "HEIF", quality=60, chroma=chroma)
        image.convert("L").save(made / f"{photo.stem}-grey.heic", "HEIF", quality=60)
        wide = pillow_heif.from_bytes("RGB;16", image.size, b"".join(bytes([v, v]) for v in image.tobytes()))
        wide.save(made / f"{photo.stem}-10-bit.heic", quality=60)


def answer(path):
    try:
        image = Image.open(path).convert("RGB")
        return {"width": image.width, "height": image.height, "rgb": hashlib.sha256(image.tobytes()).hexdigest()}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def main(folder):
    warnings.simplefilter("ignore")
    pillow_heif.register_heif_opener()
    make_odd_files(folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    json.dump({str(path.relative_to(folder)): answer(path) for path in files}, sys.stdout)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
