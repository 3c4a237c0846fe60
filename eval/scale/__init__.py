"""What a knowledge base costs as it grows: time, disk and memory at several numbers of clauses, each in fresh processes."""
