CREATE TABLE ledger_waiver_limit (
	amount BIGINT NOT NULL, 
	set_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	set_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_ledger_waiver_limit PRIMARY KEY (id), 
	CONSTRAINT fk_ledger_waiver_limit_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_ledger_waiver_limit_entry_id ON ledger_waiver_limit (entry_id)
-- ;
CREATE TABLE ledger_late_fee_waiver (
	open_item_id UUID NOT NULL, 
	amount BIGINT NOT NULL, 
	cause VARCHAR(32) NOT NULL, 
	words TEXT NOT NULL, 
	waived_on DATE NOT NULL, 
	waived_by TEXT NOT NULL, 
	reverses_id UUID, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_ledger_late_fee_waiver PRIMARY KEY (id), 
	CONSTRAINT ck_ledger_late_fee_waiver_amount CHECK ((amount > 0) = (reverses_id IS NULL)), 
	CONSTRAINT fk_ledger_late_fee_waiver_open_item_id FOREIGN KEY(open_item_id) REFERENCES ledger_open_item (id), 
	CONSTRAINT uq_ledger_late_fee_waiver_reverses_id UNIQUE (reverses_id), 
	CONSTRAINT fk_ledger_late_fee_waiver_reverses_id FOREIGN KEY(reverses_id) REFERENCES ledger_late_fee_waiver (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_ledger_late_fee_waiver_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_ledger_late_fee_waiver_entry_id ON ledger_late_fee_waiver (entry_id)
-- ;
CREATE INDEX ix_ledger_late_fee_waiver_open_item_id ON ledger_late_fee_waiver (open_item_id)
-- ;
CREATE TRIGGER ledger_late_fee_waiver_no_update BEFORE UPDATE OF "open_item_id", "amount", "cause", "words", "waived_on", "waived_by", "reverses_id", "id", "entry_id", "district_id", "hash" ON ledger_late_fee_waiver
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_late_fee_waiver_no_delete BEFORE DELETE ON ledger_late_fee_waiver
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_late_fee_waiver_no_truncate BEFORE TRUNCATE ON ledger_late_fee_waiver
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_waiver_limit_no_update BEFORE UPDATE OF "amount", "set_at", "set_by", "id", "entry_id", "district_id", "hash" ON ledger_waiver_limit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_waiver_limit_no_delete BEFORE DELETE ON ledger_waiver_limit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_waiver_limit_no_truncate BEFORE TRUNCATE ON ledger_waiver_limit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
