"""Which addresses are one human: names compared, evidence weighed, clusters drawn. Pure; the store brings and keeps."""
