# The worklist, tasks, long work.
work = What is to be done
work-mine = Mine
work-unassigned = Unassigned
work-overdue = Overdue
work-all = All
work-signing = To be signed
work-payment = Waiting for payment
work-mine-caption = My tasks
work-unassigned-caption = Tasks that nobody has taken
work-overdue-caption = Tasks past their due date
work-all-caption = All tasks of mine and of my roles
work-payment-caption = Unpaid payment orders
work-mine-empty = You have no tasks. Those that nobody has taken are under “Unassigned”.
work-unassigned-empty = Every task has been taken.
work-overdue-empty = Nothing is overdue.
work-all-empty = There is nothing to do now.
work-payment-empty = No payment order is waiting.
work-task = Task
work-module = Module
work-due = Due
work-assignee = Assigned to
work-more = Details
work-details = Details
work-claim = Take it
work-urgent = urgent
work-order = Number
work-reason = Reason
work-rest = Still to be paid
work-due-today = today
work-due-in = { $count ->
    [0] before the next working day
    [one] in one working day
   *[other] in { $count } working days
 }
work-late-by = { $count ->
    [0] past its date
    [one] late by one working day
   *[other] late by { $count } working days
 }

task-standing = Standing
task-open = Unassigned
task-claimed = In progress
task-done = Done
task-cancelled = Cancelled
task-kind = Kind of task
task-role = Role
task-priority = Priority
task-priority-low = low
task-priority-normal = usual
task-priority-high = urgent
task-note = Note
task-release = Give it back
task-assign = Assign it to somebody else
task-assign-to = To whom
task-assign-reason = Reason
task-assign-hint = For example: on leave, work shared out anew. It stays in the task's history.
task-assign-submit = Assign
task-reason-missing = Write the reason: the task is taken from somebody.
task-reason-long = Write the reason in at most 500 characters.
task-no-holder = Choose somebody who holds the role.
task-history = What happened
task-turn-opened = Opened
task-turn-claimed = Taken
task-turn-assigned = Assigned
task-turn-released = Given back
task-turn-postponed = Postponed
task-turn-completed = Done
task-turn-cancelled = Cancelled
task-said-claimed = The task is yours
task-said-assigned = The task was assigned
task-said-released = The task is unassigned again
task-said-conflict = Somebody else changed the task meanwhile
task-said-conflict-text = Nothing was changed. You see below how it stands now.

jobs-title = Long work
jobs-caption = Latest work
jobs-empty = No work has been started yet.
job-what = Work
job-standing = Standing
job-progress = How far
job-created = Started
job-ended = Ended
job-by = Started by
job-by-itself = the module, at its time
job-note = Note
job-waiting = Waiting
job-running = Running
job-retrying = Being tried again
job-stopping = Stopping
job-finished = Finished
job-failed = Not finished
job-cancelled = Stopped
job-done = { $done } done
job-done-of = { $done } of { $total }
job-cancel = Stop this work
job-look-again = See how far it is
job-back = Back to the page where you started it
job-tried-again = The last step failed and is tried again
job-failed-title = The work could not be finished. What was done so far stays.
job-over-budget = The step went over the module's limit: { $budget }.
job-unavailable = A service that it needs does not answer.
job-not-found = Something that it needs does not exist any more.
job-conflict = Others kept changing the same data.
job-broke = The module broke down; the operator sees it in the log.
job-said-cancelled = The work stops after the step under way

audit-job = Long work
audit-task = Task
parameter-modules = Modules whose tasks it sees
