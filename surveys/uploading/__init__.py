"""An upload as its page shows it before anything is written, read just now or kept by a job."""
