PRAGMA defer_foreign_keys = ON
-- ;
CREATE TABLE tariffs_version_before AS SELECT tariff_id, code, notice, source, decimals, valid_from, valid_to, content_sha256, id, entry_id, district_id, hash FROM tariffs_version
-- ;
DROP TABLE tariffs_version
-- ;
CREATE TABLE tariffs_version (
	tariff_id CHAR(32) NOT NULL, 
	code TEXT NOT NULL, 
	notice TEXT NOT NULL, 
	source TEXT NOT NULL, 
	decimals BIGINT NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	content_sha256 BLOB NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	used BIGINT NOT NULL, 
	replaced BIGINT NOT NULL, 
	CONSTRAINT pk_tariffs_version PRIMARY KEY (id), 
	CONSTRAINT uq_tariffs_version_code UNIQUE (code), 
	CONSTRAINT ck_tariffs_version_used_or_replaced CHECK (used = 0 OR replaced = 0), 
	CONSTRAINT fk_tariffs_version_tariff_id FOREIGN KEY(tariff_id) REFERENCES tariffs_tariff (id), 
	CONSTRAINT fk_tariffs_version_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_tariffs_version_entry_id ON tariffs_version (entry_id)
-- ;
CREATE UNIQUE INDEX uq_tariffs_version_standing ON tariffs_version (tariff_id, valid_from) WHERE replaced = 0
-- ;
CREATE TABLE tariffs_version_used AS SELECT tariff_version_id AS id FROM billing_bill UNION SELECT replace(json_extract(p.value, '$.version_id'), '-', '') FROM billing_bill b, json_each(b.trace, '$.parts') p
-- ;
INSERT INTO tariffs_version (tariff_id, code, notice, source, decimals, valid_from, valid_to, content_sha256, id, entry_id, district_id, hash, used, replaced) SELECT tariff_id, code, notice, source, decimals, valid_from, valid_to, content_sha256, id, entry_id, district_id, hash, id IN (SELECT id FROM tariffs_version_used), 0 FROM tariffs_version_before
-- ;
DROP TABLE tariffs_version_before
-- ;
DROP TABLE tariffs_version_used
-- ;
CREATE TRIGGER tariffs_version_no_update BEFORE UPDATE OF "tariff_id", "code", "notice", "source", "decimals", "valid_from", "valid_to", "content_sha256", "id", "entry_id", "district_id", "hash" ON tariffs_version
BEGIN SELECT RAISE(ABORT, 'tariffs_version: rows are kept as they were written'); END
-- ;
CREATE TRIGGER tariffs_version_no_delete BEFORE DELETE ON tariffs_version
BEGIN SELECT RAISE(ABORT, 'tariffs_version: rows are never deleted'); END
-- ;
CREATE TRIGGER tariffs_version_no_replace BEFORE INSERT ON tariffs_version
WHEN EXISTS (SELECT 1 FROM tariffs_version WHERE ("code" = NEW."code") OR ("id" = NEW."id") OR ("tariff_id" = NEW."tariff_id" AND "valid_from" = NEW."valid_from" AND replaced = 0 AND NEW."replaced" = 0))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: tariffs_version'); END
-- ;
CREATE TABLE tariffs_replacement (
	version_id CHAR(32) NOT NULL, 
	replaced_id CHAR(32) NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_tariffs_replacement PRIMARY KEY (id), 
	CONSTRAINT uq_tariffs_replacement_version_id UNIQUE (version_id), 
	CONSTRAINT fk_tariffs_replacement_version_id FOREIGN KEY(version_id) REFERENCES tariffs_version (id), 
	CONSTRAINT uq_tariffs_replacement_replaced_id UNIQUE (replaced_id), 
	CONSTRAINT fk_tariffs_replacement_replaced_id FOREIGN KEY(replaced_id) REFERENCES tariffs_version (id), 
	CONSTRAINT fk_tariffs_replacement_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_tariffs_replacement_entry_id ON tariffs_replacement (entry_id)
-- ;
CREATE TRIGGER tariffs_replacement_no_update BEFORE UPDATE OF "version_id", "replaced_id", "id", "entry_id", "district_id", "hash" ON tariffs_replacement
BEGIN SELECT RAISE(ABORT, 'tariffs_replacement: rows are kept as they were written'); END
-- ;
CREATE TRIGGER tariffs_replacement_no_delete BEFORE DELETE ON tariffs_replacement
BEGIN SELECT RAISE(ABORT, 'tariffs_replacement: rows are never deleted'); END
-- ;
CREATE TRIGGER tariffs_replacement_no_replace BEFORE INSERT ON tariffs_replacement
WHEN EXISTS (SELECT 1 FROM tariffs_replacement WHERE ("id" = NEW."id") OR ("replaced_id" = NEW."replaced_id") OR ("version_id" = NEW."version_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: tariffs_replacement'); END
-- ;
CREATE TABLE contracts_spell (
	contract_id CHAR(32) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	starts_on DATE NOT NULL, 
	ends_on DATE, 
	power BIGINT NOT NULL, 
	first_day_charged BOOLEAN NOT NULL, 
	reason TEXT NOT NULL, 
	entered_by TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_contracts_spell PRIMARY KEY (id), 
	CONSTRAINT uq_contracts_spell_contract_id_kind_starts_on UNIQUE (contract_id, kind, starts_on), 
	CONSTRAINT fk_contracts_spell_contract_id FOREIGN KEY(contract_id) REFERENCES contracts_contract (id), 
	CONSTRAINT fk_contracts_spell_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_contracts_spell_entry_id ON contracts_spell (entry_id)
-- ;
CREATE TABLE billing_energy_correction (
	contract_account_id CHAR(32) NOT NULL, 
	contract_id CHAR(32) NOT NULL, 
	month DATE NOT NULL, 
	billed_with DATE NOT NULL, 
	energy BIGINT NOT NULL, 
	facts TEXT NOT NULL, 
	arithmetic TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	proposed_by CHAR(32) NOT NULL, 
	proposed_by_name TEXT NOT NULL, 
	proposed_at DATETIME NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_billing_energy_correction PRIMARY KEY (id), 
	CONSTRAINT fk_billing_energy_correction_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_billing_energy_correction_contract_id FOREIGN KEY(contract_id) REFERENCES contracts_contract (id), 
	CONSTRAINT fk_billing_energy_correction_proposed_by FOREIGN KEY(proposed_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_billing_energy_correction_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_billing_energy_correction_contract_account_id ON billing_energy_correction (contract_account_id)
-- ;
CREATE INDEX ix_billing_energy_correction_entry_id ON billing_energy_correction (entry_id)
-- ;
CREATE TRIGGER billing_energy_correction_no_update BEFORE UPDATE OF "contract_account_id", "contract_id", "month", "billed_with", "energy", "facts", "arithmetic", "reason", "proposed_by", "proposed_by_name", "proposed_at", "id", "entry_id", "district_id", "hash" ON billing_energy_correction
BEGIN SELECT RAISE(ABORT, 'billing_energy_correction: rows are kept as they were written'); END
-- ;
CREATE TRIGGER billing_energy_correction_no_delete BEFORE DELETE ON billing_energy_correction
BEGIN SELECT RAISE(ABORT, 'billing_energy_correction: rows are never deleted'); END
-- ;
CREATE TRIGGER billing_energy_correction_no_replace BEFORE INSERT ON billing_energy_correction
WHEN EXISTS (SELECT 1 FROM billing_energy_correction WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: billing_energy_correction'); END
-- ;
CREATE TABLE billing_energy_decision (
	correction_id CHAR(32) NOT NULL, 
	proposed_by CHAR(32) NOT NULL, 
	decided_by CHAR(32) NOT NULL, 
	decided_by_name TEXT NOT NULL, 
	decided_at DATETIME NOT NULL, 
	approved BOOLEAN NOT NULL, 
	reason TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_billing_energy_decision PRIMARY KEY (id), 
	CONSTRAINT ck_billing_energy_decision_two_people CHECK (decided_by <> proposed_by), 
	CONSTRAINT uq_billing_energy_decision_correction_id UNIQUE (correction_id), 
	CONSTRAINT fk_billing_energy_decision_correction_id FOREIGN KEY(correction_id) REFERENCES billing_energy_correction (id), 
	CONSTRAINT fk_billing_energy_decision_decided_by FOREIGN KEY(decided_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_billing_energy_decision_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_billing_energy_decision_entry_id ON billing_energy_decision (entry_id)
-- ;
CREATE TRIGGER billing_energy_decision_no_update BEFORE UPDATE OF "correction_id", "proposed_by", "decided_by", "decided_by_name", "decided_at", "approved", "reason", "id", "entry_id", "district_id", "hash" ON billing_energy_decision
BEGIN SELECT RAISE(ABORT, 'billing_energy_decision: rows are kept as they were written'); END
-- ;
CREATE TRIGGER billing_energy_decision_no_delete BEFORE DELETE ON billing_energy_decision
BEGIN SELECT RAISE(ABORT, 'billing_energy_decision: rows are never deleted'); END
-- ;
CREATE TRIGGER billing_energy_decision_no_replace BEFORE INSERT ON billing_energy_decision
WHEN EXISTS (SELECT 1 FROM billing_energy_decision WHERE ("correction_id" = NEW."correction_id") OR ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: billing_energy_decision'); END
