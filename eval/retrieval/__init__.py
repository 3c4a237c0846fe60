"""Retrieval beside two LangChain stacks: which finds the passage a question was written from, and how surely."""
