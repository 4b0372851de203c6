"""Settings: pipelines and stages, reasons, competitors, channels. Right "settings.pipelines"."""
