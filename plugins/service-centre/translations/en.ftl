date-words = { $weekday ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
 }, { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
 }
standing-words = { $standing ->
    [booked] booked
    [arrived] arrived
    [served] served
    [missed] did not come
   *[cancelled] cancelled
 }
places-words = { $places ->
    [one] one place free
   *[other] { $places } places free
 }

home-title = Today
home-today = Today, { date-words }
home-expected = Visitors expected today
home-waiting = Waiting now
home-free = Places free today
home-next = Who comes next
home-nobody = Nobody else is booked for today.
home-displaced = { $count ->
    [one] One appointment does not fit the hours any more
   *[other] { $count } appointments do not fit the hours any more
 }

day-title = Visitors: { date-words }
day-before = The day before: { date-words }
day-after = The day after: { date-words }
day-all-counters = All counters
day-empty = Nobody is booked for this day.
day-counter = { $counter }
day-done = Done with and cancelled
day-monday = Monday
day-tuesday = Tuesday
day-wednesday = Wednesday
day-thursday = Thursday
day-friday = Friday
day-saturday = Saturday
day-sunday = Sunday
day-line = { date-words }: { places-words }
visitor-heading = { $time } { $who }
visitor-text = { $service }. Number { $number }, { standing-words }.
visitor-line = { $time } { $who }: { $service } ({ standing-words })

visit-title = Visit on { date-words }, { $time }
visit-open = Open the visit
visit-standing = The visit: { standing-words }
visit-called = Called to { $counter }
visit-what = What happened?
visit-change = Change the visit
mark-arrived = Arrived
mark-served = Served
mark-missed = Did not come
mark-undo = Back: it was a slip
marked = Noted: { standing-words }.
move-link = Move to another time or counter
cancel-title = Cancel the visit
cancel-submit = Cancel the visit
cancel-reason = Why it is cancelled
cancelled = The visit was cancelled
cancelled-text = The visitor is told through MNotify, with the reason that you wrote.
reason-told-hint = The visitor reads it. Do not write personal data.
reason-phone = A new telephone, said when booking
changed-title = Nothing was done: it has changed meanwhile
changed-text = A colleague or the visitor was quicker. Look at how it stands now and try again.
displaced-title = Appointments that do not fit any more
displaced-warning = These appointments hold, but the counter receives nobody then
displaced-text = Hours, services or days off have changed. Move each appointment; the visitor is told.
displaced-line = { date-words }, { $time }: { $who }, { $service }, { $counter }
displaced-none = All appointments fit the hours of the counters.

book-title = Book a visitor in
book-services = For which service?
book-no-services = No counter gives any service at present. Set services and hours first.
book-submit = Book
book-visitor-hint = IDNP, IDNO, or the name of somebody who was booked here before.
book-phone-hint = So that you can call them if something changes.
service-line = { $title }
chosen-title = What you chose
days-title = On which day?
days-none = Nothing is free in the next two months.
days-later = Later days
days-other = Another day
hours-of = At which hour? { date-words }
hours-none = Nothing is free on this day any more.
hours-other = Another hour
hour-line = { $time }: { places-words }
hour-chosen = { date-words }, { $time }, { $counter }
taken-title = The place has just been taken
taken-text = Somebody else was booked for this hour. Choose another hour.
passed-title = Nobody is received at this hour any more
passed-text = The hour has passed, or the counter's hours have changed. Choose another day.
move-title = Move the visit: { $who }
move-from = Now: { date-words }, { $time }, { $counter }
move-submit = Move the visit
move-reason = Why it is moved

queue-title = Today's queue
queue-waiting = Who waits, in the order of calling
queue-empty = Nobody waits.
queue-all = All who wait
call-title = Call the next
call-submit = Call to { $counter }
call-nobody = Nobody waits for this counter
call-nobody-text = Those with an appointment join the queue at their hour.
call-no-week = The counter has no hours yet.
give-title = Give a ticket
give-text = For whoever came without an appointment. Choose the service.
give-submit = Ticket: { $service }
give-none = No counter receives anybody today.
give-not-today = No counter gives this service today.
ticket-given = Ticket { $number }
ticket-called = { $number } is called to { $counter }

calendar-title = Calendar of the counters
calendar-of = Calendar: { $counter }
calendar-only = { $counter } only
calendar-open = Open the day
calendar-days = Visitors by day
calendar-empty = Nobody is booked.
calendar-line = { $counter }: { $count ->
    [one] one visitor
   *[other] { $count } visitors
 }
calendar-closed = { $counter }: closed

