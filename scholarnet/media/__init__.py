"""What a file is, judged by its content; no name, and no header of a request, is believed."""
