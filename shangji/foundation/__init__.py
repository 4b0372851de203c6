"""What every record stands on: people, access, audit, events, jobs, mail, files, notices, search."""
