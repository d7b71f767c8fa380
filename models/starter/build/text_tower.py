"""all-MiniLM-L6-v2 as an ONNX graph: token ids in, the mean of its last layer out, moved to the class vectors' origin."""

import numpy as np
from onnx import TensorProto

from onnx_graph import Graph, unit_rows

LAYERS, HEADS, WIDTH = 6, 12, 384
LAYER_NORM_EPSILON = 1e-12
# What sentence-transformers cuts this model at (`sentence_bert_config.json`), though its table has 512 positions.
CONTEXT_LENGTH = 256


def text_tower(weights, mean_class_vector):
    """input_ids and attention_mask [batch, sequence] int64 -> text_embeds [batch, 384] float32, unit length.

    A mask is ones and then zeros. `mean_class_vector` [384] is taken off the unit sentence vectors.
    """
    graph = Graph("starter_text")
    x = _embeddings(graph, weights)
    bias = _mask_bias(graph)
    for layer in range(LAYERS):
        x = _layer(graph, x, bias, weights, f"encoder.layer.{layer}")
    sentence = unit_rows(graph, _mean_of_tokens(graph, x))
    unit_rows(graph, graph.op("Sub", sentence, graph.floats(mean_class_vector)), output="text_embeds")
    tokens = (TensorProto.INT64, ["batch", "sequence"])
    return graph.model(
        {"input_ids": tokens, "attention_mask": tokens},
        {"text_embeds": (TensorProto.FLOAT, ["batch", WIDTH])},
    )


def _embeddings(graph, weights):
    words = graph.compressed_rows(weights["embeddings.word_embeddings.weight"], "input_ids")
    # Positions counted along the mask keep the shape [batch, sequence] known to ONNX Runtime, which then fuses every
    # addition with the normalisation after it; a slice of the table would not.
    position = graph.op("Sub", graph.op("CumSum", "attention_mask", graph.integer(1)), graph.integer(1))
    table = weights["embeddings.position_embeddings.weight"][:CONTEXT_LENGTH].astype(np.float64)
    # Every token is of type 0: one sentence, never a pair.
    table += weights["embeddings.token_type_embeddings.weight"][0]
    return _norm(graph, graph.op("Add", words, graph.compressed_rows(table, position)), weights, "embeddings.LayerNorm")


def _mask_bias(graph):
    """[batch, 1, 1, sequence]: 0 for a token, and for padding a number so low that its softmax is exactly 0."""
    padding = graph.op("Sub", graph.floats(1), graph.op("Cast", "attention_mask", to=TensorProto.FLOAT))
    return graph.op("Unsqueeze", graph.op("Mul", padding, graph.floats(-10000)), graph.ints(1, 2))


def _layer(graph, x, bias, weights, name):
    x = _add_and_norm(graph, x, _attention(graph, x, bias, weights, f"{name}.attention"), weights, f"{name}.attention.output")
    inner = graph.op("Gelu", _linear(graph, x, weights, f"{name}.intermediate.dense"))
    return _add_and_norm(graph, x, inner, weights, f"{name}.output")


def _attention(graph, x, bias, weights, name):
    size = WIDTH // HEADS
    split = graph.ints(0, 0, HEADS, size)
    query, key, value = (
        graph.op("Transpose", graph.op("Reshape", _linear(graph, x, weights, f"{name}.self.{part}"), split), perm=order)
        for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3]))
    )
    scores = graph.op("Div", graph.op("MatMul", query, key), graph.floats(size**0.5))
    shares = graph.op("Softmax", graph.op("Add", scores, bias), axis=-1)
    heads = graph.op("Transpose", graph.op("MatMul", shares, value), perm=[0, 2, 1, 3])
    return graph.op("Reshape", heads, graph.ints(0, 0, WIDTH))


def _add_and_norm(graph, x, inner, weights, name):
    inner = _linear(graph, inner, weights, f"{name}.dense")
    return _norm(graph, graph.op("Add", inner, x), weights, f"{name}.LayerNorm")


def _linear(graph, x, weights, name):
    kernel = graph.compressed(weights[f"{name}.weight"].T, channel_axis=1)
    return graph.op("Add", graph.op("MatMul", x, kernel), graph.floats(weights[f"{name}.bias"]))


def _norm(graph, x, weights, name):
    gain, shift = (graph.floats(weights[f"{name}.{part}"]) for part in ("weight", "bias"))
    return graph.op("LayerNormalization", x, gain, shift, axis=-1, epsilon=LAYER_NORM_EPSILON)


def _mean_of_tokens(graph, x):
    mask = graph.op("Cast", "attention_mask", to=TensorProto.FLOAT)
    count = graph.op("ReduceSum", mask, graph.ints(1), keepdims=1)
    # As the model's own pooling: an empty mask divides by 1e-9, not by zero.
    share = graph.op("Div", mask, graph.op("Max", count, graph.floats(1e-9)))
    total = graph.op("MatMul", graph.op("Unsqueeze", share, graph.ints(1)), x)
    return graph.op("Squeeze", total, graph.ints(1))
