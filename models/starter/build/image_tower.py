"""EfficientNet-Lite0 as an ONNX graph: pixels in, class probabilities, a weighted mean of class vectors out."""

import numpy as np
from onnx import TensorProto

from onnx_graph import Graph, unit_rows

# Repeats, stride of the first, expansion, channels out; the kernels' sizes are in the weights. Lite has no squeeze-and-excite
# and clips at 6. Source: `efficientnet_lite_builder.py` in tensorflow/tpu; Tan and Le 2019, table 1.
STAGES = ((1, 1, 1, 16), (2, 2, 6, 24), (2, 2, 6, 40), (3, 2, 6, 80), (3, 1, 6, 112), (4, 2, 6, 192), (1, 1, 6, 320))
STEM_CHANNELS = 32
BATCH_NORM_EPSILON = 1e-3
TEMPERATURE = 2


def blocks():
    """(index, stride, expands, keeps) for each inverted residual block; `keeps` says that its input is added back."""
    channels_in, index = STEM_CHANNELS, 0
    for repeats, first_stride, expansion, channels_out in STAGES:
        for repeat in range(repeats):
            stride = first_stride if repeat == 0 else 1
            yield index, stride, expansion > 1, stride == 1 and channels_in == channels_out
            channels_in, index = channels_out, index + 1


def image_tower(weights, centred_class_vectors):
    """pixel_values [batch, 3, height, width] float32 -> image_embeds [batch, D] float32, unit length."""
    graph = Graph("starter_image")
    x = _conv(graph, "pixel_values", weights, "_conv_stem", "_bn0", stride=2)
    for index, stride, expands, keeps in blocks():
        x = _block(graph, x, weights, f"_blocks.{index}", stride, expands, keeps)
    x = _conv(graph, x, weights, "_conv_head", "_bn1")
    x = graph.op("Flatten", graph.op("GlobalAveragePool", x))
    # Dividing weights and bias by a power of two is exact, and saves dividing the logits.
    kernel = graph.compressed(weights["_fc.weight"].T.astype(np.float64) / TEMPERATURE, channel_axis=1)
    logits = graph.op("Add", graph.op("MatMul", x, kernel), graph.floats(weights["_fc.bias"] / TEMPERATURE))
    probabilities = graph.op("Softmax", logits, axis=1)
    mean = graph.op("MatMul", probabilities, graph.compressed(centred_class_vectors, channel_axis=1))
    unit_rows(graph, mean, output="image_embeds")
    return graph.model(
        {"pixel_values": (TensorProto.FLOAT, ["batch", 3, "height", "width"])},
        {"image_embeds": (TensorProto.FLOAT, ["batch", centred_class_vectors.shape[1]])},
    )


def _block(graph, x, weights, name, stride, expands, keeps):
    inner = x
    if expands:
        inner = _conv(graph, inner, weights, f"{name}._expand_conv", f"{name}._bn0")
    inner = _conv(graph, inner, weights, f"{name}._depthwise_conv", f"{name}._bn1", stride, depthwise=True)
    inner = _conv(graph, inner, weights, f"{name}._project_conv", f"{name}._bn2", clip=False)
    return graph.op("Add", inner, x) if keeps else inner


def _conv(graph, x, weights, name, norm, stride=1, depthwise=False, clip=True):
    kernel, bias = fold_batch_norm(weights, name, norm)
    side = kernel.shape[2]
    # SAME_UPPER is TensorFlow's padding, with which the weights were trained: the odd pixel goes right and below.
    x = graph.op(
        "Conv",
        x,
        graph.compressed(kernel, channel_axis=0),
        graph.floats(bias),
        auto_pad="SAME_UPPER",
        group=len(kernel) if depthwise else 1,
        kernel_shape=[side, side],
        strides=[stride, stride],
    )
    return graph.op("Clip", x, graph.floats(0), graph.floats(6)) if clip else x


def fold_batch_norm(weights, name, norm):
    """Kernel and bias, in float64, of the convolution that equals the given one followed by its batch normalisation."""
    gain, shift, mean, variance = (
        weights[f"{norm}.{part}"].astype(np.float64) for part in ("weight", "bias", "running_mean", "running_var")
    )
    factor = gain / np.sqrt(variance + BATCH_NORM_EPSILON)
    return weights[f"{name}.weight"] * factor[:, None, None, None], shift - mean * factor
