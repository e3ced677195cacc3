"""The week as a letter: sentences, and the forms it is sent in. Read by commands and by what delivers it."""
