"""Long work of evaluation: one file per noun. Jobs are found by this folder's name."""

from shangji.phases.evaluate.jobs import scoring  # noqa: F401 - registers its kinds
