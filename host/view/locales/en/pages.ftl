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
