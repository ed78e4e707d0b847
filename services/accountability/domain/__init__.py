"""What is known of each student, decided from observations alone: pure and sync."""
