# The review: rounds, cases, forms, meetings, postings, complaints, decisions.

# Work of today.
review-work-mine = Waiting for me
review-work-nothing = Nothing waits for you now.
review-work-others = Waiting for others
review-work-none-for-role = Your role has no work in reviews.

# Rounds.
review-round = Review
review-rounds = Reviews
review-round-numbered = { $kind } { $year } – no. { $number }
review-round-kind = Kind of review
review-round-state-open = Under way
review-round-state-closed = Closed
review-rounds-opened = Reviews opened
review-open-round = Open a review
review-open-round-hint = When an annual review opens, every household on the present list, and every one that left it lately, is listed as the register knows it today.
review-no-rounds = There are no reviews yet.
review-no-standard = No policy pack in force has a procedure of review.
review-work-all = See all, the most urgent first
review-year = Year
review-filter = Filter
review-all = All
review-opened = Opened
review-due = Due
review-state = State
review-method = Method of classification
review-pack = Policy pack
review-other-pack = The policy pack is not the one it was when the review opened.
review-steps = Steps of the procedure
review-step = Step
review-actors = Who acts
review-waiting = Waiting
review-passed = Past it
review-source = Legal source
review-by-hamlet = By hamlet
review-by-status = By status
review-hamlet = Hamlet
review-no-hamlet = In no hamlet
review-no-unit = In no unit below it
review-surveyed = Surveyed
review-decided = Decided
review-statuses = Statuses so far
review-meetings = Village meetings
review-no-meetings = No meeting yet.
review-postings = Postings
review-no-postings = Nothing was posted yet.
review-decisions = Decisions
review-no-decisions = No decision yet.
review-close = Close the review
review-close-hint = It can be closed once every case is decided and every complaint is answered.
review-open-complaints = { $count ->
        [0] No complaint waits for an answer
        [one] One complaint waits for an answer
        *[other] { $count } complaints wait for an answer
    }

# Limits.
review-due-today = today
review-days-left = { $days ->
        [one] one working day left
        *[other] { $days } working days left
    }
review-days-late = { $days ->
        [0] overdue
        [one] one working day late
        *[other] { $days } working days late
    }
review-late = late
review-days-unknown = holidays not known
review-no-limit = no known limit

# Progress.
review-progress = Progress of reviews
review-progress-of = Progress of the annual review { $year }
review-progress-hint = Counts the households of this year’s review, not the list in force. “–”: no review was opened.
measure-deprivations = Number of deprivations
measure-deprivation_score = Deprivation score
review-decided-poor = Decided poor
review-decided-near-poor = Decided near-poor
review-progress-none = There are no units.
review-progress-map = Poor households decided in the annual review { $year }
review-progress-undecided = not all decided yet
review-whole-country = The whole country
review-unit = Unit
review-total = Total

# Cases.
review-cases = Cases
review-case-list = Cases
review-no-cases = There are no cases yet.
review-cases-found = { $count ->
        [one] One case
        *[other] { $count } cases
    }
review-cases-count = { $count ->
        [one] one case
        *[other] { $count } cases
    }
review-case-title = Case: { $name }
review-search-name = Head's name (tone marks are not needed)
review-household = Household
review-households = Households
review-head = Head of household
review-code = Code
review-persons = Members
review-waits-for = Waits for
review-before = Before
review-status = Status
review-proposed = Proposed status
review-no-status = –
review-undetermined = Undetermined
review-state-posted = Being posted
review-state-done = Done
review-state-withdrawn = Taken off the list
review-add = Add a household
review-find-household = Find a household: name or code
review-no-household = No household was found.
review-reason = Why it is reviewed
review-reason-listed = It is on the present list
review-reason-newly_escaped = It left the list lately
review-reason-requested = It asked to be reviewed
review-reason-proposed = The commune lists it
review-requests = Requests that wait
review-requests-none = No request waits.
review-requests-explained = A household's request to be reviewed is recorded with the day it came, on any day. When a round within the year opens, the requests that wait become its cases.
review-request-record = Record a request to be reviewed
review-request-begins = A round opens from
review-request-withdraw = Withdraw the request
review-request-withdraw-reason = Reason
review-requested-on = Day the request came
review-requested-on-hint = Only if the household asked.
review-withdraw = Take off the list
review-withdraw-hint = The household is not reviewed this time. The reason is recorded in the ledger.
review-withdraw-reason = Reason
review-not = No, back
review-see-cases = See the cases

