CREATE TABLE ledger_late_fee_chosen (
	setting TEXT NOT NULL, 
	choice TEXT NOT NULL, 
	valid_from DATE NOT NULL, 
	set_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	set_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_ledger_late_fee_chosen PRIMARY KEY (id), 
	CONSTRAINT fk_ledger_late_fee_chosen_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_ledger_late_fee_chosen_entry_id ON ledger_late_fee_chosen (entry_id)
-- ;
CREATE TRIGGER ledger_late_fee_chosen_no_update BEFORE UPDATE OF "setting", "choice", "valid_from", "set_at", "set_by", "id", "entry_id", "district_id", "hash" ON ledger_late_fee_chosen
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_late_fee_chosen_no_delete BEFORE DELETE ON ledger_late_fee_chosen
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_late_fee_chosen_no_truncate BEFORE TRUNCATE ON ledger_late_fee_chosen
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
