"""Minima of least-squares and ridge problems by mpmath, computed in 400 digits and rounded to float64.

    python3 -m venv venv && venv/bin/pip install mpmath==1.3.0 numpy==2.4.6
    npx tsx test/reference/theory/problems.ts 500 > problems.json      # drawn from seeds 0 to 499, as exact float64
    venv/bin/python make.py problems.json > minima.json

Columns have scales from 1e-8 to 1e8, ranks go from 1 to d. Every float64 number is taken as it is. The minimum is that over the
space the columns span exactly: Gram-Schmidt in 400 digits, in which a column whose rest is below 1e-200 of it is dependent.
"""

import json
import sys

import mpmath as mp

mp.mp.dps = 400
DEPENDENT = mp.mpf(10) ** -200


def dot(a, b):
    return mp.fdot(zip(a, b))


def minimum(X, y, lam):
    """min of ||y - Xw||^2 + lam ||w||^2 over w, and the rank, by orthogonalising [X; sqrt(lam) I]."""
    columns = [[mp.mpf(x) for x in column] for column in X]
    rest = [mp.mpf(v) for v in y]
    if lam > 0:
        root = mp.sqrt(mp.mpf(lam))
        d = len(columns)
        columns = [c + [root if j == k else mp.mpf(0) for k in range(d)] for j, c in enumerate(columns)]
        rest = rest + [mp.mpf(0)] * d
    basis = []
    for column in columns:
        size = mp.sqrt(dot(column, column))
        q = column
        for _ in range(2):
            for b in basis:
                overlap = dot(b, q)
                q = [qi - overlap * bi for qi, bi in zip(q, b)]
        length = mp.sqrt(dot(q, q))
        if size == 0 or length <= DEPENDENT * size:
            continue
        q = [qi / length for qi in q]
        basis.append(q)
        overlap = dot(q, rest)
        rest = [r - overlap * qi for r, qi in zip(rest, q)]
    return dot(rest, rest), len(basis)


def main():
    problems = json.load(open(sys.argv[1]))["problems"]
    minima = []
    for p in problems:
        value, rank = minimum(p["columns"], p["y"], p["lambda"])
        if p["lambda"] == 0:
            value /= 2
        minima.append([float(value), rank])
    versions = {"mpmath": mp.__version__, "python": sys.version.split()[0]}
    print(json.dumps({"versions": versions, "minima and ranks": minima}))


main()
