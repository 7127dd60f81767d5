"""Verbs, one function each: `f(thing, actor, at)`. The only floor that writes; it never commits."""
