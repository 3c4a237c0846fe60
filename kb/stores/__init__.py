"""The engines behind a knowledge base: where its vectors and its words are kept."""
