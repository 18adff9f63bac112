-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- schema.sql - the quirk database: everything that the rule text says, in columns
--
-- The text (quirks/*.quirks) is the source and this is rebuilt from it: nothing here is edited by
-- hand, and every line of the text can be written again from here, byte for byte. Table names are
-- singular. A rule is named by its number, 1 for FWQ-0001; what a rule has several of lies in a
-- table rule_SOMETHING, in the order of the text by `position`, which counts from 0.
-- Words of the vocabulary are kept as words, so that a query reads without joins.
-- docs/database.md has queries to start from, views.sql the views.

PRAGMA application_id = 0x46575121; -- "FWQ!"
PRAGMA user_version = 1;            -- version of this schema; a tool refuses a newer one

-- ---- Vocabulary: filled from vocab.def, the list that the tool and the firmware share ----------

-- What a machine says about itself. In the text with "-" instead of "_".
CREATE TABLE field (
	name   TEXT NOT NULL PRIMARY KEY CHECK (name NOT GLOB '*[^a-z_]*'), -- product_name
	number INTEGER NOT NULL UNIQUE,        -- in the packed table and the journal
	kind   TEXT NOT NULL CHECK (kind IN ('text', 'number', 'date')),
	origin TEXT NOT NULL                   -- where the firmware has it
) STRICT, WITHOUT ROWID;

-- How a condition compares.
CREATE TABLE operator (
	name    TEXT NOT NULL PRIMARY KEY,     -- equal, prefix, version, ...
	number  INTEGER NOT NULL UNIQUE,
	meaning TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How the versions of one vendor are ordered.
CREATE TABLE scheme (
	name    TEXT NOT NULL PRIMARY KEY,     -- dell, debian, ...
	number  INTEGER NOT NULL UNIQUE,
	example TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Classes of defects; docs/defects.md has a section for each.
CREATE TABLE defect (
	name    TEXT NOT NULL PRIMARY KEY,     -- map-free-readonly
	number  INTEGER NOT NULL UNIQUE,
	meaning TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How sure we are that the defect is there, weakest first by number.
CREATE TABLE confidence (
	name    TEXT NOT NULL PRIMARY KEY,     -- reported, ..., vendor-confirmed
	number  INTEGER NOT NULL UNIQUE,
	meaning TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Whether the layer acts or only writes down what it would do.
CREATE TABLE mode (
	name    TEXT NOT NULL PRIMARY KEY,     -- observe, arm
	number  INTEGER NOT NULL UNIQUE,
	meaning TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a workaround does to the protection of memory.
CREATE TABLE wx (
	name    TEXT NOT NULL PRIMARY KEY,     -- tighten, neutral, loosen
	number  INTEGER NOT NULL UNIQUE,
	meaning TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What can be done about a defect before the operating system starts.
CREATE TABLE workaround (
	name      TEXT NOT NULL PRIMARY KEY,   -- free-writable
	number    INTEGER NOT NULL UNIQUE,
	wx        TEXT NOT NULL REFERENCES wx (name),
	parameter TEXT NOT NULL CHECK (parameter IN ('none', 'range', 'address', 'count',
		'milliseconds', 'services', 'guid', 'text')),
	meaning   TEXT NOT NULL,
	UNIQUE (name, parameter)
) STRICT, WITHOUT ROWID;

-- A harmless look at whether the defect is really there.
CREATE TABLE probe (
	name    TEXT NOT NULL PRIMARY KEY,     -- free-readonly-faults
	number  INTEGER NOT NULL UNIQUE,
	meaning TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a condition is for; decides the reason that is given when it keeps a rule from matching.
CREATE TABLE role (
	name    TEXT NOT NULL PRIMARY KEY,
	number  INTEGER NOT NULL UNIQUE,
	meaning TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO role (name, number, meaning) VALUES
	('match', 0, 'must hold'),
	('introduced', 1, 'must hold: the defect came with this version or date'),
	('fixed', 2, 'must not hold: the defect is gone from this version or date on'),
	('known-good', 3, 'must not hold: these versions were seen to be good');

-- ---- Rules -------------------------------------------------------------------------------------

-- A rule file. Paths are kept from the folder on that all files have in common, so that the same
-- rules give the same database wherever they lie.
CREATE TABLE file (
	number INTEGER NOT NULL PRIMARY KEY,   -- from 0, in the byte order of the paths
	path   TEXT NOT NULL UNIQUE,           -- quirks/10-firmware.quirks
	header TEXT                            -- comment lines at its top, NULL when there are none
) STRICT;

-- One broken firmware and what to do about it.
CREATE TABLE rule (
	id          INTEGER NOT NULL PRIMARY KEY CHECK (id BETWEEN 1 AND 4294967295),
	name        TEXT GENERATED ALWAYS AS (printf('FWQ-%04d', id)) VIRTUAL,
	position    INTEGER NOT NULL UNIQUE,   -- order of files, then of their text
	file        INTEGER NOT NULL REFERENCES file (number),
	comment     TEXT,                      -- lines before the rule, "#" included
	title       TEXT NOT NULL,
	defect      TEXT NOT NULL REFERENCES defect (name),
	confidence  TEXT NOT NULL REFERENCES confidence (name),
	mode        TEXT NOT NULL REFERENCES mode (name),
	unbounded   TEXT,                      -- why there is no fixed version or date
	unmatched   TEXT,                      -- what is missing to tell the machines; then no `match`
	unprobed    TEXT,                      -- why there is no probe
	population  INTEGER CHECK (population BETWEEN 0 AND 999999999), -- machines it should hit
	expires     TEXT CHECK (expires GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	remove_when TEXT                       -- when this rule can go
) STRICT;

-- One test on one field. Text operators have values in rule_condition_value and nothing in the
-- columns from `scheme` on; versions and dates have bounds; masked numbers a mask and a value.
-- A field that the machine does not report makes `match`, `introduced` and `fixed` fail.
CREATE TABLE rule_condition (
	rule          INTEGER NOT NULL REFERENCES rule (id),
	position      INTEGER NOT NULL CHECK (position >= 0),
	role          TEXT NOT NULL REFERENCES role (name),
	field         TEXT NOT NULL REFERENCES field (name),
	operator      TEXT NOT NULL REFERENCES operator (name),
	negated       INTEGER NOT NULL CHECK (negated IN (0, 1)), -- written with "not"
	scheme        TEXT REFERENCES scheme (name),              -- of the versions in the bounds
	low           TEXT,                    -- version, or yyyy-mm-dd; NULL is open
	low_included  INTEGER CHECK (low_included IN (0, 1)),     -- 1 is >=, 0 is >
	high          TEXT,
	high_included INTEGER CHECK (high_included IN (0, 1)),    -- 1 is <=, 0 is <
	mask          TEXT CHECK (mask GLOB '0x????????????????'), -- 16 digits, sorts as a number
	masked_value  TEXT CHECK (masked_value GLOB '0x????????????????'),
	PRIMARY KEY (rule, position),
	CHECK ((operator = 'version') = (scheme IS NOT NULL)),
	CHECK ((operator IN ('version', 'date')) = (low IS NOT NULL OR high IS NOT NULL)),
	CHECK ((low IS NULL) = (low_included IS NULL)),
	CHECK ((high IS NULL) = (high_included IS NULL)),
	CHECK ((operator = 'masked') = (mask IS NOT NULL)),
	CHECK ((mask IS NULL) = (masked_value IS NULL))
) STRICT, WITHOUT ROWID;

-- The texts of a condition: any one of them is enough.
CREATE TABLE rule_condition_value (
	rule      INTEGER NOT NULL,
	condition INTEGER NOT NULL,            -- rule_condition.position
	position  INTEGER NOT NULL CHECK (position >= 0),
	value     TEXT NOT NULL,               -- as written
	normal    TEXT NOT NULL,               -- as compared: trimmed, one blank, a-z for A-Z
	PRIMARY KEY (rule, condition, position),
	FOREIGN KEY (rule, condition) REFERENCES rule_condition (rule, position)
) STRICT, WITHOUT ROWID;

-- A probe and the answer without which the rule is not applied.
CREATE TABLE rule_probe (
	rule     INTEGER NOT NULL REFERENCES rule (id),
	position INTEGER NOT NULL CHECK (position >= 0),
	probe    TEXT NOT NULL REFERENCES probe (name),
	wanted   INTEGER NOT NULL CHECK (wanted IN (0, 1)), -- 1 yes, 0 no
	PRIMARY KEY (rule, position)
) STRICT, WITHOUT ROWID;

-- A workaround of a rule, in the order of application. A rule without one is there to be found.
CREATE TABLE rule_workaround (
	rule         INTEGER NOT NULL REFERENCES rule (id),
	position     INTEGER NOT NULL CHECK (position >= 0),
	workaround   TEXT NOT NULL,
	parameter    TEXT NOT NULL,            -- what kind of parameter: says which column below
	address      TEXT CHECK (address GLOB '0x????????????????'), -- of a range the first byte
	last_address TEXT CHECK (last_address GLOB '0x????????????????'), -- the last byte, included
	amount       INTEGER CHECK (amount >= 0), -- a count, or milliseconds
	services     INTEGER CHECK (services >= 0), -- mask of UEFI 2.10 section 4.6.2
	guid         TEXT CHECK (guid GLOB '????????-????-????-????-????????????'),
	text         TEXT,
	PRIMARY KEY (rule, position),
	FOREIGN KEY (workaround, parameter) REFERENCES workaround (name, parameter),
	CHECK ((parameter IN ('range', 'address')) = (address IS NOT NULL)),
	CHECK ((parameter = 'range') = (last_address IS NOT NULL)),
	CHECK ((parameter IN ('count', 'milliseconds')) = (amount IS NOT NULL)),
	CHECK ((parameter = 'services') = (services IS NOT NULL)),
	CHECK ((parameter = 'guid') = (guid IS NOT NULL)),
	CHECK ((parameter = 'text') = (text IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- Who says so.
CREATE TABLE rule_evidence (
	rule     INTEGER NOT NULL REFERENCES rule (id),
	position INTEGER NOT NULL CHECK (position >= 0),
	url      TEXT NOT NULL,
	says     TEXT,                         -- what is to be read there
	PRIMARY KEY (rule, position)
) STRICT, WITHOUT ROWID;

-- Cases that the rule stands for, by their name in a collection of cases.
CREATE TABLE rule_case (
	rule     INTEGER NOT NULL REFERENCES rule (id),
	position INTEGER NOT NULL CHECK (position >= 0),
	name     TEXT NOT NULL CHECK (name NOT GLOB '*[^a-z0-9.-]*'),
	PRIMARY KEY (rule, position)
) STRICT, WITHOUT ROWID;

-- Machines that the rule is tested on, named as under tests/data/machines.
CREATE TABLE rule_machine (
	rule       INTEGER NOT NULL REFERENCES rule (id),
	must_match INTEGER NOT NULL CHECK (must_match IN (0, 1)), -- 0: a near miss
	position   INTEGER NOT NULL CHECK (position >= 0),        -- counted for each of the two
	machine    TEXT NOT NULL,
	PRIMARY KEY (rule, must_match, position)
) STRICT, WITHOUT ROWID;

-- Anything else there is to say about a rule.
CREATE TABLE rule_note (
	rule     INTEGER NOT NULL REFERENCES rule (id),
	position INTEGER NOT NULL CHECK (position >= 0),
	note     TEXT NOT NULL,
	PRIMARY KEY (rule, position)
) STRICT, WITHOUT ROWID;

-- ---- Words -------------------------------------------------------------------------------------

-- Every word of every rule, for searching; rowid is rule.id. It holds the index only, not the text.
CREATE VIRTUAL TABLE rule_words USING fts5 (
	title,
	story,    -- comment, notes, evidence, reasons, machines
	value,    -- texts, versions and dates of the conditions
	class,    -- FWQ-0001; names and meanings of its defect, workarounds and probes
	content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
);

-- Runs of three letters of the texts that `match` conditions compare machines' names with, in the form
-- in which they are compared: what makes a search for a part of a name quick. rowid is rule.id.
CREATE VIRTUAL TABLE rule_names USING fts5 (
	names,
	content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
);
