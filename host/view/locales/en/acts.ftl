acts-title = Acts of the town hall and of the local council
acts-words = Search by number or title
acts-kind = Kind of act
acts-year = Year
acts-search = Search
acts-nothing = No act matches the search.
acts-none = No act was published yet.
acts-later = Newer acts
acts-earlier = Older acts
act-number = Number
act-date = Date
act-title = Title
act-in-force = In force from
act-repealed = repealed
act-decision = Decision of the local council
act-disposition = Disposition of the mayor
act-minutes = Minutes
act-notice = Notice
acts-count = { $count ->
    [one] One act
   *[other] { $count } acts
  }
