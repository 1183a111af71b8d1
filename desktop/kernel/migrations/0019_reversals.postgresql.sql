ALTER TABLE billing_draft ADD COLUMN replaces_id UUID
-- ;
ALTER TABLE billing_draft ADD COLUMN compared TEXT NOT NULL DEFAULT '[]'
-- ;
ALTER TABLE billing_draft ADD COLUMN flags TEXT NOT NULL DEFAULT ''
-- ;
ALTER TABLE billing_draft ADD COLUMN made_by UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'
-- ;
ALTER TABLE billing_draft ALTER COLUMN compared DROP DEFAULT
-- ;
ALTER TABLE billing_draft ALTER COLUMN flags DROP DEFAULT
-- ;
ALTER TABLE billing_draft ALTER COLUMN made_by DROP DEFAULT
-- ;
ALTER TABLE billing_draft ADD CONSTRAINT fk_billing_draft_replaces_id FOREIGN KEY(replaces_id) REFERENCES billing_bill (id)
-- ;
CREATE UNIQUE INDEX uq_billing_bill_rebill_of ON billing_bill (rebill_of) WHERE rebill_of IS NOT NULL
-- ;
CREATE TABLE billing_correction (
	run_id UUID NOT NULL, 
	reason TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_billing_correction PRIMARY KEY (id), 
	CONSTRAINT uq_billing_correction_run_id UNIQUE (run_id), 
	CONSTRAINT fk_billing_correction_run_id FOREIGN KEY(run_id) REFERENCES billing_run (id), 
	CONSTRAINT fk_billing_correction_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_billing_correction_entry_id ON billing_correction (entry_id)
-- ;
CREATE TABLE billing_signature (
	run_id UUID NOT NULL, 
	contract_account_id UUID NOT NULL, 
	input_hash BYTEA NOT NULL, 
	made_by UUID NOT NULL, 
	signed_by UUID NOT NULL, 
	signed_by_name TEXT NOT NULL, 
	signed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_billing_signature PRIMARY KEY (id), 
	CONSTRAINT uq_billing_signature_run_id_contract_account_id_input_h_7d2f UNIQUE (run_id, contract_account_id, input_hash, made_by), 
	CONSTRAINT ck_billing_signature_two_people CHECK (signed_by <> made_by), 
	CONSTRAINT fk_billing_signature_run_id FOREIGN KEY(run_id) REFERENCES billing_run (id), 
	CONSTRAINT fk_billing_signature_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_billing_signature_signed_by FOREIGN KEY(signed_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_billing_signature_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_billing_signature_entry_id ON billing_signature (entry_id)
-- ;
CREATE TABLE billing_reversal (
	bill_id UUID NOT NULL, 
	posting_set_id UUID, 
	reversed_on DATE NOT NULL, 
	reversed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	reversed_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_billing_reversal PRIMARY KEY (id), 
	CONSTRAINT uq_billing_reversal_bill_id UNIQUE (bill_id), 
	CONSTRAINT fk_billing_reversal_bill_id FOREIGN KEY(bill_id) REFERENCES billing_bill (id), 
	CONSTRAINT fk_billing_reversal_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_billing_reversal_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_billing_reversal_entry_id ON billing_reversal (entry_id)
-- ;
CREATE TRIGGER billing_correction_no_update BEFORE UPDATE OF "run_id", "reason", "id", "entry_id", "district_id", "hash" ON billing_correction
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_correction_no_delete BEFORE DELETE ON billing_correction
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_correction_no_truncate BEFORE TRUNCATE ON billing_correction
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_reversal_no_update BEFORE UPDATE OF "bill_id", "posting_set_id", "reversed_on", "reversed_at", "reversed_by", "reason", "id", "entry_id", "district_id", "hash" ON billing_reversal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_reversal_no_delete BEFORE DELETE ON billing_reversal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_reversal_no_truncate BEFORE TRUNCATE ON billing_reversal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_signature_no_update BEFORE UPDATE OF "run_id", "contract_account_id", "input_hash", "made_by", "signed_by", "signed_by_name", "signed_at", "id", "entry_id", "district_id", "hash" ON billing_signature
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_signature_no_delete BEFORE DELETE ON billing_signature
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_signature_no_truncate BEFORE TRUNCATE ON billing_signature
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
