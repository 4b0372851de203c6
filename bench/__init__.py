"""Speed, measured: each operation beside the bare query or insert of the same run."""
