CREATE TABLE counter_cheque_outcome (
	payment_id UUID NOT NULL, 
	position BIGINT NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	on_day DATE NOT NULL, 
	by_bank BOOLEAN NOT NULL, 
	told_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	told_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_counter_cheque_outcome PRIMARY KEY (id), 
	CONSTRAINT uq_counter_cheque_outcome_payment_id_position UNIQUE (payment_id, position), 
	CONSTRAINT fk_counter_cheque_outcome_payment_id FOREIGN KEY(payment_id) REFERENCES counter_payment (id), 
	CONSTRAINT fk_counter_cheque_outcome_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_counter_cheque_outcome_entry_id ON counter_cheque_outcome (entry_id)
-- ;
CREATE INDEX ix_counter_tender_cheque ON counter_tender (payment_id) WHERE kind = 'cheque'
-- ;
CREATE TRIGGER counter_cheque_outcome_no_update BEFORE UPDATE OF "payment_id", "position", "state", "on_day", "by_bank", "told_at", "told_by", "reason", "id", "entry_id", "district_id", "hash" ON counter_cheque_outcome
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_cheque_outcome_no_delete BEFORE DELETE ON counter_cheque_outcome
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_cheque_outcome_no_truncate BEFORE TRUNCATE ON counter_cheque_outcome
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
