"""What can be asked: one module a question; every answer is frozen Structs, never rows."""
