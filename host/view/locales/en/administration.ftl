# Administration: modules, grants, audit, inbox.
modules-installed = Installed modules
version = Version
publisher = Publisher
installed-at = Installed
digest = Package digest (SHA-256)
grants = Grants
grants-text = The module can do only what it asked for and the town hall has granted. What is revoked ends with the next request; the module goes on working without it.
grants-none = The module asks for nothing.
grant-absent = Not granted
grant-holds = Granted
grant-revoked = Revoked
grant-expired = Expired
grant-until = Valid until
purpose = Purpose
legal-basis = Legal basis
granted = Granted
revoked-at = Revoked
operator = the platform's operator
at-most = at most { $limit }
parameter-narrowed = { $given } (the module asks for: { $asked })
parameter-registers = Registers
parameter-services = Services
parameter-accounts = Accounts
parameter-ceiling = Ceiling of one payment
parameter-templates = Templates
parameter-fields = Fields
setting = Setting “{ $name }”
grant-reason = Grounds for granting “{ $capability }”
grant-submit = Grant
revoke-reason = Reason for revoking “{ $capability }”
revoke-submit = Revoke
restore-reason = Reason for restoring “{ $capability }”
restore-submit = Restore

audit-trail = Audit trail
verify-trail = Verify the trail
audit-rows = Rows, newest first
audit-kind = Kind
audit-empty = There is no row of this kind.
filter = Filter
show-all = Show all
older = Older rows
sequence = No.
when = When
who = Who
what = What
about = About
nobody = the system
audit-action-begun = Action begun
audit-action-kept = Action kept
audit-action-failed = Action failed
audit-look = Data seen
audit-export = Data exported
audit-denial = Denial
audit-received = Received
audit-handled = Handled
audit-stopped = Stopped
audit-parked = Parked
audit-module = Module
audit-grant = Grant
audit-document = Document
audit-administration = Administration
audit-session = Session
channel-portal = portal
channel-evo = EVO
channel-counter = counter
channel-command-line = command line
channel-event = event
channel-job = job
audit-unbroken = { $rows ->
    [one] The trail is unbroken: one row verified.
   *[other] The trail is unbroken: { $rows } rows verified.
 }
audit-broken = The trail was tampered with
fault-altered = Row { $row } was altered or moved.
fault-missing = Rows are missing from { $row } on.
fault-cut-off = The end of the trail was cut off after row { $row }.
fault-rewritten = The trail was rewritten: row { $row } is no longer the one that was signed.
fault-forged = The signature of the checkpoint at row { $row } is not the platform's.
fault-index = The list of people that row { $row } concerns differs from the row.

inbox = Inbox
inbox-text = Confirmations and events from outside that their module has not handled yet. Nothing that arrived is lost.
inbox-open = Not handled, oldest first
inbox-empty = Everything that arrived has been handled.
inbox-waiting = Waits
inbox-parked = Parked
inbox-done = Handled
inbox-wake = Try again: { $module }
received-at = Received
event = Event
event-id = Identifier
event-mpay-paid = Payment confirmed by MPay
attempts = Attempts

services = Government services
services-text = How the services fare that modules depend on. When one does not answer, only its functions stop, and what waits leaves as soon as it is back.
services-connected = Connected services
services-none = No service is connected.
service = Service
service-answers = No known problem
service-down = Does not answer
service-tried = Being tried
service-mnotify = MNotify: messages
service-mconnect-events = MConnect: events
service-documents = Documents
service-msign = MSign: signatures
certificate-holds = { $days ->
    [one] The system certificate is good for one more day.
   *[other] The system certificate is good for { $days } more days.
 }
certificate-ends = { $days ->
    [0] The system certificate ends today
    [one] The system certificate ends in one day
   *[other] The system certificate ends in { $days } days
 }
certificate-ended = The system certificate has ended
certificate-advice = The platform's operator has to ask STISC for a new certificate and put it into the data folder; it is read without a restart.
outbox-open = Waiting to leave
outbox-empty = Everything that had to leave has left.
outbox-sent = Sent, being followed
outbox-since = Since

