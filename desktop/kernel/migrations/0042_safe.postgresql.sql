CREATE TABLE treasury_deposit (
	hall_id UUID NOT NULL, 
	user_id UUID NOT NULL, 
	deposited_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	amount BIGINT NOT NULL, 
	slip TEXT NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	number TEXT NOT NULL, 
	content TEXT NOT NULL, 
	posting_set_id UUID NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_treasury_deposit PRIMARY KEY (id), 
	CONSTRAINT ck_treasury_deposit_amount CHECK (amount > 0), 
	CONSTRAINT uq_treasury_deposit_hall_id_year_running UNIQUE (hall_id, year, running), 
	CONSTRAINT fk_treasury_deposit_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_treasury_deposit_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT uq_treasury_deposit_number UNIQUE (number), 
	CONSTRAINT uq_treasury_deposit_posting_set_id UNIQUE (posting_set_id), 
	CONSTRAINT fk_treasury_deposit_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_treasury_deposit_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_treasury_deposit_entry_id ON treasury_deposit (entry_id)
-- ;
CREATE TABLE treasury_safe_count (
	hall_id UUID NOT NULL, 
	user_id UUID NOT NULL, 
	counted_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	expected BIGINT NOT NULL, 
	counted BIGINT NOT NULL, 
	pieces TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	posting_set_id UUID, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_treasury_safe_count PRIMARY KEY (id), 
	CONSTRAINT ck_treasury_safe_count_difference CHECK (counted >= 0 AND (posting_set_id IS NULL) = (counted = expected)), 
	CONSTRAINT fk_treasury_safe_count_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_treasury_safe_count_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT uq_treasury_safe_count_posting_set_id UNIQUE (posting_set_id), 
	CONSTRAINT fk_treasury_safe_count_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_treasury_safe_count_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_treasury_safe_count_entry_id ON treasury_safe_count (entry_id)
-- ;
CREATE INDEX ix_treasury_safe_count_hall_id ON treasury_safe_count (hall_id)
-- ;
CREATE TABLE treasury_safe_reversal (
	source_id UUID NOT NULL, 
	user_id UUID NOT NULL, 
	reversed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	reason TEXT NOT NULL, 
	posting_set_id UUID, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_treasury_safe_reversal PRIMARY KEY (id), 
	CONSTRAINT uq_treasury_safe_reversal_source_id UNIQUE (source_id), 
	CONSTRAINT fk_treasury_safe_reversal_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT uq_treasury_safe_reversal_posting_set_id UNIQUE (posting_set_id), 
	CONSTRAINT fk_treasury_safe_reversal_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_treasury_safe_reversal_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_treasury_safe_reversal_entry_id ON treasury_safe_reversal (entry_id)
-- ;
CREATE TABLE counter_hand_over (
	till_closed_id UUID NOT NULL, 
	till_session_id UUID NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_counter_hand_over PRIMARY KEY (id), 
	CONSTRAINT uq_counter_hand_over_till_closed_id UNIQUE (till_closed_id), 
	CONSTRAINT fk_counter_hand_over_till_closed_id FOREIGN KEY(till_closed_id) REFERENCES counter_till_closed (id), 
	CONSTRAINT uq_counter_hand_over_till_session_id UNIQUE (till_session_id), 
	CONSTRAINT fk_counter_hand_over_till_session_id FOREIGN KEY(till_session_id) REFERENCES counter_till_session (id), 
	CONSTRAINT fk_counter_hand_over_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_counter_hand_over_entry_id ON counter_hand_over (entry_id)
-- ;
CREATE TRIGGER counter_hand_over_no_update BEFORE UPDATE OF "till_closed_id", "till_session_id", "id", "entry_id", "district_id", "hash" ON counter_hand_over
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_hand_over_no_delete BEFORE DELETE ON counter_hand_over
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_hand_over_no_truncate BEFORE TRUNCATE ON counter_hand_over
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_deposit_no_update BEFORE UPDATE OF "hall_id", "user_id", "deposited_at", "amount", "slip", "year", "running", "number", "content", "posting_set_id", "id", "entry_id", "district_id", "hash" ON treasury_deposit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_deposit_no_delete BEFORE DELETE ON treasury_deposit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_deposit_no_truncate BEFORE TRUNCATE ON treasury_deposit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_safe_count_no_update BEFORE UPDATE OF "hall_id", "user_id", "counted_at", "expected", "counted", "pieces", "reason", "posting_set_id", "id", "entry_id", "district_id", "hash" ON treasury_safe_count
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_safe_count_no_delete BEFORE DELETE ON treasury_safe_count
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_safe_count_no_truncate BEFORE TRUNCATE ON treasury_safe_count
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_safe_reversal_no_update BEFORE UPDATE OF "source_id", "user_id", "reversed_at", "reason", "posting_set_id", "id", "entry_id", "district_id", "hash" ON treasury_safe_reversal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_safe_reversal_no_delete BEFORE DELETE ON treasury_safe_reversal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_safe_reversal_no_truncate BEFORE TRUNCATE ON treasury_safe_reversal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
