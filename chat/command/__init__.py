"""What people see in the terminal: `verbs`, `rule_verbs` and `feedback_verb` do what the command's verbs say, `usage` and `batch`
read the rest of the command line, `plain`, `tables`, `tree` and `match_text` write text, `terminal` shows progress.
"""
