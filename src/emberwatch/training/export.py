"""Writes a trained encoder as the ONNX graph that the deep tier runs: int8 layers, 4-bit word vectors.

The graph is put together by hand from the operators that ONNX Runtime runs fastest on one core. Layers are quantised
symmetrically, one scale a column, to `REACH` steps each way; what flows between them in 8 bits between fixed ends. Word
vectors are in blocks of 32 under one scale, 4 bits each, which for the multilingual encoder is how its base came.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto as Kind
from onnx import helper, numpy_helper

from emberwatch.training import blocks
from emberwatch.training.encoders import HEADS_OF_ATTENTION, WIDTH, Layer, Reader
from emberwatch.training.ranges import Range
from emberwatch.triage.deep import LONGEST

Floats = NDArray[np.float32]
REACH = 63
"""Seven bits: processors without dot-product instructions add two products in 16 bits, which 127 would overflow."""
_OURS = "com.microsoft"
_TINY = 1e-12


class Graph:
    """Nodes and constants as they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add a constant; its name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, domain: str = "", **settings: object) -> str:
        """Add a node with one output; its name."""
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **settings))
        return output


def graph_of(reader: Reader, heads: Floats, bias: Floats, reach: Mapping[str, Range]) -> bytes:
    """The graph of `reader` under heads [WIDTH, column] with `bias`: token numbers and counts of tokens in, logits,
    vectors of length one and each token's share of the logits out. `reach` are the ends of what flows into each linear
    layer."""
    graph = Graph()
    body = reader.body
    _words(graph, body.words.weight.detach().numpy())
    graph.constant("places", body.places.weight.detach().numpy()[:LONGEST])
    _positions(graph)
    states = _normed(graph, "first", graph.node("Add", ["word_vectors", "place_vectors"], "sum"), body.norm)
    for number, layer in enumerate(body.layers):
        states = _layer(graph, f"l{number}", states, layer, reach)
    _answers(graph, states, heads, bias)
    inputs = [
        helper.make_tensor_value_info("ids", Kind.INT64, ["posts", "tokens"]),
        helper.make_tensor_value_info("counts", Kind.INT64, ["posts"]),
    ]
    width = heads.shape[1]
    outputs = [
        helper.make_tensor_value_info("logits", Kind.FLOAT, ["posts", width]),
        helper.make_tensor_value_info("vectors", Kind.FLOAT, ["posts", WIDTH]),
        helper.make_tensor_value_info("by_token", Kind.FLOAT, ["posts", "tokens", width]),
    ]
    whole = helper.make_graph(graph.nodes, "encoder", inputs, outputs, graph.constants)
    versions = [helper.make_opsetid("", 18), helper.make_opsetid(_OURS, 1)]
    return bytes(helper.make_model(whole, opset_imports=versions, ir_version=9).SerializeToString())


