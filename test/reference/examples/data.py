"""MNIST's IDX files as tensors, for the programs beside this one: python3 <program>.py <folder of MNIST>"""
import gzip
import pathlib
import sys
import torch
from torch.utils.data import TensorDataset


def read(name, header):
    path = pathlib.Path(sys.argv[1]) / f"{name}.gz"
    return torch.frombuffer(bytearray(gzip.decompress(path.read_bytes())[header:]), dtype=torch.uint8)


def digits(train, test):
    """The first so many pictures of each part, [n, 784] in [0, 1], with their labels."""
    parts = []
    for part, count in [("train", train), ("t10k", test)]:
        x = read(f"{part}-images-idx3-ubyte", 16).reshape(-1, 784)[:count] / 255
        parts.append(TensorDataset(x, read(f"{part}-labels-idx1-ubyte", 8)[:count].long()))
    return parts
