"""The vault in a process of its own: a web server with an upload and a download, and nothing else."""
