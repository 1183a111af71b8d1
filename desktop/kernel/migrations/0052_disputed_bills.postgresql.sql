CREATE TABLE ledger_dispute (
	open_item_id UUID NOT NULL, 
	position BIGINT NOT NULL, 
	raised_on DATE NOT NULL, 
	raised_by TEXT NOT NULL, 
	words TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_ledger_dispute PRIMARY KEY (id), 
	CONSTRAINT uq_ledger_dispute_open_item_id_position UNIQUE (open_item_id, position), 
	CONSTRAINT fk_ledger_dispute_open_item_id FOREIGN KEY(open_item_id) REFERENCES ledger_open_item (id), 
	CONSTRAINT fk_ledger_dispute_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_ledger_dispute_entry_id ON ledger_dispute (entry_id)
-- ;
CREATE TABLE ledger_dispute_end (
	dispute_id UUID NOT NULL, 
	ended_on DATE NOT NULL, 
	ended_by TEXT NOT NULL, 
	outcome VARCHAR(32) NOT NULL, 
	words TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_ledger_dispute_end PRIMARY KEY (id), 
	CONSTRAINT uq_ledger_dispute_end_dispute_id UNIQUE (dispute_id), 
	CONSTRAINT fk_ledger_dispute_end_dispute_id FOREIGN KEY(dispute_id) REFERENCES ledger_dispute (id), 
	CONSTRAINT fk_ledger_dispute_end_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_ledger_dispute_end_entry_id ON ledger_dispute_end (entry_id)
-- ;
CREATE TRIGGER ledger_dispute_no_update BEFORE UPDATE OF "open_item_id", "position", "raised_on", "raised_by", "words", "id", "entry_id", "district_id", "hash" ON ledger_dispute
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_dispute_no_delete BEFORE DELETE ON ledger_dispute
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_dispute_no_truncate BEFORE TRUNCATE ON ledger_dispute
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_dispute_end_no_update BEFORE UPDATE OF "dispute_id", "ended_on", "ended_by", "outcome", "words", "id", "entry_id", "district_id", "hash" ON ledger_dispute_end
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_dispute_end_no_delete BEFORE DELETE ON ledger_dispute_end
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_dispute_end_no_truncate BEFORE TRUNCATE ON ledger_dispute_end
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
