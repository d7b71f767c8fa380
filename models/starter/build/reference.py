"""Both parts in plain numpy and float64, as their papers describe them and apart from the graphs that are to be checked.

The sentence encoder also makes the class vectors: in float64 the last bits that differ from one machine to the next are
far below what the stored int8 can show, so a rebuild gives the same bytes elsewhere.
"""

import numpy as np
from scipy.special import erf
from tokenizers import Tokenizer

from image_tower import BATCH_NORM_EPSILON, TEMPERATURE, blocks
from sound_tower import classifier, convolutions
from text_tower import HEADS, LAYER_NORM_EPSILON, LAYERS, WIDTH

BATCH = 128


def unit(rows):
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def softmax(x):
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


class SentenceEncoder:
    """all-MiniLM-L6-v2: BERT (Devlin et al. 2019), the mean over its tokens, unit length."""

    def __init__(self, weights, tokenizer_json):
        self._weights = {name: tensor.astype(np.float64) for name, tensor in weights.items()}
        self._tokenizer = Tokenizer.from_str(tokenizer_json)

    def tokens(self, sentence):
        return self._tokenizer.encode(sentence).ids

    def encode(self, sentences):
        """Unit vectors [N, 384]."""
        tokens = [self.tokens(sentence) for sentence in sentences]
        vectors = np.empty((len(sentences), WIDTH))
        # Sentences of one length at a time, so that there is no padding and no mask to get wrong.
        for length in sorted({len(ids) for ids in tokens}):
            rows = [row for row, ids in enumerate(tokens) if len(ids) == length]
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                vectors[batch] = self._forward(np.array([tokens[row] for row in batch]))
        return vectors

    def _forward(self, ids):
        w = self._weights
        x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x + w["embeddings.position_embeddings.weight"][: ids.shape[1]], "embeddings.LayerNorm")
        for layer in range(LAYERS):
            name = f"encoder.layer.{layer}"
            attended = self._linear(self._attention(x, f"{name}.attention.self"), f"{name}.attention.output.dense")
            x = self._norm(x + attended, f"{name}.attention.output.LayerNorm")
            inner = self._linear(x, f"{name}.intermediate.dense")
            inner = inner * (1 + erf(inner / 2**0.5)) / 2
            x = self._norm(x + self._linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")
        return unit(x.mean(axis=1))

    def _attention(self, x, name):
        batch, length, _ = x.shape
        query, key, value = (
            self._linear(x, f"{name}.{part}").reshape(batch, length, HEADS, -1).swapaxes(1, 2)
            for part in ("query", "key", "value")
        )
        shares = softmax(query @ key.swapaxes(2, 3) / (WIDTH / HEADS) ** 0.5)
        return (shares @ value).swapaxes(1, 2).reshape(x.shape)

    def _linear(self, x, name):
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, x, name):
        centred = x - x.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + LAYER_NORM_EPSILON)
        return scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


class ImageClassifier:
    """EfficientNet-Lite0 with its batch normalisation as trained, not folded."""

    def __init__(self, weights):
        self._weights = {name: tensor.astype(np.float64) for name, tensor in weights.items()}

    def probabilities(self, pixels):
        """[N, 1000] of pixels [N, 3, H, W], softened by the temperature."""
        x = self._relu6_conv(pixels.astype(np.float64), "_conv_stem", "_bn0", stride=2)
        for index, stride, expands, keeps in blocks():
            x = self._block(x, f"_blocks.{index}", stride, expands, keeps)
        x = self._relu6_conv(x, "_conv_head", "_bn1").mean(axis=(2, 3))
        return softmax((x @ self._weights["_fc.weight"].T + self._weights["_fc.bias"]) / TEMPERATURE)

    def _block(self, x, name, stride, expands, keeps):
        inner = self._relu6_conv(x, f"{name}._expand_conv", f"{name}._bn0") if expands else x
        inner = self._relu6_conv(inner, f"{name}._depthwise_conv", f"{name}._bn1", stride)
        inner = self._conv(inner, f"{name}._project_conv", f"{name}._bn2")
        return inner + x if keeps else inner

    def _relu6_conv(self, x, name, norm, stride=1):
        return self._conv(x, name, norm, stride).clip(0, 6)

    def _conv(self, x, name, norm, stride=1):
        kernel = self._weights[f"{name}.weight"]
        gain, shift, mean, variance = (
            self._weights[f"{norm}.{part}"][:, None, None] for part in ("weight", "bias", "running_mean", "running_var")
        )
        return (convolve(x, kernel, stride) - mean) / np.sqrt(variance + BATCH_NORM_EPSILON) * gain + shift


class SoundClassifier:
    """YAMNet: depthwise-separable convolutions (Howard et al. 2017), a probability for each class by itself."""

    def __init__(self, weights):
        self._layers = list(convolutions(weights))
        self._kernel, self._bias = classifier(weights)

    def probabilities(self, features):
        """[N, 521] of log-mel patches [N, 96, 64]."""
        x = features.astype(np.float64)[:, None]
        for kernel, bias, stride in self._layers:
            x = (convolve(x, kernel, stride) + bias[:, None, None]).clip(0)
        return 1 / (1 + np.exp(-(x.mean(axis=(2, 3)) @ self._kernel + self._bias)))


def convolve(x, kernel, stride):
    """Convolution with TensorFlow's "same" padding; a kernel with one input channel for many is depthwise."""
    side = kernel.shape[2]
    rows, columns = (-(-size // stride) for size in x.shape[2:])
    x = np.pad(x, ((0, 0), (0, 0), *(_same_padding(size, side, stride) for size in x.shape[2:])))
    depthwise = kernel.shape[1] == 1 and x.shape[1] > 1
    result = 0
    for i in range(side):
        for j in range(side):
            seen = x[:, :, i : i + stride * (rows - 1) + 1 : stride, j : j + stride * (columns - 1) + 1 : stride]
            tap = kernel[:, :, i, j]
            result = result + (seen * tap[:, :, None] if depthwise else np.einsum("oc,nchw->nohw", tap, seen, optimize=True))
    return result


def _same_padding(size, side, stride):
    total = max((-(-size // stride) - 1) * stride + side - size, 0)
    return total // 2, total - total // 2
