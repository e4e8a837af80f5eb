"""What an arrival is judged by before anything is done: which ticket, how urgent, whose work, may we answer, brakes."""
