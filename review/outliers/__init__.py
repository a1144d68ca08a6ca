"""异常核对: figures that are unlike their own past, unlike their peers, or contradict each other; a list to work off."""
