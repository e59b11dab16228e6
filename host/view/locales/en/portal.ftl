# The frame of pages, tables, values.
skip-to-content = Skip to main content
language = Language
sign-in = Sign in with MPass
sign-in-again = Sign in with MPass again
sign-out = Sign out
menu = Menu
module = Module
breadcrumbs = Breadcrumb
contents = Parts of this page
footer = Vatra, a host of modules for local government. Each module sees only what the town hall has allowed it.
town-hall-of = { $name } town hall
town-hall-of-district = { $name } town hall, { $district } district
district-of = { $district } district
untitled = Untitled
error = Error
there-is-a-problem = There is a problem
tone-neutral = Information
tone-success = Success
tone-warning = Warning
tone-danger = Important

yes = yes
no = no
no-value = not given
unknown-person = unknown person
being-numbered = being numbered
natural-person = Person
company = Company

search-in = Search
search = Search
clear-search = Clear search
rows-in-all = { $count ->
    [one] One entry
   *[other] { $count } entries
 }
rows-found = { $count ->
    [0] No entry found
    [one] One entry found
   *[other] { $count } entries found
 }
nothing-found = Nothing was found. Try fewer words or another number.
table-total = Total
empty-table = There is nothing here.
tick-column = Selection
tick-row = Select: { $row }
rows-ticked = { $count ->
    [0] You have selected no entry.
    [one] You have selected one entry.
   *[other] You have selected { $count } entries.
 }
open = Open
pages = Pages
page = Page
previous-page = Previous
next-page = Next

order-title = Payment through MPay
order-number = Order number
order-status = Status
order-due = Due
order-paid = Paid
order-rest = Left to pay
order-expires = Payable until
order-pay = Pay with MPay
order-unknown = There is no such payment order
order-active = Payable
order-partially-paid = Paid in part
order-paid-status = Paid
order-completed = Completed
order-expired = Expired
order-cancelled = Cancelled
order-refunding = Being refunded
order-refunded = Refunded

document-unknown = There is no such document
document-standing = Status
document-number = Number
document-issued-on = Issued on
document-valid-until = Valid until
document-note = Note
document-download = Download
document-received = Received
document-making = Being made
document-draft = Draft
document-issued = Issued
document-annulled = Annulled
document-failed = Could not be made
document-destroyed = Destroyed at the end of its time
document-wait = The document is being made
document-wait-text = This page fetches it as soon as it is there. It takes a few seconds.
check-title = Check a document
check-text = Type the verification code that is printed on the document. Capital letters, spaces and hyphens do not matter.
check-code = Verification code
check-submit = Check
check-valid = The document is genuine and valid
check-valid-text = Compare what stands here with the document that you hold.
check-unsigned = The document is not signed yet
check-unsigned-text = The town hall drew it up, but not everybody who must sign it has. Until then it is not valid.
check-expired = The document is genuine, but no longer valid
check-expired-text = Its last day has passed.
check-annulled = The document was annulled
check-annulled-text = It was issued here and is no longer valid.
check-unknown = No document has this code
check-unknown-text = Check that you typed it as it is printed. If it is, the document was not issued by a town hall that this portal serves.
check-kind = Document
check-issuer = Issued by
check-again = Check another document
check-busy = Too many checks at once
check-busy-text = Try again in a minute.
