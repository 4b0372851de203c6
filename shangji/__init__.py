"""Shangji 商机: opportunity management in five phases, run by the company itself."""

__version__ = "0.1.0"
