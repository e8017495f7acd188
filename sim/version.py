"""The version of the model: results are a function of (scenario, seed, MODEL_VERSION)."""

MODEL_VERSION = 4
