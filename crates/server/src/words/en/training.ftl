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
training-require-explained = Whoever has not completed the chosen modules under the standard of a review cannot decide in it. With none chosen, people are reminded and not stopped. A module counts for reviews under its own standard, and under local ones that extend it.
training-nothing-kept = What you fill in here is not kept. Kept are that you completed the module, and counts of what goes wrong, without names.
training-story = The household
training-form = The form
training-form-hint = Answer by what is told and drawn. Leave open what is not told.
training-compare = Compare with the right answers
training-differences = { $count ->
        [0] What was answered is right
        [one] One difference from the right answers
        *[other] { $count } differences from the right answers
    }
training-left-open = { $count ->
        [one] One question was left open
        *[other] { $count } questions were left open
    }
training-changes-result = changes the result
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

# Courses.
courses = Courses
course = Course
course-add = Plan a course
course-none = There are no courses yet.
course-begins = Begins
course-invited = Invited
course-title = Title
course-pack = Standard that is taught
course-materials = Materials, what to bring
course-session = Session { $number }
course-sessions = Sessions
course-capacity = Room for
course-capacity-hint = Leave it empty where there is no limit.
course-room = { $invited } are invited, there is room for { $capacity }.
course-held = was held and stays as it was
course-change = Change the course
course-change-hint = Title, materials, room and the sessions to come can be changed. A session without a day is left out.
course-call-off = Call off
course-call-off-hint = Those invited still see the course, with the reason. A course that was called off stays so.
course-reason = Why it is called off
course-called-off = called off
course-called-off-on = The course was called off on { $day }.
course-take-back = Take back
course-take-back-of = Take back the invitation of { $name }
course-number = Session
course-day = Day
course-place = Place
course-present = Present
course-not-recorded = not recorded
course-nobody = Nobody is invited yet.
course-completed = Modules completed
course-results = Results by area
course-was-there = Present at least once
course-completed-all = Completed every module
course-record = Record who was there, session { $number }
course-invite = Invite
course-all-invited = Every account of the area is invited.
course-page = Page of the handbook
course-times = Forms
course-missed = What goes wrong most
course-missed-explained = A page counts once for each practice form that differs on it. Nobody's form is kept.
course-missed-nothing = No form has differed yet.
