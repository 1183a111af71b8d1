ALTER TABLE billing_signature DROP CONSTRAINT uq_billing_signature_run_id_contract_account_id_input_h_7d2f
-- ;
CREATE INDEX ix_billing_signature_draft ON billing_signature (run_id, contract_account_id)
-- ;
CREATE TABLE billing_review_limits (
	customer_class VARCHAR(32) NOT NULL, 
	valid_from DATE NOT NULL, 
	jump_percent BIGINT NOT NULL, 
	floor BIGINT NOT NULL, 
	large BIGINT NOT NULL, 
	same_months BIGINT NOT NULL, 
	waiting TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_billing_review_limits PRIMARY KEY (id), 
	CONSTRAINT uq_billing_review_limits_customer_class_valid_from UNIQUE (customer_class, valid_from), 
	CONSTRAINT fk_billing_review_limits_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_billing_review_limits_entry_id ON billing_review_limits (entry_id)
-- ;
CREATE TABLE billing_signature_withdrawn (
	signature_id UUID NOT NULL, 
	withdrawn_by UUID NOT NULL, 
	withdrawn_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_billing_signature_withdrawn PRIMARY KEY (id), 
	CONSTRAINT uq_billing_signature_withdrawn_signature_id UNIQUE (signature_id), 
	CONSTRAINT fk_billing_signature_withdrawn_signature_id FOREIGN KEY(signature_id) REFERENCES billing_signature (id), 
	CONSTRAINT fk_billing_signature_withdrawn_withdrawn_by FOREIGN KEY(withdrawn_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_billing_signature_withdrawn_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_billing_signature_withdrawn_entry_id ON billing_signature_withdrawn (entry_id)
-- ;
CREATE TRIGGER billing_signature_withdrawn_no_update BEFORE UPDATE OF "signature_id", "withdrawn_by", "withdrawn_at", "id", "entry_id", "district_id", "hash" ON billing_signature_withdrawn
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_signature_withdrawn_no_delete BEFORE DELETE ON billing_signature_withdrawn
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_signature_withdrawn_no_truncate BEFORE TRUNCATE ON billing_signature_withdrawn
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
