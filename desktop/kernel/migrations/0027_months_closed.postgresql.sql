CREATE TABLE ledger_month (
	month DATE NOT NULL, 
	closed BOOLEAN NOT NULL, 
	CONSTRAINT pk_ledger_month PRIMARY KEY (month)
)
-- ;
CREATE TABLE closing_month (
	month DATE NOT NULL, 
	closed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	closed_by UUID NOT NULL, 
	closed_by_name TEXT NOT NULL, 
	remark TEXT NOT NULL, 
	figures TEXT NOT NULL, 
	checks TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_closing_month PRIMARY KEY (id), 
	CONSTRAINT uq_closing_month_month UNIQUE (month), 
	CONSTRAINT fk_closing_month_closed_by FOREIGN KEY(closed_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_closing_month_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_closing_month_entry_id ON closing_month (entry_id)
-- ;
CREATE INDEX ix_ledger_posting_set_posted_on ON ledger_posting_set (posted_on, id)
-- ;
CREATE INDEX ix_billing_bill_issued_on ON billing_bill (issued_on)
-- ;
CREATE FUNCTION refuse_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE its_month date; is_closed boolean;
BEGIN
  FOR its_month IN SELECT DISTINCT date_trunc('month', posted_on)::date FROM made ORDER BY 1 LOOP
    INSERT INTO ledger_month (month, closed) VALUES (its_month, FALSE) ON CONFLICT DO NOTHING;
    SELECT closed INTO is_closed FROM ledger_month WHERE month = its_month FOR SHARE;
    IF is_closed OR EXISTS (SELECT 1 FROM ledger_month WHERE closed AND month > its_month) THEN
      RAISE EXCEPTION 'ledger_posting_set: its month is closed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END LOOP;
  RETURN NULL;
END $$
-- ;
CREATE TRIGGER ledger_posting_set_month AFTER INSERT ON ledger_posting_set
REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_month()
-- ;
CREATE FUNCTION refuse_opening_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.closed, NEW.month) IS NOT DISTINCT FROM (OLD.closed, OLD.month) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'ledger_month: a closed month stays closed' USING ERRCODE = 'integrity_constraint_violation';
END $$
-- ;
CREATE TRIGGER ledger_month_stays_closed BEFORE UPDATE OR DELETE ON ledger_month
FOR EACH ROW WHEN (OLD.closed) EXECUTE FUNCTION refuse_opening_month()
-- ;
CREATE TRIGGER ledger_month_no_truncate BEFORE TRUNCATE ON ledger_month
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER closing_month_no_update BEFORE UPDATE OF "month", "closed_at", "closed_by", "closed_by_name", "remark", "figures", "checks", "id", "entry_id", "district_id", "hash" ON closing_month
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER closing_month_no_delete BEFORE DELETE ON closing_month
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER closing_month_no_truncate BEFORE TRUNCATE ON closing_month
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
