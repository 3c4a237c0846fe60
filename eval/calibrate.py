"""Calibrates "not found": ``python -m eval.calibrate`` prints the relevance model for chat/relevance.yaml.

Logistic regression over `chat.evidence.FEATURES`, from questions with an answer (types lookup, unit, eligibility)
against questions without one (types refusal, out_of_scope). More of the latter, about documents that are not in the
knowledge base, can be given as JSON Lines with a "question" each: ``--absent FILE``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from chat.assistant import Assistant
from chat.evidence import FEATURES
from eval.qa_set import DEFAULT_QA, load_qa
from kb.knowledge_base import KnowledgeBase
from kb.settings import load_settings

_ANSWERED = frozenset({"lookup", "unit", "eligibility"})
_UNANSWERED = frozenset({"refusal", "out_of_scope"})
_ABSENT_WEIGHT = 0.4  # questions about other documents are many and easy


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, and print weights and how many of each group pass at some thresholds (10-fold cross-validation)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--qa", type=Path, default=DEFAULT_QA)
    parser.add_argument("--absent", type=Path)
    options = parser.parse_args(arguments)
    items = load_qa(options.qa)
    groups = {
        "answered": [i.question for i in items if i.type in _ANSWERED and len(i.clauses or ()) == 1],
        "unanswered": [i.question for i in items if i.type in _UNANSWERED],
        "absent": _questions(options.absent) if options.absent else [],
    }
    with KnowledgeBase(load_settings(home=options.home)) as kb:
        assistant = Assistant(kb)
        rows = [
            (group, assistant.relevance_features(question))
            for group, asked in groups.items()
            for question in asked
        ]
    _fit([(group, values) for group, values in rows if values is not None])


def _questions(path: Path) -> list[str]:
    return [json.loads(line)["question"] for line in path.read_text("utf-8").splitlines() if line.strip()]


def _fit(rows: list[tuple[str, list[float]]]) -> None:
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    group = np.array([name for name, _ in rows])
    x = np.array([values for _, values in rows])
    y = (group == "answered").astype(int)
    weight = np.where(group == "absent", _ABSENT_WEIGHT, 1.0)
    model = make_pipeline(StandardScaler(), LogisticRegression())
    fit = {"logisticregression__sample_weight": weight}
    held_out = cross_val_predict(model, x, y, cv=10, method="predict_proba", params=fit)[:, 1]
    print(f"AUC {roc_auc_score(y, held_out):.3f}", file=sys.stderr)
    for threshold in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5):
        passed = {name: float((held_out[group == name] >= threshold).mean()) for name in dict.fromkeys(group)}
        print(threshold, {name: round(share, 3) for name, share in passed.items()}, file=sys.stderr)
    model.fit(x, y, **fit)
    scaler, logistic = model[0], model[-1]
    weights = logistic.coef_[0] / scaler.scale_
    bias = float(logistic.intercept_[0] - (weights * scaler.mean_).sum())
    print("weights: {" + ", ".join(f"{n}: {w:.4f}" for n, w in zip(FEATURES, weights, strict=True)) + "}")
    print(f"bias: {bias:.4f}")


if __name__ == "__main__":
    main()
