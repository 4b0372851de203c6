"""The spine: pipelines, stages, opportunities and their moves."""
