-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- reports.sql - the database of reports: what people saw on which firmware
--
-- A file of its own beside the database of the rules: that one is built again from text, this one
-- holds facts that are nowhere else. `fwquirk import` writes it, one transaction a call.

PRAGMA application_id = 0x46575152; -- "FWQR"
PRAGMA user_version = 1;

-- One firmware of one model: reports with the same eight texts are about the same.
CREATE TABLE firmware (
	id            INTEGER NOT NULL PRIMARY KEY,
	key           TEXT NOT NULL UNIQUE, -- the texts below in the form in which they are compared
	bios_vendor   TEXT NOT NULL,        -- as in the first report; '' where it says nothing
	bios_version  TEXT NOT NULL,
	bios_date     TEXT NOT NULL,
	sys_vendor    TEXT NOT NULL,
	product_name  TEXT NOT NULL,
	product_version TEXT NOT NULL,
	board_vendor  TEXT NOT NULL,
	board_name    TEXT NOT NULL
) STRICT;

-- One report, with its bytes as they came.
CREATE TABLE report (
	id       INTEGER NOT NULL PRIMARY KEY,
	firmware INTEGER NOT NULL REFERENCES firmware (id),
	hash     INTEGER NOT NULL, -- FNV-1a of the content, 32 bits, to find it again
	content  BLOB NOT NULL CHECK (length(content) BETWEEN 1 AND 65536),
	date     TEXT,             -- yyyy-mm-dd, when it was written
	seen_by  TEXT              -- who said to have seen it; NULL: nobody
) STRICT;

CREATE INDEX report_by_hash ON report (hash);
CREATE INDEX report_by_firmware ON report (firmware);

-- Every line of a report, docs/report-format.md, without its quotes: printable ASCII, \xNN for the rest.
CREATE TABLE report_line (
	report   INTEGER NOT NULL REFERENCES report (id),
	position INTEGER NOT NULL CHECK (position >= 0),
	key      TEXT NOT NULL,    -- identity, probe, rule, ...
	name     TEXT,             -- sys-vendor, map-present, FWQ-0001, ...; NULL where there is none
	value    TEXT NOT NULL,
	PRIMARY KEY (report, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX report_line_by_key ON report_line (key, name);

-- Which rules match the machine of a report, by the matcher of the firmware.
CREATE TABLE report_rule (
	report INTEGER NOT NULL REFERENCES report (id),
	rule   INTEGER NOT NULL CHECK (rule BETWEEN 1 AND 4294967295),
	PRIMARY KEY (report, rule)
) STRICT, WITHOUT ROWID;

CREATE INDEX report_rule_by_rule ON report_rule (rule);

-- For which rules the links were made: CRC-32 of the packed table. One row.
CREATE TABLE link_state (
	one       INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
	table_crc INTEGER
) STRICT;

INSERT INTO link_state VALUES (1, NULL);

-- Who saw a rule's defect, on what, with which result.
CREATE VIEW sightings AS
SELECT report_rule.rule, printf('FWQ-%04d', report_rule.rule) AS rule_name,
	firmware.id AS firmware_id,
	trim(firmware.sys_vendor || ' ' || firmware.product_name || ', ' || firmware.bios_version ||
		' of ' || firmware.bios_date) AS firmware,
	report.id AS report, report.date, report.seen_by,
	(SELECT value FROM report_line
		WHERE report_line.report = report.id AND report_line.key = 'rule'
			AND report_line.name = printf('FWQ-%04d', report_rule.rule)) AS result
FROM report_rule
JOIN report ON report.id = report_rule.report
JOIN firmware ON firmware.id = report.firmware
ORDER BY report_rule.rule, firmware.id, report.id;

-- How often each firmware was reported, and how many rules match it; unknown ones first.
CREATE VIEW reported_firmware AS
SELECT firmware.*, count(DISTINCT report.id) AS n_reports,
	count(DISTINCT report_rule.rule) AS n_rules
FROM firmware
JOIN report ON report.firmware = firmware.id
LEFT JOIN report_rule ON report_rule.report = report.id
GROUP BY firmware.id ORDER BY n_rules, n_reports DESC, firmware.id;
