"""scikit-learn's PCA. Takes {"task": "pca", "shapes": [[examples, features], …], "threads": n} and prints one JSON line."""

import json
import os
import sys
import time

job = json.loads(sys.argv[1])
# Read when NumPy loads its BLAS.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(job["threads"])

import numpy as np
import sklearn
from sklearn.decomposition import PCA

rows = []
for examples, features in job["shapes"]:
    rng = np.random.default_rng(1)
    X = rng.standard_normal((examples, features), dtype=np.float32)
    X *= np.linspace(3, 0.1, features, dtype=np.float32)
    clock, cpu = time.perf_counter(), time.process_time()
    PCA().fit(X)
    rows.append(
        {
            "examples": examples,
            "features": features,
            "seconds": time.perf_counter() - clock,
            "cpuSeconds": time.process_time() - cpu,
        }
    )

print(
    json.dumps(
        {
            "name": "scikit-learn",
            "version": sklearn.__version__,
            "variant": f"NumPy {np.__version__}",
            "threads": job["threads"],
            "rows": rows,
        }
    )
)
