"""Which measures a company can use: a profile against every rule, each condition 满足, 不满足 or 待补充.

`profile` reads facts from ``k=v`` pairs and from words, `said` what words hold besides, `grounds` whether words that
meet a condition speak of the rule's matter at all, `states` judges conditions, `places` where a document holds,
`figures` what the calculator may use, `question` what to ask next, `match` puts it together, `reply` says it in chat.
"""
