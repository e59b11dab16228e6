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
year-month = Month

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

## Yearly assessment, notices in bulk, guide

accounts-arrears = Accounts with arrears of earlier years
account-assessments = Tax by year
account-no-assessments = The tax of this account comes from the roll.
correct-object-title = Correct the taxable object
correct-object-submit = Correct
correct-object-reason = Reason for the correction
correct-object-category-hint = The kind decides the rate of the next assessment.
object-corrected = The object was corrected. The tax changes with the next assessment.
wrong-amount-negative = The amount cannot be below zero.

assessment-title = Yearly assessment
assessment-text = The year's taxes are assessed by the rates that the council set, looked over, and then entered into the accounts. Nothing changes before that.
assessment-prepare-title = Assess the taxes of a year
assessment-prepare-submit = Assess
assessment-year = Year
assessment-due-date = Payable by
assessment-due-date-hint = Usually 25 September (Fiscal Code, title VI).
assessment-runs = Assessments
assessment-none = Nothing was assessed yet.
assessment-run-title = Assessment { $number }
assessment-open = The assessment
assessment-numbers = In numbers
assessment-running = At work: { $done } of { $total } accounts. Load the page again to see how far it is.
assessment-stopped = The work stopped before its end
assessment-stopped-text = What was done stays. Go on from where it stopped, or drop the assessment.
assessment-go-on = Go on
assessment-look = Look over the accounts left out and the amounts, then enter the assessment into the accounts
assessment-apply = Enter into the accounts
assessment-apply-confirm = The amounts are added to what taxpayers owe. Enter them into the accounts?
assessment-drop = Drop the assessment
assessment-drop-confirm = The assessment stays in the register but can no longer be entered. Drop it?
assessment-was-dropped = The assessment was dropped.
assessment-by-category = By kind of object
assessment-chart = Tax by kind of object
assessment-problems = Accounts left out
assessment-no-problems = No account was left out.
assessment-assessed = Accounts assessed
assessment-empty = No account was assessed.
assessed-title = Tax of account { $number }
assessed-details = How it was counted
assessed-correct-title = Correct the amount
assessed-correct-submit = Correct
assessed-reason = Reason for the correction
assessed-corrected = The amount was corrected.
wrong-year = Choose next year or one of the last five.
wrong-due-date-year = The date must be in the tax's year or the one after.
wrong-no-rates = There are no rates for this year. The administrator enters them under “Settings”, by the council's decision.
wrong-run-open = Assessment { $number } is not finished. Enter it into the accounts or drop it.
wrong-run-standing = This assessment can no longer be changed like that. Load the page again.

print-notice = Draw up the notice on paper (PDF)
messages-of-notice = Messages about this notice
messages-empty = No message was sent.
mailings-title = Notices in bulk
mailings-text = Each account that owes something gets a notice for what no open notice covers. The work goes step by step and can be followed.
mailings-form = Issue the notices
mailings-submit = Issue the notices
mailings-paper = Draw up the notice on paper too
mailings-paper-hint = A PDF with the QR code that pays it.
mailings-tell = Tell taxpayers through MNotify
mailings-tell-hint = On the channel and in the language that each chose; the notice on paper is attached.
mailings-all = Notices issued in bulk
mailings-empty = No notices were issued in bulk.
mailing-title = Notices { $number }
mailing-numbers = In numbers
mailing-running = Notices are being issued: { $done } of { $total } accounts. Load the page again to see how far it is.
mailing-sent = Messages on their way
mailing-delivered = Messages delivered
mailing-failed = Messages that did not arrive
mailing-all-told = All messages arrived or are on their way.
mailing-not-told = Taxpayers who could not be told
mailing-notices = Notices issued
wrong-mailing-running = Notices are being issued right now. Wait until that ends.

