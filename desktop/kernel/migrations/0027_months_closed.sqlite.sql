CREATE TABLE ledger_month (
	month DATE NOT NULL, 
	closed BOOLEAN NOT NULL, 
	CONSTRAINT pk_ledger_month PRIMARY KEY (month)
)
 WITHOUT ROWID
-- ;
CREATE TABLE closing_month (
	month DATE NOT NULL, 
	closed_at DATETIME NOT NULL, 
	closed_by CHAR(32) NOT NULL, 
	closed_by_name TEXT NOT NULL, 
	remark TEXT NOT NULL, 
	figures TEXT NOT NULL, 
	checks TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_closing_month PRIMARY KEY (id), 
	CONSTRAINT uq_closing_month_month UNIQUE (month), 
	CONSTRAINT fk_closing_month_closed_by FOREIGN KEY(closed_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_closing_month_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_closing_month_entry_id ON closing_month (entry_id)
-- ;
CREATE INDEX ix_ledger_posting_set_posted_on ON ledger_posting_set (posted_on, id)
-- ;
CREATE INDEX ix_billing_bill_issued_on ON billing_bill (issued_on)
-- ;
CREATE TRIGGER closing_month_no_update BEFORE UPDATE OF "month", "closed_at", "closed_by", "closed_by_name", "remark", "figures", "checks", "id", "entry_id", "district_id", "hash" ON closing_month
BEGIN SELECT RAISE(ABORT, 'closing_month: rows are kept as they were written'); END
-- ;
CREATE TRIGGER closing_month_no_delete BEFORE DELETE ON closing_month
BEGIN SELECT RAISE(ABORT, 'closing_month: rows are never deleted'); END
-- ;
CREATE TRIGGER closing_month_no_replace BEFORE INSERT ON closing_month
WHEN EXISTS (SELECT 1 FROM closing_month WHERE ("id" = NEW."id") OR ("month" = NEW."month"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: closing_month'); END
-- ;
CREATE TRIGGER ledger_posting_set_month BEFORE INSERT ON ledger_posting_set
WHEN EXISTS (SELECT 1 FROM ledger_month WHERE closed AND month >= substr(NEW.posted_on, 1, 7) || '-01')
BEGIN SELECT RAISE(ABORT, 'ledger_posting_set: its month is closed'); END
-- ;
CREATE TRIGGER ledger_month_stays_closed BEFORE UPDATE ON ledger_month
WHEN OLD.closed AND (NEW.closed IS NOT OLD.closed OR NEW.month IS NOT OLD.month)
BEGIN SELECT RAISE(ABORT, 'ledger_month: a closed month stays closed'); END
-- ;
CREATE TRIGGER ledger_month_no_delete BEFORE DELETE ON ledger_month
WHEN OLD.closed BEGIN SELECT RAISE(ABORT, 'ledger_month: a closed month stays closed'); END
-- ;
CREATE TRIGGER ledger_month_no_replace BEFORE INSERT ON ledger_month
WHEN EXISTS (SELECT 1 FROM ledger_month WHERE closed AND month = NEW.month)
BEGIN SELECT RAISE(ABORT, 'ledger_month: a closed month stays closed'); END
