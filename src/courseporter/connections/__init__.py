"""Connections to schools, targets and services: their kinds, stored settings, and how to use them.

`kinds` describes each kind in one module: fields, secrets, how it signs in, its check list.
`stored` keeps the settings in the store, never a secret. `opened` brings both and the secret
together at the moment of use.
"""
