# The platform's own pages.
landing-title = The town hall's work, in one place
landing-text =
    Registers, payment notices, documents and services of your town hall.
    Sign in with MPass, the account that you use for the other services of the state.
hand-over-title = Going to { $service }
hand-over-text = { $service } is another service of the state. Its page opens by itself; if it does not, press the button.
hand-over-continue = Continue to { $service }
landing-rights = Your data
landing-rights-text = Every look at a person's data is written into a log that cannot be changed unnoticed: who, when, on what legal basis.
choose-municipality = Choose a town hall
no-municipality = You have no role in any town hall
no-municipality-text = Ask the administrator of the town hall you work in to give you a role.
modules = Modules
no-modules = No module is open to your role
no-modules-text = The town hall's administrator installs modules and gives roles.
module-disabled = Switched off
module-works = Works
module-unreadable = The package cannot be read
administration = Administration
administration-text = Modules and what they may do, the audit trail, what arrived from outside.
status = Status
request-id = Request number
to-municipality = Back to the town hall's page
to-start = Back to the start
not-found = Page not found
not-found-text = There is nothing at this address.
not-found-advice = If you typed the address, check it. If a link led you here, the page has moved or what it showed no longer exists.
denied = You have no access
denied-roles = { $count ->
    [one] This page is open to the role: { $roles }.
   *[other] This page is open to the roles: { $roles }.
 }
denied-nobody = This page is not open to your role.
denied-advice = If you need it for your work, ask the town hall's administrator.
session-expired = Your session has ended
session-expired-text =
    You were away for some time, so that we signed you out to be safe. What you typed into the form was not sent, and nothing was changed.
    Sign in again and go on.
withheld = The module may not do this
withheld-advice = Nothing was changed. The town hall's administrator sees what the module may do under Administration.

acting-title = Act for somebody else
acting-card = The powers of attorney that you were given through MPower.
acting-text = If somebody gave you a power of attorney through MPower, you can act for them. Every page says for whom you act, and the audit trail keeps the power of attorney.
acting-none = You have no power of attorney in force
acting-none-text = A power of attorney is given on the MPower portal by whom you represent. Once it is accepted, it appears here.
acting-choose = For whom do you act?
acting-self = For myself
acting-submit = Continue
acting-until = until { $date }
acting-for = You act for:
acting-change = Change

signing-title = To sign
signing-card = Documents that wait for your signature.
signing-waits = { $count ->
    [one] { $count } request
   *[other] { $count } requests
  }
signing-many = { $count ->
    [one] { $count } document to sign
   *[other] { $count } documents to sign
  }
signing-documents = { $count ->
    [one] { $count } document
   *[other] { $count } documents
  }
signing-text = Read the documents, tick them, and sign them all at once with MSign.
signing-queue = Waiting for your signature
signing-empty = Nothing waits for your signature.
signing-what = Request
signing-document = Document
signing-reason = Reason for signing
signing-module = Module
signing-until = Until
signing-state = State
signing-ready = To sign
signing-unready = Being made
signing-continue = Go on to MSign
signing-note = Not signed, try again
signing-note-expired = Too late at MSign, sign again
signing-note-superseded = Somebody else signed meanwhile, sign again
signing-sign = Sign
signing-refuse = Refuse
signing-refuse-reason = Why do you refuse to sign?
signing-refuse-hint = Whoever asked for the signature learns the reason. At most 500 characters, nothing personal.
signing-reason-missing = Write why you refuse
signing-none-ticked = Tick at least one request
signing-refusal-kept = The refusal was recorded
signing-preparing = The documents are being sent to MSign
signing-preparing-text = The page takes you further as soon as MSign answers. You can close it: the request stays in your list.
signing-checked = The signature is being checked
signing-checked-text = MSign is asked whether you signed. If you came back without signing, go on to MSign.
signing-done = The documents are signed
signing-done-text = The signatures were checked and kept.
signing-refused = The documents were not signed
signing-refused-text = At MSign signing was refused or failed. Whoever asked for the signature is told, and may ask again.
signing-expired = Too late at MSign
signing-expired-text = Nothing was signed. The requests still wait for you.
signing-gone = The request does not wait any more
signing-gone-text = It was taken back, expired, or was signed meanwhile.
signing-failed = The signature could not be accepted
signing-failed-text = What came from MSign does not fit the documents that were sent, or the signer. Nothing was kept; the operator sees why.
check-signed = Electronic signatures
check-signatures-hold = { $count ->
    [one] { $count } valid signature
   *[other] { $count } valid signatures
  }
check-signatures-fail = At least one signature is not valid
check-signatures-unknown = Signed; the signatures cannot be checked now
