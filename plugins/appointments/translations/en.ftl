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
    [arrived] you came
    [served] done
    [missed] you did not come
   *[cancelled] cancelled
 }
places-words = { $places ->
    [one] one place free
   *[other] { $places } places free
 }

home-title = Appointments
home-guest = Here you book a visit at a counter of the town hall, so that you need not queue. You can move or cancel it at any time before, and you are reminded the day before.
home-to-come = Visits to come
home-none = You have no appointment.
home-past = Past visits
past-line = { date-words }, { $time }: { $service } ({ standing-words })
sign-in-title = Sign in with MPass to book
sign-in-text = Anybody sees what is free. To book, the town hall has to know whom it expects.
services-title = Services given at a counter
services-text = Choose a service to see where and when places are free.
services-none = The town hall takes no appointments at present.
service-line = { $title }
book-link = Book a visit
ticket-link = Ticket for today's queue

field-service = Service
field-counter = Counter
field-place = Where
field-minutes = Length, minutes
field-number = Number of the appointment
field-note = Reason

book-title = Book a visit
book-submit = Book this visit
move-title = Move the visit
chosen-title = What you chose
counters-title = Choose the counter
counters-none = No counter gives this service at present. Choose another one, or ask at the town hall.
counters-other = Another counter
days-title = Choose the day
days-none = Nothing is free at this counter in the next two months. Try again in a few days: cancelled places become free.
days-later = Later days
days-other = Another day
day-line = { date-words }: { places-words }
hours-title = Choose the hour: { date-words }
hours-none = Nothing is free on this day any more. Choose another day.
hours-morning = Before noon
hours-afternoon = After noon
hours-other = Another hour
hour-line = { $time }: { places-words }
check-minutes = The visit takes { $minutes } min. Please come a few minutes early.
papers-title = What to bring
paper-required = { $title }
paper-required-hint = { $title }: { $hint }
paper-optional = { $title }, if you have it
paper-optional-hint = { $title }, if you have it: { $hint }
taken-title = The place has just been taken
taken-text = Somebody booked this hour before you. Choose another hour or another day.
passed-title = Nobody is received at this hour any more
passed-text = The hour has passed, or the counter's hours have changed. Choose another day.
too-many-title = You have ten appointments already
too-many-text = Cancel one of them, then book another.

visit-title = Your visit
visit-open = Open the appointment
visit-when = { date-words }, { $time }
visit-note = What the town hall wrote
visit-change = Can't you come?
visit-called = You are called to the counter
visit-passed = The hour of the visit has passed.
visit-arrived = You came to the counter.
visit-served = The visit is done.
visit-missed = You did not come to this visit.
visit-missed-text = You can book again.
visit-cancelled = The visit was cancelled.
changed-title = The appointment has changed meanwhile
changed-text = The town hall, or you on another device, changed it. This is how it stands now; nothing of what you asked for was done.
move-link = Move the visit to another time
move-instead = Instead of { date-words }, { $time }. The old place becomes free.
move-submit-title = Move the visit
move-submit = Move this visit
move-reason = Why you move it
cancel-title = Cancel the visit
cancel-submit = Cancel this visit
cancel-reason = Why you cancel
cancel-reason-hint = The official at the counter reads it. Do not write personal data.

ticket-title = Today's queue
ticket-number = Your ticket: { $service }
ticket-waits = Taken at { $time }. Please wait to be called.
ticket-waits-text = Keep this page: when it is your turn, it says which counter to go to.
ticket-called = { $number }: go to { $counter }
ticket-place = { $place }
ticket-take = Take a ticket
ticket-take-text = Choose what you came for. Those with an appointment are called at their hour, others in the order of their tickets.
ticket-none = The counters receive nobody today.
ticket-one = You have a ticket already
ticket-one-text = One takes one ticket at a time. Once you are called you can take another.
ticket-not-today = No counter gives this service today.

denied-title = { $capability ->
    [appointments] Appointments are not open to this module
    [catalogue] Names of services are not open to this module
   *[other] The town hall has not opened this to the module
 }
denied-text = { $rule ->
    [revoked] The town hall revoked this right. Its administrator can restore it.
    [expired] The time for which the town hall gave this right has passed.
    [parts] The town hall has not opened this part.
    [services] The town hall has not opened this service.
    [counters] The town hall has not opened this counter.
    [others] You can book for yourself only.
   *[other] The town hall has not given this right. Book at the town hall or by telephone.
 }
