# Actions on several entries.
tick-all = All { $count } that were found, not only those ticked on this page
bulk-count = { $count ->
    [0] You have not ticked any entry.
    [one] The action will be performed on one entry.
   *[other] The action will be performed on { $count } entries, on each by itself.
 }
bulk-first = The first { $count } are shown.
bulk-title = Action on several entries
bulk-results = What came of each entry
bulk-done = done
bulk-refused = refused
bulk-waiting = waiting
bulk-result = Result
bulk-reason = Reason
bulk-place = No.
bulk-entry = Entry
bulk-row = Row { $place }
bulk-counts = Done: { $done }. Refused: { $refused }.
bulk-csv = Download all results as CSV
bulk-too-many = There are more than { $count } entries. Narrow the search.
