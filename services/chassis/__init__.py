"""What every service stands on; imports the language and libraries, never a service."""
