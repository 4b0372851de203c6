"""What every record stands on: people, rights, ledger, events, jobs, mail, files, search."""
