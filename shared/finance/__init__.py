"""Pledge arithmetic and dated rules for listings, monitoring and stress alike: pure functions, no service state.

Money is an integer of fen (FIN1), shares are integers, everything else is exact (`Exact`: int, Decimal, Fraction); a
float appears only where a logarithm or a root is taken. Dates are Asia/Shanghai.

`units`              fen, quantities and prices as scaled integers; rounding
`lines`              the one place that knows 以上, 以下, 超过 and 低于 (FIN2)
`calendar`           trading days, T+n, the month window
`prices`             the price of a day (FIN4), AVG7 (FIN5), volatility
`corporate_actions`  what acts on the ex-date (FIN6)
`pledge_rate`        pledge rate and its bands (FIN7)
`interest`           simple interest, half-up to the fen (FIN9)
`coverage`           coverage ratio, level, line price, fall to a line (FIN8, FIN10, FIN11)
`cure`               cure proposals and releasable shares (FIN12, FIN13)
`disposal`           proceeds and days to sell (FIN14, FIN15)
`restricted`         what lenders look at in restricted shares (FIN16)
`estimates`          lines of pledges without a reported contract (FIN17)
`rules`              dated rules (FIN18); `lpr`: the loan prime rate and the rate cap (FIN19)
`identifiers`        credit codes, identity numbers, account references; `boards`: codes by board (FIN20)
"""
