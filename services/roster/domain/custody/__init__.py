"""The school's own facts about guardians and students: pure rules, no import touches them."""
