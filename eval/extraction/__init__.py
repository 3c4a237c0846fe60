"""How well grants are found in clauses, measured on hand labels that hold offsets and figures but no policy text."""