parameter-data-sets = Data sets
parameter-contents = Kinds of messages
parameter-publishes = Events told to other institutions
parameter-listens = Events heard from other institutions
parameter-event-fields = Fields of events that the module reads
parameter-kinds = Kinds
parameter-others = Powers of attorney of others
parameter-media-types = Types of files
parameter-roles = Roles
parameter-parts = Parts (appointments: booking – visitors, calendar – hours, queue – tickets; applications: applications – handing in, handling – deciding)
parameter-counters = Counters
is-personal = personal data
setting-account = IBAN of the treasury account for “{ $name }”
setting-account-hint = Accounts are added under Settings, Treasury accounts
setting-template = MNotify's id of the template “{ $name }”
setting-kind = Name of the type of mandate { $name }
setting-kind-hint = May stay empty: MPower's own name is then shown

settings = Municipality's details
settings-text = What the municipality settled once for all modules: its address, accounts, days off, and the rates that its council set. Every value has the date from which it holds; what held before keeps holding for the past.
setting-name = Name
setting-holds = What holds today
setting-since = Holds from
setting-decision = Decision (number and date)
setting-missing = Not entered
setting-rows = { $count ->
    [one] { $count } row
   *[other] { $count } rows
}
setting-empty = Nothing was entered yet.
setting-no-rows = No rows.
setting-now = Holds from { $date }
setting-from = Will hold from { $date }
setting-change-head = Change
setting-change-row = Change row { $row }
setting-remove-row = Remove row { $row }
setting-add = Add a row
setting-change = Change the row
setting-save = Change
setting-submit = Save
setting-cancel = Cancel
setting-history = History of changes
setting-entered = Entered at
setting-by = Entered by
connection = Connection request to MConnect
connection-text = The request is drawn up from what the municipality granted to its modules: which data, what for, and by which law. Once it is signed, send it to the e-Governance Agency, which answers within 30 days (Government decision 211/2019).
connection-who = Who asks
connection-name = Institution
connection-idno = IDNO
connection-address = Address
connection-contact = Contact
connection-system = Information system
connection-certificate = System certificate
connection-owner = Owner of the data
connection-plain = Data that is not personal
connection-personal = Personal data
connection-not-ready = The request cannot be drawn up yet
connection-no-details = Enter the address and the contact in the municipality's details.
connection-no-idno = The operator of the platform has to enter the town hall's IDNO.
connection-nothing = No module may ask for data through MConnect.
connection-set-wrong = The grant of the data set "{ $set }" does not fit the catalogue: revoke it and grant it again.
connection-grant-thin = A grant of MConnect has no fields, purpose or legal basis: revoke it and grant it again.
connection-details = Municipality's details
connection-questions = Questions a day, at most, for each data set
connection-questions-hint = For example, 200
connection-draw-up = Draw up the request
connection-submit = Draw up and send to be signed
connection-drawn = Requests drawn up
connection-at = Drawn up at
connection-file = Document
connection-waits = Waits for a signature
connection-unsigned = Not signed
connection-signed = Signed

officials = Officials
officials-text = Who works in the portal, and in which roles. Everybody signs in with MPass; what they see and may do is decided by the roles given here, not by what MPass sends.
official-name = Family name and first name
official-name-hint = As on the identity card, for example Rusu Ana
official-idnp = IDNP
official-idnp-hint = 13 digits; by it the person is recognised when they sign in with MPass
official-roles = Roles
official-roles-hint = Tick all that apply
official-roles-of = Roles: { $name }
official-handle = Short name
official-add = Add an official
official-add-submit = Add
official-save = Save the roles
official-ends = End of access
official-ends-text = The person can no longer work in the portal. All that they did stays in the registers and in the trail, under their name.
official-remove = Withdraw access
audit-who = Who
audit-module-filter = Module
audit-from = From
audit-until = Until
audit-anyone = Anyone
audit-any-module = All modules
audit-people = { $count ->
    [one] one person
   *[other] { $count } people
  }
audit-export-csv = Download (CSV)
audit-call = Call
audit-detail = Details
