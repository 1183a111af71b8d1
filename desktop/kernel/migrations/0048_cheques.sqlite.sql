CREATE TABLE counter_cheque_outcome (
	payment_id CHAR(32) NOT NULL, 
	position BIGINT NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	on_day DATE NOT NULL, 
	by_bank BOOLEAN NOT NULL, 
	told_at DATETIME NOT NULL, 
	told_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_cheque_outcome PRIMARY KEY (id), 
	CONSTRAINT uq_counter_cheque_outcome_payment_id_position UNIQUE (payment_id, position), 
	CONSTRAINT fk_counter_cheque_outcome_payment_id FOREIGN KEY(payment_id) REFERENCES counter_payment (id), 
	CONSTRAINT fk_counter_cheque_outcome_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_cheque_outcome_entry_id ON counter_cheque_outcome (entry_id)
-- ;
CREATE INDEX ix_counter_tender_cheque ON counter_tender (payment_id) WHERE kind = 'cheque'
-- ;
CREATE TRIGGER counter_cheque_outcome_no_update BEFORE UPDATE OF "payment_id", "position", "state", "on_day", "by_bank", "told_at", "told_by", "reason", "id", "entry_id", "district_id", "hash" ON counter_cheque_outcome
BEGIN SELECT RAISE(ABORT, 'counter_cheque_outcome: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_cheque_outcome_no_delete BEFORE DELETE ON counter_cheque_outcome
BEGIN SELECT RAISE(ABORT, 'counter_cheque_outcome: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_cheque_outcome_no_replace BEFORE INSERT ON counter_cheque_outcome
WHEN EXISTS (SELECT 1 FROM counter_cheque_outcome WHERE ("id" = NEW."id") OR ("payment_id" = NEW."payment_id" AND "position" = NEW."position"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_cheque_outcome'); END
