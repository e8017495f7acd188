"""A small claim for tests."""

import tomllib

TOY = """
id = "C99"
source = ["A"]
reference = "nobody"
stops = false
base = "transactional"

[text.en]
claim = "Cheap is good."
expected = "More value."
boundary = "None."
[text.fi]
claim = "Halpa on hyvä."
expected = "Enemmän arvoa."
boundary = "Ei ole."
[text.sv]
claim = "Billigt är bra."
expected = "Mer värde."
boundary = "Ingen."

[variants]
dear = {"costs.cost" = 5.0, "customers.customers" = 40, periods = 9}
cheap = {"costs.cost" = 3.0, "customers.customers" = 40, periods = 9}

[[checks]]
kind = "difference"
measure = "value_total"
of = "cheap"
over = "dear"

[[boundaries]]
quantity = "exchange.complexity"
values = [0.3, 0.5]
"""


def toy() -> dict:
    return tomllib.loads(TOY)
