## Home

home-title = Collections
home-totals = Totals
home-last-import = Latest import
home-overdue = Arrears, largest first
home-nothing-overdue = Nothing is overdue.

total-accounts = Accounts
total-due = Tax assessed
total-collected = Collected in all
total-outstanding = To be collected
total-overdue = Arrears
total-overdue-accounts = Accounts in arrears
total-paid = Paid
total-overpaid = Overpaid

## Accounts

accounts-title = Tax accounts
accounts-all = All accounts
accounts-outstanding = Accounts with an amount to pay
accounts-overdue = Accounts in arrears
accounts-overpaid = Overpaid accounts
accounts-empty = There are no accounts. Import the tax roll.
account-title = Account { $number }
account-open = Account { $number }
account-details = The account

## Taxpayer

taxpayer-open = All accounts of the taxpayer
taxpayer-title = { $who }
taxpayer-position = Where the taxpayer stands
taxpayer-objects = Taxable objects

## Notices

notices-title = Notices
notices-all = All notices
notices-of-account = Notices of this account
notices-of-taxpayer = Notices of the taxpayer
notices-empty = No notice has been issued.
notice-title = Notice { $number }
notice-open = The notice that was issued
notice-details = The notice
notice-cancelled = The notice was cancelled and can no longer be paid.

issue-notice-title = Issue a notice
issue-notice-amount = Amount to pay, lei
issue-notice-amount-hint = At most { $most }, which is what this account owes.
issue-notice-due-date = Due date
issue-notice-expires = Valid until
issue-notice-expires-hint = The notice cannot be paid after this day. Leave empty for a notice without a limit.
issue-notice-submit = Issue the notice

cancel-notice = Cancel the notice
cancel-notice-confirm = A cancelled notice can no longer be paid. Cancel it?

wrong-nothing-owed = Nothing is owed on this account.
wrong-amount-not-positive = Enter an amount above zero.
wrong-amount-too-large = The amount is more than this account owes: at most { $most }.
wrong-due-date-past = The due date has passed. Choose today or a later day.
wrong-expires-before-due = The notice would expire before it is due. Choose the due date or a later day.
wrong-cancelled-already = The notice was cancelled before.
wrong-paid-already = Money was already paid on this notice. It goes back by a refund, not by cancelling.

## MPay

mpay-not-granted = This module may not use MPay
mpay-revoked = The right to use MPay was revoked
mpay-expired = The right to use MPay has expired
mpay-cannot = Notices cannot be issued or cancelled until the town hall's administrator grants the right. Accounts and notices can be read; payments that arrive meanwhile are kept and will be entered.

## History

history-title = History of changes
history-entry = Entry
reason-entered = Entered
reason-roll-import = Corrected by the import of the roll from the file { $particular }
reason-payment = MPay payment { $particular }
reason-notice-cancelled = Notice cancelled

## Importing the roll

imports-title = Imports of the tax roll
imports-all = Imports
imports-empty = No roll has been imported.
import-title = Import the tax roll
import-text = Upload the file that the old system exported (CSV). New rows are added, changed ones are corrected, and a wrong row is left out without holding up the others.
import-form = The roll's file
import-roll = CSV file
import-roll-hint = With the heading row: Nr. cont; Tip; IDNP/IDNO; Nume / Denumire; Nr. cadastral; Obiect; Suprafața, ha; Valoarea, lei; Impozit calculat, lei; Achitat, lei; Termen; Telefon; E-mail.
import-submit = Import
import-again = This file was imported before: nothing has changed
import-again-text = Every accepted row was already entered exactly so. The report below is this file's.
import-all-accepted = { $accepted ->
    [one] One row accepted.
   *[other] { $accepted } rows accepted.
  }
import-some-rejected = { $rejected ->
    [one] One row of { $rows } was rejected.
   *[other] { $rejected } rows of { $rows } were rejected.
  }
report-title = Report of the import
report-numbers = In numbers
report-reasons = Rows rejected or doubtful, by reason
report-count = Rows
report-problems = Row by row
report-no-problems = No row was rejected or doubtful.

## Fields

