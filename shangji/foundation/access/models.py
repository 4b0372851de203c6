"""Roles that an admin makes. Their grants are versioned JSON, checked on save and on load."""

from django.db import models


class CustomRole(models.Model):
    """A role made in settings; `key` of a person's role is then `custom:<id>`."""

    record_type = "role"

    name = models.CharField(max_length=80, unique=True)
    description = models.CharField(max_length=300, blank=True)
    # {"version": 1, "default": grant, "grants": {record type: grant}, "rights": [...]}
    definition = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
