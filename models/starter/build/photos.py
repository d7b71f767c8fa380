"""Pictures as the image tower takes them, by the settings of preprocessor_config.json and with Pillow's own resizing."""

import json

import numpy as np
from PIL import Image


def read_photos(paths, preprocessor_config):
    """pixel_values [N, 3, S, S] float32, prepared as Hugging Face's CLIPImageProcessor does."""
    settings = json.loads(preprocessor_config.read_text())
    return np.stack([_read_photo(path, settings) for path in paths])


def _read_photo(path, settings):
    image = Image.open(path).convert("RGB")
    short, size = settings["size"]["shortest_edge"], settings["crop_size"]["height"]
    scaled = [int(short * side / min(image.size)) for side in image.size]
    image = image.resize(scaled, settings["resample"])
    left, top = ((side - size) // 2 for side in scaled)
    pixels = np.asarray(image.crop((left, top, left + size, top + size)), np.float64) * settings["rescale_factor"]
    pixels = (pixels - settings["image_mean"]) / settings["image_std"]
    return pixels.astype(np.float32).transpose(2, 0, 1)
