DROP INDEX uq_billing_bill_one_live
-- ;
CREATE UNIQUE INDEX uq_billing_bill_one_live ON billing_bill (contract_account_id, period_start, kind) WHERE rebill_of IS NULL AND kind IN ('periodic', 'final')
-- ;
DROP TRIGGER billing_bill_no_replace
-- ;
CREATE TRIGGER billing_bill_no_replace BEFORE INSERT ON billing_bill
WHEN EXISTS (SELECT 1 FROM billing_bill WHERE ("id" = NEW."id") OR ("number" = NEW."number") OR ("contract_account_id" = NEW."contract_account_id" AND "period_start" = NEW."period_start" AND "kind" = NEW."kind" AND rebill_of IS NULL AND kind IN ('periodic', 'final') AND NEW."rebill_of" IS NULL AND NEW."kind" IN ('periodic', 'final')) OR ("rebill_of" = NEW."rebill_of" AND rebill_of IS NOT NULL AND NEW."rebill_of" IS NOT NULL))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: billing_bill'); END
-- ;
CREATE TABLE billing_occasion (
	run_id CHAR(32) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	reason TEXT NOT NULL, 
	content TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_billing_occasion PRIMARY KEY (id), 
	CONSTRAINT uq_billing_occasion_run_id UNIQUE (run_id), 
	CONSTRAINT fk_billing_occasion_run_id FOREIGN KEY(run_id) REFERENCES billing_run (id), 
	CONSTRAINT fk_billing_occasion_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_billing_occasion_entry_id ON billing_occasion (entry_id)
-- ;
CREATE TRIGGER billing_occasion_no_update BEFORE UPDATE OF "run_id", "kind", "reason", "content", "id", "entry_id", "district_id", "hash" ON billing_occasion
BEGIN SELECT RAISE(ABORT, 'billing_occasion: rows are kept as they were written'); END
-- ;
CREATE TRIGGER billing_occasion_no_delete BEFORE DELETE ON billing_occasion
BEGIN SELECT RAISE(ABORT, 'billing_occasion: rows are never deleted'); END
-- ;
CREATE TRIGGER billing_occasion_no_replace BEFORE INSERT ON billing_occasion
WHEN EXISTS (SELECT 1 FROM billing_occasion WHERE ("id" = NEW."id") OR ("run_id" = NEW."run_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: billing_occasion'); END
