-- The register. One text for both engines: SORTED is text compared byte by byte (SQLite: TEXT; PostgreSQL: TEXT COLLATE "C").
-- Ids are UUIDs of version 7, days are YYYY-MM-DD, times are microseconds since 1970 in UTC, yes/no is 1/0.
-- An area is written `list:code`, since a code means nothing without its list.

CREATE TABLE setting (
    name  SORTED PRIMARY KEY,
    value TEXT NOT NULL
);

-- Content stands apart from the chain: a body can be erased on lawful request, its salted hash stays.
CREATE TABLE content (
    hash      SORTED PRIMARY KEY,
    salt      TEXT,
    body      TEXT,
    erased_at BIGINT
);

-- The last entry of each chain; writing to a chain begins by locking its row.
CREATE TABLE chain (
    id   SORTED PRIMARY KEY,
    seq  BIGINT NOT NULL,
    hash SORTED NOT NULL
);

CREATE TABLE entry (
    chain   SORTED NOT NULL REFERENCES chain (id),
    seq     BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    author  SORTED NOT NULL,
    kind    SORTED NOT NULL,
    subject SORTED NOT NULL,
    content SORTED NOT NULL,
    before  SORTED NOT NULL,
    hash    SORTED NOT NULL,
    PRIMARY KEY (chain, seq)
);
CREATE INDEX entry_subject ON entry (subject, at);

CREATE TABLE area_list (
    id    SORTED PRIMARY KEY,
    since SORTED NOT NULL,
    units BIGINT NOT NULL
);

-- A province's province is itself, a district's district is itself.
CREATE TABLE area (
    id       SORTED PRIMARY KEY,
    list     SORTED NOT NULL,
    code     SORTED NOT NULL,
    level    SORTED NOT NULL,
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    name_key SORTED NOT NULL,
    parent   SORTED,
    province SORTED NOT NULL,
    district SORTED
);
CREATE INDEX area_parent ON area (parent, code);
CREATE INDEX area_name ON area (list, level, name_key);

-- What became of a unit; a split one has several rows.
CREATE TABLE lineage (
    from_area SORTED NOT NULL,
    to_area   SORTED NOT NULL,
    split     BIGINT NOT NULL,
    on_day    SORTED NOT NULL,
    PRIMARY KEY (from_area, to_area)
);
CREATE INDEX lineage_to ON lineage (to_area);

CREATE TABLE hamlet (
    id       SORTED PRIMARY KEY,
    commune  SORTED NOT NULL REFERENCES area (id),
    district SORTED,
    province SORTED NOT NULL,
    name     TEXT NOT NULL,
    name_key SORTED NOT NULL,
    since    SORTED NOT NULL,
    until    SORTED,
    UNIQUE (commune, name_key)
);

