"""The faults that always run: those with which the source was first tried, at which many streams lost rows."""

_STATUSES = """
201 with the rows|202 without body|204 without body|206 with half of the rows|301 to another host|302 to another host
303 to another host|307 to another host|308 to another host|307 to the same host|302 with the rows
304|400|401|402|403|404|405|406|408|410|418|422|451|429|429 Retry-After '1'|429 Retry-After '-5'|429 Retry-After 'nan'
429 Retry-After '99999999'|500|502|503|504|520
"""
_BODIES = """
body ''|body ' '|body null|body {}|body []|body 0|body "text"|body true|body [null]|body [[]]|body [1]|body [{}]
body {"data": null}|body {"data": null, "errors": null}|body {"data": {}}|body {"data": []}|body {"data": [null]}
body {"data": [{}]}|body {"message": "no"}|body {"errors": [{"code": "VALIDATION_ERROR", "message": "broken"}]}
body {"data": [], "errors": [{"code": "VALIDATION_ERROR", "message": "broken"}]}|rows and errors|HTML|half of the JSON
gzip garbage|BOM|content type of HTML
"""
_ROWS = """
an item that is null|an item that is an empty object|an item twice|every item twice|several identities of one user
no key|key null|key ''|key as text|key as a float|a whole number beyond 64 bits|a lone surrogate|NaN|a nesting of 2000
last_modified_on '0001-01-01T00:00:00'|last_modified_on '1969-07-20T20:17:40'|last_modified_on '2999-01-01T00:00:00'
last_modified_on None|last_modified_on 'soon'|no last_modified_on|apps without platforms|platforms null|platforms empty
a platform without os
"""
_HOSTILE = "10,000 fields|names of every kind|2,000 objects, one in another|rows and next"
_CONNECTIONS = "reset|closed without an answer|reset in the body|body cut|no length and cut|slow headers|drip"
_TOKENS = "access_token None|access_token ''|no access_token|expires_in 0|expires_in None|expires_in 'soon'"

FINDINGS = frozenset(
    name
    for lines in (_STATUSES, _BODIES, _ROWS, _HOSTILE, _CONNECTIONS, _TOKENS)
    for line in lines.strip().splitlines()
    for name in line.split("|")
)
