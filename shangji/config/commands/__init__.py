"""One file per `shangji` subcommand; shangji/config/cli.py finds them."""