counters-title = Counters
counters-none = The town hall has no counters yet
counters-none-text = The administrator enters them in “Settings”, under “Counters”.
counters-text = New counters are entered by the administrator in “Settings”.
counter-open = Open: { $counter }
counter-no-week = It has no hours yet: nobody can book.
counter-no-services = It gives no service: nobody can book.
counter-gives = Services: { $services }
counter-day = Today's visitors
counter-calendar = Calendar of the counter
counter-head-only = The head of the counters changes the hours.
week-now = Hours at present
week-from = Hours from { date-words }
hours-title = Change the hours
hours-submit = Keep the hours
hours-since = Beginning with
hours-since-hint = Until then the old hours hold.
hours-day-hint = For example: 8:00-12:00, 13:00-16:30. Leave empty when it is closed.
hours-minutes-hint = From 5 to 480.
hours-places-hint = How many visitors can be received at the same time, usually one.
hours-saved = The hours are kept and hold from { date-words }.
hours-saved-no-services = Now choose the services that this counter gives.
services-title = Which services are given here
services-given = Given here
services-submit = Keep the services
services-saved = The services are kept.
services-saved-no-hours = Now set the hours.
close-title = Close the counter for a time
close-submit = Close the counter
close-from = From the day
close-from-hour = From the hour
close-from-hour-hint = For example 13:00. Empty means from the beginning of the day.
close-to = To the day
close-to-hour = To the hour
close-to-hour-hint = Empty means to the end of the day.
close-everywhere = Close all counters
close-reason = Why
close-reason-hint = Those who are booked then are cancelled and read this reason. Do not write personal data.
closed-line = Closed: { $from } – { $until }
closed-done = The counter is closed. Nobody was booked then.
closed-title = The counter is closed
closed-cancelled = { $count ->
    [one] One appointment was cancelled
   *[other] { $count } appointments were cancelled
 }
closed-cancelled-text = Visitors are told through MNotify. Better call those of today and tomorrow.
closed-visitors = Whose they were
reopen-submit = Open again
reopen-confirm = Open the counter before time? Cancelled visits stay cancelled.
reopened = The counter is open again
reopened-text = Cancelled visits stay cancelled: visitors can book again.

field-service = Service
field-counter = Counter
field-minutes = A visit takes, minutes
field-places = Visitors at the same time
field-number = Number of the appointment
field-phone = Telephone
field-note = Reason written with the change
field-visitor = Visitor
field-when = When
field-ticket = Ticket or appointment
field-since = Since

wrong-hours-unreadable = Write the hours like this: 8:00-12:00, 13:00-16:30.
wrong-hours-order = It has to close after it opens.
wrong-hours-overlap = Parts of the day overlap or are not in order.
wrong-hours-short = No visit fits between opening and closing.
wrong-minutes = Write a number from 5 to 480.
wrong-places = Write a number from 1 to 50.
wrong-since-past = Choose today or a day to come.
wrong-hour = Write the hour like this: 13:00.
wrong-close-order = The end has to be after the beginning.
wrong-close-past = This time has passed.
wrong-close-long = A counter is closed for a year at most.
wrong-reason-long = The reason is too long. Write it in short.
wrong-too-many = This person has ten appointments already.

denied-screen = This is not open
denied-title = { $capability ->
    [appointments] Appointments are not open to this module
    [catalogue] Names of services are not open to this module
    [registers] The register of visitors is not open to this module
   *[other] The town hall has not opened this to the module
 }
denied-text = { $rule ->
    [revoked] The town hall revoked this right. Its administrator can restore it.
    [expired] The time for which this right was given has passed. The administrator can prolong it.
    [parts] The right that was given does not cover this part. The administrator can complete it.
    [services] The right that was given does not cover this service.
    [counters] The right that was given does not cover this counter.
   *[other] The town hall has not given this right. Its administrator can give it.
 }

guide-title = Short guide
guide-text = Working at the counters, in order.
guide-counters = 1. Counters
guide-counters-text = The administrator enters each counter in “Settings”: its name and place. Then it appears under “Counters”.
guide-hours = 2. Hours
guide-hours-text = The head opens the counter, writes the hours of each day and ticks the services. From then on phones see what is free. After a change, appointments that do not fit any more stand on the first page, to be moved.
guide-day = 3. Every day
guide-day-text = The first page shows who comes next. Press “Arrived”, then “Served” or “Did not come”. After a slip, press “Back”.
guide-book = 4. Whoever calls or comes
guide-book-text = Under “Book” choose the service, the day and the hour, then the person by IDNP. Moving and cancelling is done on the visit's page; the visitor is told through MNotify.
guide-queue = 5. The queue
guide-queue-text = Whoever comes without an appointment takes a ticket. “Call” brings those with an appointment first, at their hour, then tickets in order.
guide-closing = 6. When a counter receives nobody
guide-closing-text = Close it with days, hours and reason. Those who are booked then are cancelled and told; better call those of today and tomorrow.
