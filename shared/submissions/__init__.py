"""The language of firms' records and its rules: pure functions that the service, TEST and the offline validator share.

`dictionary`    record types, fields and codes as dated data; `records`: their canonical values, typed
`decode`        from the bytes of messages to typed records (`wire` quickly, `exact` with reasons)
`rules`         V001-V073 as functions in a table; `book` and `rules.case`: what they may ask
`judge`         from typed records to outcomes, sequence gaps and the firm's book afterwards
`accession`     the number of a record for ever; `frames`: receipts; `conservation`: that nothing is lost
`validate`      the same over a file, offline

A slice is `decode(messages, accessions)` in a thread, `needs(received)` to fill a `Book` under the firm's lock, then
`judge(firm_id, received, book, references)`, then `slice_frame(...)`.
"""