def _words(graph: Graph, vectors: Floats) -> None:
    """Word vectors in 4-bit blocks, two numbers a byte, the lower half first."""
    steps, scale = blocks.packed(vectors)
    halves = steps[:, 0::2] | (steps[:, 1::2] << 4)
    graph.constants.append(
        helper.make_tensor("words", Kind.UINT4, [len(vectors), vectors.shape[1]], halves.tobytes(), raw=True)
    )
    graph.constant("word_scales", scale)
    settings = {"gather_axis": 0, "quantize_axis": 1, "block_size": blocks.BLOCK, "bits": 4}
    zero = np.full((len(vectors), scale.shape[1] // 2), 0x88, dtype=np.uint8)
    graph.constants.append(helper.make_tensor("word_zeros", Kind.UINT4, list(scale.shape), zero.tobytes(), raw=True))
    inputs = ["words", "ids", "word_scales", "word_zeros"]
    graph.node("GatherBlockQuantized", inputs, "word_vectors", _OURS, **settings)


def _positions(graph: Graph) -> None:
    """The vectors of the first places, and which tokens are real."""
    graph.constant("one", np.array(1, dtype=np.int64))
    graph.constant("axis1", np.array([1], dtype=np.int64))
    graph.constant("axis2", np.array([2], dtype=np.int64))
    graph.constant("nought", np.array(0, dtype=np.int64))
    graph.node("Shape", ["ids"], "shape")
    graph.node("Gather", ["shape", "one"], "length", axis=0)
    graph.node("Range", ["nought", "length", "one"], "numbers")
    graph.node("Gather", ["places", "numbers"], "place_vectors", axis=0)
    graph.node("Cast", ["counts"], "counts32", to=Kind.INT32)
    graph.node("Unsqueeze", ["counts", "axis1"], "counts_column")
    graph.node("Less", ["numbers", "counts_column"], "real")
    graph.node("Cast", ["real"], "mask", to=Kind.FLOAT)


def _normed(graph: Graph, name: str, states: str, norm: object) -> str:
    weight = graph.constant(f"{name}.weight", norm.weight.detach().numpy())  # type: ignore[attr-defined]
    bias = graph.constant(f"{name}.bias", norm.bias.detach().numpy())  # type: ignore[attr-defined]
    return graph.node("LayerNormalization", [states, weight, bias], f"{name}.out", axis=-1, epsilon=_TINY)


def _weights(graph: Graph, name: str, linear: object) -> tuple[str, str, str, str]:
    """A linear layer's weights in int8 [in, out], with their scales, zero points and bias."""
    weights = linear.weight.detach().numpy().T  # type: ignore[attr-defined]
    scale = np.abs(weights).max(axis=0) / REACH
    return (
        graph.constant(f"{name}.weights", np.round(weights / scale).astype(np.int8)),
        graph.constant(f"{name}.scale", scale.astype(np.float32)),
        graph.constant(f"{name}.zero", np.zeros(len(scale), dtype=np.int8)),
        graph.constant(f"{name}.bias", linear.bias.detach().numpy()),  # type: ignore[attr-defined]
    )


def _stepped(graph: Graph, name: str, states: str, reach: Range) -> tuple[str, str, str]:
    """`states` in steps of 8 bits between fixed ends: the steps, the size of one, and which of them is nought."""
    low, high = reach
    size = (high - low) / 255
    step = graph.constant(f"{name}.step", np.array(size, dtype=np.float32))
    origin = graph.constant(f"{name}.origin", np.array(round(-low / size), dtype=np.uint8))
    return graph.node("QuantizeLinear", [states, step, origin], f"{name}.steps"), step, origin


def _linear(graph: Graph, name: str, states: str, linear: object, reach: Range) -> str:
    steps, step, origin = _stepped(graph, name, states, reach)
    weights, scale, zero, bias = _weights(graph, name, linear)
    inputs = [steps, weights, step, scale, origin, zero, bias]
    return graph.node("MatMulIntegerToFloat", inputs, f"{name}.out", _OURS)


def _layer(graph: Graph, name: str, states: str, layer: Layer, reach: Mapping[str, Range]) -> str:
    steps, step, origin = _stepped(graph, f"{name}.attend", states, reach[f"{name}.attend"])
    weights, scale, zero, bias = _weights(graph, f"{name}.attend", layer.attend)
    inputs = [steps, weights, bias, step, scale, "counts32", origin, zero]
    mixed = graph.node("QAttention", inputs, f"{name}.mixed", _OURS, num_heads=HEADS_OF_ATTENTION)
    attended = _linear(graph, f"{name}.attended", mixed, layer.attended, reach[f"{name}.attended"])
    states = _normed(graph, f"{name}.norm", graph.node("Add", [states, attended], f"{name}.sum"), layer.norm)
    wide = _linear(graph, f"{name}.widen", states, layer.widen, reach[f"{name}.widen"])
    bent = graph.node("FastGelu", [wide], f"{name}.bent", _OURS)
    narrow = _linear(graph, f"{name}.narrow", bent, layer.narrow, reach[f"{name}.narrow"])
    return _normed(graph, f"{name}.last", graph.node("Add", [states, narrow], f"{name}.whole"), layer.last)


def _answers(graph: Graph, states: str, heads: Floats, bias: Floats) -> None:
    graph.constant("heads", heads.astype(np.float32))
    graph.constant("heads_bias", bias.astype(np.float32))
    graph.node("Unsqueeze", ["mask", "axis2"], "mask3")
    graph.node("Mul", [states, "mask3"], "kept")
    graph.node("ReduceSum", ["kept", "axis1"], "total", keepdims=0)
    graph.node("Cast", ["counts_column"], "counts_float", to=Kind.FLOAT)
    graph.node("Div", ["total", "counts_float"], "pooled")
    graph.node("Gemm", ["pooled", "heads", "heads_bias"], "logits")
    graph.node("LpNormalization", ["pooled"], "vectors", axis=-1, p=2)
    graph.node("Unsqueeze", ["counts_float", "axis2"], "counts3")
    graph.node("Div", ["kept", "counts3"], "shared")
    graph.node("MatMul", ["shared", "heads"], "by_token")
