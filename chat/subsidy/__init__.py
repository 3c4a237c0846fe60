"""Money questions: reading what the user has told, computing what a rule gives, saying so with the clause.

intent      which rule a question is about
phases, mentions, pairing, conditions, region, inputs    what the user's words say
calc_types, calc_checks, calculator, calc_cli            the computation, pure
desk        the answer
"""
