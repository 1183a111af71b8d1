CREATE TABLE billing_signature_before AS SELECT run_id, contract_account_id, input_hash, made_by, signed_by, signed_by_name, signed_at, id, entry_id, district_id, hash FROM billing_signature
-- ;
DROP TABLE billing_signature
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
	CONSTRAINT ck_billing_signature_two_people CHECK (signed_by <> made_by), 
	CONSTRAINT fk_billing_signature_run_id FOREIGN KEY(run_id) REFERENCES billing_run (id), 
	CONSTRAINT fk_billing_signature_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_billing_signature_signed_by FOREIGN KEY(signed_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_billing_signature_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
INSERT INTO billing_signature (run_id, contract_account_id, input_hash, made_by, signed_by, signed_by_name, signed_at, id, entry_id, district_id, hash) SELECT run_id, contract_account_id, input_hash, made_by, signed_by, signed_by_name, signed_at, id, entry_id, district_id, hash FROM billing_signature_before
-- ;
DROP TABLE billing_signature_before
-- ;
CREATE INDEX ix_billing_signature_draft ON billing_signature (run_id, contract_account_id)
-- ;
CREATE INDEX ix_billing_signature_entry_id ON billing_signature (entry_id)
-- ;
CREATE TRIGGER billing_signature_no_update BEFORE UPDATE OF "run_id", "contract_account_id", "input_hash", "made_by", "signed_by", "signed_by_name", "signed_at", "id", "entry_id", "district_id", "hash" ON billing_signature
BEGIN SELECT RAISE(ABORT, 'billing_signature: rows are kept as they were written'); END
-- ;
CREATE TRIGGER billing_signature_no_delete BEFORE DELETE ON billing_signature
BEGIN SELECT RAISE(ABORT, 'billing_signature: rows are never deleted'); END
-- ;
CREATE TRIGGER billing_signature_no_replace BEFORE INSERT ON billing_signature
WHEN EXISTS (SELECT 1 FROM billing_signature WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: billing_signature'); END
-- ;
CREATE TABLE billing_review_limits (
	customer_class VARCHAR(32) NOT NULL, 
	valid_from DATE NOT NULL, 
	jump_percent BIGINT NOT NULL, 
	floor BIGINT NOT NULL, 
	large BIGINT NOT NULL, 
	same_months BIGINT NOT NULL, 
	waiting TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_billing_review_limits PRIMARY KEY (id), 
	CONSTRAINT uq_billing_review_limits_customer_class_valid_from UNIQUE (customer_class, valid_from), 
	CONSTRAINT fk_billing_review_limits_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_billing_review_limits_entry_id ON billing_review_limits (entry_id)
-- ;
CREATE TABLE billing_signature_withdrawn (
	signature_id CHAR(32) NOT NULL, 
	withdrawn_by CHAR(32) NOT NULL, 
	withdrawn_at DATETIME NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_billing_signature_withdrawn PRIMARY KEY (id), 
	CONSTRAINT uq_billing_signature_withdrawn_signature_id UNIQUE (signature_id), 
	CONSTRAINT fk_billing_signature_withdrawn_signature_id FOREIGN KEY(signature_id) REFERENCES billing_signature (id), 
	CONSTRAINT fk_billing_signature_withdrawn_withdrawn_by FOREIGN KEY(withdrawn_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_billing_signature_withdrawn_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_billing_signature_withdrawn_entry_id ON billing_signature_withdrawn (entry_id)
-- ;
CREATE TRIGGER billing_signature_withdrawn_no_update BEFORE UPDATE OF "signature_id", "withdrawn_by", "withdrawn_at", "id", "entry_id", "district_id", "hash" ON billing_signature_withdrawn
BEGIN SELECT RAISE(ABORT, 'billing_signature_withdrawn: rows are kept as they were written'); END
-- ;
CREATE TRIGGER billing_signature_withdrawn_no_delete BEFORE DELETE ON billing_signature_withdrawn
BEGIN SELECT RAISE(ABORT, 'billing_signature_withdrawn: rows are never deleted'); END
-- ;
CREATE TRIGGER billing_signature_withdrawn_no_replace BEFORE INSERT ON billing_signature_withdrawn
WHEN EXISTS (SELECT 1 FROM billing_signature_withdrawn WHERE ("id" = NEW."id") OR ("signature_id" = NEW."signature_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: billing_signature_withdrawn'); END
