DROP INDEX uq_billing_bill_one_live
-- ;
CREATE UNIQUE INDEX uq_billing_bill_one_live ON billing_bill (contract_account_id, period_start, kind) WHERE rebill_of IS NULL AND kind IN ('periodic', 'final')
-- ;
CREATE TABLE billing_occasion (
	run_id UUID NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	reason TEXT NOT NULL, 
	content TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_billing_occasion PRIMARY KEY (id), 
	CONSTRAINT uq_billing_occasion_run_id UNIQUE (run_id), 
	CONSTRAINT fk_billing_occasion_run_id FOREIGN KEY(run_id) REFERENCES billing_run (id), 
	CONSTRAINT fk_billing_occasion_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_billing_occasion_entry_id ON billing_occasion (entry_id)
-- ;
CREATE TRIGGER billing_occasion_no_update BEFORE UPDATE OF "run_id", "kind", "reason", "content", "id", "entry_id", "district_id", "hash" ON billing_occasion
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_occasion_no_delete BEFORE DELETE ON billing_occasion
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_occasion_no_truncate BEFORE TRUNCATE ON billing_occasion
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
