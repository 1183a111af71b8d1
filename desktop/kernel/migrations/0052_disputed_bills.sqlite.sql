CREATE TABLE ledger_dispute (
	open_item_id CHAR(32) NOT NULL, 
	position BIGINT NOT NULL, 
	raised_on DATE NOT NULL, 
	raised_by TEXT NOT NULL, 
	words TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_ledger_dispute PRIMARY KEY (id), 
	CONSTRAINT uq_ledger_dispute_open_item_id_position UNIQUE (open_item_id, position), 
	CONSTRAINT fk_ledger_dispute_open_item_id FOREIGN KEY(open_item_id) REFERENCES ledger_open_item (id), 
	CONSTRAINT fk_ledger_dispute_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_ledger_dispute_entry_id ON ledger_dispute (entry_id)
-- ;
CREATE TABLE ledger_dispute_end (
	dispute_id CHAR(32) NOT NULL, 
	ended_on DATE NOT NULL, 
	ended_by TEXT NOT NULL, 
	outcome VARCHAR(32) NOT NULL, 
	words TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_ledger_dispute_end PRIMARY KEY (id), 
	CONSTRAINT uq_ledger_dispute_end_dispute_id UNIQUE (dispute_id), 
	CONSTRAINT fk_ledger_dispute_end_dispute_id FOREIGN KEY(dispute_id) REFERENCES ledger_dispute (id), 
	CONSTRAINT fk_ledger_dispute_end_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_ledger_dispute_end_entry_id ON ledger_dispute_end (entry_id)
-- ;
CREATE TRIGGER ledger_dispute_no_update BEFORE UPDATE OF "open_item_id", "position", "raised_on", "raised_by", "words", "id", "entry_id", "district_id", "hash" ON ledger_dispute
BEGIN SELECT RAISE(ABORT, 'ledger_dispute: rows are kept as they were written'); END
-- ;
CREATE TRIGGER ledger_dispute_no_delete BEFORE DELETE ON ledger_dispute
BEGIN SELECT RAISE(ABORT, 'ledger_dispute: rows are never deleted'); END
-- ;
CREATE TRIGGER ledger_dispute_no_replace BEFORE INSERT ON ledger_dispute
WHEN EXISTS (SELECT 1 FROM ledger_dispute WHERE ("id" = NEW."id") OR ("open_item_id" = NEW."open_item_id" AND "position" = NEW."position"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_dispute'); END
-- ;
CREATE TRIGGER ledger_dispute_end_no_update BEFORE UPDATE OF "dispute_id", "ended_on", "ended_by", "outcome", "words", "id", "entry_id", "district_id", "hash" ON ledger_dispute_end
BEGIN SELECT RAISE(ABORT, 'ledger_dispute_end: rows are kept as they were written'); END
-- ;
CREATE TRIGGER ledger_dispute_end_no_delete BEFORE DELETE ON ledger_dispute_end
BEGIN SELECT RAISE(ABORT, 'ledger_dispute_end: rows are never deleted'); END
-- ;
CREATE TRIGGER ledger_dispute_end_no_replace BEFORE INSERT ON ledger_dispute_end
WHEN EXISTS (SELECT 1 FROM ledger_dispute_end WHERE ("dispute_id" = NEW."dispute_id") OR ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_dispute_end'); END
