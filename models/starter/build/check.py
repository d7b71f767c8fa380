"""The written files, run by ONNX Runtime, beside the float64 reference."""

import numpy as np
import onnxruntime

from reference import unit

LEAST_MEAN_COSINE = 0.999
# Sounds made by formula are of no class: all probabilities are small, and rounding is a larger part of their sum.
LEAST_MEAN_COSINE_OF_MADE_SOUNDS = 0.998
LARGEST_BATCH_DIFFERENCE = 1e-5


def check_image_tower(path, classifier, class_vectors, pixels):
    """Prints and holds how close the file's vectors of `pixels` [N, 3, H, W] are to the reference's."""
    expected = unit(np.concatenate([classifier.probabilities(row[None]) for row in pixels]) @ class_vectors)
    session = _session(path)
    singles = np.concatenate([session.run(None, {"pixel_values": row[None]})[0] for row in pixels])
    (together,) = session.run(None, {"pixel_values": pixels})
    _compare(path, singles, together, expected)


def check_text_tower(path, encoder, mean_class_vector, sentences):
    """The same for sentences; in the batch all but the longest are padded."""
    expected = unit(encoder.encode(sentences) - mean_class_vector)
    tokens = [encoder.tokens(sentence) for sentence in sentences]
    session = _session(path)
    singles = np.concatenate([session.run(None, _feed([ids]))[0] for ids in tokens])
    (together,) = session.run(None, _feed(tokens))
    _compare(path, singles, together, expected)


def check_sound_tower(path, classifier, class_vectors, features):
    """The same for log-mel patches [N, 96, 64]. The vectors keep their lengths, by which the patches of a sound are weighed."""
    expected = classifier.probabilities(features) @ class_vectors
    session = _session(path)
    singles = np.concatenate([session.run(None, {"input_features": row[None]})[0] for row in features])
    (together,) = session.run(None, {"input_features": features})
    lengths = np.linalg.norm(singles, axis=1) / np.linalg.norm(expected, axis=1)
    print(f"{path.name}: lengths {lengths.min():.3f} to {lengths.max():.3f} of float64's")
    _compare(path, unit(singles), unit(together), unit(expected), LEAST_MEAN_COSINE_OF_MADE_SOUNDS)


def _session(path):
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def _feed(tokens):
    longest = max(len(ids) for ids in tokens)
    return {
        "input_ids": np.array([ids + [0] * (longest - len(ids)) for ids in tokens]),
        "attention_mask": np.array([[1] * len(ids) + [0] * (longest - len(ids)) for ids in tokens]),
    }


def _compare(path, singles, together, expected, least=LEAST_MEAN_COSINE):
    cosines = (singles * expected).sum(axis=1)
    difference = np.abs(singles - together).max()
    print(
        f"{path.name}: {len(expected)} inputs, cosine to float64 mean {cosines.mean():.4f} least {cosines.min():.4f}, "
        f"batch against singles {difference:.1e}"
    )
    _hold(path, cosines.mean() >= least, f"a mean cosine of at least {least}", cosines.mean())
    _hold(path, difference <= LARGEST_BATCH_DIFFERENCE, f"a batch within {LARGEST_BATCH_DIFFERENCE} of singles", difference)


def _hold(path, is_so, expected, received):
    if not is_so:
        raise SystemExit(f"{path.name}: expected {expected}, received {received}")
