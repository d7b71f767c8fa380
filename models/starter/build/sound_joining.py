"""Every sound class of AudioSet as a vector in the space of the sentence encoder; see joining.py, which does it for images."""

import csv
import io

import numpy as np

PROMPTS = ("{}", "the sound of {}", "{} sound", "a recording of {}", "someone hears {}")
# Not a sound: what is rare in it would be pulled to silence instead of being heard.
NO_SOUND = "silence"


def read_sound_names(content):
    """The 521 class names in lower case, in the order of the classifier, of YAMNet's class map."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8")))
    return [row["display_name"].lower() for row in rows]


def join_sound_classes(names, encode):
    """Class vectors [521, D] around their own mean, in float64; of silence, zeros. `encode` gives unit vectors [N, D]."""
    sentences = [prompt.format(name) for name in names for prompt in PROMPTS]
    vectors = encode(sentences).reshape(len(names), len(PROMPTS), -1).mean(axis=1)
    vectors -= vectors.mean(axis=0)
    vectors[names.index(NO_SOUND)] = 0
    return vectors
