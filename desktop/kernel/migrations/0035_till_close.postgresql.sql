CREATE TABLE counter_till_movement (
	till_session_id UUID NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	user_id UUID NOT NULL, 
	moved_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	amount BIGINT NOT NULL, 
	note TEXT NOT NULL, 
	posting_set_id UUID NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_counter_till_movement PRIMARY KEY (id), 
	CONSTRAINT ck_counter_till_movement_amount CHECK (amount > 0), 
	CONSTRAINT fk_counter_till_movement_till_session_id FOREIGN KEY(till_session_id) REFERENCES counter_till_session (id), 
	CONSTRAINT fk_counter_till_movement_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT uq_counter_till_movement_posting_set_id UNIQUE (posting_set_id), 
	CONSTRAINT fk_counter_till_movement_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_counter_till_movement_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_counter_till_movement_entry_id ON counter_till_movement (entry_id)
-- ;
CREATE INDEX ix_counter_till_movement_till_session_id ON counter_till_movement (till_session_id)
-- ;
CREATE TABLE counter_cash_count (
	till_session_id UUID NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	user_id UUID NOT NULL, 
	counted_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	amount BIGINT NOT NULL, 
	pieces TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_counter_cash_count PRIMARY KEY (id), 
	CONSTRAINT ck_counter_cash_count_amount CHECK (amount >= 0), 
	CONSTRAINT fk_counter_cash_count_till_session_id FOREIGN KEY(till_session_id) REFERENCES counter_till_session (id), 
	CONSTRAINT fk_counter_cash_count_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT fk_counter_cash_count_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_counter_cash_count_entry_id ON counter_cash_count (entry_id)
-- ;
CREATE INDEX ix_counter_cash_count_till_session_id ON counter_cash_count (till_session_id)
-- ;
CREATE TABLE counter_till_closed (
	till_session_id UUID NOT NULL, 
	cash_count_id UUID NOT NULL, 
	user_id UUID NOT NULL, 
	closed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	expected BIGINT NOT NULL, 
	counted BIGINT NOT NULL, 
	given_back BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	posting_set_id UUID, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_counter_till_closed PRIMARY KEY (id), 
	CONSTRAINT ck_counter_till_closed_difference CHECK ((posting_set_id IS NULL) = (counted = expected)), 
	CONSTRAINT uq_counter_till_closed_till_session_id UNIQUE (till_session_id), 
	CONSTRAINT fk_counter_till_closed_till_session_id FOREIGN KEY(till_session_id) REFERENCES counter_till_session (id), 
	CONSTRAINT uq_counter_till_closed_cash_count_id UNIQUE (cash_count_id), 
	CONSTRAINT fk_counter_till_closed_cash_count_id FOREIGN KEY(cash_count_id) REFERENCES counter_cash_count (id), 
	CONSTRAINT fk_counter_till_closed_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT uq_counter_till_closed_posting_set_id UNIQUE (posting_set_id), 
	CONSTRAINT fk_counter_till_closed_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_counter_till_closed_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_counter_till_closed_entry_id ON counter_till_closed (entry_id)
-- ;
CREATE TABLE counter_cash_sheet (
	till_closed_id UUID NOT NULL, 
	station_id UUID NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	number TEXT NOT NULL, 
	content TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_counter_cash_sheet PRIMARY KEY (id), 
	CONSTRAINT uq_counter_cash_sheet_station_id_year_running UNIQUE (station_id, year, running), 
	CONSTRAINT uq_counter_cash_sheet_till_closed_id UNIQUE (till_closed_id), 
	CONSTRAINT fk_counter_cash_sheet_till_closed_id FOREIGN KEY(till_closed_id) REFERENCES counter_till_closed (id), 
	CONSTRAINT fk_counter_cash_sheet_station_id FOREIGN KEY(station_id) REFERENCES staff_station (id), 
	CONSTRAINT uq_counter_cash_sheet_number UNIQUE (number), 
	CONSTRAINT fk_counter_cash_sheet_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_counter_cash_sheet_entry_id ON counter_cash_sheet (entry_id)
-- ;
CREATE FUNCTION refuse_closed_till() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one uuid; until_count boolean;
BEGIN
  until_count := TG_TABLE_NAME IN ('counter_payment', 'counter_payment_reversal');
  IF TG_TABLE_NAME = 'counter_till_movement' THEN
    until_count := EXISTS (SELECT 1 FROM made WHERE kind IN ('float', 'drop'));
  END IF;
  FOR one IN SELECT DISTINCT till_session_id FROM made ORDER BY 1 LOOP
    PERFORM 1 FROM counter_till_session WHERE id = one FOR SHARE;
    IF EXISTS (SELECT 1 FROM counter_till_closed WHERE till_session_id = one) OR (until_count AND EXISTS (
      SELECT 1 FROM counter_cash_count WHERE till_session_id = one AND kind = 'closing'
    )) THEN
      RAISE EXCEPTION '%: its till is closed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END LOOP;
  RETURN NULL;
END $$
-- ;
CREATE TRIGGER counter_payment_till AFTER INSERT ON counter_payment
REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_till()
-- ;
CREATE TRIGGER counter_payment_reversal_till AFTER INSERT ON counter_payment_reversal
REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_till()
-- ;
CREATE TRIGGER counter_till_movement_till AFTER INSERT ON counter_till_movement
REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_till()
-- ;
CREATE TRIGGER counter_cash_count_till AFTER INSERT ON counter_cash_count
REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_till()
-- ;
CREATE FUNCTION refuse_opening_till() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'counter_till_session: a closed session stays closed' USING ERRCODE = 'integrity_constraint_violation';
END $$
-- ;
CREATE TRIGGER counter_till_session_stays_closed BEFORE UPDATE ON counter_till_session
FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION refuse_opening_till()
-- ;
CREATE TRIGGER counter_till_session_no_delete BEFORE DELETE ON counter_till_session
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_till_session_no_truncate BEFORE TRUNCATE ON counter_till_session
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_cash_count_no_update BEFORE UPDATE OF "till_session_id", "kind", "user_id", "counted_at", "amount", "pieces", "id", "entry_id", "district_id", "hash" ON counter_cash_count
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_cash_count_no_delete BEFORE DELETE ON counter_cash_count
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_cash_count_no_truncate BEFORE TRUNCATE ON counter_cash_count
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_cash_sheet_no_update BEFORE UPDATE OF "till_closed_id", "station_id", "year", "running", "number", "content", "id", "entry_id", "district_id", "hash" ON counter_cash_sheet
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_cash_sheet_no_delete BEFORE DELETE ON counter_cash_sheet
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_cash_sheet_no_truncate BEFORE TRUNCATE ON counter_cash_sheet
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_till_closed_no_update BEFORE UPDATE OF "till_session_id", "cash_count_id", "user_id", "closed_at", "expected", "counted", "given_back", "reason", "posting_set_id", "id", "entry_id", "district_id", "hash" ON counter_till_closed
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_till_closed_no_delete BEFORE DELETE ON counter_till_closed
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_till_closed_no_truncate BEFORE TRUNCATE ON counter_till_closed
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_till_movement_no_update BEFORE UPDATE OF "till_session_id", "kind", "user_id", "moved_at", "amount", "note", "posting_set_id", "id", "entry_id", "district_id", "hash" ON counter_till_movement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_till_movement_no_delete BEFORE DELETE ON counter_till_movement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_till_movement_no_truncate BEFORE TRUNCATE ON counter_till_movement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
