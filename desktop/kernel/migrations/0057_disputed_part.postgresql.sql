CREATE TABLE ledger_dispute_part (
	dispute_id UUID NOT NULL, 
	amount BIGINT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_ledger_dispute_part PRIMARY KEY (id), 
	CONSTRAINT ck_ledger_dispute_part_amount CHECK (amount > 0), 
	CONSTRAINT uq_ledger_dispute_part_dispute_id UNIQUE (dispute_id), 
	CONSTRAINT fk_ledger_dispute_part_dispute_id FOREIGN KEY(dispute_id) REFERENCES ledger_dispute (id), 
	CONSTRAINT fk_ledger_dispute_part_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_ledger_dispute_part_entry_id ON ledger_dispute_part (entry_id)
-- ;
CREATE TRIGGER ledger_dispute_part_no_update BEFORE UPDATE OF "dispute_id", "amount", "id", "entry_id", "district_id", "hash" ON ledger_dispute_part
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_dispute_part_no_delete BEFORE DELETE ON ledger_dispute_part
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_dispute_part_no_truncate BEFORE TRUNCATE ON ledger_dispute_part
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
