# The frame: names, navigation, notices.
programme = Poverty reduction register
skip = Skip to the main content
demo-banner = Synthetic data – no real persons. (Dữ liệu giả lập.)
sign-out = Sign out
second-factor-wanted = Your role needs a second factor.
second-factor-set-up = Set it up now
footer = Vươn – the open system for poverty-reduction programmes.
list-next = Next page

nav = Main navigation
nav-home = Today
nav-households = Households
nav-lists = Lists
nav-flows = Movements
nav-import = Import
nav-duplicates = Duplicates
nav-areas = Areas
nav-ledger = Ledger
nav-users = Accounts

problem-title = That did not work
problem-title-not-found = Not found
problem-title-forbidden = Not allowed
problem-title-conflict = Not saved
problem-home = To the first page
problem-internal = Something broke inside. Nothing was changed; try again, or tell an administrator.
problem-not-signed-in = You are not signed in.
problem-code-needed = Your second factor is needed.
problem-csrf = This page is too old or was not made by this system. Reload it and send it again; nothing was changed.
problem-not-found = There is no such page, or you may not see it.
problem-method = This address takes no such request.
problem-too-large = What was sent is too large.
problem-form = The form could not be read. Reload the page and fill it in again.
problem-too-many = Too many tries from this address. Try again in { $seconds } seconds.
problem-provider = The sign-in service did not answer as it should. Try again in a few minutes.
problem-timeout = The answer took too long. Try again.

role-enumerator = Enumerator
role-commune_officer = Commune officer
role-commune_chair = Commune chair
role-district = District
role-province = Province
role-ministry = Ministry
role-auditor = Auditor
role-administrator = Administrator
role-public = Public
