"""Metrics by scikit-learn; the calibration error, which it lacks, by the formula of Guo et al. 2017 in numpy.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 numpy==2.4.6
    venv/bin/python make.py > sklearn.json

Probabilities are multiples of 1/64, exact in float32, so that there are many ties. numpy's generator with seed 7.
"""

import json

import numpy as np
import sklearn
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve
from sklearn.utils.stats import _weighted_percentile

random = np.random.default_rng(7)


def probabilities(rows, classes):
    return random.multinomial(64, random.dirichlet(np.ones(classes), rows)) / 64


def likely(p):
    """Classes drawn with the given probabilities, now and then any."""
    classes = p.shape[1]
    drawn = np.array([random.choice(classes, p=row) for row in p])
    return np.where(random.random(len(p)) < 0.2, random.integers(0, classes, len(p)), drawn)


def calibration(t, p, w, bins=15):
    confidence, right = p.max(1), p.argmax(1) == t
    bin_of = np.ceil(confidence * bins)
    gap = 0.0
    for b in np.unique(bin_of):
        m = bin_of == b
        gap += w[m].sum() * abs(np.average(right[m], weights=w[m]) - np.average(confidence[m], weights=w[m]))
    return gap / w.sum()


def prf(t, a, w, averages):
    return {
        f"{name} {average}": float(of(t, a, average=average, sample_weight=w, zero_division=0))
        for average in averages
        for name, of in [("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)]
    }


def columns(*arrays):
    return [[float(value) for value in array] for array in arrays]


def curves(t, p, w, of):
    """ROC without (0, 0), precision and recall from the largest threshold down, and reliability without weights."""
    false_positive, true_positive, thresholds = sk.roc_curve(t == of, p[:, of], sample_weight=w, drop_intermediate=False)
    precision, recall, cuts = sk.precision_recall_curve(t == of, p[:, of], sample_weight=w)
    share, probability = calibration_curve(t == of, p[:, of], n_bins=10)
    # scikit-learn goes on below the threshold at which all are found.
    first = int(np.max(np.nonzero(recall == 1)[0]))
    return {
        "roc": columns(thresholds[1:], false_positive[1:], true_positive[1:]),
        "precisionRecall": columns(cuts[first:][::-1], recall[first:-1][::-1], precision[first:-1][::-1]),
        "reliability": columns(probability, share),
    }


def class_scores(t, p, w):
    n = p.shape[1]
    return {
        "rocAuc": [float(sk.roc_auc_score(t == j, p[:, j], sample_weight=w)) for j in range(n)],
        "averagePrecision": [float(sk.average_precision_score(t == j, p[:, j], sample_weight=w)) for j in range(n)],
        **{
            name: [float(value) for value in of(t, p.argmax(1), average=None, sample_weight=w, zero_division=0)]
            for name, of in [("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)]
        },
    }


def classes(t, p, w):
    n = p.shape[1]
    a = p.argmax(1)
    weight = np.ones(len(t)) if w is None else w
    binary = n == 2
    score = p[:, 1] if binary else p
    onehot = np.eye(n)[t]
    return {
        "accuracy": sk.accuracy_score(t, a, sample_weight=w),
        "balanced accuracy": sk.balanced_accuracy_score(t, a, sample_weight=w),
        "matthews correlation": sk.matthews_corrcoef(t, a, sample_weight=w),
        "cohen kappa": sk.cohen_kappa_score(t, a, sample_weight=w),
        "roc auc": sk.roc_auc_score(t, score, sample_weight=w, **({} if binary else {"multi_class": "ovr"})),
        "average precision": sk.average_precision_score(t if binary else onehot, score, sample_weight=w),
        "log loss": sk.log_loss(t, p, sample_weight=w),
        "brier score": sk.brier_score_loss(t, p, sample_weight=w, labels=list(range(n))),
        "calibration error": calibration(t, p, weight),
        "curves": curves(t, p, w, n - 1),
        "class scores": class_scores(t, p, w),
        "confusion": sk.confusion_matrix(t, a, sample_weight=w).astype(float).tolist(),
        **prf(t, a, w, ["macro", "micro", "weighted", *(["binary"] if binary else [])]),
        **({} if binary else {"top-2 accuracy": float(np.average((p + np.arange(n)[::-1] * 1e-9).argsort(1)[:, ::-1][:, :2] == t[:, None], weights=weight, axis=0).sum())}),
    }


def labels(t, p, w):
    a = (p > 0.5).astype(int)
    return {
        "accuracy": float(np.average((a == t).mean(1), weights=w)),
        "exact accuracy": sk.accuracy_score(t, a, sample_weight=w),
        "roc auc": sk.roc_auc_score(t, p, sample_weight=w),
        "average precision": sk.average_precision_score(t, p, sample_weight=w),
        "log loss": float(np.mean([sk.log_loss(t[:, j], p[:, j], sample_weight=w) for j in range(t.shape[1])])),
        "brier score": float(np.mean([sk.brier_score_loss(t[:, j], p[:, j], sample_weight=w) for j in range(t.shape[1])])),
        **prf(t, a, w, ["macro", "micro", "weighted"]),
    }


def values(t, y, w):
    return {
        "mse": sk.mean_squared_error(t, y, sample_weight=w),
        "rmse": sk.root_mean_squared_error(t, y, sample_weight=w),
        "mae": sk.mean_absolute_error(t, y, sample_weight=w),
        "r2": sk.r2_score(t, y, sample_weight=w),
        "mape": sk.mean_absolute_percentage_error(t, y, sample_weight=w),
        **{
            f"error quantile {share}": float(np.mean([_weighted_percentile(e, np.ones(len(t)) if w is None else w, 100 * share, average=True) for e in np.abs(t - y).T]))
            for share in [0.5, 0.75, 0.9, 1]
        },
        "median absolute error": sk.median_absolute_error(t, y, sample_weight=w),
    }


def case(name, kind, of, targets, answers):
    weights = random.integers(0, 5, len(answers)) / 4
    return {
        "name": name,
        "kind": kind,
        "width": answers.shape[1],
        "answers": answers.ravel().tolist(),
        "targets": targets.ravel().tolist(),
        "weights": weights.tolist(),
        "plain": of(targets, answers, None),
        "weighted": of(targets, answers, weights),
    }


two, four, three = probabilities(60, 2), probabilities(90, 4), random.integers(0, 65, (50, 3)) / 64
truth = random.normal(size=(41, 2)).round(2) + 3.005
print(
    json.dumps(
        {
            "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
            "cases": [
                case("two classes", "class", classes, likely(two), two),
                case("four classes", "class", classes, likely(four), four),
                case("three labels", "labels", labels, (random.random((50, 3)) < three).astype(int), three),
                case("two values", "value", values, truth, (truth + random.normal(size=truth.shape)).round(2)),
            ],
        }
    )
)