year-chart = Collected by month
year-levies = By tax
year-levies-chart = Collected by tax
year-month-1 = Jan
year-month-2 = Feb
year-month-3 = Mar
year-month-4 = Apr
year-month-5 = May
year-month-6 = Jun
year-month-7 = Jul
year-month-8 = Aug
year-month-9 = Sep
year-month-10 = Oct
year-month-11 = Nov
year-month-12 = Dec

guide-title = A short guide
guide-text = What to do in this module through the year, in order.
guide-roll = 1. Import the roll
guide-roll-text = Under “Imports” upload the old system's file. Wrong rows are left out with their reason; mend them in the file and upload it again: the right ones are not doubled.
guide-assessment = 2. Assess the year's taxes
guide-assessment-text = After the council's decision the administrator enters the rates under “Settings”. Under “Assessment”, assess, look over the accounts left out and the amounts, then enter the assessment into the accounts.
guide-notices = 3. Issue the notices
guide-notices-text = Under “Notices in bulk” issue notices to all, or a single one on an account's page. Taxpayers hear of them through MNotify and pay by the order's number or the QR code, also in parts.
guide-payments = 4. Follow what comes in
guide-payments-text = Payments through MPay are recorded by themselves. The journal shows each day, the year's totals the months and the taxes.
guide-arrears = 5. Arrears and reminders
guide-arrears-text = Reminders leave on the days chosen under “Settings”. After the date more is added each day, which MPay shows to whoever pays.
guide-certificate = 6. Certificates
guide-certificate-text = From the page of a taxpayer without arrears issue the certificate, with a number and a QR code that anyone can check.

field-assessed = Accounts assessed
field-assessed-tax = Tax assessed here
field-arrears = Arrears of earlier years
field-category = Kind of object
field-levy = Tax
field-year = Year
field-run-standing = State of the assessment
field-run = Assessment
field-unassessed = Accounts left out
field-rate = Rate
field-unit = How it is counted
field-applied = Entered into the account
field-problem = Why
field-owed-since = The tax was due on
field-mailing = Notices in bulk
field-whom = To whom
field-paper = Notice on paper
field-tell = Told through MNotify
field-issued = Notices issued
field-covered = Accounts with an open notice
field-message = Message
field-key = Message key
field-kind = Message kind
field-standing = State
field-sent-at = Sent at
reason-assessment = Tax assessed for { $particular }
reason-assessment-prepared = Assessment prepared
reason-assessment-approved = Assessment approved
reason-assessment-applied = Assessment entered into the accounts
reason-assessment-dropped = Assessment dropped
reason-notice-printed = Notice drawn up on paper

choice-agricultural-land = agricultural land
choice-building-land = building land
choice-garden = garden
choice-orchard = vineyard or orchard
choice-dwelling = dwelling
choice-commercial = commercial building
choice-garage = garage
choice-other-object = other object
choice-land-tax = land tax
choice-real-estate-tax = real-estate tax
choice-other-tax = other taxes and fees
choice-percent = % of the value
choice-lei-per-hectare = lei for a hectare
choice-lei-per-object = lei for an object
choice-preparing = being prepared
choice-prepared = to be looked over
choice-applying = being entered
choice-applied = entered
choice-dropped = dropped
choice-assessed-already = taxed for this year already
choice-no-rate = no rate for the kind of object
choice-no-base = value or area is missing
choice-all-owing = all accounts that owe something
choice-late-only = only accounts that are overdue
choice-notice = notice
choice-reminder-before = reminder before the date
choice-reminder-after = reminder after the date
choice-sent = sent
choice-delivered = delivered
choice-failed = did not arrive
reason-mailing-step = Notices issued
reason-message-told = MNotify told where the message stands
choice-month-1 = January
choice-month-2 = February
choice-month-3 = March
choice-month-4 = April
choice-month-5 = May
choice-month-6 = June
choice-month-7 = July
choice-month-8 = August
choice-month-9 = September
choice-month-10 = October
choice-month-11 = November
choice-month-12 = December
