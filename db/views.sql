-- SPDX-License-Identifier: MIT OR GPL-2.0-only
-- views.sql - indexes, and questions that people ask of the database, ready to be asked again
--
-- Run when the tables are full: an index is made faster at once than a row at a time.
-- The views are for use with sqlite3 itself; the tool reads the tables. docs/database.md has questions
-- to start from.

CREATE INDEX rule_by_defect ON rule (defect);
CREATE INDEX rule_condition_by_operator ON rule_condition (operator, field);
CREATE INDEX rule_condition_value_by_normal ON rule_condition_value (normal);
CREATE INDEX rule_workaround_by_name ON rule_workaround (workaround);
CREATE INDEX rule_case_by_name ON rule_case (name);

-- A line for each rule.
CREATE VIEW rule_overview AS
SELECT rule.id, rule.name, rule.mode, rule.confidence, rule.defect,
	coalesce((SELECT group_concat(workaround, ' ')
		FROM (SELECT workaround FROM rule_workaround AS used
			WHERE used.rule = rule.id ORDER BY used.position)), '') AS workarounds,
	rule.title, file.path AS file
FROM rule JOIN file ON file.number = rule.file
ORDER BY rule.id;

-- A value as the rule text has it, but for characters that are spelled \xNN there.
CREATE VIEW condition_values AS
SELECT rule, condition, count(*) AS n_values, group_concat(quoted, ' ') AS quoted
FROM (SELECT rule, condition,
		'"' || replace(replace(value, '\', '\\'), '"', '\"') || '"' AS quoted
	FROM rule_condition_value ORDER BY rule, condition, position)
GROUP BY rule, condition;

-- Each condition as one text, spelled as in the rule: product-name any-of prefix "20K" "20L".
CREATE VIEW condition_text AS
SELECT c.rule, rule.name, c.position, c.role,
	replace(c.field, '_', '-') || ' ' || iif(c.negated, 'not ', '') ||
	CASE c.operator
	WHEN 'version' THEN
		-- Behind Introduced and Fixed the version stands alone: from it on.
		'version ' || c.scheme || ' ' || CASE
		WHEN c.role IN ('introduced', 'fixed') THEN '"' || c.low || '"'
		WHEN c.low = c.high AND c.low_included AND c.high_included THEN '= "' || c.low || '"'
		ELSE coalesce(iif(c.low_included, '>= "', '> "') || c.low || '"', '') ||
			iif(c.low IS NOT NULL AND c.high IS NOT NULL, ' ', '') ||
			coalesce(iif(c.high_included, '<= "', '< "') || c.high || '"', '')
		END
	WHEN 'date' THEN
		'date ' || CASE
		WHEN c.role IN ('introduced', 'fixed') THEN c.low
		WHEN c.low = c.high AND c.low_included AND c.high_included THEN '= ' || c.low
		ELSE coalesce(iif(c.low_included, '>= ', '> ') || c.low, '') ||
			iif(c.low IS NOT NULL AND c.high IS NOT NULL, ' ', '') ||
			coalesce(iif(c.high_included, '<= ', '< ') || c.high, '')
		END
	WHEN 'masked' THEN 'masked 0x' ||
		iif(substr(c.mask, 3, 8) = '00000000', substr(c.mask, 11), -- 8 digits are enough
			ltrim(substr(c.mask, 3), '0')) || ' = 0x' ||
		iif(substr(c.masked_value, 3, 8) = '00000000', substr(c.masked_value, 11),
			ltrim(substr(c.masked_value, 3), '0'))
	ELSE iif(v.n_values > 1, 'any-of ', '') ||
		iif(c.operator = 'equal', '', c.operator || ' ') || v.quoted
	END AS text
FROM rule_condition AS c
JOIN rule ON rule.id = c.rule
LEFT JOIN condition_values AS v ON v.rule = c.rule AND v.condition = c.position;

-- How often each workaround is used, and by which rules; the unused ones too.
CREATE VIEW workaround_use AS
SELECT workaround.name AS workaround, workaround.wx,
	count(DISTINCT rule.id) AS n_rules,
	count(DISTINCT iif(rule.mode = 'arm', rule.id, NULL)) AS n_armed,
	coalesce(group_concat(DISTINCT rule.name), '') AS rules
FROM workaround
LEFT JOIN rule_workaround ON rule_workaround.workaround = workaround.name
LEFT JOIN rule ON rule.id = rule_workaround.rule
GROUP BY workaround.name ORDER BY n_rules DESC, workaround.name;

-- How often each class of defect occurs, and how well the best known of its rules is known.
CREATE VIEW defect_use AS
SELECT defect.name AS defect, defect.meaning, count(rule.id) AS n_rules,
	count(iif(rule.mode = 'arm', 1, NULL)) AS n_armed,
	(SELECT confidence.name FROM rule AS best
		JOIN confidence ON confidence.name = best.confidence
		WHERE best.defect = defect.name
		ORDER BY confidence.number DESC LIMIT 1) AS best_confidence
FROM defect
LEFT JOIN rule ON rule.defect = defect.name
GROUP BY defect.name ORDER BY n_rules DESC, defect.name;

-- The vendors and products that rules name, in the form in which they are compared.
CREATE VIEW named_machine AS
SELECT v.normal AS name, c.field, c.operator, c.rule, rule.name AS rule_name, rule.title
FROM rule_condition AS c
JOIN rule_condition_value AS v ON v.rule = c.rule AND v.condition = c.position
JOIN rule ON rule.id = c.rule
WHERE c.role = 'match' AND NOT c.negated AND c.field IN ('bios_vendor', 'sys_vendor',
	'product_name', 'product_version', 'product_sku', 'product_family', 'board_vendor',
	'board_name', 'efi_vendor');

-- From where to where each rule is bounded, and what it says when it has no end.
CREATE VIEW rule_bounds AS
SELECT rule.id, rule.name,
	(SELECT group_concat(text, '; ') FROM condition_text
		WHERE rule = rule.id AND role = 'introduced') AS introduced,
	(SELECT group_concat(text, '; ') FROM condition_text
		WHERE rule = rule.id AND role = 'fixed') AS fixed,
	(SELECT group_concat(text, '; ') FROM condition_text
		WHERE rule = rule.id AND role = 'known-good') AS known_good,
	rule.unbounded
FROM rule ORDER BY rule.id;

-- Every address that a rule cites.
CREATE VIEW evidence AS
SELECT rule.id, rule.name, rule_evidence.url, rule_evidence.says
FROM rule_evidence JOIN rule ON rule.id = rule_evidence.rule
ORDER BY rule.id, rule_evidence.position;

-- The vendors that rules name, most rules first. LENOVO and Lenovo are one.
CREATE VIEW vendor_use AS
SELECT v.normal AS vendor, count(DISTINCT rule.id) AS n_rules,
	count(DISTINCT iif(rule.mode = 'arm', rule.id, NULL)) AS n_armed,
	count(DISTINCT rule.defect) AS n_defects
FROM rule_condition AS c
JOIN rule_condition_value AS v ON v.rule = c.rule AND v.condition = c.position
JOIN rule ON rule.id = c.rule
WHERE c.role = 'match' AND NOT c.negated
	AND c.field IN ('bios_vendor', 'sys_vendor', 'board_vendor', 'efi_vendor')
GROUP BY v.normal ORDER BY n_rules DESC, vendor;

-- What to update to: each product that a rule names, and the version or date from which on it is good.
CREATE VIEW update_wanted AS
SELECT v.normal AS product, rule.name, iif(f.operator = 'date', NULL, f.low) AS fixed_version,
	iif(f.operator = 'date', f.low, NULL) AS fixed_date, rule.title
FROM rule_condition AS f
JOIN rule ON rule.id = f.rule
JOIN rule_condition AS c ON c.rule = f.rule AND c.role = 'match' AND NOT c.negated
	AND c.field IN ('product_name', 'product_version', 'product_sku', 'product_family', 'board_name')
JOIN rule_condition_value AS v ON v.rule = c.rule AND v.condition = c.position
WHERE f.role = 'fixed' ORDER BY product, rule.id;

-- Cases of which nobody knows how the machines are called: what a report would help with.
CREATE VIEW identity_wanted AS
SELECT name, defect, unmatched AS missing, title FROM rule WHERE unmatched IS NOT NULL ORDER BY id;

-- A case by its name in the collection of cases, and the rules that stand for it.
CREATE VIEW case_rules AS
SELECT rule_case.name AS case_name, rule.name, rule.mode, rule.unmatched IS NOT NULL AS is_query_only,
	rule.title
FROM rule_case JOIN rule ON rule.id = rule_case.rule ORDER BY case_name, rule.id;
