CREATE TABLE ledger_dispute_part (
	dispute_id CHAR(32) NOT NULL, 
	amount BIGINT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_ledger_dispute_part PRIMARY KEY (id), 
	CONSTRAINT ck_ledger_dispute_part_amount CHECK (amount > 0), 
	CONSTRAINT uq_ledger_dispute_part_dispute_id UNIQUE (dispute_id), 
	CONSTRAINT fk_ledger_dispute_part_dispute_id FOREIGN KEY(dispute_id) REFERENCES ledger_dispute (id), 
	CONSTRAINT fk_ledger_dispute_part_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_ledger_dispute_part_entry_id ON ledger_dispute_part (entry_id)
-- ;
CREATE TRIGGER ledger_dispute_part_no_update BEFORE UPDATE OF "dispute_id", "amount", "id", "entry_id", "district_id", "hash" ON ledger_dispute_part
BEGIN SELECT RAISE(ABORT, 'ledger_dispute_part: rows are kept as they were written'); END
-- ;
CREATE TRIGGER ledger_dispute_part_no_delete BEFORE DELETE ON ledger_dispute_part
BEGIN SELECT RAISE(ABORT, 'ledger_dispute_part: rows are never deleted'); END
-- ;
CREATE TRIGGER ledger_dispute_part_no_replace BEFORE INSERT ON ledger_dispute_part
WHEN EXISTS (SELECT 1 FROM ledger_dispute_part WHERE ("dispute_id" = NEW."dispute_id") OR ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_dispute_part'); END