# A case.
review-changed-since = The household has changed since it was listed; the review goes by what was known then.
review-changed-since-by = The household has changed since it was listed ({ $changes }); the review goes by what was known then.
review-changed-cases = These households changed since they were listed; the decision goes by what was known then:
change-kind-born = a child was born
change-kind-moved_in = somebody moved in
change-kind-died = somebody died
change-kind-moved_out = somebody moved out
change-kind-new_head = another head
change-kind-corrected = members corrected
change-kind-members = members changed
change-kind-household_split = the household split
change-kind-household_moved = the household moved away
change-kind-household_moved_within = moved within the commune
change-kind-household_came = the household came
change-kind-household_merged = households merged
review-picture-of = As the register knew them on { $day }.
review-status-and-reason = Status and reason
review-no-answers = No answers were signed yet.
review-members = Members
review-member = Name
review-member-number = Member { $number }:{" "}
review-relation = Relation to the head
review-sex = Sex
review-born = Born
review-ethnic = Ethnic group
review-versions = Versions of the answers
review-version = Version
review-version-one = Compare version
review-version-other = with version
review-compare = Compare versions
review-see-answers = See the answers
review-signed-by = Signed by
review-signed-at = At
review-differences = { $count ->
        [0] Nothing differs.
        [one] One answer differs.
        *[other] { $count } answers differ.
    }
review-differs = differs
review-question = Question
review-assessments = Points and indicators
review-answers = Answers
review-not-answered = not answered
review-yes = Yes
review-no = No
review-unknown = Not known
review-votes = Votes
review-history = History
review-indicators = Indicators
review-indicator = Indicator
review-dimension = Dimension
review-deprived = Deprived
review-deprived-yes = Deprived
review-deprived-no = No
review-deprived-unknown = Not known
review-flags = Also holds
review-unverified = Rests on values nobody verified ({ $count ->
        [one] one document
        *[other] { $count } documents
    })
review-documents = Documents and photos
review-no-documents = No documents yet.
review-document-add = Add a document or photo
review-document-hint = A JPEG or PNG picture or a PDF, at most 5 MB.
review-document-send = Send it
review-mime-photo = picture
review-mime-pdf = PDF
review-mime-file = file

# The form.
review-form = Fill in the form
review-form-title = Form: { $name }
review-asked-for = Purpose
review-correct = Correct the answers
review-recheck = Re-check
review-answers-reason-survey = Survey
review-answers-reason-recheck = Re-check after a complaint
review-answers-reason-correction = Correction before the decision
review-questions-general = General
review-question-open = still to ask
review-questions-open = { $count ->
        [one] One question still to ask
        *[other] { $count } questions still to ask
    }
review-problems = { $count ->
        [one] One answer cannot be right
        *[other] { $count } answers cannot be right
    }
review-answer-before = Last time
review-save = Save and recalculate
review-saving = Saving…
review-saved-at = Draft saved at { $time }.
review-sign = Sign the answers
review-sign-hint = Signed answers cannot be erased; a correction is a new version.
review-sure = I asked, and wrote down what is right
review-sure-first = tick “I asked, and wrote down what is right” before you sign
review-same = The answers are the same: I want to sign them once more
review-same-first = nothing changed since these answers were signed last; if they are to be signed once more, tick “The answers are the same” and sign
review-my-draft = My draft
review-draft-differs = Your draft differs from the answers signed last ({ $who }, { $when })
review-draft-stale = Somebody moved this case on after your draft was begun. Compare the two before you sign.
review-draft-drop = Drop the draft, take the signed answers

# Meetings.
review-meeting-new = Record a village meeting
review-meeting-choose = Which hamlet met?
review-meeting-record = Record the meeting
review-no-meeting-waits = No case waits for a meeting.
review-quorum = Needed to carry
review-held-on = Day of the meeting
review-invited = Representatives invited
review-present = Present
review-present-of = { $present } of { $invited }
review-chair = Chaired by
review-secretary = Secretary
review-votes-hint = Write for each household how many agreed; none may be left out.
review-agree = Agreed
review-notes = What was said
review-carried = Carried
review-repeated = To be repeated
review-result = Result
review-agreed = Agreed
review-not-agreed = Not agreed
review-minutes = Minutes of the village meeting
review-minutes-result = Carried: { $carried }; to be surveyed and met about again: { $repeated }.
review-print-hint = To print: Ctrl + P.

# Posting.
review-posting = Posting
review-posting-new = Post a list
review-posting-hint = The list hangs from today on, and cannot be changed any more.
review-nothing-to-post = No case waits to be posted.
review-posted-of = List of
review-whole-commune = The whole commune
review-posted-where = Where it hangs
review-posted-on = From
review-posted-until = Until
review-posted-unknown = The policy pack does not say for how long.
review-posted-over = over
review-posted-last-day = last day
review-hangs-for = It hangs for
review-posted-list = Public list
review-posted-from-to = Posted at { $place } from { $from } until { $until }.
review-how-to-complain = Whoever finds a result wrong may complain to the commune's People's Committee, in words or in writing.
review-recheck-within = The household is checked again within { $limit } of the complaint.
review-number = No.
review-root = Root of the ledger
review-root-hint = By these marks anyone can check that this list was not changed after it was posted.
review-signature = Signature
review-public-key = Public key

