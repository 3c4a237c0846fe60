"""The LLM engine on a leash: a model phrases what tools returned, and code decides which of its sentences stand.

`models` makes the chat model of the settings, `material` writes what it is told, `tools` are all it can do, `agent` runs
it within time and steps, `faults` tells what went wrong, `sentences` cuts its text, `claims` finds for each sentence the
words of a clause that support it, and `engine` puts an Answer together.
"""
