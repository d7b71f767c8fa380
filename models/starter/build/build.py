"""Write the starter model: three ONNX files and tokenizer.json, from pretrained parts on PyPI.

The same parts give the same bytes, so `git status` shows whether a rebuild differs. Nearly all of its minutes go into the
7,600 sentences of the class vectors. The commands are in the model card, ../README.md.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import onnx

from bundle import read_bundle
from check import check_image_tower, check_sound_tower, check_text_tower
from checkpoints import read_legacy_pth, read_safetensors
from image_tower import image_tower
from joining import PROMPTS, join_classes, read_class_names
from parts import fetch_part
from photos import read_photos
from reference import ImageClassifier, SentenceEncoder, SoundClassifier
from sound_joining import join_sound_classes, read_sound_names
from sound_tower import sound_tower
from sounds import made_patches
from text_tower import text_tower

MODEL = Path(__file__).resolve().parent.parent
SAMPLES = MODEL.parent.parent / "samples"


def main():
    parser = argparse.ArgumentParser(description="Write the starter model into the folder above this one.")
    parser.add_argument("--parts", type=Path, metavar="DIR", help="keep the downloaded wheels (134 MB) here for the next time")
    parser.add_argument("--photos", type=Path, metavar="DIR", default=SAMPLES, help="check on the JPEG files in here; samples/")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        build(options.parts or Path(temporary), options.photos)


def build(parts, photos):
    image_weights = read_legacy_pth(fetch_part("image", parts)["efficientnet-lite0-57934424.pth"])
    text_files = fetch_part("text", parts)
    text_weights = read_safetensors(text_files["model.safetensors"])
    tokenizer = uncut_tokenizer(text_files["tokenizer.json"])
    sound_files = fetch_part("sound", parts)
    sound_weights = read_bundle(sound_files["variables.index"], sound_files["variables.data-00000-of-00001"])
    sound_names = read_sound_names(sound_files["yamnet_class_map.csv"])
    class_names = read_class_names(fetch_part("names", parts)["zero_shot_metadata.py"])

    encoder = SentenceEncoder(text_weights, tokenizer)
    class_vectors, mean = join_classes(class_names, encoder.encode)
    sound_vectors = join_sound_classes(sound_names, encoder.encode)

    vision_file, text_file, audio_file = (MODEL / f"onnx/{kind}_model.onnx" for kind in ("vision", "text", "audio"))
    vision_file.parent.mkdir(exist_ok=True)
    onnx.save(image_tower(image_weights, class_vectors), vision_file)
    onnx.save(text_tower(text_weights, mean), text_file)
    onnx.save(sound_tower(sound_weights, sound_vectors), audio_file)
    (MODEL / "tokenizer.json").write_text(tokenizer, encoding="utf-8", newline="\n")

    pixels = read_photos(sorted(photos.glob("*.jpg")), MODEL / "preprocessor_config.json")
    check_image_tower(vision_file, ImageClassifier(image_weights), class_vectors, pixels)
    sentences = [PROMPTS[1].format(name) for name in class_names[::20]] + [", ".join(class_names[:60])]
    check_text_tower(text_file, encoder, mean, sentences)
    check_sound_tower(audio_file, SoundClassifier(sound_weights), sound_vectors, made_patches(MODEL / "audio.json"))
    for file in (vision_file, text_file, audio_file, MODEL / "tokenizer.json"):
        content = file.read_bytes()
        print(f"{hashlib.sha256(content).hexdigest()}  {file.relative_to(MODEL)}  {len(content):,} bytes")


def uncut_tokenizer(content):
    """tokenizer.json without the cutting and padding to 128 tokens that it carries: whoever loads it does that."""
    settings = json.loads(content) | {"truncation": None, "padding": None}
    return json.dumps(settings, ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    main()
