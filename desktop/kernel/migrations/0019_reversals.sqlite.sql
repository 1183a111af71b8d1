CREATE TABLE billing_draft_before AS SELECT run_id, contract_account_id, district_id, position, state, energy, amount, energy_before, input_hash, reason FROM billing_draft
-- ;
DROP TABLE billing_draft
-- ;
CREATE TABLE billing_draft (
	run_id CHAR(32) NOT NULL, 
	contract_account_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	position BIGINT NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	energy BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	energy_before BIGINT, 
	input_hash BLOB, 
	reason TEXT, 
	replaces_id CHAR(32), 
	compared TEXT NOT NULL, 
	flags TEXT NOT NULL, 
	made_by CHAR(32) NOT NULL, 
	CONSTRAINT pk_billing_draft PRIMARY KEY (run_id, contract_account_id), 
	CONSTRAINT fk_billing_draft_run_id FOREIGN KEY(run_id) REFERENCES billing_run (id), 
	CONSTRAINT fk_billing_draft_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_billing_draft_replaces_id FOREIGN KEY(replaces_id) REFERENCES billing_bill (id)
)
-- ;
INSERT INTO billing_draft (run_id, contract_account_id, district_id, position, state, energy, amount, energy_before, input_hash, reason, replaces_id, compared, flags, made_by) SELECT run_id, contract_account_id, district_id, position, state, energy, amount, energy_before, input_hash, reason, NULL, '[]', '', '00000000000000000000000000000000' FROM billing_draft_before
-- ;
DROP TABLE billing_draft_before
-- ;
CREATE UNIQUE INDEX uq_billing_bill_rebill_of ON billing_bill (rebill_of) WHERE rebill_of IS NOT NULL
-- ;
DROP TRIGGER billing_bill_no_replace
-- ;
CREATE TRIGGER billing_bill_no_replace BEFORE INSERT ON billing_bill
WHEN EXISTS (SELECT 1 FROM billing_bill WHERE ("id" = NEW."id") OR ("number" = NEW."number") OR ("contract_account_id" = NEW."contract_account_id" AND "period_start" = NEW."period_start" AND "kind" = NEW."kind" AND rebill_of IS NULL AND NEW."rebill_of" IS NULL) OR ("rebill_of" = NEW."rebill_of" AND rebill_of IS NOT NULL AND NEW."rebill_of" IS NOT NULL))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: billing_bill'); END
-- ;
DROP TRIGGER metering_read_no_replace
-- ;
CREATE TRIGGER metering_read_no_replace BEFORE INSERT ON metering_read
WHEN EXISTS (SELECT 1 FROM metering_read WHERE ("id" = NEW."id") OR ("register_id" = NEW."register_id" AND "read_on" = NEW."read_on" AND "reason" = NEW."reason" AND reversed = 0 AND NEW."reversed" = 0))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: metering_read'); END
-- ;
CREATE TABLE billing_correction (
	run_id CHAR(32) NOT NULL, 
	reason TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_billing_correction PRIMARY KEY (id), 
	CONSTRAINT uq_billing_correction_run_id UNIQUE (run_id), 
	CONSTRAINT fk_billing_correction_run_id FOREIGN KEY(run_id) REFERENCES billing_run (id), 
	CONSTRAINT fk_billing_correction_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_billing_correction_entry_id ON billing_correction (entry_id)
-- ;
CREATE TABLE billing_signature (
	run_id CHAR(32) NOT NULL, 
	contract_account_id CHAR(32) NOT NULL, 
	input_hash BLOB NOT NULL, 
	made_by CHAR(32) NOT NULL, 
	signed_by CHAR(32) NOT NULL, 
	signed_by_name TEXT NOT NULL, 
	signed_at DATETIME NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_billing_signature PRIMARY KEY (id), 
	CONSTRAINT uq_billing_signature_run_id_contract_account_id_input_hash_made_by UNIQUE (run_id, contract_account_id, input_hash, made_by), 
	CONSTRAINT ck_billing_signature_two_people CHECK (signed_by <> made_by), 
	CONSTRAINT fk_billing_signature_run_id FOREIGN KEY(run_id) REFERENCES billing_run (id), 
	CONSTRAINT fk_billing_signature_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_billing_signature_signed_by FOREIGN KEY(signed_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_billing_signature_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_billing_signature_entry_id ON billing_signature (entry_id)
-- ;
CREATE TABLE billing_reversal (
	bill_id CHAR(32) NOT NULL, 
	posting_set_id CHAR(32), 
	reversed_on DATE NOT NULL, 
	reversed_at DATETIME NOT NULL, 
	reversed_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_billing_reversal PRIMARY KEY (id), 
	CONSTRAINT uq_billing_reversal_bill_id UNIQUE (bill_id), 
	CONSTRAINT fk_billing_reversal_bill_id FOREIGN KEY(bill_id) REFERENCES billing_bill (id), 
	CONSTRAINT fk_billing_reversal_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_billing_reversal_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_billing_reversal_entry_id ON billing_reversal (entry_id)
-- ;
CREATE TRIGGER billing_correction_no_update BEFORE UPDATE OF "run_id", "reason", "id", "entry_id", "district_id", "hash" ON billing_correction
BEGIN SELECT RAISE(ABORT, 'billing_correction: rows are kept as they were written'); END
-- ;
CREATE TRIGGER billing_correction_no_delete BEFORE DELETE ON billing_correction
BEGIN SELECT RAISE(ABORT, 'billing_correction: rows are never deleted'); END
-- ;
CREATE TRIGGER billing_correction_no_replace BEFORE INSERT ON billing_correction
WHEN EXISTS (SELECT 1 FROM billing_correction WHERE ("id" = NEW."id") OR ("run_id" = NEW."run_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: billing_correction'); END
-- ;
CREATE TRIGGER billing_reversal_no_update BEFORE UPDATE OF "bill_id", "posting_set_id", "reversed_on", "reversed_at", "reversed_by", "reason", "id", "entry_id", "district_id", "hash" ON billing_reversal
BEGIN SELECT RAISE(ABORT, 'billing_reversal: rows are kept as they were written'); END
-- ;
CREATE TRIGGER billing_reversal_no_delete BEFORE DELETE ON billing_reversal
BEGIN SELECT RAISE(ABORT, 'billing_reversal: rows are never deleted'); END
-- ;
CREATE TRIGGER billing_reversal_no_replace BEFORE INSERT ON billing_reversal
WHEN EXISTS (SELECT 1 FROM billing_reversal WHERE ("bill_id" = NEW."bill_id") OR ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: billing_reversal'); END
-- ;
CREATE TRIGGER billing_signature_no_update BEFORE UPDATE OF "run_id", "contract_account_id", "input_hash", "made_by", "signed_by", "signed_by_name", "signed_at", "id", "entry_id", "district_id", "hash" ON billing_signature
BEGIN SELECT RAISE(ABORT, 'billing_signature: rows are kept as they were written'); END
-- ;
CREATE TRIGGER billing_signature_no_delete BEFORE DELETE ON billing_signature
BEGIN SELECT RAISE(ABORT, 'billing_signature: rows are never deleted'); END
-- ;
CREATE TRIGGER billing_signature_no_replace BEFORE INSERT ON billing_signature
WHEN EXISTS (SELECT 1 FROM billing_signature WHERE ("id" = NEW."id") OR ("run_id" = NEW."run_id" AND "contract_account_id" = NEW."contract_account_id" AND "input_hash" = NEW."input_hash" AND "made_by" = NEW."made_by"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: billing_signature'); END
