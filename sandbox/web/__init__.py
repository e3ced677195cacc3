"""What every provider of the sandbox is served with: requests and answers, faults, a record, a server."""
