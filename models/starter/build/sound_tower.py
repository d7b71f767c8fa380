"""YAMNet as an ONNX graph: log-mel patches in, class probabilities, their weighted sum of class vectors out."""

import numpy as np
from onnx import TensorProto

from onnx_graph import Graph

# Stride of the first convolution, then of each pair of a depthwise and a pointwise one; the channels are in the weights.
# Source: `_YAMNET_LAYER_DEFS` in tensorflow/models, research/audioset/yamnet/yamnet.py.
FIRST_STRIDE = 2
PAIR_STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
BATCH_NORM_EPSILON = 1e-4
FRAMES, BANDS = 96, 64

PREFIX = "layer-1/layer/_func/_yamnet/layer_with_weights-{}/{}/.ATTRIBUTES/VARIABLE_VALUE"


def sound_tower(weights, class_vectors):
    """input_features [batch, 96, 64] float32 -> audio_embeds [batch, D] float32.

    The sums are not scaled to length 1: a patch in which nothing is heard counts for little in the mean of a sound's patches.
    """
    graph = Graph("starter_sound")
    x = graph.op("Unsqueeze", "input_features", graph.ints(1))
    for number, (kernel, bias, stride) in enumerate(convolutions(weights)):
        x = graph.op(
            "Conv",
            x,
            graph.compressed(kernel, channel_axis=0),
            graph.floats(bias),
            # TensorFlow's padding, with which the weights were trained: the odd row goes below, the odd column right.
            auto_pad="SAME_UPPER",
            group=len(kernel) if number % 2 == 1 else 1,
            kernel_shape=list(kernel.shape[2:]),
            strides=[stride, stride],
        )
        x = graph.op("Relu", x)
    x = graph.op("Flatten", graph.op("GlobalAveragePool", x))
    kernel, bias = classifier(weights)
    logits = graph.op("Add", graph.op("MatMul", x, graph.compressed(kernel, channel_axis=1)), graph.floats(bias))
    probabilities = graph.op("Sigmoid", logits)
    graph.op("MatMul", probabilities, graph.compressed(class_vectors, channel_axis=1), output="audio_embeds")
    return graph.model(
        {"input_features": (TensorProto.FLOAT, ["batch", FRAMES, BANDS])},
        {"audio_embeds": (TensorProto.FLOAT, ["batch", class_vectors.shape[1]])},
    )


def convolutions(weights):
    """(kernel [out, in, height, width], bias, stride) of each convolution, its batch normalisation folded in, in float64."""
    strides = [FIRST_STRIDE]
    for stride in PAIR_STRIDES:
        strides += [stride, 1]
    for number, stride in enumerate(strides):
        yield *_fold(weights, number), stride


def _fold(weights, number):
    def read(layer, name):
        return weights[PREFIX.format(layer, name)].astype(np.float64)

    if number % 2 == 1:  # depthwise: [height, width, channels, 1]
        kernel = read(2 * number, "depthwise_kernel").transpose(2, 3, 0, 1)
    else:  # [height, width, in, out]
        kernel = read(2 * number, "kernel").transpose(3, 2, 0, 1)
    shift, mean, variance = (read(2 * number + 1, name) for name in ("beta", "moving_mean", "moving_variance"))
    factor = 1 / np.sqrt(variance + BATCH_NORM_EPSILON)  # this normalisation has no gain
    return kernel * factor[:, None, None, None], shift - mean * factor


def classifier(weights):
    """Kernel [1024, 521] and bias [521] of the logits."""
    last = 2 * (1 + 2 * len(PAIR_STRIDES))
    return weights[PREFIX.format(last, "kernel")].astype(np.float64), weights[PREFIX.format(last, "bias")]