# Complaints.
review-complaint = Complaint
review-complaints = Complaints
review-complaints-open = Complaints to answer
review-complaints-all = All complaints
review-complaints-also-answered = Show answered ones too
review-complaints-only-open = Show only open ones
review-no-complaints = There are no complaints.
review-complain = Record a complaint
review-complaint-kind = What it says
review-complaint-wrongly_in = Wrongly on the list
review-complaint-wrongly_out = Wrongly not on the list
review-complaint-wrong_data = Something recorded is wrong
review-complaint-text = The complaint's words
review-complaint-not-told = The words are not shown.
review-received = Received
review-not-rechecked = Not checked again yet.
review-answer = Answer
review-answer-hint = “Changed” and “confirmed” need a re-check first.
review-answer-text = What the complainant is told
review-answer-send = Answer the complaint
review-not-answered-yet = Not answered yet.
review-outcome-changed = Changed
review-outcome-corrected = Data corrected, the status stays
review-outcome-confirmed = Confirmed
review-outcome-not_enough_evidence = Not enough evidence

# Appraisal.
review-appraisal = Give an opinion
review-appraisal-hint = Tick the households to be surveyed again; the others are agreed to.
review-appraisal-note = Remarks
review-appraise = Give the opinion
review-send-back = Send back
review-nothing-to-appraise = No case waits for an opinion.

# Decisions.
review-decision = Decision
review-decide = Sign the decision
review-decide-hint = The decision is for { $count ->
        [one] the one case that is ready
        *[other] all { $count } cases that are ready: all of them or none
    }. Once signed it cannot be changed.
review-not-ready = These cannot be decided yet: a complaint about them is not answered.
review-nothing-to-decide = No case waits for a decision.
review-decision-number = Number
review-decision-number-title = Decision { $number }
review-decision-title = DECISION
review-decision-ground = On the ground of
review-decision-effective = The statuses below ({ $count }) hold from { $day }.
review-decided-on = Day
review-when-decided = when decided: { $name }
review-effective = Holds from
review-effective-hint = Left empty: from the day it is signed.
review-certificate = Certificate
review-certificates = Certificates
review-certificate-title = CERTIFICATE
review-certificates-wait = { $count ->
        [one] One household waits for its certificate.
        *[other] { $count } households wait for their certificates.
    }
review-certificates-issue = Give the certificates
review-no-certificates = There are no certificates yet.

# What was just done.
done-review-opened = The review is open.
done-review-closed = The review is closed.
done-review-added = The household is on the list.
done-review-request-recorded = The request was recorded.
done-review-request-withdrawn = The request was withdrawn.
done-review-withdrawn = The household was taken off the list.
done-review-saved = The draft is saved.
done-review-signed = The answers are signed.
done-review-draft-dropped = The draft was dropped.
done-review-attached = The document is kept.
done-review-meeting = The meeting is recorded.
done-review-posted = The list is posted.
done-review-complained = The complaint is recorded.
done-review-answered = The complaint is answered.
done-review-appraised = The opinion is given.
done-review-decided = The decision is signed.
done-review-issued = The certificates are given.

# The head of official papers.
paper-state = SOCIALIST REPUBLIC OF VIET NAM
paper-motto = Independence – Freedom – Happiness
paper-number = No

# Checking a certificate.
verify-title = Check a certificate
verify-explained = Scan the square code on the paper with a telephone, or paste what the code says here.
verify-code = What the code says
verify-check = Check
verify-holds = This certificate was given by this register and is in force.
verify-void = This certificate was given by this register and is void since { $day }.
verify-missing = The signature is right, but this register has no such certificate. Ask the commune's people's committee.
verify-not-ours = This code was not signed by this register: the paper is not its own, or the code was copied wrongly.
verify-issued = Given on
verify-offline = Checking without a network
verify-offline-explained = The code holds what the paper says with a signature. The command vuon audit check-certificate checks the signature with this public key, without the register; whether the paper became void later, the register alone knows.
verify-key = Public key
paper-file = Paper to print (PDF)
paper-reasons = Notice of the result and why (PDF)
paper-filled = The signed form (PDF)
paper-filled-a = The quick identification, form A (PDF)
paper-form = Blank form (PDF)
paper-form-a = Form A, blank (PDF)
