-- What the room `programme` keeps. The same conventions as the register's tables.

-- A thing of the programme: an agreement, a group, a proposal, a ranking, an allocation, a payment. `content` is its
-- present state, as the latest entry about it says; the other columns are taken from that state, to list it by. `key` says
-- what there can be only one of at a time; it is empty once that is over. `household` is the member that a group's loan is of.
CREATE TABLE record (
    id       SORTED PRIMARY KEY,
    kind     SORTED NOT NULL,
    key      SORTED,
    chain    SORTED NOT NULL REFERENCES chain (id),
    province SORTED,
    district SORTED,
    commune  SORTED,
    hamlet   SORTED,
    subject  SORTED,
    household SORTED,
    scheme   SORTED,
    year     BIGINT,
    state    SORTED NOT NULL,
    due      SORTED,
    version  BIGINT NOT NULL,
    content  SORTED NOT NULL REFERENCES content (hash),
    UNIQUE (kind, key)
);
CREATE INDEX record_commune ON record (commune, kind, state, id);
CREATE INDEX record_province ON record (province, kind, state, id);
CREATE INDEX record_district ON record (district, kind, state, id);
CREATE INDEX record_hamlet ON record (hamlet, kind, state, id);
CREATE INDEX record_subject ON record (subject, kind, id);
CREATE INDEX record_household ON record (household, kind, id);
CREATE INDEX record_due ON record (commune, due, id) WHERE due IS NOT NULL;

-- A person is in one group of a kind at a time.
CREATE TABLE group_member (
    scheme        SORTED NOT NULL,
    person        SORTED NOT NULL REFERENCES person (id),
    support_group SORTED NOT NULL REFERENCES record (id),
    PRIMARY KEY (scheme, person)
);
CREATE INDEX group_member_group ON group_member (support_group);

-- Only money's origins stand below nothing. That alone keeps allocated >= committed >= paid.
CREATE TABLE money_account (
    id      SORTED PRIMARY KEY,
    kind    SORTED NOT NULL,
    owner   SORTED NOT NULL,
    balance BIGINT NOT NULL,
    CHECK (balance >= 0 OR kind IN ('source', 'lent', 'interest')),
    -- SQLite makes a fraction of a sum that leaves 64 bits, which nobody could read again.
    CHECK (balance BETWEEN -4000000000000000000 AND 4000000000000000000)
);
CREATE INDEX money_account_owner ON money_account (owner);

-- Never changed: what is given back is another transfer. The key makes each happen once.
CREATE TABLE money_transfer (
    key          SORTED PRIMARY KEY,
    chain        SORTED NOT NULL REFERENCES chain (id),
    event        SORTED NOT NULL,
    from_account SORTED NOT NULL REFERENCES money_account (id),
    to_account   SORTED NOT NULL REFERENCES money_account (id),
    amount       BIGINT NOT NULL CHECK (amount > 0),
    on_day       SORTED NOT NULL,
    record       SORTED NOT NULL REFERENCES record (id),
    at           BIGINT NOT NULL
);
CREATE INDEX money_transfer_record ON money_transfer (record, at);
CREATE INDEX money_transfer_from ON money_transfer (from_account, on_day);
CREATE INDEX money_transfer_to ON money_transfer (to_account, on_day);

-- Which sealed facts are known of a person, under lock: no list, count or export asks this table.
CREATE TABLE sealed_fact (
    person SORTED PRIMARY KEY REFERENCES person (id),
    sealed TEXT NOT NULL
);

-- The classes of area that a unit (or a hamlet) is of, from a day on.
CREATE TABLE area_class (
    area  SORTED NOT NULL,
    class SORTED NOT NULL,
    since SORTED NOT NULL,
    until SORTED,
    PRIMARY KEY (area, class, since)
);
