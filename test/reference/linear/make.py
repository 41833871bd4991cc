"""Reference numbers for the linear models, by scikit-learn. Writes *.json beside this file.

    python3 -m venv venv && venv/bin/pip install scikit-learn && venv/bin/python make.py

Data: scikit-learn's own tables (diabetes, breast cancer, iris) and random problems from numpy's generator, rounded to 4
digits so that the files stay small; the rounded numbers are what both sides solve. Penalties are in this library's
form: ||Xw-y||^2 + lambda ||w||^2 and so on, and are translated here.
"""

import json
import pathlib
import warnings

import numpy as np
import scipy
import sklearn
from sklearn import datasets, linear_model

warnings.simplefilter("ignore")
here = pathlib.Path(__file__).parent
SEED = 20240611
versions = {"sklearn": sklearn.__version__, "numpy": np.__version__, "scipy": scipy.__version__, "seed": SEED}


def write(name, **content):
    text = json.dumps({"versions": versions, **content}, default=lambda a: a.tolist())
    (here / f"{name}.json").write_text(text + "\n")


def fit(model, X, y):
    model.fit(X, y)
    return {"weights": np.ravel(model.coef_), "intercept": float(np.ravel(model.intercept_)[0])}


def regression(X, y, ridge_lambdas, sparse_lambdas, singular=False):
    n = len(y)
    cases = []
    for intercept in (True, False):
        common = dict(fit_intercept=intercept)
        name = "minimumNorm" if singular else "leastSquares"
        cases.append({"model": name, "intercept_": intercept, **fit(linear_model.LinearRegression(**common), X, y)})
        for lam in ridge_lambdas:
            model = linear_model.Ridge(alpha=lam, solver="svd", **common)
            cases.append({"model": "ridge", "lambda": lam, "intercept_": intercept, **fit(model, X, y)})
        for lam in sparse_lambdas:
            exact = dict(tol=1e-15, max_iter=2_000_000, **common)
            model = linear_model.Lasso(alpha=lam / (2 * n), **exact)
            cases.append({"model": "lasso", "lambda": lam, "intercept_": intercept, **fit(model, X, y)})
            for rho in (0.3, 0.8):
                model = linear_model.ElasticNet(alpha=lam * (2 - rho) / (2 * n), l1_ratio=rho / (2 - rho), **exact)
                cases.append(
                    {"model": "elasticNet", "lambda": lam, "ratio": rho, "intercept_": intercept, **fit(model, X, y)}
                )
    return {"X": X, "y": y, "cases": cases}


def classification(X, y, lambdas):
    cases = []
    for intercept in (True, False):
        for lam in lambdas:
            C = np.inf if lam == 0 else 1 / (2 * lam)
            model = linear_model.LogisticRegression(
                C=C, fit_intercept=intercept, solver="newton-cholesky", tol=1e-13, max_iter=10_000
            ).fit(X, y)
            b = model.intercept_
            if len(b) > 1:
                b = b - np.mean(b)  # a shift common to all classes is free; ours sum to zero
            cases.append({"lambda": lam, "intercept_": intercept, "weights": model.coef_.T, "intercepts": b})
    return {"X": X, "y": y, "cases": cases}


rng = np.random.default_rng(SEED)


def random_problem(n, d, rank=None):
    X = rng.normal(size=(n, d))
    if rank is not None:
        X = np.rint(X[:, :rank] * 8) / 8 @ np.rint(2 * rng.normal(size=(rank, d)))
    X = np.round(X, 4)
    w = rng.normal(size=d) * (rng.random(d) < 0.5)
    return X, np.round(X @ w + 0.5 * rng.normal(size=n) + 1, 4)


# The table scaled to unit length by scikit-learn has full 64-bit numbers; the raw one has at most 4 digits.
X, y = datasets.load_diabetes(return_X_y=True, scaled=False)
X = np.round(X, 4)
write("diabetes", **regression(X, y, [1e-3, 1.0, 1000.0], [10.0, 1e4, 3e5]))

X, y = random_problem(60, 12)
write("tall", **regression(X, y, [1e-3, 1.0, 100.0], [0.1, 5.0, 30.0]))
X, y = random_problem(20, 50)
write("wide", **regression(X, y, [1e-3, 1.0, 100.0], [1.0, 5.0, 30.0], singular=True))
X, y = random_problem(30, 8, rank=5)
write("deficient", **regression(X, y, [1e-3, 1.0, 100.0], [], singular=True))

# Figure 4.5: 21 points, polynomials without the constant feature, x in [-1, 1].
x = np.linspace(-1, 1, 21)
y = np.round(1 + 0.5 * x - 2 * x**2 + 0.3 * rng.normal(size=21), 4)
polynomial = {"x": x, "y": y, "cases": []}
for degree in (1, 2, 8, 14):
    P = np.stack([x**p for p in range(1, degree + 1)], axis=1)
    condition = float(np.linalg.cond(np.hstack([np.ones((21, 1)), P])))
    case = {"degree": degree, "condition": condition}
    polynomial["cases"].append({**case, "lambda": 0, **fit(linear_model.LinearRegression(), P, y)})
    for lam in (1e-6, 1e-3, 1.0):
        model = linear_model.Ridge(alpha=lam, solver="svd")
        polynomial["cases"].append({**case, "lambda": lam, **fit(model, P, y)})
write("polynomial", **polynomial)

X, y = datasets.load_breast_cancer(return_X_y=True)
chosen = [0, 1, 3, 4, 6, 9, 13, 21]  # columns of very different scales; all 30 separate the classes nearly
write("breast-cancer", **classification(X[:, chosen], y, [0.0, 1e-2, 1.0, 100.0]))
X, y = datasets.load_iris(return_X_y=True)
write("iris", **classification(X, y, [1e-3, 0.5, 10.0]))
