# Training: exercises, certificates, the handbook.
nav-training = Training
training-explained = Each exercise tells of a household that does not exist. You fill in the form as in a review; it is compared with the right answers, and each difference is explained. No real case is touched.
training-handbook = Open the handbook
training-booklet = The handbook to print (PDF)
training-module = Module
training-level = Level
training-state = State
training-required = required
training-done = Completed on { $day }.
training-out-of-date = Completed on { $day }, but the standard has changed since: do it again.
training-open = Not done yet
training-certificate = Certificate of completion
training-certificate-title = CERTIFICATE OF COMPLETION
training-certificate-text = completed the module “{ $module }” on { $day }, under the standard:
training-changed-since = The standard has changed since you completed this module. Do it again.
training-require = A condition of deciding
training-require-explained = Whoever has not completed the chosen modules under the standard of a review cannot decide in it. With none chosen, people are reminded and not stopped. Choose only modules that every standard under review has.
training-nothing-kept = What you fill in here is not kept; only that you completed the module is.
training-story = The household
training-form = The form
training-form-hint = Answer by what is told and drawn. Leave open what is not told.
training-member = Member { $number }
training-compare = Compare with the right answers
training-differences = { $count ->
        [one] One difference
        *[other] { $count } differences
    }
training-about = About
training-yours = Yours
training-right = Right
training-why = Why
training-where = Handbook, article
training-page = Page { $number }
training-unreadable = Some answers cannot be read; they are marked in the form.
training-told-old = The standard has changed since you completed: { $modules }.
training-told-missing = You have not completed: { $modules }.
training-told-required = The required modules must be completed before you can decide.