CREATE TABLE account (
    id           SORTED PRIMARY KEY,
    login        SORTED NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    role         SORTED NOT NULL,
    area         SORTED,
    hamlet       SORTED,
    password     TEXT,
    must_change  BIGINT NOT NULL,
    totp         TEXT,
    totp_step    BIGINT,
    oidc         SORTED UNIQUE,
    active       BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    version      BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX account_area ON account (area, login);
CREATE INDEX account_hamlet ON account (hamlet);

-- Tries of passwords and codes, by a keyed print of whose they are (an account need not be there).
CREATE TABLE attempt (
    who          SORTED PRIMARY KEY,
    failures     BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    at           BIGINT NOT NULL
);
CREATE INDEX attempt_at ON attempt (at);

-- The token itself is only with the browser.
CREATE TABLE session (
    token       SORTED PRIMARY KEY,
    account     SORTED NOT NULL REFERENCES account (id),
    csrf        TEXT NOT NULL,
    strong      BIGINT NOT NULL,
    by_password BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    used_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account);
CREATE INDEX session_end ON session (expires_at);

-- A module of the training that somebody completed, under the pack as it was.
CREATE TABLE training (
    account   SORTED NOT NULL REFERENCES account (id),
    module    SORTED NOT NULL,
    pack      SORTED NOT NULL,
    pack_hash SORTED NOT NULL,
    done_on   SORTED NOT NULL,
    content   SORTED NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (account, module, pack_hash)
);

-- A course belongs to a unit: of a province without district and commune, of everything without any.
CREATE TABLE course (
    id        SORTED PRIMARY KEY,
    province  SORTED,
    district  SORTED,
    commune   SORTED,
    pack      SORTED NOT NULL,
    title     TEXT NOT NULL,
    materials TEXT NOT NULL,
    begins    SORTED NOT NULL,
    capacity  BIGINT,
    called_off_on  SORTED,
    called_off_why TEXT
);

CREATE TABLE course_session (
    course   SORTED NOT NULL REFERENCES course (id),
    number   BIGINT NOT NULL,
    held_on  SORTED NOT NULL,
    place    TEXT NOT NULL,
    recorded BIGINT NOT NULL,
    PRIMARY KEY (course, number)
);

CREATE TABLE course_seat (
    course  SORTED NOT NULL REFERENCES course (id),
    account SORTED NOT NULL REFERENCES account (id),
    PRIMARY KEY (course, account)
);
CREATE INDEX course_seat_account ON course_seat (account);

CREATE TABLE course_present (
    course  SORTED NOT NULL,
    number  BIGINT NOT NULL,
    account SORTED NOT NULL,
    PRIMARY KEY (course, number, account),
    FOREIGN KEY (course, number) REFERENCES course_session (course, number),
    FOREIGN KEY (course, account) REFERENCES course_seat (course, account)
);

-- On which pages of the handbook trainees' forms differ from the right ones; nobody's names.
CREATE TABLE training_missed (
    pack   SORTED NOT NULL,
    module SORTED NOT NULL,
    page   SORTED NOT NULL,
    times  BIGINT NOT NULL,
    PRIMARY KEY (pack, module, page)
);

-- The answer given to a request that carried an idempotency key.
CREATE TABLE request (
    account SORTED NOT NULL,
    id      SORTED NOT NULL,
    print   SORTED NOT NULL,
    status  BIGINT NOT NULL,
    body    TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (account, id)
);
CREATE INDEX request_at ON request (at);

-- `status` and `standard` are those of the spell that held when the row was written, until the day `changes_on`, when the
-- next one begins; from that day on the spells are asked.
CREATE TABLE household (
    id       SORTED PRIMARY KEY,
    code     SORTED NOT NULL,
    province SORTED NOT NULL,
    district SORTED,
    commune  SORTED NOT NULL,
    hamlet   SORTED REFERENCES hamlet (id),
    head     SORTED,
    name     TEXT NOT NULL,
    name_key SORTED NOT NULL,
    persons  BIGINT NOT NULL,
    status   SORTED,
    standard SORTED,
    changes_on SORTED,
    opened   SORTED NOT NULL,
    closed   SORTED,
    version  BIGINT NOT NULL,
    UNIQUE (commune, code)
);
CREATE INDEX household_by_commune ON household (commune, name_key, id);
CREATE INDEX household_by_hamlet ON household (hamlet, name_key, id);
CREATE INDEX household_by_district ON household (district, name_key, id);
CREATE INDEX household_by_province ON household (province, name_key, id);
CREATE INDEX household_code ON household (province, code, id);
-- Those whose status does not change by itself, by status; the few others by name.
CREATE INDEX household_status ON household (commune, status, name_key, id) WHERE changes_on IS NULL;
CREATE INDEX household_province_status ON household (province, status, name_key, id) WHERE changes_on IS NULL;
-- Those that ended, whom hardly anybody looks for.
CREATE INDEX household_ended ON household (commune, name_key, id) WHERE closed IS NOT NULL;
CREATE INDEX household_province_ended ON household (province, name_key, id) WHERE closed IS NOT NULL;
CREATE INDEX household_changing ON household (commune, name_key, id) WHERE changes_on IS NOT NULL;
CREATE INDEX household_province_changing ON household (province, name_key, id) WHERE changes_on IS NOT NULL;

CREATE TABLE person (
    id        SORTED PRIMARY KEY,
    household SORTED REFERENCES household (id),
    province  SORTED NOT NULL,
    commune   SORTED NOT NULL,
    place     BIGINT NOT NULL,
    relation  SORTED NOT NULL,
    name      TEXT NOT NULL,
    name_key  SORTED NOT NULL,
    given_key SORTED NOT NULL,
    sex       SORTED,
    born      SORTED,
    ethnic    SORTED,
    erased    BIGINT NOT NULL
);
-- What a ranking reads of a million members stands in the index: no row has to be looked up.
CREATE INDEX person_household ON person (household, place, id, relation, sex, born, ethnic);
CREATE INDEX person_name ON person (commune, name_key, id);
CREATE INDEX person_given ON person (commune, given_key, id);
CREATE INDEX person_province_name ON person (province, name_key, id);
CREATE INDEX person_province_given ON person (province, given_key, id);

-- Sealed at rest, found by a keyed hash, unique by the database.
CREATE TABLE identity (
    kind   SORTED NOT NULL,
    print  SORTED NOT NULL,
    person SORTED NOT NULL REFERENCES person (id),
    sealed TEXT NOT NULL,
    PRIMARY KEY (kind, print)
);
CREATE INDEX identity_person ON identity (person);

-- Where a person belongs from a day on, as known from a time on. The latest day counts; no household: died or gone.
CREATE TABLE membership (
    id         SORTED PRIMARY KEY,
    person     SORTED NOT NULL REFERENCES person (id),
    household  SORTED,
    relation   SORTED,
    cause      SORTED NOT NULL,
    valid_from SORTED NOT NULL,
    known_from BIGINT NOT NULL,
    known_to   BIGINT
);
CREATE INDEX membership_person ON membership (person, valid_from);
CREATE INDEX membership_household ON membership (household, valid_from);
CREATE INDEX membership_from ON membership (valid_from);

-- Where a household lives from a day on, and which code it has there.
CREATE TABLE residence (
    id         SORTED PRIMARY KEY,
    household  SORTED NOT NULL REFERENCES household (id),
    code       SORTED NOT NULL,
    province   SORTED NOT NULL,
    district   SORTED,
    commune    SORTED NOT NULL,
    hamlet     SORTED,
    cause      SORTED NOT NULL,
    valid_from SORTED NOT NULL,
    known_from BIGINT NOT NULL,
    known_to   BIGINT
);
CREATE INDEX residence_household ON residence (household, valid_from);
CREATE INDEX residence_commune ON residence (commune, valid_from);

-- The status of a household from a day on, and the list that communes keep of it (as its standard marked it then). Comes from a decision about a case, or (without either) from an imported list.
CREATE TABLE spell (
    id         SORTED PRIMARY KEY,
    household  SORTED NOT NULL REFERENCES household (id),
    standard   SORTED NOT NULL,
    status     SORTED NOT NULL,
    list       SORTED,
    movement   SORTED,
    decision   SORTED,
    review_case SORTED,
    valid_from SORTED NOT NULL,
    known_from BIGINT NOT NULL,
    known_to   BIGINT
);
CREATE INDEX spell_household ON spell (household, valid_from);
CREATE INDEX spell_case ON spell (review_case);

-- The files of a pack, and of those it extends, as they were when a round opened under it. The hash is computed from them.
CREATE TABLE pack (
    id    SORTED NOT NULL,
    hash  SORTED NOT NULL,
    files TEXT NOT NULL,
    at    BIGINT NOT NULL,
    PRIMARY KEY (id, hash)
);

-- A review of one commune: what was known when it began is what it works on.
CREATE TABLE round (
    id        SORTED PRIMARY KEY,
    province  SORTED NOT NULL,
    district  SORTED,
    commune   SORTED NOT NULL,
    kind      SORTED NOT NULL,
    year      BIGINT NOT NULL,
    number    BIGINT NOT NULL,
    pack      SORTED NOT NULL,
    pack_hash SORTED NOT NULL,
    method    SORTED NOT NULL,
    state     SORTED NOT NULL,
    opened    SORTED NOT NULL,
    due       SORTED NOT NULL,
    reviewed_on SORTED NOT NULL,
    known_at  BIGINT NOT NULL,
    UNIQUE (commune, kind, year, number)
);
CREATE INDEX round_province ON round (province, year, kind);
CREATE INDEX round_district ON round (district, year, kind);
CREATE INDEX round_opened ON round (known_at, id);

-- A household in a round. `state` is the step it waits for (or a posting whose days may be over by now); `answers` is how
-- many versions there are, `counts` the one whose `status` and `movement` it has, `decided` what the latest decision said.
CREATE TABLE review_case (
    id        SORTED PRIMARY KEY,
    round     SORTED NOT NULL REFERENCES round (id),
    household SORTED NOT NULL REFERENCES household (id),
    province  SORTED NOT NULL,
    district  SORTED,
    commune   SORTED NOT NULL,
    hamlet    SORTED,
    name      TEXT NOT NULL,
    name_key  SORTED NOT NULL,
    persons   BIGINT NOT NULL,
    state     SORTED NOT NULL,
    reason    SORTED NOT NULL,
    before    SORTED,
    status    SORTED,
    movement  SORTED,
    answers   BIGINT NOT NULL,
    counts    BIGINT NOT NULL,
    repeats   BIGINT NOT NULL,
    posting   SORTED,
    posted_until SORTED,
    decision  SORTED,
    decided   SORTED,
    snapshot  SORTED NOT NULL,
    opened    SORTED NOT NULL,
    due       SORTED,
    version   BIGINT NOT NULL,
    UNIQUE (round, household)
);
CREATE INDEX case_round ON review_case (round, state, name_key, id);
CREATE INDEX case_list ON review_case (round, name_key, id);
CREATE INDEX case_hamlet ON review_case (hamlet, state);
CREATE INDEX case_commune ON review_case (commune, state, name_key, id);
CREATE INDEX case_household ON review_case (household);
CREATE INDEX case_province ON review_case (province, name_key, id);
CREATE INDEX case_by_name ON review_case (commune, name_key, id);
CREATE INDEX case_district ON review_case (district, name_key, id);
CREATE INDEX case_name ON review_case (name_key, id);
-- What waits for somebody: most cases are done.
CREATE INDEX case_waiting ON review_case (province, round, state, posted_until, due)
    WHERE state <> 'done' AND state <> 'withdrawn';
CREATE INDEX case_waiting_district ON review_case (district, round, state, posted_until, due)
    WHERE state <> 'done' AND state <> 'withdrawn';

-- Versions are only ever added. The answers and the assessment are contents.
CREATE TABLE answers (
    review_case SORTED NOT NULL REFERENCES review_case (id),
    version     BIGINT NOT NULL,
    author      SORTED NOT NULL,
    at          BIGINT NOT NULL,
    reason      SORTED NOT NULL,
    answered    SORTED NOT NULL,
    assessed    SORTED NOT NULL,
    status      SORTED NOT NULL,
    movement    SORTED,
    submission  SORTED,
    print       SORTED,
    case_version BIGINT NOT NULL,
    PRIMARY KEY (review_case, version)
);
CREATE UNIQUE INDEX answers_submission ON answers (submission);

-- A household's request to be reviewed, which waits for a round, on any day on which it came. `begins` is the first day on
-- which a round can open that takes it in, `due` by when it is decided then. It lives where its household lives.
CREATE TABLE review_request (
    id          SORTED PRIMARY KEY,
    household   SORTED NOT NULL REFERENCES household (id),
    kind        SORTED NOT NULL,
    received_on SORTED NOT NULL,
    begins      SORTED NOT NULL,
    -- NULL when the holidays of that time were not known yet.
    due         SORTED,
    state       SORTED NOT NULL,
    review_case SORTED
);
CREATE UNIQUE INDEX review_request_waiting ON review_request (household) WHERE state = 'waiting';

-- What somebody has typed and not signed: nobody's statement yet, outside of the chain, gone when it is signed.
CREATE TABLE draft (
    review_case SORTED NOT NULL REFERENCES review_case (id),
    account     SORTED NOT NULL,
    body        TEXT NOT NULL,
    -- The version of the case that was seen.
    seen        BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (review_case, account)
);

CREATE TABLE meeting (
    id       SORTED PRIMARY KEY,
    round    SORTED NOT NULL REFERENCES round (id),
    hamlet   SORTED NOT NULL,
    held_on  SORTED NOT NULL,
    invited  BIGINT NOT NULL,
    present  BIGINT NOT NULL,
    minutes  SORTED NOT NULL,
    at       BIGINT NOT NULL
);
CREATE INDEX meeting_round ON meeting (round, hamlet);

CREATE TABLE vote (
    meeting     SORTED NOT NULL REFERENCES meeting (id),
    review_case SORTED NOT NULL REFERENCES review_case (id),
    agree       BIGINT NOT NULL,
    carried     BIGINT NOT NULL,
    PRIMARY KEY (meeting, review_case)
);

CREATE TABLE posting (
    id        SORTED PRIMARY KEY,
    round     SORTED NOT NULL REFERENCES round (id),
    hamlet    SORTED,
    posted_on SORTED NOT NULL,
    ends_on   SORTED,
    place     TEXT NOT NULL,
    cases     BIGINT NOT NULL,
    chain_seq BIGINT NOT NULL,
    root      SORTED NOT NULL,
    signature TEXT NOT NULL,
    at        BIGINT NOT NULL
);
CREATE INDEX posting_round ON posting (round);

CREATE TABLE complaint (
    id          SORTED PRIMARY KEY,
    review_case SORTED NOT NULL REFERENCES review_case (id),
    province    SORTED NOT NULL,
    district    SORTED,
    commune     SORTED NOT NULL,
    hamlet      SORTED,
    kind        SORTED NOT NULL,
    received_on SORTED NOT NULL,
    due_on      SORTED,
    state       SORTED NOT NULL,
    at          BIGINT NOT NULL,
    text        SORTED NOT NULL,
    outcome     SORTED,
    answer      SORTED,
    answers     BIGINT,
    answered_on SORTED,
    decision    SORTED
);
CREATE INDEX complaint_case ON complaint (review_case);
-- In the order of lists: by the day each is due, those without one last.
CREATE INDEX complaint_hamlet ON complaint (hamlet, COALESCE(due_on, '~'), id);
CREATE INDEX complaint_commune ON complaint (commune, COALESCE(due_on, '~'), id);
CREATE INDEX complaint_district ON complaint (district, COALESCE(due_on, '~'), id);
CREATE INDEX complaint_province ON complaint (province, COALESCE(due_on, '~'), id);
CREATE INDEX complaint_due ON complaint (COALESCE(due_on, '~'), id);
CREATE INDEX complaint_open ON complaint (province, hamlet) WHERE state = 'open';

-- What anybody filed without an account. Of the code that follows it the keyed print alone; what was written is a sealed content.
CREATE TABLE grievance (
    id          SORTED PRIMARY KEY,
    print       SORTED NOT NULL UNIQUE,
    province    SORTED NOT NULL,
    district    SORTED,
    commune     SORTED NOT NULL,
    kind        SORTED NOT NULL,
    received_on SORTED NOT NULL,
    due_on      SORTED,
    at          BIGINT NOT NULL,
    said        SORTED NOT NULL,
    state       SORTED NOT NULL,
    complaint   SORTED REFERENCES complaint (id),
    answer      SORTED,
    answered_on SORTED
);
-- In the order of lists: by the day of filing.
CREATE INDEX grievance_commune ON grievance (commune, received_on, id);
CREATE INDEX grievance_district ON grievance (district, received_on, id);
CREATE INDEX grievance_province ON grievance (province, received_on, id);
CREATE INDEX grievance_filed ON grievance (received_on, id);
CREATE INDEX grievance_complaint ON grievance (complaint);

CREATE TABLE decision (
    id         SORTED PRIMARY KEY,
    round      SORTED NOT NULL REFERENCES round (id),
    commune    SORTED NOT NULL,
    province   SORTED NOT NULL,
    number     TEXT NOT NULL,
    decided_on SORTED NOT NULL,
    effective  SORTED NOT NULL,
    signed_by  SORTED NOT NULL,
    cases      BIGINT NOT NULL,
    content    SORTED NOT NULL,
    at         BIGINT NOT NULL,
    UNIQUE (commune, number)
);

CREATE TABLE certificate (
    review_case SORTED NOT NULL REFERENCES review_case (id),
    household   SORTED NOT NULL REFERENCES household (id),
    status      SORTED NOT NULL,
    commune     SORTED NOT NULL,
    year        BIGINT NOT NULL,
    number      BIGINT NOT NULL,
    issued_on   SORTED NOT NULL,
    void_on     SORTED,
    PRIMARY KEY (commune, year, number)
);
CREATE INDEX certificate_case ON certificate (review_case);
CREATE INDEX certificate_household ON certificate (household);

-- Kept once, however many cases it is attached to.
CREATE TABLE document_body (
    hash SORTED PRIMARY KEY,
    body TEXT
);

CREATE TABLE document (
    hash        SORTED NOT NULL REFERENCES document_body (hash),
    review_case SORTED NOT NULL REFERENCES review_case (id),
    name        TEXT NOT NULL,
    mime        SORTED NOT NULL,
    bytes       BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    author      SORTED NOT NULL,
    PRIMARY KEY (hash, review_case)
);
CREATE INDEX document_case ON document (review_case);

-- Two records that may be one household, found by a person of each; nothing is merged without somebody deciding so. Once
-- merged, `first` is the one that stayed. `other` is the commune of the second where it is another one.
-- A person is nothing where it was entered with somebody else's number and so not recorded.
CREATE TABLE duplicate (
    id         SORTED PRIMARY KEY,
    commune    SORTED NOT NULL,
    other      SORTED,
    province   SORTED NOT NULL,
    first      SORTED NOT NULL REFERENCES household (id),
    second     SORTED NOT NULL REFERENCES household (id),
    first_person  SORTED REFERENCES person (id),
    second_person SORTED REFERENCES person (id),
    score      BIGINT NOT NULL,
    why        TEXT NOT NULL,
    state      SORTED NOT NULL,
    merged     SORTED,
    UNIQUE (first, second)
);
CREATE INDEX duplicate_commune ON duplicate (commune, state, score);
CREATE INDEX duplicate_other ON duplicate (other, state, score);
CREATE INDEX duplicate_province ON duplicate (province, state, score);
CREATE INDEX duplicate_second ON duplicate (second, state);

-- A list that was brought in, and the entries of the commune's chain that it wrote.
CREATE TABLE import (
    id        SORTED PRIMARY KEY,
    commune   SORTED NOT NULL,
    file      SORTED NOT NULL,
    name      TEXT NOT NULL,
    valid_from SORTED NOT NULL,
    rows      BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq  BIGINT NOT NULL,
    UNIQUE (commune, file)
);

-- Households whose new commune cannot be told from their old one.
CREATE TABLE reform_case (
    household SORTED NOT NULL REFERENCES household (id),
    from_area SORTED NOT NULL,
    list      SORTED NOT NULL,
    to_area   SORTED,
    PRIMARY KEY (household, list)
);
CREATE INDEX reform_from ON reform_case (from_area, to_area);
