CREATE TABLE ledger_late_fee_chosen (
	setting TEXT NOT NULL, 
	choice TEXT NOT NULL, 
	valid_from DATE NOT NULL, 
	set_at DATETIME NOT NULL, 
	set_by TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_ledger_late_fee_chosen PRIMARY KEY (id), 
	CONSTRAINT fk_ledger_late_fee_chosen_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_ledger_late_fee_chosen_entry_id ON ledger_late_fee_chosen (entry_id)
-- ;
CREATE TRIGGER ledger_late_fee_chosen_no_update BEFORE UPDATE OF "setting", "choice", "valid_from", "set_at", "set_by", "id", "entry_id", "district_id", "hash" ON ledger_late_fee_chosen
BEGIN SELECT RAISE(ABORT, 'ledger_late_fee_chosen: rows are kept as they were written'); END
-- ;
CREATE TRIGGER ledger_late_fee_chosen_no_delete BEFORE DELETE ON ledger_late_fee_chosen
BEGIN SELECT RAISE(ABORT, 'ledger_late_fee_chosen: rows are never deleted'); END
-- ;
CREATE TRIGGER ledger_late_fee_chosen_no_replace BEFORE INSERT ON ledger_late_fee_chosen
WHEN EXISTS (SELECT 1 FROM ledger_late_fee_chosen WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_late_fee_chosen'); END
