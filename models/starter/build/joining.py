"""Where the two towers meet: every ImageNet class as a vector in the space of the sentence encoder.

An image is then the mean of the class vectors weighted by the classifier's probabilities (ConSE, Norouzi et al. 2014).
"""

import ast

import numpy as np

PROMPTS = ("{}", "a photo of a {}.", "a {} in a scene", "people with a {}", "a close-up of a {}")


def read_class_names(source):
    """The 1,000 ImageNet class names, in the order of the classifier, from OpenCLIP's Python source (parsed, not run)."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and statement.targets[0].id == "IMAGENET_CLASSNAMES":
            return ast.literal_eval(statement.value)
    raise ValueError("zero_shot_metadata.py: expected IMAGENET_CLASSNAMES, received none")


def join_classes(class_names, encode):
    """Centred class vectors [1000, D] and their mean [D], in float64; `encode` gives unit vectors [N, D] of N sentences."""
    sentences = [prompt.format(name) for name in class_names for prompt in PROMPTS]
    vectors = encode(sentences).reshape(len(class_names), len(PROMPTS), -1).mean(axis=1)
    mean = vectors.mean(axis=0)
    return vectors - mean, mean
