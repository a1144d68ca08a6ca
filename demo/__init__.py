"""Cities to try the program on, and the commands that make them. No other app imports this one."""
