CREATE TABLE ledger_waiver_limit (
	amount BIGINT NOT NULL, 
	set_at DATETIME NOT NULL, 
	set_by TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_ledger_waiver_limit PRIMARY KEY (id), 
	CONSTRAINT fk_ledger_waiver_limit_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_ledger_waiver_limit_entry_id ON ledger_waiver_limit (entry_id)
-- ;
CREATE TABLE ledger_late_fee_waiver (
	open_item_id CHAR(32) NOT NULL, 
	amount BIGINT NOT NULL, 
	cause VARCHAR(32) NOT NULL, 
	words TEXT NOT NULL, 
	waived_on DATE NOT NULL, 
	waived_by TEXT NOT NULL, 
	reverses_id CHAR(32), 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_ledger_late_fee_waiver PRIMARY KEY (id), 
	CONSTRAINT ck_ledger_late_fee_waiver_amount CHECK ((amount > 0) = (reverses_id IS NULL)), 
	CONSTRAINT fk_ledger_late_fee_waiver_open_item_id FOREIGN KEY(open_item_id) REFERENCES ledger_open_item (id), 
	CONSTRAINT uq_ledger_late_fee_waiver_reverses_id UNIQUE (reverses_id), 
	CONSTRAINT fk_ledger_late_fee_waiver_reverses_id FOREIGN KEY(reverses_id) REFERENCES ledger_late_fee_waiver (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_ledger_late_fee_waiver_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_ledger_late_fee_waiver_entry_id ON ledger_late_fee_waiver (entry_id)
-- ;
CREATE INDEX ix_ledger_late_fee_waiver_open_item_id ON ledger_late_fee_waiver (open_item_id)
-- ;
CREATE TRIGGER ledger_late_fee_waiver_no_update BEFORE UPDATE OF "open_item_id", "amount", "cause", "words", "waived_on", "waived_by", "reverses_id", "id", "entry_id", "district_id", "hash" ON ledger_late_fee_waiver
BEGIN SELECT RAISE(ABORT, 'ledger_late_fee_waiver: rows are kept as they were written'); END
-- ;
CREATE TRIGGER ledger_late_fee_waiver_no_delete BEFORE DELETE ON ledger_late_fee_waiver
BEGIN SELECT RAISE(ABORT, 'ledger_late_fee_waiver: rows are never deleted'); END
-- ;
CREATE TRIGGER ledger_late_fee_waiver_no_replace BEFORE INSERT ON ledger_late_fee_waiver
WHEN EXISTS (SELECT 1 FROM ledger_late_fee_waiver WHERE ("id" = NEW."id") OR ("reverses_id" = NEW."reverses_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_late_fee_waiver'); END
-- ;
CREATE TRIGGER ledger_waiver_limit_no_update BEFORE UPDATE OF "amount", "set_at", "set_by", "id", "entry_id", "district_id", "hash" ON ledger_waiver_limit
BEGIN SELECT RAISE(ABORT, 'ledger_waiver_limit: rows are kept as they were written'); END
-- ;
CREATE TRIGGER ledger_waiver_limit_no_delete BEFORE DELETE ON ledger_waiver_limit
BEGIN SELECT RAISE(ABORT, 'ledger_waiver_limit: rows are never deleted'); END
-- ;
CREATE TRIGGER ledger_waiver_limit_no_replace BEFORE INSERT ON ledger_waiver_limit
WHEN EXISTS (SELECT 1 FROM ledger_waiver_limit WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_waiver_limit'); END