field-account = Account
field-account-number = Account
field-added = Accounts added
field-accepted = Rows accepted
field-amount = Amount
field-area = Area, ha
field-cadastral = Cadastral number
field-column = Column
field-corrected = Accounts corrected
field-digest = File fingerprint
field-due = Tax assessed
field-due-date = Due date
field-email = E-mail
field-expires = Valid until
field-file = File
field-import = Import
field-left-out = Rejected
field-line = Line
field-number = Number
field-object = Object
field-opened = Entered on
field-order = MPay order number
field-outstanding = To pay
field-paid = Paid
field-paid-before = Paid outside MPay
field-paid-mpay = Paid through MPay
field-phone = Telephone
field-rejected = Rows rejected
field-rows = Rows in the file
field-rule = Reason
field-status = Status
field-taxpayer = Taxpayer
field-taxpayers = Taxpayers
field-unchanged = Accounts unchanged
field-value = Value
field-warned = Rows accepted but doubtful

## Choices

notices-status-open = to be paid
notices-status-partly-paid = partly paid
notices-status-paid = paid
notices-status-cancelled = cancelled
choice-open = to be paid
choice-partly-paid = partly paid
choice-paid = paid
choice-cancelled = cancelled
choice-identifier-length = IDNP/IDNO without 13 digits
choice-idno-check-digit = IDNO with a wrong check digit
choice-amount-unreadable = amount that cannot be read
choice-negative-amount = amount below zero
choice-date-invalid = date that does not exist
choice-cadastral-number = wrong cadastral number
choice-account-duplicate = repeated account
choice-cell-empty = account number missing
choice-formula = formula instead of data
choice-unreadable = cell that cannot be read
choice-idnp-check-digit = IDNP with a wrong check digit (warning)
choice-overpaid = paid more than assessed (warning)
choice-other = another reason
import-problems-rule-identifier-length = The IDNP or IDNO does not have 13 digits. Check it against the taxpayer's document.
import-problems-rule-idno-check-digit = The IDNO's check digit does not fit. Check the company's fiscal code.
import-problems-rule-amount-unreadable = The amount cannot be read. Write it in digits, for example 1 234,50.
import-problems-rule-negative-amount = The amount is below zero. Corrections and refunds are entered separately, not through the roll.
import-problems-rule-date-invalid = The date does not exist. Write it as dd.mm.yyyy.
import-problems-rule-cadastral-number = The cadastral number is not well formed: 10 digits, then .NN and .NNN where needed.
import-problems-rule-account-duplicate = The account number already occurs in an accepted row above. Keep one row.
import-problems-rule-cell-empty = The account number is missing. Fill in the cell.
import-problems-rule-formula = The cell holds a formula. Replace it by its value.
import-problems-rule-unreadable = The cell cannot be read. Write the value as the other rows do.
import-problems-rule-idnp-check-digit = The IDNP's check digit does not fit. The row was taken over; check the identifier.
import-problems-rule-overpaid = More was paid than was assessed. The row was taken over; the difference is an overpayment.
import-problems-rule-other = The row breaks a rule of the import. Compare it with the other rows.

## Journal and totals

journal-title = Collected on { $day }
journal-open = Journal of the day
journal-today = Collected today
journal-before = The day before
journal-after = The day after
journal-totals = Total of the day
journal-number = Payments
journal-receipts = Payments of the day
journal-empty = Nothing was collected on this day.
receipt-title = Payment { $number }
receipt-details = Particulars of the payment
receipt-notice = The notice that was paid
year-title = Collected in { $year }
year-open = Collected in the year
year-before = The year before
year-after = The year after
year-totals = Total of the year
year-months = By month
year-month = Month that begins on

## Certificates

certificates-title = Certificates of no arrears
certificates-all = Certificates issued
certificates-empty = No certificate was issued.
certificates-how = A certificate is issued from the taxpayer's page when nothing is overdue.
certificate-title = Certificate of no arrears
certificate-open = The certificate
issue-certificate-title = Issue a certificate of no arrears
issue-certificate-language = Language of the certificate
issue-certificate-submit = Issue the certificate
issue-certificate-language-ro = Romanian
issue-certificate-language-ru = Russian
issue-certificate-language-en = English
wrong-overdue = The taxpayer owes arrears of { $owed }. The certificate can be issued once they are paid.
certificates-language-ro = Romanian
certificates-language-ru = Russian
certificates-language-en = English
choice-ro = Romanian
choice-ru = Russian
choice-en = English
field-payment = MPay payment
field-notice = Notice
field-tax = Tax
field-penalty = Added for late payment
field-penalty-owed = Added for late payment, owed today
field-penalty-paid = Added for late payment, paid
field-paid-on = Paid on
field-document = Document
field-issued-on = Issued on
field-language = Language
