"""The registry's imports: a list's file comes in, its rows are read, recognised and taken over, whole or not at all.

`uploads` takes files in and asks what their columns are, `preparing` cleans rows, `recognising` says which business a
row is, `taking` writes, `running` hands out the work, `corrections` gives refused rows back to be mended. Linkage, the
review of what is not certain, is to read `registry_records` (what each list says at present) and the faults nib_shared
and nik_shared.
"""
