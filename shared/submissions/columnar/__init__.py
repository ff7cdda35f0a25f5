"""The fast way of the usual record: whole slices as columns, with the same outcome as the way record by record.

Most records of a slice are whole, in sequence, of a key that is new, and break no rule. Those are decoded by the same
structs, checked by vector forms of the same rules, and leave as columns. A form may only be *stricter* than its rule:
whatever it does not let pass is taken again, from its bytes, by `submissions.decode` and `submissions.judge`, which
alone refuse, warn and explain. So a form that is wrong in the strict direction costs time and nothing else; that none
is wrong in the other one is shown by a test that sends generated records both ways.

`wire`      the structs of the usual record, and columns made of them   `gather`  from messages to columns
`values`    columns of canonical values                                 `forms`   what a vector form of a rule is
`contract`, `collateral`, `every_record`: the forms                     `sift`    what may be usual, by itself
`admit`     what is usual, in the firm's book and by the lookups        `items`   receipt items of whole columns
"""
